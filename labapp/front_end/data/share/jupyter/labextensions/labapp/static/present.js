// A notebook as slides: the notebook itself, live widgets and all, in pages that fit.
//
// A slide begins where the lesson says so. What does not fit on 1280×720 in large type goes on the next one:
// paragraph by paragraph, a cell's code with its output where both fit. Whatever is too high for a slide of
// its own is drawn smaller, and past that in parts. A larger screen shows the same slides, larger.

const COMMAND = "labapp:present";
const KEYS = "Alt+Shift+P";
const [WIDTH, HEIGHT] = [1280, 720];
const ROOM = 628; // pixels of the height for what a slide shows
const SMALLEST = 0.6; // of the large type
const SETTLED = 120; // ms after which what a cell has put out is laid out anew
const NEXT = ["PageDown", " ", "ArrowRight", "ArrowDown"];
const BACK = ["PageUp", "ArrowLeft", "ArrowUp"];
const OWN =
  "input, textarea, select, button, a, summary, [role=slider], [contenteditable=true], [data-live-view]";

export async function plugin(shared, ask) {
  const [{ INotebookTracker, NotebookActions }, { ICommandPalette }] = await Promise.all(
    ["@jupyterlab/notebook", "@jupyterlab/apputils"].map(shared),
  );
  return {
    id: COMMAND,
    autoStart: true,
    optional: [INotebookTracker, ICommandPalette],
    activate(app, tracker, palette) {
      if (!tracker) return;
      app.commands.addCommand(COMMAND, {
        label: "Present This Notebook, or End It",
        caption: "The notebook as slides",
        isEnabled: () => Boolean(tracker.currentWidget),
        execute: async () => {
          if (globalThis.labappShow) return globalThis.labappShow.end();
          return start(app, tracker.currentWidget, NotebookActions);
        },
      });
      app.commands.addKeyBinding({ command: COMMAND, keys: ["Alt Shift P"], selector: "body" });
      palette?.addItem({ command: COMMAND, category: "Course" });
      startAsked(app, tracker, ask);
    },
  };
}

// `python -m labapp present` opens a lesson for this; a reload of the page is not asked again.
async function startAsked(app, tracker, ask) {
  const course = await ask("course").catch(() => undefined);
  if (!course?.present || performance.getEntriesByType("navigation")[0]?.type === "reload") return;
  const begin = async (panel) => {
    await panel.revealed;
    if (panel.context.path !== course.present || globalThis.labappShow) return;
    course.present = undefined;
    await app.commands.execute(COMMAND);
  };
  tracker.widgetAdded.connect((_, panel) => begin(panel));
  if (tracker.currentWidget) begin(tracker.currentWidget);
}

async function start(app, panel, NotebookActions) {
  await panel.context.ready;
  const show = new Show(app, panel, NotebookActions);
  globalThis.labappShow = show;
  await show.begin();
}

class Show {
  constructor(app, panel, NotebookActions) {
    Object.assign(this, { app, panel, notebook: panel.content, NotebookActions });
    this.slides = [];
    this.at = 0;
    this.ran = new Set();
    this.onKey = this.onKey.bind(this);
    this.onRun = this.onRun.bind(this);
    this.end = this.end.bind(this);
    this.resize = this.resize.bind(this);
    this.later = this.later.bind(this);
  }

  async begin() {
    const { notebook, panel } = this;
    this.config = notebook.notebookConfig;
    notebook.notebookConfig = { ...this.config, windowingMode: "none" };
    document.body.dataset.labappPresenting = "";
    for (let one = panel.node; one !== document.body; one = one.parentElement)
      one.classList.add("labapp-lifted");
    panel.node.classList.add("labapp-show");
    panel.node.tabIndex = -1;
    this.bar = this.drawBar();
    panel.node.append(this.bar);
    this.resize();
    await this.rendered();
    // Where one was, in the notebook or, after a while, in the show.
    const before = notebook.activeCellIndex;
    this.layOut();
    this.go(this.slides.findIndex(({ units }) => units.some(({ cell }) => cell >= before)));
    addEventListener("keydown", this.onKey, true);
    addEventListener("resize", this.resize);
    this.NotebookActions.executed.connect(this.onRun);
    panel.sessionContext.kernelChanged.connect(this.forgetRuns, this);
    panel.sessionContext.statusChanged.connect(this.forgetRuns, this);
    panel.disposed.connect(this.end);
    this.observer = new ResizeObserver(this.later);
    this.observe();
  }

