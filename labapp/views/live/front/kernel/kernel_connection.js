// The connection to the kernel: what comes by it, and whether anybody is at its other end.

import { Line } from "./line.js";
import { SILENT } from "./session.js";

export class KernelConnection extends Line {
  constructor(view) {
    super(view, () => this.send({ kind: "hello" }));
    this.lastEntry = Infinity; // entries above this number are news
  }

  onMessage(message) {
    const { view } = this;
    this.onWord();
    if (message.kind === "clock") {
      this.setGone("");
      view.ahead = message.now - Date.now() / 1000;
      if (!view.memory.last) view.record();
      view.tick();
    } else if (message.kind === "past") {
      view.memory.onPast(message);
      view.replay.paint();
    } else if (message.kind === "boxes") view.onBoxes(message);
    else if (message.kind === "log") this.onLogEntries(message.entries);
  }

  onLogEntries(entries) {
    const { view } = this;
    view.log.add(entries);
    for (const { n, kind, text } of entries) {
      if (kind === "line" || n <= this.lastEntry) continue;
      view.palette.setOutcome(kind === "sent" ? `✓ ${text}` : `✖ ${text}`, kind);
      if (kind === "sent") view.memory.mark(view.clock(), text.split(" ")[2]);
    }
    const last = entries.at(-1)?.n ?? 0;
    this.lastEntry = this.lastEntry === Infinity ? last : Math.max(this.lastEntry, last);
    view.entry = this.lastEntry;
    view.memory.onLogRead(this.lastEntry);
  }

  // The connection was cut, or mended, and nobody says which: ask. A kernel that was restarted knows us not.
  onReconnect() {
    this.greeting.begin(() => this.setGone(SILENT));
  }

  // The kernel answers, or it does not: `gone` says what became of it.
  setGone(gone) {
    this.greeting.end();
    const { view } = this;
    if (Boolean(gone) === Boolean(view.gone)) return;
    view.goneAt = gone ? view.clock() : null;
    view.gone = gone;
    view.tree.inFlight.close();
    view.paint();
  }

  greet() {
    this.greeting.begin();
  }

  // The picture that came ahead does not fit here: have the others follow at once. Once for each.
  askForPictures(places) {
    if (places !== this.unfit) this.send({ kind: "pictures" });
    this.unfit = places;
  }
}
