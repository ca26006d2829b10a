// The signals that can be sent to the selected process, each with what it will do.

import { alike, htmlElement, patch, setAttributes, setText } from "./dom.js";
import { lookOf } from "./traffic.js";

export const PATIENCE = 4000; // milliseconds within which a kernel that can answer does
const HINT =
  "Select a process, then send it a signal. " +
  "Keys: arrows roam the processes, Enter goes to the signals, Esc comes back.";

export class Palette {
  constructor(view) {
    this.view = view;
    this.whom = htmlElement("p", { class: "ll-whom" });
    this.bar = htmlElement("div", { class: "ll-bar", role: "toolbar", "aria-label": "Signals" });
    this.sentence = htmlElement("p", {
      class: "ll-sentence",
      id: `labapp-sentence-${Math.random().toString(36).slice(2)}`,
    });
    this.outcome = htmlElement("p", { class: "ll-outcome", role: "status" });
    const parts = [this.whom, this.outcome, this.bar, this.sentence];
    this.element = htmlElement("div", { class: "ll-footer" }, ...parts);
    for (const kind of ["pointermove", "pointerout", "focusin", "focusout"])
      this.bar.addEventListener(kind, (event) => this.showSentence(event));
    this.bar.addEventListener("click", (event) => this.send(event.target.closest("button")));
    this.bar.addEventListener("keydown", (event) => this.onKey(event));
  }

  get buttons() {
    return [...this.bar.children];
  }

  paint(box, closed) {
    const { about } = this.view;
    const painted = [box?.key, box?.role, box?.pid, box && lookOf(box), closed];
    this.box = box;
    if (about === this.about && alike(painted, this.painted)) return;
    Object.assign(this, { closed, painted, about });
    const notes = (box && about.signals[box.role]) || [];
    const role = htmlElement("b", {}, box ? box.role : "nobody");
    const label = box ? ["To ", tag(box), " ", role, ` pid ${box.pid}:`] : ["No process"];
    if (
      this.whom.textContent !== label.map((part) => part.textContent ?? part).join("") ||
      this.whom.mood !== box?.mood
    ) {
      this.whom.replaceChildren(...label);
      this.whom.mood = box?.mood;
    }
    const dead = Boolean(closed) || box?.mood === "dead";
    patch(
      this.bar,
      notes.map((note) => ({ key: note.name, ...note })),
      ({ name }) =>
        htmlElement("button", { type: "button", "data-signal": name, "aria-describedby": this.sentence.id }),
      (button, note) => {
        const { name } = note;
        if (button.firstChild?.textContent !== name || button.lastChild.textContent !== note.label) {
          button.replaceChildren(htmlElement("b", {}, name), htmlElement("small", {}, note.label));
        }
        button.note = note;
        // Not `disabled`: the keyboard must still find it, and hear why it does nothing.
        setAttributes(button, { "aria-disabled": dead ? "true" : undefined });
      },
    );
    this.keepOneTabStop();
    this.showSentence();
  }

  keepOneTabStop() {
    const buttons = this.buttons;
    if (!buttons.includes(this.stop)) this.stop = buttons[0];
    for (const button of buttons) setAttributes(button, { tabindex: button === this.stop ? 0 : -1 });
  }

  focus() {
    this.stop = this.buttons[0];
    this.keepOneTabStop();
    this.stop?.focus();
  }

  onKey(event) {
    const buttons = this.buttons;
    const here = buttons.indexOf(event.target.closest("button"));
    const steps = {
      ArrowRight: here + 1,
      ArrowDown: here + 1,
      ArrowLeft: here - 1,
      ArrowUp: here - 1,
      Home: 0,
      End: buttons.length - 1,
    };
    if (event.key === "Escape") this.view.tree.focus(this.box?.key);
    else if (event.key in steps && buttons.length) {
      this.stop = buttons[(steps[event.key] + buttons.length) % buttons.length];
      this.keepOneTabStop();
      this.stop.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Show what a signal will do, and how a terminal says the same: the one last come to, by pointer or by
  // focus.
  showSentence(event) {
    if (event?.type === "pointermove") {
      const place = `${event.clientX} ${event.clientY}`;
      if (place === this.place) return; // The page moved, not the pointer.
      this.place = place;
    }
    if (event?.type === "pointermove" || event?.type === "focusin")
      this.reading = event.target.closest("button");
    else if (event)
      this.reading = this.bar.querySelector("button:focus-visible") ?? this.bar.querySelector("button:hover");
    const button = this.bar.contains(this.reading) ? this.reading : null;
    const words = this.words(button);
    if (this.sentence.textContent === words.map((word) => word.textContent ?? word).join("")) return;
    this.sentence.replaceChildren(...words);
  }

  words(button) {
    if (this.closed) return [this.closed];
    if (this.box?.mood === "dead") return [`${this.box.key} has ended: there is no process to signal.`];
    if (!button || !this.box) return [HINT];
    const line = htmlElement("code", {}, `kill -${button.note.name} ${this.box.pid}`);
    // The line first: of a long sentence the last words may be out of sight.
    return [htmlElement("b", {}, button.note.name), ", in a terminal ", line, `: ${button.note.sentence}`];
  }

  send(button) {
    if (!button || button.getAttribute("aria-disabled") || !this.box) return;
    // First of all, send it.
    const sent = this.view.connection.send({ kind: "signal", key: this.box.key, signal: button.note.name });
    this.stop = button;
    this.keepOneTabStop();
    this.setOutcome(`sending ${button.note.name} to ${this.box.key} …`);
    this.forgetting = setTimeout(
      () => this.setOutcome("✖ no answer yet: the kernel is busy, or gone", "refused"),
      PATIENCE,
    );
    if (!sent) this.view.connection.setGone("is gone");
  }

  setOutcome(text, kind = "") {
    clearTimeout(this.forgetting);
    setText(this.outcome, text);
    setAttributes(this.outcome, { "data-kind": kind });
    if (kind === "sent") this.forgetting = setTimeout(() => this.setOutcome(""), 8000);
  }
}

function tag(box) {
  return htmlElement(
    "span",
    { class: box.head ? "ll-tag ll-head" : "ll-tag", "data-mood": lookOf(box) },
    box.key,
  );
}
