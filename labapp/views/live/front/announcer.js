// What a screen reader says without being asked: births, deaths and the end, several at a time; never a
// request.

import { htmlElement, setText } from "./dom.js";

const PAUSE = 400; // milliseconds for which news are gathered
const MOST = 4; // that are announced one by one

export class Announcer {
  constructor() {
    this.moods = null;
    this.news = [];
    this.element = htmlElement("p", { class: "ll-announcer", role: "status", "aria-live": "polite" });
  }

  // Announce what differs from the boxes before; `closing` is how it ended, if it has.
  onBoxes(boxes, closing) {
    const moods = new Map(boxes.map((box) => [box.key, box]));
    for (const [key, { mood, spoken }] of this.moods ? moods : []) {
      const before = this.moods.get(key)?.mood;
      if (!before && mood === "born") this.announce(`${key} born`);
      else if (before && before !== "dead" && mood === "dead")
        this.announce(`${key} ${spoken.split(", ").slice(3).join(", ")}`);
    }
    if (this.moods && closing && closing !== this.closing) this.announce(closing);
    this.closing = closing;
    this.moods = moods;
  }

  announce(text) {
    this.news.push(text);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const first = this.news.slice(0, MOST).join("; ");
      setText(
        this.element,
        this.news.length > MOST ? `${first}; and ${this.news.length - MOST} more` : first,
      );
      this.news = [];
    }, PAUSE);
  }

  close() {
    clearTimeout(this.timer);
  }
}
