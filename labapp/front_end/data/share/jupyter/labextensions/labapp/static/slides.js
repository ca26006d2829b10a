// In a slide show, a click or the focus in an output stays where it is.
//
// JupyterLab would make its cell the active one, to which the slide show then scrolls: between the pointer's
// going down and coming up again, so that the click reaches something else.

const SLIDESHOW = "jupyterlab-slideshow:plugin";

export async function plugin(shared) {
  const { ISettingRegistry } = await shared("@jupyterlab/settingregistry");
  return {
    id: "labapp:slides",
    autoStart: true,
    optional: [ISettingRegistry],
    activate(app, registry) {
      endEarlierShow(registry);
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew({ content }) {
          for (const kind of ["mousedown", "focusin"]) content.viewportNode.addEventListener(kind, keep);
        },
      });
    },
  };
}

// Whoever opens JupyterLab finds the notebook, and not the slide show of another day; a reload goes on with
// it.
async function endEarlierShow(registry) {
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation?.type === "reload" || !registry) return;
  const settings = await registry.load(SLIDESHOW).catch(() => undefined);
  if (settings?.composite.active) await settings.set("active", false);
}

function keep(event) {
  const presenting = document.body.dataset.jpDeckMode === "presenting";
  if (presenting && event.target.closest(".jp-Cell-outputArea")) event.stopPropagation();
}