  // Until every cell is on the page, and its text drawn.
  async rendered() {
    const waits = (cell) => !cell.isAttached || cell.isPlaceholder();
    for (let tries = 200; tries && this.notebook.widgets.some(waits); tries -= 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all(this.notebook.widgets.map((cell) => cell.ready));
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }

  end() {
    const { notebook, panel } = this;
    if (globalThis.labappShow !== this) return;
    globalThis.labappShow = undefined;
    this.observer?.disconnect();
    clearTimeout(this.waiting);
    removeEventListener("keydown", this.onKey, true);
    removeEventListener("resize", this.resize);
    this.NotebookActions.executed.disconnect(this.onRun);
    delete document.body.dataset.labappPresenting;
    dispatchEvent(new CustomEvent("labapp-slide"));
    if (panel.isDisposed) return;
    panel.sessionContext.kernelChanged.disconnect(this.forgetRuns, this);
    panel.sessionContext.statusChanged.disconnect(this.forgetRuns, this);
    panel.disposed.disconnect(this.end);
    this.bar.remove();
    for (const one of document.querySelectorAll(".labapp-lifted")) one.classList.remove("labapp-lifted");
    panel.node.classList.remove("labapp-show");
    for (const unit of this.slides.flatMap(({ units }) => units)) reveal(unit);
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
    for (const { units } of this.slides) units.forEach(reveal);
    for (const cell of this.notebook.widgets) cell.node.classList.remove("labapp-off");
    this.notebook.node.style.zoom = this.scale;
    this.slides = [...paginate(this.notebook.widgets, this.scale)];
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
      cut(unit);
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
      if (this.slide.units.some(({ element }) => !element.isConnected) || this.runs) this.again();
      else this.fit();
    }, SETTLED);
  }

  again() {
    this.layOut();
    this.go(this.at);
    this.observe();
  }

  onRun(_, { notebook, cell }) {
    if (notebook !== this.notebook) return;
    this.ran.add(cell.model.id);
    // What it has put out may have come on a slide of its own.
    requestAnimationFrame(() => {
      if (globalThis.labappShow !== this) return;
      this.again();
      const index = notebook.widgets.indexOf(cell);
      const seen = this.slide.units.filter((unit) => unit.cell === index);
      const more = this.slides[this.at + 1]?.units.some((unit) => unit.cell === index && unit.output);
      if (more && !seen.some(({ output }) => output)) this.step(1);
      this.runs = false;
    });
  }

  forgetRuns(_, status) {
    if (typeof status !== "string" || status === "restarting") this.ran.clear();
  }

  // Run the first cell of this slide that has not been run; when all have, the first again.
  async run() {
    const cells = [...new Set(this.slide.units.map(({ cell }) => cell))].filter(
      (index) => this.notebook.widgets[index].model.type === "code",
    );
    const index = cells.find((one) => !this.ran.has(this.notebook.widgets[one].model.id)) ?? cells[0];
    if (index === undefined) return;
    this.runs = true;
    this.notebook.deselectAll();
    this.notebook.activeCellIndex = index;
    await this.app.commands.execute("notebook:run-cell");
  }

  step(by) {
    this.go(this.at + by);
    this.notebook.activeCellIndex = this.slide?.units[0].cell ?? 0;
    this.observe();
  }

  onKey(event) {
    const { key, altKey, ctrlKey, metaKey, shiftKey, target } = event;
    const inside = target.closest?.(OWN);
    const act = () => {
      if (key === "Enter" && (shiftKey || ctrlKey || !inside)) return () => this.run();
      if (altKey || ctrlKey || metaKey) return undefined;
      if (key === "Escape") return inside ? () => this.panel.node.focus() : this.end;
      const page = key.startsWith("Page");
      if (inside && !page) return undefined;
      if (NEXT.includes(key)) return () => this.step(shiftKey ? -1 : 1);
      if (BACK.includes(key)) return () => this.step(-1);
      if (key === "Home" || key === "End")
        return () => this.step(key === "Home" ? -this.at : this.slides.length);
      if (key === "s") return () => this.app.commands.execute("labapp:speaker");
      if (key === "b" || key === ".") return () => this.panel.node.classList.toggle("labapp-dark");
      return undefined;
    };
    const found = act();
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    found();
  }

  drawBar() {
    const bar = Object.assign(document.createElement("div"), {
      className: "labapp-show-bar",
      role: "toolbar",
    });
    bar.setAttribute("aria-label", "Slides");
    const add = (text, words, onclick) => {
      const made = Object.assign(document.createElement("button"), { type: "button", title: words, onclick });
      made.textContent = text;
      made.setAttribute("aria-label", words);
      bar.append(made);
    };
    add("‹", "Back (PageUp, ←)", () => this.step(-1));
    this.count = Object.assign(document.createElement("span"), { role: "status" });
    bar.append(this.count);
    add("›", "Next (PageDown, Space, →)", () => this.step(1));
    add("Run", "Run: the next cell of this slide (Enter)", () => this.run());
    add("Speaker", "Speaker: the window with notes and time (s)", () =>
      this.app.commands.execute("labapp:speaker"),
    );
    add("Reset", "Reset: the lesson as at its start (Alt+Shift+R)", () =>
      this.app.commands.execute("labapp:reset"),
    );
    add("End", `End: back to the notebook (Esc, ${KEYS})`, this.end);
    return bar;
  }

  tell() {
    this.count.textContent = `${this.at + 1} / ${this.slides.length}`;
    this.count.setAttribute(
      "aria-label",
      `Slide ${this.at + 1} of ${this.slides.length}: ${this.slide.title}`,
    );
    const detail = { at: this.at, slides: this.slides, path: this.panel.context.path };
    dispatchEvent(new CustomEvent("labapp-slide", { detail }));
  }
}

