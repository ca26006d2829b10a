// The live view of one server, in the browser.
//
// It paints and it listens; it decides nothing. Where things go was laid out in the kernel (`picture`), what they are
// called too (`scene`); here elements are patched by key, so that boxes glide, the newborn and the dead are seen, the focus stays
// where it is and a screen reader is told only what changed. All text is set as text, never as markup. Classes begin
// with `ll-`: the page has styles of its own. Who wants to find things goes by the data attributes.

const SVG = "http://www.w3.org/2000/svg";
const ROWS = 500; // lines of the log kept on the page
const LARGEST = 1.4; // scale of the picture, at most
const PATIENCE = 4000; // milliseconds within which a kernel that can answer does
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const HINT = "Select a process, then send it a signal. Keys: arrows roam the tree, Enter goes to the signals, Esc comes back.";
const MARKS = { warning: "▲ warning", error: "✖ error", critical: "✖ critical", debug: "· debug" };

// ---------------------------------------------------------------------------------------------- small tools

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...children);
  return element;
}

function draw(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  set(element, attributes);
  return element;
}

// Set attributes that differ; undefined removes one. What is not touched is not announced and not animated.
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Make the children of `parent` be those of `items`, each known by its key: [key, ...rest].
function patch(parent, items, create, update, remove = (element) => element.remove()) {
  const known = (parent.known ??= new Map());
  const keys = new Set(items.map(([key]) => key));
  for (const [key, element] of known) {
    if (!keys.has(key)) {
      known.delete(key);
      remove(element);
    }
  }
  let next = null;
  for (const item of [...items].reverse()) {
    let element = known.get(item[0]);
    if (!element) known.set(item[0], (element = create(item)));
    update(element, item);
    // Elements already in place stay untouched: to move one is to take its focus away.
    if (element.parentNode !== parent || element.nextSibling !== next) parent.insertBefore(element, next);
    next = element;
  }
}

function age(seconds) {
  return seconds < 9.95 ? `${Math.max(seconds, 0).toFixed(1)} s` : `${Math.round(seconds)} s`;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  return whole < 3600 ? parts.join(":") : [Math.floor(whole / 3600), ...parts].join(":");
}

// ---------------------------------------------------------------------------------------------- the process tree

class Tree {
  constructor(view) {
    this.view = view;
    this.svg = draw("svg", { role: "tree", "aria-label": "Processes" });
    for (const layer of ["frames", "links", "pills", "boxes", "ghosts"]) {
      this.svg.append((this[layer] = draw("g", { class: `ll-${layer}` })));
      set(this[layer], layer === "boxes" ? { role: "presentation" } : { "aria-hidden": "true" });
    }
    this.svg.addEventListener("click", (event) => this.choose(event.target.closest(".ll-box")));
    this.svg.addEventListener("keydown", (event) => this.press(event));
    for (const kind of ["pointerover", "pointerout", "focusin", "focusout"]) {
      this.svg.addEventListener(kind, (event) => this.light(event));
    }
  }

  get elements() {
    return [...this.boxes.children];
  }

  paint(scene, places, width) {
    const picture = places.find(({ least }) => least <= width) ?? places.at(-1);
    const scale = Math.min(width / picture.width, LARGEST);
    set(this.svg, {
      viewBox: `0 0 ${picture.width} ${picture.height}`,
      width: Math.round(picture.width * scale),
      height: Math.round(picture.height * scale),
    });
    this.boxOf = new Map(scene.boxes.map((box) => [box.key, box]));
    this.placeOf = new Map(picture.places.map(([key, , x, y]) => [key, [x, y, picture]]));
    const focused = this.svg.contains(document.activeElement) ? document.activeElement : null;
    patch(this.frames, picture.frames, () => frame(), paintFrame);
    patch(this.links, picture.links, () => draw("path"), (path, [key, kind, d]) => set(path, { "data-link": key, class: `ll-${kind}`, d }));
    patch(this.pills, picture.pills, () => pill(), paintPill);
    patch(
      this.boxes,
      picture.places,
      ([key]) => draw("g", { class: "ll-box", role: "treeitem", tabindex: -1, "data-process": key }),
      (element, [key, shape, x, y]) => this.paintBox(element, this.boxOf.get(key), picture.shapes[shape], shape, x, y),
      (element) => this.leave(element),
    );
    this.keepOneTabStop();
    if (focused && document.activeElement !== focused) (focused.isConnected && this.boxes.contains(focused) ? focused : this.stop)?.focus();
  }

