// Sends what is typed to be kept, a few seconds after the last key. The answer is what is still to be said about it.
// Without this the same form keeps a draft with its own button, and nothing is lost when it is sent.

const PAUSE = 3000;

export function start(forms) {
  forms.forEach((form) => new Keeper(form));
}

class Keeper {
  constructor(form) {
    this.form = form;
    this.said = form.querySelector("[data-saved]");
    this.help = form.querySelector("#help");
    this.kept = this.typed().toString();
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    form.addEventListener("submit", () => this.stop());
    // The browser may bring the page back as it was left: somebody types again.
    window.addEventListener("pageshow", (event) => event.persisted && (this.stopped = false));
    document.addEventListener("visibilitychange", () => document.hidden && this.keep());
  }

  typed() {
    const typed = new URLSearchParams(new FormData(this.form));
    typed.delete("press");
    return typed;
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  async keep() {
    const typed = this.typed();
    if (this.stopped || typed.toString() === this.kept) return;
    const sending = typed.toString();
    typed.set("press", "autosave");
    try {
      const answer = await fetch(this.form.action || location.href, { method: "POST", body: typed, keepalive: sending.length < 60000, redirect: "manual" });
      if (answer.status === 409) return this.say("This was sent already. What you type here now is not kept until you send it or keep it as a draft.");
      if (answer.type === "opaqueredirect") return this.say("You have been signed out. Your draft is kept: sign in again to go on.");
      if (!answer.ok) throw new Error();
      this.kept = sending;
      if (this.help && answer.status === 200) this.helps(await answer.text());
      const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      this.say(`Draft kept at ${time}. Only you can see it until you send it.`);
    } catch {
      this.say("Your draft could not be kept just now. It is tried again with the next key you press.");
    }
  }

  // The whole list stands below the form; what is about one line stands beside that line as well.
  helps(html) {
    this.help.innerHTML = html;
    const said = [...this.help.querySelectorAll("li")];
    for (const place of this.form.querySelectorAll("[data-help-for]")) {
      const list = document.createElement("ul");
      list.className = "govuk-list govuk-list--bullet";
      for (const one of said.filter((item) => item.querySelector(`a[href^="#${place.dataset.helpFor}"]`))) {
        list.append(Object.assign(document.createElement("li"), { textContent: one.textContent }));
      }
      place.replaceChildren(...(list.children.length ? [list] : []));
    }
  }

  say(sentence) {
    if (this.said && this.said.textContent !== sentence) this.said.textContent = sentence;
  }
}
