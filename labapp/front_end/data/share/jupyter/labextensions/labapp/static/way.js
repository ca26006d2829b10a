// The way through the course, above each of its notebooks: to the lesson before and after, to the exercises
// and the solutions, to the map. It also tells where one is, for whoever comes back another day.

const OFTEN = 1500; // ms between two words about where one is
const NAMES = { lesson: "Lesson", exercises: "Exercises", solutions: "Solutions" };
const ACTS = [
  ["labapp:reset", "Reset", "The notebook as at its start, with a new kernel (Alt+Shift+R)"],
  ["labapp:present", "Present", "This notebook as slides (Alt+Shift+P)"],
];

export async function plugin(shared, ask) {
  const [{ Widget }, { NotebookActions }] = await Promise.all(
    ["@lumino/widgets", "@jupyterlab/notebook"].map(shared),
  );
  return {
    id: "labapp:way",
    autoStart: true,
    activate(app) {
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew(panel) {
          begin(app, panel, Widget, NotebookActions, ask);
        },
      });
    },
  };
}

async function begin(app, panel, Widget, NotebookActions, ask) {
  await panel.context.ready;
  const { path } = panel.context;
  const course = await ask("course").catch(() => undefined);
  const place = course && find(course.lessons, path);
  if (panel.isDisposed || !place) return;
  const { lesson, kind } = place;
  const label = kind === "lesson" ? lesson.title : `${NAMES[kind]}: ${lesson.title}`;
  // The tab's own label is the file's name: with another one, JupyterLab would rename the file.
  panel.title.dataset = { ...panel.title.dataset, "labapp-label": `${lesson.number} ${label}` };
  panel.title.caption = `${lesson.number} ${label} (${path})`;
  const bar = new Widget({ node: draw(app.commands, course.lessons, place) });
  bar.addClass("labapp-way");
  panel.contentHeader.addWidget(bar);
  panel.contentHeader.show();
  tell(panel, NotebookActions, ask);
}

function find(lessons, path) {
  for (const [at, lesson] of lessons.entries())
    for (const kind of Object.keys(lesson.paths))
      if (lesson.paths[kind] === path) return { at, lesson, kind };
  return undefined;
}

function draw(commands, lessons, { at, lesson, kind }) {
  const node = Object.assign(document.createElement("nav"), { ariaLabel: "Course" });
  const open = (path) => () => commands.execute("docmanager:open", { path });
  const step = (to, before) => {
    const path = lessons[to]?.paths[kind];
    if (!path) return;
    const { number, title } = lessons[to];
    const words = `${before ? "Previous" : "Next"}: ${number} ${title}`;
    node.append(button(before ? `‹ ${number}` : `${number} ›`, words, open(path)));
  };
  step(at - 1, true);
  node.append(
    button("Course", "The map of the course (Alt+Shift+C)", () => commands.execute("labapp:course")),
  );
  for (const other of Object.keys(NAMES))
    if (other !== kind && lesson.paths[other])
      node.append(
        button(NAMES[other], `${NAMES[other]} of lesson ${lesson.number}`, open(lesson.paths[other])),
      );
  step(at + 1, false);
  const space = Object.assign(document.createElement("span"), { className: "labapp-way-space" });
  node.append(space);
  for (const [command, text, words] of ACTS)
    if (commands.hasCommand(command)) node.append(button(text, words, () => commands.execute(command)));
  return node;
}

function button(text, words, onclick) {
  const made = Object.assign(document.createElement("button"), { type: "button", title: words, onclick });
  made.textContent = text;
  made.setAttribute("aria-label", words.startsWith(text) ? words : `${text}: ${words}`);
  return made;
}

// Say where one is and what has been run, soon after either has changed.
function tell(panel, NotebookActions, ask) {
  const { content, context } = panel;
  let ran = [];
  let waiting;
  const send = () => {
    waiting = undefined;
    const cells = ran;
    ran = [];
    ask("visit", { path: context.path, heading: headingOf(content), ran: cells }).then(
      () => dispatchEvent(new Event("labapp-visit")),
      () => {}, // Nobody to tell: one's place is not kept.
    );
  };
  const soon = () => (waiting ??= setTimeout(send, OFTEN));
  const onRun = (_, { notebook, cell, success }) => {
    const meant = cell.model.getMetadata("tags")?.includes("raises-exception"); // It fails, as it should.
    if (notebook !== content || !(success || meant) || cell.model.type !== "code") return;
    ran.push(cell.model.id);
    soon();
  };
  NotebookActions.executed.connect(onRun);
  content.activeCellChanged.connect(soon);
  panel.disposed.connect(() => {
    NotebookActions.executed.disconnect(onRun);
    clearTimeout(waiting);
  });
  send();
}

// The nearest heading above the active cell, without its signs.
function headingOf({ widgets, activeCellIndex }) {
  for (let at = activeCellIndex; at >= 0; at -= 1) {
    const { model } = widgets[at] ?? {};
    const found = model?.type === "markdown" && /^#{2,3} +(.+)$/m.exec(model.sharedModel.getSource());
    if (found) return found[1].replace(/[`*_]/g, "");
  }
  return "";
}