  paintBox(element, box, shape, name, x, y) {
    element.style.transform = `translate(${x}px, ${y}px)`;
    const selected = box.key === this.view.selected;
    set(element, {
      class: `ll-box${box.head ? " ll-head" : ""}${selected ? " ll-selected" : ""}`,
      "data-role": box.role,
      "data-state": box.mood === "alive" ? box.state : box.mood,
      "data-mood": box.mood,
      "data-pid": box.pid,
      "aria-label": box.spoken,
      "aria-level": box.level,
      "aria-selected": selected,
    });
    if (element.shape !== name) build(element, shape, name);
    const { words, bar, plug, tip } = element.parts;
    for (const [part, text] of words) say(text, this.worded(box, box.words[part] ?? ""));
    bar.style.transform = `scaleX(${Math.min(box.cpu, 100) / 100})`;
    if (plug) plug.style.display = box.plugged ? "" : "none";
    const threads = box.threads > 1 ? `, ${box.threads} threads` : "";
    say(tip, box.mood === "dead" ? box.spoken : `${box.spoken}, cpu ${box.cpu} %, ${box.memory} MB${threads}`);
  }

  worded(box, text) {
    return text.includes("{age}") ? text.replace("{age}", age(this.view.now() - box.since)) : text;
  }

  // Let the ages of the newborn run on; true while there are any.
  tick() {
    let born = false;
    for (const element of this.elements) {
      const box = this.boxOf.get(element.dataset.process);
      if (box?.mood !== "born") continue;
      born = true;
      for (const [part, text] of element.parts.words) {
        if (box.words[part]?.includes("{age}")) say(text, this.worded(box, box.words[part]));
      }
    }
    return born;
  }

  leave(element) {
    set(element, { role: undefined, tabindex: undefined, "data-process": undefined });
    if (STILL.matches) return element.remove();
    this.ghosts.append(element);
    element.classList.add("ll-leaving");
    setTimeout(() => element.remove(), 400);
  }

  // The tree is one stop of the Tab key: at the box last focused, else the selected one, else the first.
  keepOneTabStop() {
    const elements = this.elements;
    if (!elements.includes(this.stop)) {
      this.stop = elements.find((element) => element.dataset.process === this.view.selected) ?? elements[0];
    }
    for (const element of elements) set(element, { tabindex: element === this.stop ? 0 : -1 });
  }

  focus(key) {
    (this.elements.find((element) => element.dataset.process === key) ?? this.stop)?.focus();
  }

  choose(element) {
    if (!element?.dataset.process) return;
    element.focus();
    this.view.select(element.dataset.process);
  }

  press(event) {
    const here = event.target.closest(".ll-box");
    const directions = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    const elements = this.elements;
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in directions) this.neighbour(here, directions[event.key])?.focus();
    else if (event.key === "Home") elements[0]?.focus();
    else if (event.key === "End") elements.at(-1)?.focus();
    else if (event.key === "Enter" || event.key === " ") {
      this.choose(here);
      this.view.palette.focus();
    } else if (event.key === "Escape") this.view.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // The nearest box in a direction, as it is drawn.
  neighbour(here, [right, down]) {
    const centre = (element) => {
      const [x, y, picture] = this.placeOf.get(element.dataset.process);
      const [width, height] = picture.shapes[element.shape].size;
      return [x + width / 2, y + height / 2];
    };
    const [x, y] = centre(here);
    let best = null;
    let least = Infinity;
    for (const element of this.elements) {
      const [otherX, otherY] = centre(element);
      const along = (otherX - x) * right + (otherY - y) * down;
      const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
      if (along > 1 && along + 2 * aside < least) [best, least] = [element, along + 2 * aside];
    }
    return best;
  }

