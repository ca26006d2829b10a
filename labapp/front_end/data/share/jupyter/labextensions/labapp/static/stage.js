// The stage: a panel at the right in which a kernel's live view stays in sight while the lesson scrolls. In a
// small window it folds to a bar at the bottom, which opens it below the notebook.
//
// There is one panel; it shows the stage of the notebook that one is at. What is on a stage is a widget of
// its kernel; here is only the place, and how it comes and goes. Views in cells find it as `labappDock`.

const NAME = "labapp-stage";
const COMMAND = "labapp:stage";
const KEYS = "Alt+Shift+S";

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3"
  fill="#616161" d="M3 4h18v16H3zm2 2v12h7V6zm9 0v5h5V6zm0 7v5h5v-5z"/></svg>`;

export async function plugin(shared, _, part) {
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
  const [{ addCommand }, { Dock }, { Sheet }, { managerOf }] = await Promise.all(
    ["command.js", "stage/dock.js", "stage/sheet.js", "widget_manager.js"].map(part),
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
      content.addWidget(empty);
      shell.add(panel, "right", { rank: 10 });
      restorer?.add(panel, NAME);

      const sheet = new Sheet(shell, new Panel(), KEYS);
      const dock = new Dock(shell, tracker, managerOf, { panel, content, sheet, empty });
      globalThis.labappDock = dock;
      addCommand(app, palette, COMMAND, {
        keys: "Alt Shift S",
        category: "Notebook Operations",
        label: "Show or Hide the Stage",
        icon,
        isToggled: () => dock.open,
        execute: () => dock.toggle(),
      });
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
