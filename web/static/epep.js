// Starts the components of GOV.UK Frontend, and those helpers whose elements are on the page.
// A helper is a module beside this one that exports `start(elements)`. Every page works without them.
// The version of this file's own address names its neighbours, so that a browser never mixes old and new.

const version = new URL(import.meta.url).search;

const helpers = {
  again: "[data-again]",
  autosave: "[data-autosave]",
  live: "[data-live]",
};

async function start() {
  const { initAll } = await import(`./govuk/govuk-frontend.min.js${version}`);
  initAll();
  for (const [name, selector] of Object.entries(helpers)) {
    const elements = [...document.querySelectorAll(selector)];
    if (elements.length > 0) {
      const helper = await import(`./${name}.js${version}`);
      helper.start(elements);
    }
  }
}

start();
