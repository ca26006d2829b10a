// A command of the course: in the palette, and by its keys wherever one is.

export function addCommand(app, palette, command, { keys, category = "Course", ...options }) {
  app.commands.addCommand(command, options);
  if (keys) app.commands.addKeyBinding({ command, keys: [keys], selector: "body" });
  palette?.addItem({ command, category });
}
