// The stage's content: the servers to choose from, and below them the view of the one that is chosen.

const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

class Stage {
  constructor(model, el) {
    this.model = model;
    this.list = document.createElement("div");
    this.host = document.createElement("div");
    this.root = document.createElement("section");
    Object.assign(this.root, { className: "labapp-stage", ariaLabel: "Stage" });
    Object.assign(this.list, { className: "ls-servers", role: "tablist", ariaLabel: "Servers" });
    Object.assign(this.host, {
      className: "ls-host",
      id: `labapp-host-${Math.random().toString(36).slice(2)}`,
    });
    this.host.setAttribute("role", "tabpanel");
    this.root.append(this.list, this.host);
    el.append(this.root);
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("button")));
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    // Keys are the stage's own: JupyterLab would act on the notebook.
    this.root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
    });
    // What is shown knows when its kernel is gone, and nobody is there to say so here.
    this.watch = new MutationObserver(() => this.paint());
    this.watch.observe(this.host, { subtree: true, attributeFilter: ["data-gone"] });
    this.listen = () => this.paint();
    model.on("change:servers change:shown", this.listen);
    this.tell({ kind: "hello" });
    this.paint();
  }

  close() {
    this.model.off("change:servers change:shown", this.listen);
    this.watch.disconnect();
    this.view?.remove();
  }

  get buttons() {
    return [...this.list.children];
  }

  paint() {
    const [servers, shown] = [this.model.get("servers"), this.model.get("shown")];
    const focused = this.buttons.find((button) => button === document.activeElement)?.dataset.server;
    const left = this.list.scrollLeft;
    this.list.replaceChildren(...servers.map((server) => this.button(server, server.key === shown)));
    this.list.scrollLeft = left;
    // Of more servers than there is room for, the one that is shown is in sight; longer labels push it out.
    const chosen = this.list.querySelector('[aria-selected="true"]');
    const painted = `${shown}: ${this.list.textContent}`;
    if (painted !== this.revealed) chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.revealed = painted;
    if (focused) this.buttons.find(({ dataset }) => dataset.server === focused)?.focus();
    this.show(servers.find(({ key }) => key === shown)?.view);
  }

  button({ key, name, command, running }, chosen) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.server = key;
    button.title = command;
    const gone = this.host.querySelector("[data-gone]") ? " (kernel gone)" : "";
    button.textContent = `${name}${running ? gone : " (ended)"}`;
    button.tabIndex = chosen ? 0 : -1;
    for (const [attribute, value] of [
      ["role", "tab"],
      ["aria-selected", chosen],
      ["aria-controls", this.host.id],
    ])
      button.setAttribute(attribute, value);
    return button;
  }

  // Show a view by its model; the one before it goes once this one is there.
  async show(id) {
    if (!id || id === this.shown) return;
    this.shown = id;
    const manager = this.model.widget_manager;
    const view = await manager.create_view(await manager.get_model(id));
    if (this.shown !== id) return view.remove();
    this.view?.remove();
    this.view = view;
    this.host.replaceChildren(view.el);
    return undefined;
  }

  choose(button) {
    if (button) this.tell({ kind: "choose", key: button.dataset.server });
  }

  // A kernel that is gone hears nothing, and what is shown says so; a page may show the stage again later.
  tell(message) {
    try {
      this.model.send(message);
    } catch {
      // Nobody to tell.
    }
  }

  onKey(event) {
    const { buttons } = this;
    const here = buttons.indexOf(event.target);
    if (!(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
    const there = buttons[Math.min(Math.max(here + STEPS[event.key], 0), buttons.length - 1)];
    there.focus();
    this.choose(there);
    event.preventDefault();
  }
}

export default {
  render({ model, el }) {
    const stage = new Stage(model, el);
    return () => stage.close();
  },
};
