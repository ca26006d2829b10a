// The line to the kernel: what comes by it, and whether anybody is at its other end.

import { PATIENCE } from "./palette.js";

export class Line {
  constructor(view) {
    this.view = view;
    this.heard = Infinity; // entries above this number are news
  }

  hear(message) {
    const { view } = this;
    if (message.kind === "clock") {
      this.lose(false);
      view.ahead = message.now - Date.now() / 1000;
      if (!view.memory.last) view.record();
      view.tick();
    } else if (message.kind === "past") {
      view.memory.recall(message);
      view.replay.paint();
    } else if (message.kind === "log") this.read(message.entries);
  }

  read(entries) {
    const { view } = this;
    view.log.add(entries);
    for (const { n, kind, text } of entries) {
      if (kind === "line" || n <= this.heard) continue;
      view.palette.tell(kind === "sent" ? `✓ ${text}` : `✖ ${text}`, kind);
      if (kind === "sent") view.memory.mark(view.clock(), text.split(" ")[2]);
    }
    const last = entries.at(-1)?.n ?? 0;
    this.heard = this.heard === Infinity ? last : Math.max(this.heard, last);
    view.entry = this.heard;
    view.memory.wrote(this.heard);
  }

  // The line to the kernel was cut, or mended, and nobody says which: ask. A kernel that was restarted knows us not.
  check() {
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => this.lose(true), PATIENCE);
    this.greet();
  }

  lose(gone) {
    clearTimeout(this.doubt);
    if (gone === this.view.gone) return;
    this.view.gone = gone;
    this.view.paint();
  }

  greet() {
    this.send({ kind: "hello" });
  }

  // Return whether the message could be sent; whether it is answered is another matter.
  send(message) {
    try {
      this.view.model.send(message);
      return true;
    } catch {
      return false;
    }
  }

  close() {
    clearTimeout(this.doubt);
  }
}
