// A terminal below the lesson, one key away; the same key leads back.

const COMMAND = "labapp:terminal";

export async function plugin(shared, _, part) {
  const [{ ILabShell }, { ICommandPalette }] = await Promise.all(
    ["@jupyterlab/application", "@jupyterlab/apputils"].map(shared),
  );
  const { addCommand } = await part("command.js");
  return {
    id: COMMAND,
    autoStart: true,
    optional: [ILabShell, ICommandPalette],
    activate(app, shell, palette) {
      if (!shell) return;
      const { commands } = app;
      let terminal;
      let before;
      const execute = async () => {
        const current = shell.currentWidget;
        if (terminal && !terminal.isDisposed && current === terminal) return shell.activateById(before);
        before = current?.id;
        if (!terminal || terminal.isDisposed) {
          terminal = await commands.execute("terminal:create-new");
          if (before) shell.add(terminal, "main", { ref: before, mode: "split-bottom" });
        }
        return shell.activateById(terminal.id);
      };
      const label = "Terminal Below the Lesson, and Back";
      addCommand(app, palette, COMMAND, { keys: "Alt Shift T", label, execute });
      // A terminal takes every key for itself: these lead out of it.
      const lead = (event) => {
        if (event.altKey && event.shiftKey && event.target.closest?.(".jp-Terminal"))
          commands.processKeydownEvent(event);
      };
      document.addEventListener("keydown", lead, true);
    },
  };
}
