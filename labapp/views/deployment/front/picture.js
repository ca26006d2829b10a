// The picture of a deployment: clients, gates, boxes, and the lines between them. Every place was chosen in
// the kernel; here elements are patched by key, and the keyboard roams the boxes.

import { age, patch, setAttributes, setText, svgElement } from "../../live/front/dom.js";
import { Keyboard } from "../../live/front/keyboard.js";
import { lookOf } from "../../live/front/traffic.js";

const area = ({ x, y, width, height, radius }) => ({ x, y, width, height, rx: radius });
// Pixels of a letter: of a box's label, of its first line, of all that is smaller.
const [TAG, LARGE, SMALL] = [11, 7.6, 6.6];

export class Picture {
  constructor(view) {
    this.view = view;
    this.svg = svgElement("svg", { role: "group" });
    this.heading = svgElement("text", { "data-part": "heading", x: 14, y: 30 });
    this.facts = svgElement("text", { x: 14, y: 49 });
    setText(this.heading, "clients");
    this.svg.append(this.heading, this.facts);
    // Dots go below what servers and processes say: through a box unseen, out of it again at its other side.
    for (const layer of ["wires", "ways", "dots", "gates", "clients", "boxes"])
      this.svg.append((this[layer] = svgElement("g", { class: `ld-${layer}` })));
    setAttributes(this.boxes, { role: "tree", "aria-label": "Processes" });
    this.svg.addEventListener("click", (event) => this.choose(event.target.closest("[data-process]")));
    this.svg.addEventListener("focusin", (event) => this.keyboard.stopAt(event.target));
    this.keyboard = new Keyboard(this);
  }

  get elements() {
    return [...this.boxes.children];
  }

  choose(element) {
    if (!element) return;
    element.focus();
    this.view.select(element.dataset.process);
  }

  focus(key) {
    (this.elements.find((element) => element.dataset.process === key) ?? this.keyboard.stop)?.focus();
  }

  // The middle of a box, as it is drawn.
  centre({ dataset }) {
    const { x, y, width, height } = this.areas.get(dataset.process).area;
    return [x + width / 2, y + height / 2];
  }

  // Paint what stays as long as no process comes or goes.
  arrange(picture) {
    this.picture = picture;
    this.areas = new Map(picture.blocks.flatMap(({ boxes }) => boxes.map((box) => [box.key, box])));
    setAttributes(this.svg, {
      preserveAspectRatio: "xMidYMin meet",
      viewBox: `0 0 ${picture.width} ${picture.height}`,
    });
    setAttributes(this.svg, { "aria-label": picture.said });
    this.lines = picture.wires.map((wire) => ({ ...wire, key: `${wire.start}>${wire.end}` }));
    const blocks = picture.blocks.map((block) => ({ ...block, key: block.name }));
    patch(this.gates, blocks, gateElements, paintGate);
  }

  // Paint what the servers do now.
  paint(state, now) {
    const connected = state.clients.length + state.more;
    // Where a process has ended nothing can come from or go to.
    const gone = new Set(state.boxes.filter(({ mood }) => mood === "dead").map(({ key }) => key));
    patch(
      this.wires,
      this.lines.filter(({ start, end }) => !gone.has(start) && !state.servers[end].ended),
      () => svgElement("path"),
      (path, wire) => setAttributes(path, { d: wire.path, "data-wire": wire.key }),
    );
    setText(this.facts, connected ? `${connected} connected` : "who connects");
    for (const [name, group] of this.gates.known) {
      const { facts, waiting, ended, calm } = state.servers[name];
      setText(group.facts, facts);
      fit(group.facts, facts, group.brief ? Infinity : group.room, SMALL);
      const hidden = group.brief && group.above + facts.length * SMALL > group.room;
      setAttributes(group.facts, { visibility: hidden ? "hidden" : "visible" });
      const how = ended ? (calm ? "calm" : "crash") : undefined;
      setAttributes(group, { "data-server": name, "data-ended": how });
      setText(group.socket, waiting ? `${waiting} wait` : "socket");
      setAttributes(group, { "data-waiting": waiting || undefined });
      const tied = group.tied.filter(({ key }) => !gone.has(key));
      setAttributes(group.ties, { d: tied.map(({ path }) => path).join(" ") || "M0 0" });
    }
    const boxes = state.boxes.filter(({ key }) => this.areas.has(key));
    patch(this.boxes, boxes, boxElements, (group, box) => {
      const { area: place, flat } = this.areas.get(box.key);
      setAttributes(group, { "data-process": box.key, "data-mood": lookOf(box) });
      setAttributes(group, {
        "data-busy": box.busy ? "" : undefined,
        "data-head": box.head ? "" : undefined,
        role: "treeitem",
        "aria-label": box.spoken,
        "aria-selected": box.key === this.view.selected,
      });
      setText(group.tip, `${box.spoken}, ${box.figures}`);
      const single = flat || !box.figures || box.head;
      paintBox(
        group,
        place,
        { ...box, figures: single ? "" : box.figures },
        now,
        TAG * box.label.length + 10,
      );
    });
    this.keyboard.keepOneTabStop();
    patch(this.clients, state.clients, boxElements, (group, client) => {
      setAttributes(group, { "data-client": client.slot, "data-busy": client.busy ? "" : undefined });
      paintBox(group, this.picture.slots[client.slot], { ...client, label: "" }, now, 0);
    });
    const lines = [
      ...state.clients.map(({ key, path, way }) => ({ key: `c${key}`, path, kind: way })),
      ...state.ways.map(({ key, path }) => ({ key, path, kind: "passed" })),
    ].filter(({ path }) => path);
    patch(
      this.ways,
      lines,
      () => svgElement("path"),
      (path, { path: d, kind }) => setAttributes(path, { d, "data-way": kind }),
    );
  }

