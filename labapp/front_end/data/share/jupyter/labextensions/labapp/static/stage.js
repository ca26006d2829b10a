// The stage: a panel at the right in which a kernel's live view stays in sight while the lesson scrolls. In a
// small window it folds to a bar at the bottom, which opens it below the notebook.
//
// There is one panel; it shows the stage of the notebook that one is at. What is on a stage is a widget of
// its kernel; here is only the place, and how it comes and goes. Views in cells find it as `labappDock`.

const VIEW = "application/vnd.jupyter.widget-view+json";
const NAME = "labapp-stage";
const OPEN = "labapp-stage-open";
const COMMAND = "labapp:stage";
const KEYS = "Alt+Shift+S";
const WIDEST = 760; // pixels: half of the window, but no more than is of use, and
const LEAST = 664; // no less than the view needs
const NOTEBOOK = 560; // pixels that are left to the notebook, if need be without the left side's
const WINDOW = 1000; // pixels from which on a window has room for both
const FOLDED = 36; // pixels of the bar
const OPENED = 0.72; // of a small window's height, with the bar

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3"
  fill="#616161" d="M3 4h18v16H3zm2 2v12h7V6zm9 0v5h5V6zm0 7v5h5v-5z"/></svg>`;

export async function plugin(shared) {
  const [{ Panel, Widget }, { ILabShell, ILayoutRestorer }, { INotebookTracker }, apputils, { LabIcon }] =
    await Promise.all(
      [
        "@lumino/widgets",
        "@jupyterlab/application",
        "@jupyterlab/notebook",
        "@jupyterlab/apputils",
        "@jupyterlab/ui-components",
      ].map(shared),
    );
  const icon = new LabIcon({ name: COMMAND, svgstr: ICON });

  class StagePanel extends Panel {
    onAfterShow() {
      this.onVisible?.();
    }

    onAfterHide() {
      this.onVisible?.();
    }
  }

  return {
    id: COMMAND,
    autoStart: true,
    // Only JupyterLab itself has sides to dock at.
    optional: [ILabShell, ILayoutRestorer, INotebookTracker, apputils.ICommandPalette],
    activate(app, shell, restorer, tracker, palette) {
      if (!shell || !tracker) return;
      const panel = new StagePanel();
      const content = new Panel();
      content.addClass("labapp-stage-panel");
      panel.addWidget(content);
      Object.assign(panel, { id: NAME });
      Object.assign(panel.title, { icon, caption: `Stage: the live view (${KEYS})` });
      const empty = new Widget();
      empty.addClass("labapp-stage-empty");
      empty.node.textContent = "Nothing of this notebook is on the stage. lab.watch(…) brings a server here.";
      content.addWidget(empty);
      shell.add(panel, "right", { rank: 10 });
      restorer?.add(panel, NAME);

      const sheet = new Sheet(shell, new Panel());
      const dock = new Dock(shell, tracker, panel, content, sheet, empty);
      globalThis.labappDock = dock;
      app.commands.addCommand(COMMAND, {
        label: "Show or Hide the Stage",
        icon,
        isToggled: () => dock.open,
        execute: () => dock.toggle(),
      });
      app.commands.addKeyBinding({ command: COMMAND, keys: ["Alt Shift S"], selector: "body" });
      palette?.addItem({ command: COMMAND, category: "Notebook Operations" });
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew: (notebook) => addButton(notebook, dock, apputils.ToolbarButton, icon),
      });
    },
  };
}

function addButton(notebook, dock, ToolbarButton, icon) {
  const button = new ToolbarButton({
    icon,
    label: "Stage",
    tooltip: `Show or hide the stage, with the live view of a server (${KEYS})`,
    onClick: () => dock.toggle(),
  });
  const press = () => (button.pressed = dock.open);
  press();
  dock.addEventListener("change", press);
  button.disposed.connect(() => dock.removeEventListener("change", press));
  notebook.toolbar.insertItem(10, NAME, button);
  return button;
}

// In a small window: a bar at the bottom, and above it what is on the stage, once the bar is opened.
class Sheet {
  constructor(shell, panel) {
    Object.assign(this, { shell, panel, open: false });
    Object.assign(panel, { id: "labapp-sheet" });
    this.bar = document.createElement("button");
    const title = `Show or hide the stage (${KEYS})`;
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

class Dock extends EventTarget {
  constructor(shell, tracker, panel, content, sheet, empty) {
    super();
    Object.assign(this, { shell, tracker, panel, content, sheet, empty });
    this.contents = new Map(); // notebook -> what is shown for it, and the id of its model
    const tell = () => this.dispatchEvent(new Event("change"));
    panel.onVisible = () => {
      if (this.settled && !this.small) sessionStorage.setItem(OPEN, this.open);
      tell();
    };
    sheet.bar.addEventListener("click", () => this.toggle());
    this.restore();
    const onChange = () => {
      this.onResize();
      tell();
    };
    addEventListener("resize", onChange);
    new MutationObserver(onChange).observe(document.body, { attributeFilter: ["data-labapp-presenting"] });
    tracker.currentChanged.connect(() => this.follow());
    tracker.widgetAdded.connect((_, notebook) => this.onNotebook(notebook));
  }

  get open() {
    return this.small ? this.sheet.open : this.panel.isVisible;
  }

  // Whether a window has no room for both side by side.
  get small() {
    return innerWidth < WINDOW;
  }

  // Put the content where it is shown in a window of this width; a bar is there if it has something to open.
  onResize() {
    const { small, content, panel, sheet } = this;
    if (small && panel.isVisible) this.shell.collapseRight();
    if (!small && this.wasSmall && (sheet.open || sessionStorage.getItem(OPEN) === "true")) this.show();
    this.wasSmall = small;
    const place = small ? sheet.panel : panel;
    if (content.parent !== place) place.addWidget(content);
    sheet.panel.setHidden(!small || this.presenting || !this.contents.size);
    sheet.fit();
  }

  // JupyterLab writes its layout down a while after it has changed: a page that was left before comes back as
  // it was, too.
  async restore() {
    await this.shell.restored;
    this.onResize();
    this.settled = true;
    if (this.small) return;
    const open = sessionStorage.getItem(OPEN) ?? String(this.open);
    sessionStorage.setItem(OPEN, open);
    if (open === "true" && !this.open) await this.show();
    if (open === "false" && this.open) this.hide();
  }

  get presenting() {
    return "labappPresenting" in document.body.dataset;
  }

  // Whether the view in this element may be on the stage: not on a slide.
  accepts(element) {
    return !this.presenting && Boolean(this.notebookOf(element));
  }

  // A view is for the stage with this model; where a cell has asked for it anew, the stage comes up.
  offer(element, id, asked) {
    const notebook = this.notebookOf(element);
    if (this.contents.get(notebook)?.id !== id) this.put(notebook, id);
    const kept = recall(notebook);
    if (kept?.id === id && kept.asked >= asked) return;
    remember(notebook, { id, asked });
    // A small window is the notebook's, until its reader opens the bar.
    if (!this.small) this.show();
  }

  async show() {
    // What a page had open when it was left is opened first.
    await this.shell.restored;
    if (this.small) return this.fold(true);
    this.shell.activateById(NAME);
    if (this.panel.node.clientWidth < LEAST - 60) this.widen();
  }

  fold(open) {
    this.sheet.fold(open);
    this.dispatchEvent(new Event("change"));
  }

  // Give it half of the window, as somebody would by dragging its edge.
  widen() {
    let side = this.panel;
    while (side.parent && side.parent.id !== "jp-main-split-panel") side = side.parent;
    const split = side.parent;
    if (!split) return;
    const all = split.node.clientWidth;
    const wide = Math.max(Math.min(innerWidth / 2, WIDEST), LEAST);
    const left = this.shell.leftCollapsed ? 0 : split.widgets[0].node.clientWidth;
    if (all - left - wide < NOTEBOOK) this.shell.collapseLeft();
    const place = split.widgets.indexOf(side);
    const sizes = split.relativeSizes();
    const others = 1 - sizes[place];
    const mine = wide / all;
    split.setRelativeSizes(sizes.map((size, at) => (at === place ? mine : (size * (1 - mine)) / others)));
  }

  hide() {
    if (this.small) this.fold(false);
    else if (this.open) this.shell.collapseRight();
  }

  async toggle() {
    await this.shell.restored;
    if (this.open) this.hide();
    else await this.show();
  }

  notebookOf(element) {
    return this.tracker.find(({ node }) => node.contains(element));
  }

  // A page that was loaded again has the same stage, if its kernel has.
  async onNotebook(notebook) {
    notebook.disposed.connect(() => this.drop(notebook));
    await notebook.sessionContext.ready;
    const kept = recall(notebook);
    const manager = kept && (await managerOf(notebook));
    if (manager?.has_model(kept.id) && !this.contents.has(notebook)) this.put(notebook, kept.id);
  }

  drop(notebook) {
    this.contents.get(notebook)?.renderer.dispose();
    this.contents.delete(notebook);
    this.onResize();
  }

  // A notebook begins anew: its kernel's views are gone.
  forget(notebook) {
    this.drop(notebook);
    remember(notebook, undefined);
    this.follow();
  }

  async put(notebook, id) {
    const { rendermime } = notebook.content;
    const renderer = rendermime.createRenderer(VIEW);
    this.drop(notebook);
    this.contents.set(notebook, { id, renderer });
    renderer.addClass("labapp-stage-content");
    this.content.addWidget(renderer);
    this.follow();
    this.onResize();
    const view = { version_major: 2, version_minor: 0, model_id: id };
    await renderer.renderModel(rendermime.createModel({ data: { [VIEW]: view }, trusted: true }));
  }

  // Show the stage of the notebook that one is at.
  follow() {
    const current = this.tracker.currentWidget;
    for (const [notebook, { renderer }] of this.contents) renderer.setHidden(notebook !== current);
    this.empty.setHidden(this.contents.has(current));
  }
}

// What this window remembers of a notebook's stage.
function recall({ context }) {
  return JSON.parse(sessionStorage.getItem(NAME) ?? "{}")[context.path];
}

function remember({ context }, kept) {
  const all = JSON.parse(sessionStorage.getItem(NAME) ?? "{}");
  sessionStorage.setItem(NAME, JSON.stringify({ ...all, [context.path]: kept }));
}

// A notebook's manager of widgets, once it knows the kernel's. The notebook has it only after a while, which
// nobody tells: a renderer that was made too early never hears of it.
async function managerOf(notebook) {
  for (let tries = 120; tries && !notebook.isDisposed; tries -= 1) {
    const renderer = notebook.content.rendermime.createRenderer(VIEW);
    const early = new Promise((resolve) => setTimeout(resolve, 500));
    const manager = await Promise.race([renderer._manager?.promise, early]);
    renderer.dispose();
    if (!manager) continue;
    if (!manager.restoredStatus) await next(manager.restored);
    return manager;
  }
  return undefined;
}

function next(signal) {
  return new Promise((resolve) => {
    const heard = () => {
      signal.disconnect(heard);
      resolve();
    };
    signal.connect(heard);
  });
}
