// A live view in a notebook that nobody has run yet: its stored picture, and how to make it live.
//
// JupyterLab's manager of widgets would say "Error displaying widget: model not found", although the saved
// output holds a picture and a text as well. Its renderer stays what it is, so that the manager finds it;
// only what it shows while it has no widget is replaced.

const VIEW = "application/vnd.jupyter.widget-view+json";
const PATIENCE = 1000; // ms until a view that has neither come nor failed is called a stored one
const LOST = ["restarting", "autorestarting", "dead", "terminating"];
const OWN = "[data-live-view], [data-deployment], .labapp-stage, .labapp-line";
// A kernel that is new lacks what the cells above imported and launched.
const RUN = "run all above this cell (menu Run), then this cell";
const LINES = {
  "image/svg+xml": `Stored picture: to go live, ${RUN}.`,
  "text/html": `Stored question: to answer it, ${RUN}.`,
};

export async function plugin(_, _ask, part) {
  const { next } = await part("widget_manager.js");
  return {
    id: "labapp:stored-views",
    autoStart: true,
    activate(app) {
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew: ({ content, sessionContext }) => keepPictures(content.rendermime, sessionContext, next),
      });
    },
  };
}

function keepPictures(rendermime, session, next) {
  const create = rendermime.createRenderer.bind(rendermime);
  rendermime.createRenderer = (mimeType) => {
    const renderer = create(mimeType);
    return mimeType === VIEW && renderer.widgets
      ? new StoredView(renderer, rendermime, session, next).renderer
      : renderer;
  };
}

class StoredView {
  constructor(renderer, rendermime, session, next) {
    Object.assign(this, { renderer, rendermime, session, next });
    session.statusChanged.connect(this.onStatus, this);
    this.render = renderer.renderModel.bind(renderer);
    renderer.renderModel = (model) => this.onModel(model);
    // It may have been taken away while its widget was made.
    const add = renderer.addWidget.bind(renderer);
    renderer.addWidget = (widget) => (renderer.isDisposed ? widget.dispose() : add(widget));
    // What the renderer writes where a widget should be stands there no longer than this tells of it.
    this.observer = new MutationObserver(() => this.cover());
    this.observer.observe(renderer.node, { childList: true });
    renderer.disposed.connect(() => this.close());
  }

  async onModel(model) {
    const { [VIEW]: view, ...data } = model.data;
    const mimeType =
      view.model_id && this.rendermime.preferredMimeType(data, model.trusted ? "any" : "ensure");
    if (!mimeType) {
      await this.render(model);
      return;
    }
    this.picture?.dispose();
    this.picture = this.rendermime.createRenderer(mimeType);
    this.line = document.createElement("p");
    this.line.className = "labapp-stored-line";
    this.element = document.createElement("div");
    this.element.className = "labapp-stored";
    this.element.append(this.line, this.picture.node);
    this.said = LINES[mimeType] ?? `Stored text: to go live, ${RUN}.`;
    await this.picture.renderModel(model);
    this.cover();
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => this.tell(), PATIENCE);
    if (await this.isKnown(view.model_id)) await this.render(model);
    this.tell();
  }

  // Whether the manager has this widget. A kernel that goes on tells it of all widgets once, when a page is
  // loaded.
  async isKnown(id) {
    const manager = await this.renderer._manager?.promise;
    if (!manager?.has_model) return true; // Another manager than we know: let it speak for itself.
    if (!manager.restoredStatus && !manager.has_model(id)) await this.next(manager.restored);
    for (let tries = 20; tries && !manager.has_model(id); tries -= 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    return manager.has_model(id);
  }

  get isLive() {
    return this.renderer.isDisposed || this.renderer.widgets.length > 0;
  }

  cover() {
    const { node } = this.renderer;
    if (this.isLive || !this.element || node.firstChild === this.element) return;
    node.replaceChildren(this.element);
  }

  tell() {
    if (!this.isLive) this.line.textContent = this.said;
  }

  // A form whose kernel is gone answers nobody. A live view says so itself, and shows its past all the same.
  onStatus(_, status) {
    const { node, widgets } = this.renderer;
    if (!LOST.includes(status) || !this.line || !widgets?.length || node.querySelector(OWN)) return;
    for (const widget of widgets) widget.node.inert = true;
    this.line.textContent = `The kernel is gone: ${this.said.split(": ")[1]}`;
    node.prepend(this.line);
  }

  close() {
    clearTimeout(this.doubt);
    this.session.statusChanged.disconnect(this.onStatus, this);
    this.observer.disconnect();
    this.picture?.dispose();
  }
}