  // The lines of the log that belong to the box under the pointer, or in focus, are lit.
  light(event) {
    const box = event.target.closest?.(".ll-box");
    if (event.type === "focusin" && box) {
      this.stop = box;
      this.keepOneTabStop();
    }
    const lit = this.svg.querySelector(".ll-box:hover") ?? this.svg.querySelector(".ll-box:focus-visible");
    this.view.log.light(lit?.dataset.pid);
  }
}

// A box's elements, built anew only when its shape changes.
function build(element, shape, name) {
  const [width, height, radius] = shape.size;
  const inner = draw("g", { class: "ll-inner" });
  const words = shape.slots.map(([part, x, y, size, anchor]) => [
    part,
    draw("text", { "data-part": part, x, y, "font-size": size, "text-anchor": anchor }),
  ]);
  const [x, y, long, thick] = shape.bar;
  const track = draw("rect", { class: "ll-track", x, y, width: long, height: thick, rx: thick / 2 });
  const bar = draw("rect", { class: "ll-bar", x, y, width: long, height: thick, rx: thick / 2 });
  const plug = shape.plug && draw("circle", { class: "ll-plug", cx: shape.plug[0], cy: shape.plug[1], r: 4 });
  const tip = draw("title");
  inner.append(
    tip,
    draw("rect", { class: "ll-ring", x: -4, y: -4, width: width + 8, height: height + 8, rx: radius + 4 }),
    draw("rect", { class: "ll-body", width, height, rx: radius }),
    ...(shape.tag ? [tagFrame(shape.tag)] : []),
    track,
    bar,
    ...words.map(([, text]) => text),
    ...(plug ? [plug] : []),
  );
  element.replaceChildren(inner);
  element.shape = name;
  element.parts = { words, bar, plug, tip };
}

function tagFrame([x, y, width, height]) {
  return draw("rect", { class: "ll-tag", x, y, width, height, rx: height / 2 });
}

function frame() {
  const group = draw("g", { class: "ll-frame" });
  group.append(draw("rect", { rx: 10 }), draw("text"), draw("text"), draw("circle", { class: "ll-plug", r: 4 }));
  return group;
}

function paintFrame(group, [, x, y, width, height, plug, ...note]) {
  const [rect, first, second, ring] = group.children;
  set(group, { class: note.length ? "ll-frame ll-missing" : "ll-frame" });
  set(rect, { x, y, width, height });
  [first, second].forEach((text, line) => {
    set(text, { x: x + width / 2, y: y + 28 + 20 * line, "font-size": 14, "text-anchor": "middle" });
    say(text, note[line] ?? "");
  });
  set(ring, { cx: x + width, cy: y + plug, visibility: plug ? "visible" : "hidden" });
}

function pill() {
  const group = draw("g", { class: "ll-pill" });
  group.append(draw("rect", { rx: 24 }), draw("text", { class: "ll-name" }), draw("text", { class: "ll-address" }), draw("text"));
  return group;
}

function paintPill(group, [, address, caption, x, y, width, height]) {
  const [rect, ...lines] = group.children;
  set(rect, { x, y, width, height });
  ["listening socket", address, caption].forEach((words, line) => {
    set(lines[line], { x: x + width / 2, y: y + [24, 43, 62][line], "font-size": [14.5, 13, 12.5][line], "text-anchor": "middle" });
    say(lines[line], words);
  });
}

// ---------------------------------------------------------------------------------------------- the log

