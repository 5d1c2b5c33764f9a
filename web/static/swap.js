// Bringing parts of a page up to date without loading it: what is inside [data-live-part] is replaced by the same part
// of the page as it is now. The keyboard stays where it was, and what was unfolded stays so.

const version = new URL(import.meta.url).search;
export const PART = "[data-live-part]";

// The page as it is now; null where it cannot be had, or somebody has to sign in first.
// Asking by itself is not somebody at work: no session lives longer for it.
export async function asItIsNow() {
  const answer = await fetch(location.href, { headers: { "PEP-By-Itself": "yes" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    return null;
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Whether it could be done: not where the page has another shape now.
export async function swap(old, now) {
  if (old.length !== now.length) {
    return false;
  }
  const focused = place(document.activeElement);
  old.forEach((part, number) => replace(part, now[number]));
  const { initAll } = await import(`./govuk/govuk-frontend.min.js${version}`);
  old.forEach((part) => initAll({ scope: part }));
  if (focused) {
    document.querySelector(focused)?.focus({ preventScroll: true });
  }
  return true;
}

function replace(part, now) {
  const unfolded = [...part.querySelectorAll("details")].map((details) => details.open);
  part.replaceChildren(...now.childNodes);
  part.querySelectorAll("details").forEach((details, number) => (details.open = unfolded[number] ?? details.open));
}

// How to find again what the keyboard was on.
function place(active) {
  if (!active?.closest(PART)) {
    return null;
  }
  if (active.id) {
    return `#${CSS.escape(active.id)}`;
  }
  const href = active.getAttribute("href");
  return href ? `${PART} a[href="${CSS.escape(href)}"]` : null;
}

// Read out when a screen reader has finished what it reads.
export function say(sentence) {
  let line = document.getElementById("live-line");
  if (!line) {
    line = document.createElement("div");
    line.id = "live-line";
    line.className = "govuk-visually-hidden";
    line.setAttribute("role", "status");
    document.getElementById("main-content").append(line);
  }
  line.textContent = "";
  setTimeout(() => (line.textContent = sentence), 100);
}
