// The course's cover: its lessons, how long they take, how far one has come, and where to go on.
//
// JupyterLab opens it at its start, unless it was asked for a notebook; Alt+Shift+C brings it back.

const COMMAND = "labapp:course";
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3"
  fill="#616161" d="M4 4h7v7H4zm9 0h7v7h-7zm-9 9h7v7H4zm11 0h3v3h2v2h-5z"/></svg>`;
const KEYS = [
  ["Alt Shift C", "this page"],
  ["Alt Shift S", "the stage, with the live view"],
  ["Alt Shift T", "a terminal"],
  ["Alt Shift P", "the lesson as slides"],
  ["Alt Shift R", "the lesson as at its start"],
];

export async function plugin(shared, ask, part) {
  const [{ Widget }, { ILabShell }, { ICommandPalette, MainAreaWidget }, { ILauncher }, { LabIcon }] =
    await Promise.all(
      [
        "@lumino/widgets",
        "@jupyterlab/application",
        "@jupyterlab/apputils",
        "@jupyterlab/launcher",
        "@jupyterlab/ui-components",
      ].map(shared),
    );
  const { addCommand } = await part("command.js");
  const icon = new LabIcon({ name: COMMAND, svgstr: ICON });

  class Cover extends Widget {
    constructor(commands) {
      super();
      this.commands = commands;
      this.addClass("labapp-cover");
      this.node.tabIndex = -1;
      const onVisit = () => this.isVisible && this.draw();
      addEventListener("labapp-visit", onVisit);
      this.disposed.connect(() => removeEventListener("labapp-visit", onVisit));
    }

    onAfterShow() {
      this.draw();
    }

    onActivateRequest() {
      (this.node.querySelector(".labapp-continue") ?? this.node).focus();
    }

    async draw() {
      const course = await ask("course");
      const focused = this.node.contains(document.activeElement);
      this.node.replaceChildren(...content(course, this.commands));
      if (focused) this.onActivateRequest();
    }
  }

  return {
    id: COMMAND,
    autoStart: true,
    optional: [ILabShell, ICommandPalette, ILauncher],
    activate(app, shell, palette, launcher) {
      if (!shell) return;
      const { commands } = app;
      let cover;
      const open = async (activate = true) => {
        if (!cover || cover.isDisposed) {
          const inner = new Cover(commands);
          cover = new MainAreaWidget({ content: inner });
          Object.assign(cover, { id: "labapp-cover" });
          Object.assign(cover.title, { label: "Course", icon, caption: "The map of the course" });
          Object.assign(cover.title, { closable: true });
          await inner.draw();
        }
        if (!cover.isAttached) shell.add(cover, "main", { activate });
        if (activate) shell.activateById(cover.id);
      };
      addCommand(app, palette, COMMAND, {
        keys: "Alt Shift C",
        label: "Course",
        caption: "The map of the course",
        icon,
        execute: () => open(),
      });
      launcher?.add({ command: COMMAND, category: "Course", rank: 0 });
      welcome(app, shell, ask, open);
    },
  };
}

// Whoever opened JupyterLab, and no notebook of it, finds the cover before all else; a reload keeps the page.
async function welcome(app, shell, ask, open) {
  await app.restored;
  if (/\/(doc|tree)(\/|$)/.test(location.pathname) || shell.mode !== "multiple-document") return;
  const course = await ask("course").catch(() => undefined);
  if (!course?.lessons.length) return;
  const [navigation] = performance.getEntriesByType("navigation");
  const current = shell.currentWidget;
  const idle = !current || current.title.label === "Launcher";
  await open(navigation?.type !== "reload" || idle);
  if (idle && current) current.close();
}

function content(course, commands) {
  const { lessons, last } = course;
  const open = (path, heading) => () => go(commands, path, heading);
  const [first] = lessons;
  const next = last && lessons.find(({ paths }) => Object.values(paths).includes(last.path));
  const kind = next && Object.keys(next.paths).find((one) => next.paths[one] === last.path);
  const where = next && [last.heading, kind === "lesson" ? "" : kind].filter(Boolean).join(", ");
  const title = `${(next ?? first).number} ${(next ?? first).title}`;
  const begin = make("button", { className: "labapp-continue", type: "button" }, [
    make("strong", {}, [next ? "Continue where you were" : "Begin"]),
    make("span", {}, [where ? `${title}: ${where}` : title]),
  ]);
  begin.onclick = open(next ? last.path : first.paths.lesson, next ? last.heading : "");
  const done = sum(lessons, "passed");
  const summary =
    `${lessons.length} lessons, ${hours(sum(lessons, "minutes"))} of reading and ` +
    `${hours(sum(lessons, "exerciseMinutes"))} of exercises. ` +
    `You have passed ${done} of ${sum(lessons, "questions")} questions.`;
  const foot = make("p", { className: "labapp-cover-foot" }, [
    link("Glossary", open(course.glossary), course.glossary),
    ...KEYS.map(([keys, what]) =>
      make("span", {}, [make("kbd", {}, [keys.replaceAll(" ", "+")]), ` ${what}`]),
    ),
  ]);
  return [
    make("div", { className: "labapp-cover-head" }, [
      make("div", {}, [make("h1", {}, ["Application Servers, Live"]), make("p", {}, [summary])]),
      begin,
    ]),
    make(
      "ol",
      { className: "labapp-lessons", ariaLabel: "Lessons" },
      lessons.map((lesson) => row(lesson, open, lesson === next)),
    ),
    foot,
    ...(course.trouble ? [make("p", { role: "status" }, [course.trouble])] : []),
  ];
}

function row(lesson, open, here) {
  const { number, title, minutes, exerciseMinutes, paths, cells, ran, questions, passed } = lesson;
  const beside = ["exercises", "solutions"]
    .filter((kind) => paths[kind])
    .map((kind) => {
      const made = link(kind === "exercises" ? "Exercises" : "Solutions", open(paths[kind]), paths[kind]);
      made.setAttribute("aria-label", `${made.textContent} of lesson ${number}`);
      return made;
    });
  const times = [minutes, exerciseMinutes].filter(Boolean).join(" + ");
  const element = make("li", { title: lesson.enables }, [
    make("span", { className: "labapp-number" }, [number]),
    link(title, open(paths.lesson), paths.lesson),
    make("span", { className: "labapp-minutes", title: "minutes of reading, and of exercises" }, [
      `${times} min`,
    ]),
    progress(ran, cells, `${ran} of ${cells} cells run`),
    questions ? progress(passed, questions, `${passed} of ${questions} passed`) : make("span", {}, []),
    make("span", { className: "labapp-beside" }, beside),
  ]);
  if (here) element.setAttribute("aria-current", "step");
  return element;
}

function progress(value, max, words) {
  const bar = make("progress", { value, max: max || 1, ariaLabel: words }, []);
  return make("span", { className: "labapp-progress", title: words }, [bar, make("span", {}, [words])]);
}

function link(text, onclick, path) {
  return make(
    "a",
    { href: path ? `#${path}` : "#", onclick: (event) => (event.preventDefault(), onclick()) },
    [text],
  );
}

async function go(commands, path, heading) {
  const opened = await commands.execute("docmanager:open", { path });
  await opened?.context?.ready;
  if (heading) await opened?.setFragment?.(`#${heading.replaceAll(" ", "-")}`);
}

function make(name, properties, children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function sum(lessons, what) {
  return lessons.reduce((all, lesson) => all + (lesson[what] ?? 0), 0);
}

function hours(minutes) {
  return minutes < 100 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