class Log {
  constructor(view) {
    this.view = view;
    this.following = true;
    this.missed = 0;
    this.top = 0;
    this.lit = undefined;
    this.tags = new Map(); // pid -> what its tag looks like
    // Births, deaths and answers are announced elsewhere; a log that spoke every line would drown them.
    this.lines = make("div", { class: "ll-lines", role: "log", "aria-label": "Log", "aria-live": "off", tabindex: 0 });
    this.down = make("button", { type: "button", class: "ll-down", hidden: "" });
    this.element = make("div", { class: "ll-log" }, this.lines, this.down);
    this.lines.addEventListener("scroll", () => this.scrolled());
    this.observer = new ResizeObserver(() => this.following && this.toEnd());
    this.observer.observe(this.lines);
    this.lines.addEventListener("keydown", (event) => event.key === "Escape" && this.view.tree.focus());
    this.down.addEventListener("click", () => this.toEnd());
  }

  // Add entries by number: the greeting's answer may bring what is already here, or older than it.
  add(entries) {
    for (const entry of entries) {
      const rows = this.lines.children;
      let place = rows.length;
      while (place && Number(rows[place - 1].dataset.n) > entry.n) place -= 1;
      if (place && Number(rows[place - 1].dataset.n) === entry.n) continue;
      this.lines.insertBefore(this.row(entry), rows[place] ?? null);
      this.missed += 1;
    }
    while (this.lines.children.length > ROWS) this.lines.firstChild.remove();
    if (this.following) this.toEnd();
    else this.tell();
  }

  row(entry) {
    const tag = make("span", { class: "ll-tag" });
    const text = make("span", { class: "ll-text" });
    const row = make("div", { class: "ll-row", "data-n": entry.n, "data-kind": entry.kind, "data-level": entry.level }, tag, text);
    if (entry.time) set(row, { title: entry.time });
    if (entry.kind !== "line") tag.textContent = entry.kind === "sent" ? "➜" : "✖";
    else if (entry.pid) {
      set(row, { "data-pid": entry.pid });
      if (entry.tag && !this.tags.has(entry.pid)) this.tags.set(entry.pid, { key: entry.tag, head: /^[MS]/.test(entry.tag), mood: "dead" });
      this.wear(row, this.tags.get(entry.pid));
      row.classList.toggle("ll-lit", String(entry.pid) === this.lit);
    }
    if (MARKS[entry.level] && entry.kind === "line") text.append(make("b", { class: "ll-level" }, MARKS[entry.level]), " ");
    text.append(entry.text);
    return row;
  }

  wear(row, look) {
    if (!look) return;
    say(row.firstChild, look.key);
    set(row.firstChild, { class: look.head ? "ll-tag ll-head" : "ll-tag", "data-mood": look.mood });
  }

  // Have the lines wear what their process now looks like; those of a process that has left stay as the dead.
  dress(boxes) {
    for (const { pid, key, head, mood } of boxes) {
      const before = this.tags.get(pid);
      if (before && before.key === key && before.mood === mood && before.head === head) continue;
      this.tags.set(pid, { key, head, mood });
      for (const row of this.of(pid)) this.wear(row, this.tags.get(pid));
    }
    if (this.tags.size > 4 * ROWS) for (const pid of [...this.tags.keys()].slice(0, ROWS)) this.tags.delete(pid);
  }

  of(pid) {
    return this.lines.querySelectorAll(`[data-pid="${pid}"]`);
  }

  light(pid) {
    if (pid === this.lit) return;
    for (const row of this.lines.querySelectorAll(".ll-lit")) row.classList.remove("ll-lit");
    this.lit = pid;
    if (pid) for (const row of this.of(pid)) row.classList.add("ll-lit");
  }

  // Only the reader scrolls up; when the log grows or its window shrinks, that is no wish to stay behind.
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.lines;
    if (scrollHeight - scrollTop - clientHeight < 14) this.following = true;
    else if (scrollTop < this.top) this.following = false;
    this.top = scrollTop;
    if (this.following) this.missed = 0;
    this.tell();
  }

  toEnd() {
    this.lines.scrollTop = this.lines.scrollHeight;
    this.top = this.lines.scrollTop;
    this.following = true;
    this.missed = 0;
    this.tell();
  }

  tell() {
    this.down.hidden = this.following || !this.missed;
    say(this.down, `↓ ${this.missed} new ${this.missed === 1 ? "line" : "lines"}`);
  }
}

