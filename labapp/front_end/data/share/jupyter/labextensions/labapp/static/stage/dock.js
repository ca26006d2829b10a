// How what is on the stage comes and goes. There is one panel; it shows the stage of the notebook that one is
// at. What is on a stage is a widget of its kernel.

const VIEW = "application/vnd.jupyter.widget-view+json";
const NAME = "labapp-stage";
const OPEN = "labapp-stage-open";
const WIDEST = 760; // pixels: half of the window, but no more than is of use, and
const LEAST = 664; // no less than the view needs
const NOTEBOOK = 560; // pixels that are left to the notebook, if need be without the left side's
const NOTHING = "Nothing of this notebook is on the stage. lab.watch(…) brings a server here.";
const NOBODY = "No notebook is open. In one, lab.watch(…) brings a server here.";
const WINDOW = 1000; // pixels from which on a window has room for both

export class Dock extends EventTarget {
  constructor(shell, tracker, managerOf, { panel, content, sheet, empty }) {
    super();
    Object.assign(this, { shell, tracker, managerOf, panel, content, sheet, empty });
    this.contents = new Map(); // notebook -> what is shown for it, and the id of its model
    const tell = () => this.dispatchEvent(new Event("change"));
    panel.onVisible = () => {
      if (this.settled && !this.small) sessionStorage.setItem(OPEN, this.open || this.withdrawn);
      tell();
    };
    sheet.bar.addEventListener("click", () => this.toggle());
    this.follow();
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
    const returns = !small && this.wasSmall && (sheet.open || sessionStorage.getItem(OPEN) === "true");
    this.wasSmall = small;
    if (returns) this.withdraw();
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
    if (open === "true") this.withdraw();
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

  // Leave the notebook all of the window until there is something to show beside it.
  withdraw() {
    this.withdrawn = true;
    this.follow();
  }

  async show() {
    this.withdrawn = false;
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
    this.withdrawn = false;
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
    const manager = kept && (await this.managerOf(notebook));
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

  // Show the stage of the notebook that one is at; without one, it takes no room.
  follow() {
    const current = this.tracker.currentWidget;
    for (const [notebook, { renderer }] of this.contents) renderer.setHidden(notebook !== current);
    const something = this.contents.has(current);
    this.empty.setHidden(something);
    this.empty.node.textContent = current ? NOTHING : NOBODY;
    if (this.small || !this.settled) return;
    if (something && this.withdrawn) this.show();
    if (something || !this.panel.isVisible) return;
    this.withdrawn = true;
    this.shell.collapseRight();
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
