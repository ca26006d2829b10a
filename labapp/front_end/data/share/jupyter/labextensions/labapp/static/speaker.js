// The speaker's window, for a second screen: the notes, the next slide, the minutes gone and left.
//
// It follows the show by the event that each slide sends; its keys do what those of the show do.

const COMMAND = "labapp:speaker";
const STYLE = `
  :root { color-scheme: light dark; font: 20px/1.45 system-ui, sans-serif; }
  body { display: grid; grid-template: auto auto 1fr / 1fr 1fr; gap: 12px 28px; height: 100vh;
    box-sizing: border-box; margin: 0; padding: 18px 24px; color: #1b1f24; background: #fff; }
  header { display: flex; grid-column: 1 / -1; gap: 28px; align-items: baseline; }
  h1, h2 { margin: 0; font-size: 22px; } h2 { font-size: 16px; } header h1 { flex: 1; }
  .clock { font-size: 34px; font-variant-numeric: tabular-nums; }
  section { overflow: auto; } pre { margin: 8px 0; font: inherit; white-space: pre-wrap; }
  #next > div { margin-top: 8px; padding: 12px; border: 1px solid #7d8590; font-size: 15px; zoom: 0.8; }
  #next svg { max-width: 100%; height: auto; }
  #next :is(.jp-InputPrompt, .jp-OutputPrompt, .jp-InternalAnchorLink) { display: none; }
  table { width: 100%; border-collapse: collapse; font-size: 16px; font-variant-numeric: tabular-nums; }
  td, th { padding: 3px 6px; text-align: right; } td:first-child, th:first-child { text-align: left; }
  tr[aria-current] { font-weight: 600; background: #ddeaff; } .over { color: #b3261e; }
  #plan { grid-column: 2; grid-row: 2 / 4; } #notes { grid-row: 2; } #next { grid-row: 3; }
  @media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #14171b; }
    tr[aria-current] { background: #22344f; } .over { color: #ff8a80; } }`;

export async function plugin(shared, ask, part) {
  const { ICommandPalette, Notification } = await shared("@jupyterlab/apputils");
  const { addCommand } = await part("command.js");
  return {
    id: COMMAND,
    autoStart: true,
    optional: [ICommandPalette],
    activate(app, palette) {
      const speaker = new Speaker(ask);
      addEventListener("labapp-slide", ({ detail }) => speaker.follow(detail));
      addEventListener("pagehide", () => speaker.close());
      addCommand(app, palette, COMMAND, {
        label: "Speaker's Window",
        caption: "Notes, the next slide, minutes gone and left",
        isEnabled: () => Boolean(globalThis.labappShow),
        execute() {
          if (!speaker.open())
            Notification.error("The browser did not let the speaker's window open: allow its pop-ups here.");
        },
      });
    },
  };
}

class Speaker {
  constructor(ask) {
    Object.assign(this, { ask, spent: new Map(), sections: [] });
  }

  // Follow the show to a slide; with none, it has ended.
  async follow(slide) {
    this.count();
    const begins = slide && slide.path !== this.slide?.path;
    const ends = !slide;
    this.slide = slide;
    if (ends) this.close();
    if (begins) {
      this.spent.clear();
      this.since = performance.now();
      const course = await this.ask("course").catch(() => undefined);
      this.sections = course?.lessons.find(({ paths }) => paths.lesson === slide.path)?.sections ?? [];
    }
    this.draw();
  }

  // What the slide that is shown has taken, since it was last counted, is its section's.
  count() {
    const now = performance.now();
    const section = this.slide?.slides[this.slide.at].section;
    if (this.slide) this.spent.set(section, (this.spent.get(section) ?? 0) + now - (this.since ?? now));
    this.since = now;
  }

  open() {
    if (!this.page || this.page.closed)
      this.page = window.open("", "labapp-speaker", "popup,width=1100,height=720");
    if (!this.page) return false;
    const { document: page } = this.page;
    page.title = "Speaker";
    page.documentElement.lang = "en";
    page.head.replaceChildren(Object.assign(page.createElement("style"), { textContent: STYLE }));
    this.page.onkeydown = (event) => globalThis.labappShow?.onKey(event);
    clearInterval(this.ticks);
    this.ticks = setInterval(() => this.tick(), 1000);
    this.draw();
    this.page.focus();
    return true;
  }