// ---------------------------------------------------------------------------------------------- the signals

class Palette {
  constructor(view) {
    this.view = view;
    this.whom = make("span", { class: "ll-whom" });
    this.bar = make("div", { class: "ll-bar", role: "toolbar", "aria-label": "Signals" });
    this.sentence = make("p", { class: "ll-sentence", id: `labapp-sentence-${Math.random().toString(36).slice(2)}` });
    this.outcome = make("p", { class: "ll-outcome", role: "status" });
    const row = make("div", { class: "ll-signals" }, this.whom, this.bar);
    this.element = make("footer", {}, row, make("div", { class: "ll-said" }, this.sentence, this.outcome));
    for (const kind of ["pointermove", "pointerout", "focusin", "focusout"]) this.bar.addEventListener(kind, (event) => this.explain(event));
    this.bar.addEventListener("click", (event) => this.send(event.target.closest("button")));
    this.bar.addEventListener("keydown", (event) => this.press(event));
  }

  get buttons() {
    return [...this.bar.children];
  }

  paint(box, closed) {
    this.box = box;
    this.closed = closed;
    const notes = (box && this.view.about.signals[box.role]) || [];
    const role = make("b", {}, box ? box.role : "nobody");
    const label = box ? ["To ", tag(box), " ", role, ` pid ${box.pid}:`] : ["No process"];
    if (this.whom.textContent !== label.map((part) => part.textContent ?? part).join("") || this.whom.mood !== box?.mood) {
      this.whom.replaceChildren(...label);
      this.whom.mood = box?.mood;
    }
    const dead = Boolean(closed) || box?.mood === "dead";
    patch(
      this.bar,
      notes.map((note) => [note.name, note]),
      ([name]) => make("button", { type: "button", "data-signal": name, "aria-describedby": this.sentence.id }),
      (button, [name, note]) => {
        if (button.firstChild?.textContent !== name || button.lastChild.textContent !== note.label) {
          button.replaceChildren(make("b", {}, name), make("small", {}, note.label));
        }
        button.note = note;
        // Not `disabled`: the keyboard must still find it, and hear why it does nothing.
        set(button, { "aria-disabled": dead ? "true" : undefined });
      },
    );
    this.keepOneTabStop();
    this.explain();
  }

  keepOneTabStop() {
    const buttons = this.buttons;
    if (!buttons.includes(this.stop)) this.stop = buttons[0];
    for (const button of buttons) set(button, { tabindex: button === this.stop ? 0 : -1 });
  }

  focus() {
    this.stop = this.buttons[0];
    this.keepOneTabStop();
    this.stop?.focus();
  }

