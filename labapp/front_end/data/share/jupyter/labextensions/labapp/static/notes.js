// What is for the speaker is folded where a lesson is read: a line says that it is there, and opens it.

export function plugin() {
  return {
    id: "labapp:notes",
    autoStart: true,
    activate(app) {
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew({ content, context }) {
          context.ready.then(() => fold(content));
        },
      });
    },
  };
}

// Only on the page: the notebook is not changed.
function fold({ widgets }) {
  for (const cell of widgets)
    if (cell.model.getMetadata("slideshow")?.slide_type === "notes")
      Object.assign(cell, { syncCollapse: false }).inputHidden = true;
}
