// A notebook as it was at its start, before an audience or for a learner who lost the thread: a new kernel,
// with which every server of the old one ends, the cells as the course handed them out, the top of the page.
// What somebody had changed is kept as a copy.

const COMMAND = "labapp:reset";

export async function plugin(shared, ask, part) {
  const [{ INotebookTracker }, { ICommandPalette, Notification }] = await Promise.all(
    ["@jupyterlab/notebook", "@jupyterlab/apputils"].map(shared),
  );
  const { addCommand } = await part("command.js");
  return {
    id: COMMAND,
    autoStart: true,
    optional: [INotebookTracker, ICommandPalette],
    activate(app, tracker, palette) {
      if (!tracker) return;
      addCommand(app, palette, COMMAND, {
        keys: "Alt Shift R",
        label: "Reset This Lesson",
        caption: "The notebook as at its start, with a new kernel; your changes are kept as a copy",
        isEnabled: () => Boolean(tracker.currentWidget),
        execute: () => reset(tracker.currentWidget, ask, Notification),
      });
    },
  };
}

async function reset(panel, ask, Notification) {
  const { context, content, sessionContext } = panel;
  const began = performance.now();
  const first = fetchFirst(context, ask);
  try {
    const [{ content: cells, copy }] = await Promise.all([first, restart(sessionContext)]);
    // In this order: a cell that still shows a view would bring the stage back.
    restore(content, cells);
    globalThis.labappDock?.forget(panel);
    content.mode = "command";
    content.activeCellIndex = 0;
    await content.scrollToItem(0, "start");
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    await context.save();
    const kept = copy ? ` What you had changed is kept in ${copy}.` : "";
    Notification.success(`${panel.context.path} is at its start, after ${seconds} s.${kept}`, {
      autoClose: 5000,
    });
  } catch (error) {
    Notification.error(`Not reset: ${error.message}`, { autoClose: false });
  }
}

// A file on the disk is what is copied: so it is written first.
async function fetchFirst(context, ask) {
  if (context.model.dirty) await context.save();
  return ask("reset", { path: context.path });
}

async function restart(sessionContext) {
  if (sessionContext.session?.kernel) await sessionContext.restartKernel();
  else await sessionContext.initialize();
}

// Cells that are still there stay where they are, with their first text and without outputs: to make all anew
// takes a second. Where somebody added or removed one, all are made anew.
function restore({ model }, first) {
  const cells = [...model.cells];
  const there =
    cells.length === first.cells.length && cells.every((cell, at) => cell.id === first.cells[at].id);
  if (!there) return model.fromJSON(first);
  for (const [at, cell] of cells.entries()) {
    const { source } = first.cells[at];
    if (cell.sharedModel.getSource() !== source) cell.sharedModel.setSource(source);
    if (cell.type === "code") cell.clearExecution();
  }
  return undefined;
}
