// In a slide show, a click or the focus in an output stays where it is.
//
// JupyterLab would make its cell the active one, to which the slide show then scrolls: between the pointer's going
// down and coming up again, so that the click reaches something else.

export function plugin() {
  return {
    id: "labapp:slides",
    autoStart: true,
    activate(app) {
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew({ content }) {
          for (const kind of ["mousedown", "focusin"]) content.viewportNode.addEventListener(kind, keep);
        },
      });
    },
  };
}

function keep(event) {
  const presenting = document.body.dataset.jpDeckMode === "presenting";
  if (presenting && event.target.closest(".jp-Cell-outputArea")) event.stopPropagation();
}