  press(event) {
    const buttons = this.buttons;
    const here = buttons.indexOf(event.target.closest("button"));
    const steps = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 };
    if (event.key === "Escape") this.view.tree.focus(this.box?.key);
    else if (event.key in steps && buttons.length) {
      this.stop = buttons[(steps[event.key] + buttons.length) % buttons.length];
      this.keepOneTabStop();
      this.stop.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Say what a signal will do, and how a terminal says the same: the one last come to, by pointer or by focus.
  explain(event) {
    if (event?.type === "pointermove") {
      const place = `${event.clientX} ${event.clientY}`;
      if (place === this.place) return; // The page moved, not the pointer.
      this.place = place;
    }
    if (event?.type === "pointermove" || event?.type === "focusin") this.reading = event.target.closest("button");
    else if (event) this.reading = this.bar.querySelector("button:focus-visible") ?? this.bar.querySelector("button:hover");
    const button = this.bar.contains(this.reading) ? this.reading : null;
    const words = this.words(button);
    if (this.sentence.textContent === words.map((word) => word.textContent ?? word).join("")) return;
    this.sentence.replaceChildren(...words);
  }

  words(button) {
    if (this.closed) return [`${this.closed} There is nothing left to signal.`];
    if (this.box?.mood === "dead") return [`${this.box.key} is dead: there is no process to signal.`];
    if (!button || !this.box) return [HINT];
    const line = make("code", {}, `kill -${button.note.name} ${this.box.pid}`);
    return [make("b", {}, button.note.name), `: ${button.note.sentence} From a terminal: `, line];
  }

  send(button) {
    if (!button || button.getAttribute("aria-disabled") || !this.box) return;
    this.stop = button;
    this.keepOneTabStop();
    this.tell(`sending ${button.note.name} to ${this.box.key} …`);
    this.forgetting = setTimeout(() => this.tell("✖ no answer yet: the kernel is busy, or gone", "refused"), PATIENCE);
    if (!this.view.send({ kind: "signal", key: this.box.key, signal: button.note.name })) this.view.lose(true);
  }

  tell(text, kind = "") {
    clearTimeout(this.forgetting);
    say(this.outcome, text);
    set(this.outcome, { "data-kind": kind });
    if (kind === "sent") this.forgetting = setTimeout(() => this.tell(""), 8000);
  }
}

function tag(box) {
  return make("span", { class: box.head ? "ll-tag ll-head" : "ll-tag", "data-mood": box.mood }, box.key);
}

// ---------------------------------------------------------------------------------------------- the whole

class View {
  constructor(model, el) {
    this.model = model;
    this.ahead = 0; // the kernel's clock against this one, in seconds
    this.heard = Infinity; // entries above this number are news
    this.gone = false;
    this.width = 0;
    this.selected = undefined;
    this.moods = null;
    this.news = [];
    this.tree = new Tree(this);
    this.log = new Log(this);
    this.palette = new Palette(this);
    this.command = make("code", { class: "ll-command" });
    this.url = make("a", { class: "ll-url", target: "_blank", rel: "noopener noreferrer" });
    this.facts = make("span", { class: "ll-facts" });
    this.herald = make("p", { class: "ll-herald", role: "status", "aria-live": "polite" });
    this.stage = make("div", { class: "ll-stage" }, this.tree.svg);
    this.root = make(
      "section",
      { class: "labapp-live", "data-live-view": "", "aria-label": "Live view of a server" },
      make("header", {}, this.command, this.url, this.facts),
      make("div", { class: "ll-main" }, this.stage, this.log.element),
      this.palette.element,
      this.herald,
    );
    // Here keys are the view's own: JupyterLab would edit the cell at Enter, and delete it at D D.
    this.root.addEventListener("keydown", (event) => {
      const theirs = event.ctrlKey || event.metaKey || event.altKey || ["Escape", "Tab"].includes(event.key);
      if (!theirs) event.stopPropagation();
    });
    el.append(this.root);
    this.introduce();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
    this.listeners = {
      "change:about": () => this.introduce(),
      "change:scene change:picture": () => this.paintSoon(),
      "msg:custom": (message) => this.hear(message),
      comm_live_update: () => this.check(),
    };
    for (const [event, listener] of Object.entries(this.listeners)) model.on(event, listener);
    this.resize();
    this.greet();
  }

  close() {
    this.observer.disconnect();
    this.log.observer.disconnect();
    for (const timer of [this.timer, this.heralding, this.doubt, this.palette.forgetting]) clearTimeout(timer);
    for (const [event, listener] of Object.entries(this.listeners)) this.model.off(event, listener);
  }

  get about() {
    return this.model.get("about");
  }

  get scene() {
    return this.model.get("scene");
  }

  get places() {
    return this.model.get("picture").places;
  }

  now() {
    return Date.now() / 1000 + this.ahead;
  }

  introduce() {
    const { command, url, href } = this.about;
    say(this.command, command);
    set(this.command, { title: command });
    say(this.url, url);
    set(this.url, { href: href ?? undefined });
    set(this.root, { "aria-label": `Live view of ${command}` });
  }

  resize() {
    const width = this.stage.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.paint();
  }