  close() {
    clearInterval(this.ticks);
    this.page?.close();
    this.page = undefined;
  }

  tick() {
    if (!this.page || this.page.closed) return clearInterval(this.ticks);
    this.count();
    return this.drawTimes();
  }

  draw() {
    if (!this.page || this.page.closed || !this.slide) return;
    const { document: page } = this.page;
    const { at, slides } = this.slide;
    const make = (name, text) => Object.assign(page.createElement(name), { textContent: text });
    const part = (id, ariaLabel) => Object.assign(make("section", ""), { id, ariaLabel, tabIndex: 0 });
    const header = make("header", "");
    header.append(make("h1", slides[at].title), make("span", `Slide ${at + 1} of ${slides.length}`));
    this.clock = Object.assign(make("span", ""), { className: "clock" });
    header.append(this.clock);
    const notes = part("notes", "Notes");
    notes.append(make("h2", "Notes"), make("pre", plain(notesFor(this.slide)) || "None for this section."));
    const next = part("next", "Next slide");
    const shown = make("div", slides[at + 1] ? "" : "The end.");
    for (const { element } of slides[at + 1]?.units ?? []) shown.append(copy(page, element));
    next.append(make("h2", "Next"), shown);
    this.plan = part("plan", "Time");
    page.body.replaceChildren(header, notes, next, this.plan);
    this.drawTimes();
  }

  drawTimes() {
    const { document: page } = this.page;
    const here = this.slide.slides[this.slide.at].section;
    const rows = this.sections.map(({ title, minutes }) => {
      const gone = (this.spent.get(plain(title)) ?? 0) / 60_000;
      return { title: plain(title), minutes: minutes ?? 0, gone };
    });
    const gone = [...this.spent.values()].reduce((all, one) => all + one, 0) / 60_000;
    const all = rows.reduce((sum, { minutes }) => sum + minutes, 0);
    this.clock.textContent = all ? `${time(gone)} gone, ${time(all - gone)} left` : `${time(gone)} gone`;
    const table = page.createElement("table");
    table.innerHTML =
      "<thead><tr><th>Section</th><th>Minutes</th><th>Gone</th><th>Left</th></tr></thead><tbody></tbody>";
    for (const { title, minutes, gone: mine } of rows) {
      const row = table.tBodies[0].insertRow();
      if (title === here) row.setAttribute("aria-current", "step");
      for (const text of [title, minutes || "", mine ? time(mine) : "", minutes ? time(minutes - mine) : ""])
        row.insertCell().textContent = text;
      row.lastChild.className = minutes && mine > minutes ? "over" : "";
    }
    this.plan.replaceChildren(table);
  }
}

// The notes that stand in the section of this slide, as far as it has come.
function notesFor({ at, slides }) {
  const { section } = slides[at];
  return slides
    .filter((slide) => slide.section === section)
    .flatMap(({ notes }) => notes)
    .join("\n\n");
}

// A paragraph is one line, which breaks where the window is too narrow for it.
function plain(text) {
  return text
    .replace(/^> ?(\*For the speaker\.\*\n)?/gm, "")
    .replace(/([^\n])\n(?![\n*-])/g, "$1 ")
    .replace(/[`*_]/g, "")
    .trim();
}

// What is on a slide, as a picture of it: nothing in it can be pressed.
function copy(page, element) {
  const copied = page.importNode(element, true);
  for (const one of [copied, ...copied.querySelectorAll("*")]) {
    one.classList?.remove("labapp-off");
    one.removeAttribute("id");
  }
  copied.inert = true;
  copied.style.cssText = copied.matches(".jp-Cell-inputWrapper, .jp-OutputArea-child")
    ? "white-space: pre-wrap; font-family: monospace"
    : "";
  return copied;
}

function time(minutes) {
  const seconds = Math.round(Math.abs(minutes) * 60);
  const sign = minutes < 0 && seconds ? "−" : "";
  return `${sign}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
