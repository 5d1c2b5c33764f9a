// A page about work that goes on looks again by itself, as long as it is in sight and nobody has paused it.
// Without this script it is as true as when it was loaded: it says as of when, and has a link to look again.
//
// <p data-again="10" hidden>…<button type="button">Pause</button></p> says after how many seconds. What is inside
// [data-live-part] is replaced; where the page has another shape now (the work is over), it is loaded again.

const version = new URL(import.meta.url).search;
const { PART, asItIsNow, swap } = await import(`./swap.js${version}`);

export function start(elements) {
  for (const element of elements) {
    lookAgain(element);
  }
}

function lookAgain(element) {
  const button = element.querySelector("button");
  let paused = false;

  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Go on" : "Pause";
  });
  element.hidden = false;
  setInterval(() => {
    if (!paused && !document.hidden && !isBusy()) {
      look();
    }
  }, 1000 * Number(element.dataset.again));
}

async function look() {
  const page = await asItIsNow();
  if (page && !isBusy() && !(await swap([...document.querySelectorAll(PART)], [...page.querySelectorAll(PART)]))) {
    location.reload();
  }
}

// Somebody chooses, types or presses something.
function isBusy() {
  return document.activeElement?.matches("input, select, textarea") || document.querySelector("button:active, a:active");
}
