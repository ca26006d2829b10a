// A show: it begins over the notebook, goes from slide to slide, fits each to the screen, and ends.

const [WIDTH, HEIGHT] = [1280, 720];
const SETTLED = 120; // ms after which what a cell has put out is laid out anew

export class Show {
  // Of the other modules: `pages` lays the slides out, `actOf` knows the keys.
  constructor(app, panel, { pages, actOf }) {
    Object.assign(this, { app, panel, notebook: panel.content, pages, actOf });
    this.slides = [];
    this.at = 0;
    for (const name of ["onKey", "end", "resize", "later"]) this[name] = this[name].bind(this);
  }

  async begin(bar, runs) {
    const { notebook, panel } = this;
    Object.assign(this, { bar, runs });
    this.config = notebook.notebookConfig;
    notebook.notebookConfig = { ...this.config, windowingMode: "none" };
    document.body.dataset.labappPresenting = "";
    for (let one = panel.node; one !== document.body; one = one.parentElement)
      one.classList.add("labapp-lifted");
    panel.node.classList.add("labapp-show");
    panel.node.tabIndex = -1;
    panel.node.append(bar.node);
    this.resize();
    await this.rendered();
    // Where one was, in the notebook or, after a while, in the show.
    const before = notebook.activeCellIndex;
    this.layOut();
    this.go(this.slides.findIndex(({ units }) => units.some(({ cell }) => cell >= before)));
    addEventListener("keydown", this.onKey, true);
    addEventListener("resize", this.resize);
    runs.follow();
    panel.disposed.connect(this.end);
    this.observer = new ResizeObserver(this.later);
    this.observe();
  }

  // Until every cell is on the page, and its text drawn.
  async rendered() {
    const waits = (cell) => !cell.isAttached || cell.isPlaceholder() || this.isBeingDrawn(cell);
    for (let tries = 200; tries && this.notebook.widgets.some(waits); tries -= 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all(this.notebook.widgets.map((cell) => cell.ready));
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }

  // JupyterLab calls a cell ready that has yet to draw its text. Comments draw nothing, nor do folded notes.
  isBeingDrawn({ model, node, rendered, inputHidden }) {
    const source = model.sharedModel.getSource().replace(/<!--[^]*?-->/g, "");
    return rendered && !inputHidden && source.trim() && !node.querySelector(".jp-MarkdownOutput")?.firstChild;
  }

  end() {
    const { notebook, panel } = this;
    if (globalThis.labappShow !== this) return;
    globalThis.labappShow = undefined;
    this.observer?.disconnect();
    clearTimeout(this.waiting);
    removeEventListener("keydown", this.onKey, true);
    removeEventListener("resize", this.resize);
    this.runs.close();
    delete document.body.dataset.labappPresenting;
    dispatchEvent(new CustomEvent("labapp-slide"));
    if (panel.isDisposed) return;
    panel.disposed.disconnect(this.end);
    this.bar.node.remove();
    for (const one of document.querySelectorAll(".labapp-lifted")) one.classList.remove("labapp-lifted");
    panel.node.classList.remove("labapp-show");
    for (const unit of this.slides.flatMap(({ units }) => units)) this.pages.reveal(unit);
    for (const cell of notebook.widgets) cell.node.classList.remove("labapp-off");
    notebook.node.style.zoom = "";
    notebook.notebookConfig = this.config;
    this.app.shell.activateById?.(panel.id);
    notebook.activeCellIndex = this.slides[this.at]?.units[0].cell ?? 0;
    notebook.scrollToItem(notebook.activeCellIndex, "start");
  }

  get slide() {
    return this.slides[this.at];
  }

  resize() {
    this.scale = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
    this.panel.node.style.setProperty("--labapp-scale", this.scale);
    if (this.slide) this.fit();
  }

  // Lay out all slides, and stay where one is.
  layOut() {
    const first = this.slide?.units[0];
    for (const { units } of this.slides) units.forEach(this.pages.reveal);
    for (const cell of this.notebook.widgets) cell.node.classList.remove("labapp-off");
    this.notebook.node.style.zoom = this.scale;
    this.slides = [...this.pages.paginate(this.notebook.widgets, this.scale)];
    for (const cell of this.notebook.widgets) cell.node.classList.add("labapp-off");
    this.slides.forEach((slide) => this.hide(slide));
    if (!first) return;
    const same = ({ element, cell }) => element === first.element || cell === first.cell;
    const at = this.slides.findIndex(({ units }) => units.some(({ element }) => element === first.element));
    this.at = Math.max(at < 0 ? this.slides.findIndex(({ units }) => units.some(same)) : at, 0);
  }

  go(to) {
    if (!this.slides.length) return;
    this.hide(this.slide);
    this.at = Math.min(Math.max(to, 0), this.slides.length - 1);
    for (const unit of this.slide.units) {
      this.notebook.widgets[unit.cell]?.node.classList.remove("labapp-off");
      unit.element.classList.remove("labapp-off");
      this.pages.cut(unit);
    }
    this.fit();
    this.tell();
  }

  hide({ units }) {
    for (const { element, cell } of units) {
      element.classList.add("labapp-off");
      this.notebook.widgets[cell]?.node.classList.add("labapp-off");
    }
  }

  // Smaller, where it would not fit.
  fit() {
    const { node, viewportNode, outerNode } = this.notebook;
    const { ROOM } = this.pages;
    for (const scroller of [node, viewportNode, outerNode]) scroller?.scrollTo(0, 0);
    let zoom = 1;
    for (let tries = 3; tries; tries -= 1) {
      node.style.zoom = this.scale * zoom;
      const high = this.height() / this.scale;
      if (high <= ROOM + 1) break;
      zoom = Math.max(zoom * (ROOM / high), 0.2);
    }
    this.slide.zoom = zoom;
  }

  // How high what is on the slide is, on the screen.
  height() {
    const boxes = this.slide.units.map(({ element }) => element.getBoundingClientRect());
    return Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top));
  }

  observe() {
    this.observer.disconnect();
    for (const { element } of this.slide.units) this.observer.observe(element);
    for (const cell of new Set(this.slide.units.map((unit) => unit.cell)))
      if (this.notebook.widgets[cell]) this.observer.observe(this.notebook.widgets[cell].node);
  }

  // What a cell puts out comes in pieces.
  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      const changed = this.slide.units.some(({ element }) => !element.isConnected);
      if (changed || this.runs.underWay) this.again();
      else this.fit();
    }, SETTLED);
  }

  again() {
    this.layOut();
    this.go(this.at);
    this.observe();
  }

  step(by) {
    this.go(this.at + by);
    this.notebook.activeCellIndex = this.slide?.units[0].cell ?? 0;
    this.observe();
  }

  onKey(event) {
    const act = this.actOf(event, this);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  tell() {
    this.bar.tell(this);
    const detail = { at: this.at, slides: this.slides, path: this.panel.context.path };
    dispatchEvent(new CustomEvent("labapp-slide", { detail }));
  }
}