  // Scene and picture come together, and tell of it one after the other.
  paintSoon() {
    this.painting ??= Promise.resolve().then(() => {
      this.painting = undefined;
      this.paint();
    });
  }

  // Paint the scene: the one way by which anything changes.
  paint() {
    if (!this.width || !this.scene.boxes) return;
    const { boxes } = this.scene;
    if (!boxes.some(({ key }) => key === this.selected)) this.selected = boxes.find(({ head }) => head)?.key ?? boxes[0]?.key;
    this.log.dress(boxes);
    this.tree.paint(this.scene, this.places, this.width);
    this.palette.paint(boxes.find(({ key }) => key === this.selected), this.closing());
    set(this.root, { "data-ended": this.scene.ending ? "" : undefined, "data-gone": this.gone ? "" : undefined });
    this.proclaim(boxes);
    this.tick();
  }

  closing() {
    if (this.gone) return "The notebook's kernel is gone, and the server with it.";
    return this.scene.ending ? `The server has ended: ${this.scene.ending}.` : "";
  }

  tick() {
    clearTimeout(this.timer);
    const { since, until, ending, workers } = this.scene;
    const many = `${workers} ${workers === 1 ? "worker" : "workers"}`;
    if (this.gone) say(this.facts, "■ no kernel");
    else if (ending) say(this.facts, since ? `■ ${ending} · ran ${clock(until - since)}` : `■ ${ending}`);
    else say(this.facts, `▶ running ${clock(this.now() - since)} · ${many}`);
    const born = this.tree.tick();
    if (!this.gone && (born || !ending)) this.timer = setTimeout(() => this.tick(), born ? 100 : 1000);
  }

  select(key) {
    this.selected = key;
    this.paint();
  }

  // Hand the keyboard back to the notebook.
  leave() {
    document.activeElement?.blur();
    this.root.closest(".jp-Cell, [tabindex]")?.focus();
  }

  hear(message) {
    if (message.kind === "clock") {
      this.lose(false);
      this.ahead = message.now - Date.now() / 1000;
      this.tick();
    } else if (message.kind === "log") {
      this.log.add(message.entries);
      for (const { n, kind, text } of message.entries) {
        if (kind !== "line" && n > this.heard) this.palette.tell(kind === "sent" ? `✓ ${text}` : `✖ ${text}`, kind);
      }
      const last = message.entries.at(-1)?.n ?? 0;
      this.heard = this.heard === Infinity ? last : Math.max(this.heard, last);
    }
  }

  // The line to the kernel was cut, or mended, and nobody says which: ask. A kernel that was restarted knows us not.
  check() {
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => this.lose(true), PATIENCE);
    this.greet();
  }

  lose(gone) {
    clearTimeout(this.doubt);
    if (gone === this.gone) return;
    this.gone = gone;
    this.paint();
  }

  greet() {
    this.send({ kind: "hello" });
  }

  // Return whether the message could be sent; whether it is answered is another matter.
  send(message) {
    try {
      this.model.send(message);
      return true;
    } catch {
      return false;
    }
  }

  // Tell a screen reader of births, deaths and the end, several at a time.
  proclaim(boxes) {
    const moods = new Map(boxes.map((box) => [box.key, box]));
    for (const [key, { mood, words, spoken }] of this.moods ? moods : []) {
      const before = this.moods.get(key)?.mood;
      if (!before && mood === "born") this.news.push(`${key} born`);
      else if (before && before !== "dead" && mood === "dead") this.news.push(`${key} ${spoken.split(", ").slice(3).join(", ")}`);
    }
    if (this.moods && this.closing() && this.closing() !== this.closed) this.news.push(this.closing());
    this.closed = this.closing();
    this.moods = moods;
    if (!this.news.length || this.heralding) return;
    this.heralding = setTimeout(() => {
      this.heralding = undefined;
      const shown = this.news.slice(0, 4).join("; ");
      say(this.herald, this.news.length > 4 ? `${shown}; and ${this.news.length - 4} more` : shown);
      this.news = [];
    }, 400);
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.close();
  },
};