// The slides: each with what it shows, its section, its title and the speaker's notes.
function* paginate(cells, scale) {
  let slide;
  let section = "";
  let title = "";
  const fresh = () => ({ units: [], section, title, notes: [] });
  for (const group of groups(cells)) {
    for (const notes of group.notes) slide?.notes.push(notes);
    if (!group.units.length) continue;
    const high = (from, to) => (to.bottom - from.top) / scale;
    if (group.starts && slide?.units.length) {
      yield slide;
      slide = undefined;
    }
    if (group.level && group.level < 3) section = group.title;
    if (group.title) title = group.title;
    slide ??= fresh();
    Object.assign(slide, slide.units.length ? {} : { section, title });
    const whole = high(group.units[0], group.units.at(-1));
    for (const [at, unit] of group.units.entries()) {
      const first = slide.units[0];
      const together = !at && group.together && whole <= ROOM ? group.units.at(-1) : unit;
      if (first && high(first, together) > ROOM) {
        const kept = lone(slide.units);
        if (slide.units.length) yield slide;
        slide = Object.assign(fresh(), { units: kept });
      }
      const parts = Math.ceil((high(unit, unit) * SMALLEST) / ROOM);
      if (parts < 2) {
        slide.units.push(unit);
        continue;
      }
      for (let part = 0; part < parts; part += 1) {
        if (slide.units.length) yield slide;
        slide = Object.assign(fresh(), { units: [{ ...unit, part, parts, room: ROOM / SMALLEST }] });
      }
      yield slide;
      slide = fresh();
    }
  }
  if (slide?.units.length) yield slide;
}

// A heading at the foot of a slide goes with what follows it.
function lone(units) {
  const last = units.findLastIndex(({ heading }) => !heading) + 1;
  return last ? units.splice(last) : [];
}

// The cells that slides show, each as the pieces between which a slide may end.
function* groups(cells) {
  for (const [cell, widget] of cells.entries()) {
    const { model } = widget;
    const type = model.getMetadata("slideshow")?.slide_type ?? "fragment";
    const source = model.sharedModel.getSource();
    if (type === "notes") yield { units: [], notes: [source] };
    if (type === "notes" || type === "skip" || widget.isHidden) continue;
    const code = model.type === "code";
    const found = /^(#{1,3}) +(.+)$/m.exec(code ? "" : source);
    const units = (code ? piecesOfCode(widget) : piecesOfText(widget)).map(([element, about]) => {
      const { top, bottom } = element.getBoundingClientRect();
      return { element, cell, top, bottom, ...about };
    });
    yield {
      units: units.filter(({ top, bottom }) => bottom > top),
      starts: type === "slide" || type === "subslide",
      together: code,
      level: found?.[1].length,
      title: found?.[2].replace(/[`*_]/g, ""),
      notes: [],
    };
  }
}

function piecesOfCode({ node }) {
  const input = node.querySelector(":scope > .jp-Cell-inputWrapper");
  const outputs = node.querySelectorAll(":scope > .jp-Cell-outputWrapper .jp-OutputArea-child");
  return [[input, {}], ...[...outputs].map((output) => [output, { output: true }])];
}

function piecesOfText({ node }) {
  const text = node.querySelector(".jp-MarkdownOutput");
  return [...(text?.children ?? [])].map((element) => [
    element,
    { heading: /^H[1-4]$/.test(element.tagName) },
  ]);
}

// Show a part of what is too high.
function cut({ element, part, parts, room }) {
  if (!parts) return;
  // A table keeps to no height.
  const display = element.tagName === "TABLE" ? "block" : "";
  Object.assign(element.style, { maxHeight: `${room}px`, overflow: "hidden", display });
  element.scrollTop = part * room;
}

function reveal({ element, parts }) {
  element.classList.remove("labapp-off");
  if (parts) Object.assign(element.style, { maxHeight: "", overflow: "", display: "" });
}
