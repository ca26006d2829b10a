// In a small window: a bar at the bottom, and above it what is on the stage, once the bar is opened.

const FOLDED = 36; // pixels of the bar
const OPENED = 0.72; // of a small window's height, with the bar

export class Sheet {
  constructor(shell, panel, keys) {
    Object.assign(this, { shell, panel, open: false });
    Object.assign(panel, { id: "labapp-sheet" });
    this.bar = document.createElement("button");
    const title = `Show or hide the stage (${keys})`;
    Object.assign(this.bar, { type: "button", className: "labapp-bar", title });
    panel.node.append(this.bar);
    panel.hide();
    shell.add(panel, "bottom", { rank: 0 });
    this.fold(false);
  }

  // The notebook keeps what room the sheet leaves it.
  fold(open) {
    this.open = open;
    this.bar.textContent = open ? "▾ Hide the stage" : "▴ Stage: the live view";
    this.bar.setAttribute("aria-expanded", open);
    this.panel.toggleClass("labapp-open", open);
    this.fit();
  }

  fit() {
    const { node } = this.panel;
    node.style.minHeight = `${this.open ? Math.round(innerHeight * OPENED) : FOLDED}px`;
    node.style.maxHeight = node.style.minHeight;
    this.panel.parent?.fit();
  }
}
