// What a screen reader is told without asking: births, deaths and the end, several at a time; never a request.

import { make, say } from "./dom.js";

const PAUSE = 400; // milliseconds for which news are gathered
const MOST = 4; // that are told one by one

export class Herald {
  constructor() {
    this.moods = null;
    this.news = [];
    this.element = make("p", { class: "ll-herald", role: "status", "aria-live": "polite" });
  }

  // Tell what differs from the boxes before; `closing` is how it ended, if it has.
  proclaim(boxes, closing) {
    const moods = new Map(boxes.map((box) => [box.key, box]));
    for (const [key, { mood, spoken }] of this.moods ? moods : []) {
      const before = this.moods.get(key)?.mood;
      if (!before && mood === "born") this.tell(`${key} born`);
      else if (before && before !== "dead" && mood === "dead") this.tell(`${key} ${spoken.split(", ").slice(3).join(", ")}`);
    }
    if (this.moods && closing && closing !== this.closing) this.tell(closing);
    this.closing = closing;
    this.moods = moods;
  }

  tell(text) {
    this.news.push(text);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const shown = this.news.slice(0, MOST).join("; ");
      say(this.element, this.news.length > MOST ? `${shown}; and ${this.news.length - MOST} more` : shown);
      this.news = [];
    }, PAUSE);
  }

  close() {
    clearTimeout(this.timer);
  }
}
