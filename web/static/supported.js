// Tells the style sheet, before anything is drawn, that scripts run here. Not a module: those come later.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