  // Let the ages run on; true while there are any.
  tick(now) {
    let restless = false;
    for (const layer of [this.boxes, this.clients])
      for (const group of layer.known?.values() ?? [])
        for (const text of [group.words, group.figures])
          if (text.template?.includes("{age}")) {
            restless = true;
            setText(text, text.template.replace("{age}", age(now - group.since)));
          }
    return restless;
  }
}

function gateElements() {
  const group = svgElement("g", { class: "ld-gate" });
  group.bar = svgElement("rect");
  group.ties = svgElement("path");
  for (const name of ["heading", "facts", "socket", "more"]) {
    group[name] = svgElement("text", { "data-part": name });
    group.append(group[name]);
  }
  group.append(group.ties, group.bar);
  return group;
}

// Letters are pressed together rather than leave their room.
function fit(text, words, room, letter) {
  const wide = words.length * letter > room;
  setAttributes(text, {
    textLength: wide ? room.toFixed(0) : undefined,
    lengthAdjust: wide ? "spacingAndGlyphs" : undefined,
  });
}

function paintGate(group, { x, y, width, gate, boxes, heading, brief, more }) {
  Object.assign(group, { room: width, brief, above: heading.length * LARGE * 1.3 });
  setAttributes(group.bar, area(gate));
  // Helpers, such as a cache manager, do not listen.
  group.tied = boxes
    .filter(({ key }) => / [MSW]\d*$/.test(key))
    .map(({ key, area: { x: left, y: top, height } }) => {
      return { key, path: `M${gate.x + gate.width} ${top + height / 2} H${left}` };
    });
  setAttributes(group.heading, { x, y: y + 16 });
  setText(group.heading, heading);
  setAttributes(group.facts, { x: brief ? x + width : x, y: y + (brief ? 16 : 35) });
  setAttributes(group.facts, { "text-anchor": brief ? "end" : undefined });
  setAttributes(group.socket, { x: gate.x + gate.width + 2, y: gate.y - 5, "text-anchor": "end" });
  const last = boxes.filter(({ key }) => !/ [MS]\d*$/.test(key)).at(-1)?.area;
  setAttributes(group.more, { x: x + 4, y: last ? last.y + last.height + 15 : 0 });
  setText(group.more, more ? `and ${more} more` : "");
}

function boxElements() {
  const group = svgElement("g", { class: "ld-box" });
  group.tip = svgElement("title");
  group.body = svgElement("rect");
  group.append(group.tip, group.body);
  for (const name of ["label", "words", "figures"]) {
    group[name] = svgElement("text", { "data-part": name });
    group.append(group[name]);
  }
  return group;
}

// What there is room for of some parts, pressed a little: of figures the last, of what is done the first.
function shortened(said, room, letter, drop) {
  const parts = said.split(" · ");
  while (parts.length > 1 && parts.join(" · ").length * letter * 0.9 > room) parts[drop]();
  return parts.join(" · ");
}

function paintBox(group, place, { label, words: long, short, figures: all, since }, now, indent) {
  const { x, y, width, height } = place;
  setAttributes(group.body, area(place));
  const rooms = { words: width - 18 - indent, figures: width - 18 };
  const figures = shortened(all, rooms.figures, SMALL, "shift");
  const brief = short && long.length * LARGE > rooms.words;
  const words = brief ? short : shortened(long, rooms.words, LARGE, "pop");
  const first = figures ? y + height * 0.3 + 5 : y + height / 2 + 5;
  setAttributes(group.label, { x: x + 11, y: first });
  setAttributes(group.words, { x: x + 11 + indent, y: first });
  setAttributes(group.figures, { x: x + 11, y: y + height - 11 });
  setText(group.label, label);
  group.since = since;
  for (const [part, template] of [
    ["words", words],
    ["figures", figures],
  ]) {
    const text = group[part];
    text.template = template;
    setText(text, template.replace("{age}", age(now - since)));
    fit(text, template, rooms[part], part === "words" ? LARGE : SMALL);
  }
}
