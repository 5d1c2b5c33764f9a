// The page moves when the case moves. Without this script the page is as true as when it was loaded: load it again.
//
// <div data-live="/cases/X02/news" data-revision="7"> says where the news come from and what the page shows.
// What is inside [data-live-part] is replaced by the same part of the page as it is now. Where somebody types, nothing
// is touched: a banner says that the plan has changed.

const version = new URL(import.meta.url).search;
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 300_000;
const { PART, asItIsNow, say, swap } = await import(`./swap.js${version}`);

export function start(elements) {
  for (const element of elements) {
    follow(element);
  }
}

function follow(element) {
  let source = null;
  let waiting = null;
  let pause = FIRST_PAUSE;
  let over = false;

  function open() {
    if (over || source || document.hidden) {
      return;
    }
    source = new EventSource(element.dataset.live);
    source.addEventListener("now", (event) => {
      pause = FIRST_PAUSE;
      if (event.data !== element.dataset.revision) {
        moved(element, event.data);
      }
    });
    source.addEventListener("moved", (event) => moved(element, event.data));
    source.addEventListener("ended", () => {
      over = true;
      close();
    });
    source.onerror = () => {
      close();
      waiting = setTimeout(open, pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    };
  }

  function close() {
    clearTimeout(waiting);
    source?.close();
    source = null;
  }

  // A page out of sight holds no connection: a browser has six for a site.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  element.addEventListener("input", () => (element.dataset.typed = "yes"));
  open();
}

async function moved(element, revision) {
  if (element.querySelector(PART) && !element.dataset.typed) {
    if (await broughtUpToDate(element)) {
      element.dataset.revision = revision;
      say("This page was brought up to date.");
      return;
    }
  }
  if (revision !== element.dataset.revision) {
    warn(element);
  }
}

async function broughtUpToDate(element) {
  const page = await asItIsNow();
  if (!page || element.dataset.typed) {
    return false;
  }
  return swap([...element.querySelectorAll(PART)], [...page.querySelectorAll(`[data-live] ${PART}`)]);
}

function warn(element) {
  if (document.getElementById("live-banner")) {
    return;
  }
  const banner = document.createElement("div");
  banner.className = "govuk-notification-banner";
  banner.id = "live-banner";
  banner.setAttribute("role", "region");
  banner.setAttribute("aria-labelledby", "live-banner-title");
  banner.innerHTML = `
    <div class="govuk-notification-banner__header">
      <h2 class="govuk-notification-banner__title" id="live-banner-title">Important</h2>
    </div>
    <div class="govuk-notification-banner__content">
      <p class="govuk-notification-banner__heading">This plan has changed since you opened it.
      <a class="govuk-notification-banner__link" target="_blank" rel="noopener">See it as it is now (opens in a new tab)</a>.</p>
      <p class="govuk-body">What you have typed here is untouched.</p>
    </div>`;
  banner.querySelector("a").setAttribute("href", element.dataset.live.replace(/\/news$/, ""));
  element.before(banner);
  say("This plan has changed since you opened it.");
}
