// A JupyterLab that cannot show widgets: what stands in their place says which packages it lacks.
//
// The page tells which extensions it has been given. The notebook's kernel may be another environment's, so
// that a learner who runs the cell again sees the same still picture, and does not know why.

const VIEW = "application/vnd.jupyter.widget-view+json";
const RANK = -20; // Before the manager of widgets, which has -10, and before what is merely a picture.
const NEEDED = new Map([
  ["@jupyter-widgets/jupyterlab-manager", "jupyterlab_widgets"],
  ["anywidget", "anywidget"],
]);

export async function plugin(shared) {
  const [{ Widget }, { PageConfig }] = await Promise.all(
    ["@lumino/widgets", "@jupyterlab/coreutils"].map(shared),
  );

  class Still extends Widget {
    constructor(rendermime, packages) {
      super();
      this.rendermime = rendermime;
      this.node.className = "lm-Widget labapp-still";
      this.line = document.createElement("p");
      this.line.className = "labapp-stored-line";
      this.line.textContent =
        "This stands still: the JupyterLab that shows it lacks what widgets need. In its environment: " +
        `pip install ${packages.join(" ")}. Then load the page again.`;
    }

    async renderModel(model) {
      const { [VIEW]: _, ...data } = model.data;
      const mimeType = this.rendermime.preferredMimeType(data, model.trusted ? "any" : "ensure");
      this.picture?.dispose();
      this.picture = this.rendermime.createRenderer(mimeType ?? "text/plain");
      await this.picture.renderModel(model);
      this.node.replaceChildren(this.line, this.picture.node);
    }

    dispose() {
      this.picture?.dispose();
      super.dispose();
    }
  }

  return {
    id: "labapp:without-widgets",
    autoStart: true,
    activate(app) {
      const given = JSON.parse(PageConfig.getOption("federated_extensions") || "[]").map(({ name }) => name);
      const packages = [...NEEDED].filter(([name]) => !given.includes(name)).map(([, brings]) => brings);
      if (!packages.length) return;
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew({ content: { rendermime } }) {
          const createRenderer = () => new Still(rendermime, packages);
          rendermime.addFactory({ safe: true, mimeTypes: [VIEW], createRenderer }, RANK);
          // The manager of widgets, where there is one, puts its own factory in place of this.
          const create = rendermime.createRenderer.bind(rendermime);
          rendermime.createRenderer = (mimeType) => (mimeType === VIEW ? createRenderer() : create(mimeType));
        },
      });
    },
  };
}
