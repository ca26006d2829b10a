// Where a server's view is: in the cell that shows it, or on the stage, where the front end has one
// (`labappDock`, of the course's extension). Then the cell has one line that says so.

import { htmlElement } from "./dom.js";

const NEWS = "change:asked change:servers change:shown"; // of the stage

export class Place {
  // `create` makes the view within an element.
  constructor(model, el, create) {
    Object.assign(this, { model, el, create });
    this.settle = () => this.onChange();
    this.dock = globalThis.labappDock;
    // Only where it is on the page can be told where it is.
    this.observer = new ResizeObserver(this.settle);
    this.observer.observe(el);
    model.on("change:where", this.settle);
    this.dock?.addEventListener("change", this.settle);
    if (this.dock && model.get("stage")) this.findStage();
  }

  close() {
    this.observer.disconnect();
    this.model.off("change:where", this.settle);
    this.dock?.removeEventListener("change", this.settle);
    this.stage?.off(NEWS, this.settle);
    this.view?.close();
  }

  async findStage() {
    this.stage = await this.model.widget_manager.get_model(this.model.get("stage"));
    this.stage.on(NEWS, this.settle);
    this.onChange();
  }

  onChange() {
    if (!this.el.isConnected) return;
    const free = this.stage && !this.el.closest(".labapp-stage") && this.dock.accepts(this.el);
    const docked = free && this.model.get("where") === "side";
    if (docked) this.dock.offer(this.el, this.model.get("stage"), this.stage.get("asked"));
    const place = docked ? "stage" : free ? "either" : "cell";
    if (place === this.place) return this.paint();
    this.place = place;
    this.view?.close();
    this.view = undefined;
    this.el.replaceChildren();
    if (free) this.el.append(this.line());
    if (!docked) this.view = this.create(this.model, this.el);
    return this.paint();
  }

  line() {
    this.toStage = htmlElement("button", { type: "button", "data-do": "stage" });
    this.toCell = htmlElement("button", { type: "button", "data-do": "cell" }, "show it here");
    this.toStage.addEventListener("click", () => this.move("side"));
    this.toCell.addEventListener("click", () => this.move("cell"));
    return htmlElement(
      "p",
      { class: "labapp-line" },
      this.toStage,
      ...(this.place === "stage" ? [this.toCell] : []),
    );
  }

  paint() {
    if (this.place === "cell") return;
    const arrow = this.dock.small ? "↓" : "→";
    const here = this.place === "stage" ? "" : ", too";
    const shown = this.isOnStage ? `shown on the stage${here}` : "show it on the stage";
    const hidden = here ? "show it on the stage" : "on the stage, which is hidden: show it";
    this.toStage.textContent = `${this.dock.open ? shown : hidden} ${arrow}`;
  }

  // Whether the stage shows this view and no other.
  get isOnStage() {
    const [servers, shown] = [this.stage.get("servers"), this.stage.get("shown")];
    return servers.some(({ key, view }) => key === shown && view === this.model.get("own"));
  }

  move(where) {
    if (where === "side") this.dock.show();
    else this.dock.hide();
    this.model.send({ kind: "place", where });
  }
}
