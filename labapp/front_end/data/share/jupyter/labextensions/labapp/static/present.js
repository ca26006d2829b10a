// A notebook as slides: the notebook itself, live widgets and all, in pages that fit. A larger screen shows
// the same slides, larger.

const COMMAND = "labapp:present";
const PARTS = ["slides/pages.js", "slides/keys.js", "slides/bar.js", "slides/runs.js", "slides/show.js"];

export async function plugin(shared, ask, part) {
  const [{ INotebookTracker, NotebookActions }, { ICommandPalette }] = await Promise.all(
    ["@jupyterlab/notebook", "@jupyterlab/apputils"].map(shared),
  );
  const [pages, { actOf }, { Bar }, { Runs }, { Show }] = await Promise.all(
    PARTS.map(part),
  );
  const { addCommand } = await part("command.js");

  async function present(app, panel) {
    await panel.context.ready;
    const show = new Show(app, panel, { pages, actOf });
    globalThis.labappShow = show;
    await show.begin(new Bar(show), new Runs(show, NotebookActions));
  }

  return {
    id: COMMAND,
    autoStart: true,
    optional: [INotebookTracker, ICommandPalette],
    activate(app, tracker, palette) {
      if (!tracker) return;
      addCommand(app, palette, COMMAND, {
        keys: "Alt Shift P",
        label: "Present This Notebook, or End It",
        caption: "The notebook as slides",
        isEnabled: () => Boolean(tracker.currentWidget),
        execute() {
          if (globalThis.labappShow) return globalThis.labappShow.end();
          return present(app, tracker.currentWidget);
        },
      });
      presentAsked(app, tracker, ask);
    },
  };
}

// `python -m labapp present` opens a lesson for this; a reload of the page is not asked again.
async function presentAsked(app, tracker, ask) {
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
