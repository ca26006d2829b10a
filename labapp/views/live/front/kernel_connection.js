// The connection to the kernel: what comes by it, and whether anybody is at its other end.

import { PATIENCE } from "./palette.js";

// What JupyterLab says of a kernel that is not the one any more which this view came from.
const LOST = {
  restarting: "restarted",
  autorestarting: "died",
  dead: "died",
  terminating: "was shut down",
};

export class KernelConnection {
  constructor(view) {
    this.view = view;
    this.lastEntry = Infinity; // entries above this number are news
    this.onStatus = (_, status) => LOST[status] && this.setGone(LOST[status]);
    this.onKernel = (_, { oldValue, newValue }) =>
      oldValue && this.setGone(newValue ? "was replaced" : "was shut down");
    // Other front ends have no such session: there a question without an answer tells.
    this.session = view.model.widget_manager?.context?.sessionContext;
    this.session?.statusChanged.connect(this.onStatus);
    this.session?.kernelChanged.connect(this.onKernel);
  }

  onMessage(message) {
    const { view } = this;
    if (message.kind === "clock") {
      this.setGone("");
      view.ahead = message.now - Date.now() / 1000;
      if (!view.memory.last) view.record();
      view.tick();
    } else if (message.kind === "past") {
      view.memory.onPast(message);
      view.replay.paint();
    } else if (message.kind === "log") this.onLogEntries(message.entries);
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
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => this.setGone("is gone"), PATIENCE);
    this.greet();
  }

  // The kernel answers, or it does not: `gone` says what became of it.
  setGone(gone) {
    clearTimeout(this.doubt);
    const { view } = this;
    if (Boolean(gone) === Boolean(view.gone)) return;
    view.goneAt = gone ? view.clock() : null;
    view.gone = gone;
    view.tree.inFlight.close();
    view.paint();
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
    this.session?.statusChanged.disconnect(this.onStatus);
    this.session?.kernelChanged.disconnect(this.onKernel);
  }
}
