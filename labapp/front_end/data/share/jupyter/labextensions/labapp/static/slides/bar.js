// The bar at the foot of a show: which slide of how many, and a button for each thing that a key does.

export class Bar {
  constructor(show) {
    this.node = document.createElement("div");
    Object.assign(this.node, { className: "labapp-show-bar", role: "toolbar" });
    this.node.setAttribute("aria-label", "Slides");
    const command = (name) => () => show.app.commands.execute(name);
    this.count = Object.assign(document.createElement("span"), { role: "status" });
    this.add("‹", "Back (PageUp, ←)", () => show.step(-1));
    this.node.append(this.count);
    this.add("›", "Next (PageDown, Space, →)", () => show.step(1));
    this.add("Run", "Run: the next cell of this slide (Enter)", () => show.runs.next());
    this.add("Speaker", "Speaker: the window with notes and time (s)", command("labapp:speaker"));
    this.add("Reset", "Reset: the lesson as at its start (Alt+Shift+R)", command("labapp:reset"));
    this.add("End", "End: back to the notebook (Esc, Alt+Shift+P)", show.end);
  }

  add(text, title, onclick) {
    const made = Object.assign(document.createElement("button"), { type: "button", title, onclick });
    made.textContent = text;
    made.setAttribute("aria-label", title);
    this.node.append(made);
  }

  tell({ at, slides, slide }) {
    this.count.textContent = `${at + 1} / ${slides.length}`;
    this.count.setAttribute("aria-label", `Slide ${at + 1} of ${slides.length}: ${slide.title}`);
  }
}
