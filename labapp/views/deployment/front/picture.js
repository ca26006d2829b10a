// The picture of a deployment: clients, gates, boxes, and the lines between them. Every place was chosen in
// the kernel; here elements are patched by key, and the keyboard roams the boxes.

import { age, patch, setAttributes, setText, svgElement } from "../../live/front/dom.js";
import { Keyboard } from "../../live/front/keyboard.js";
import { lookOf } from "../../live/front/traffic.js";
import { gateElements, paintGate } from "./gates.js";
import { fit, LETTER } from "./letters.js";
import { boxElements, paintBox } from "./process_boxes.js";

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
    for (const kind of ["pointerover", "pointerout", "focusin", "focusout"])
      this.svg.addEventListener(kind, (event) => this.onHover(event));
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

  // The lines of the log that belong to the box under the pointer, or in focus, are lit.
  onHover({ type, target }) {
    if (type === "focusin") this.keyboard.stopAt(target);
    const lit = ["hover", "focus-visible"].map((how) => this.boxes.querySelector(`.ld-box:${how}`));
    this.view.log.highlight((lit[0] ?? lit[1])?.dataset.pid);
  }

  // Paint what stays as long as no process comes or goes.
  arrange(picture) {
    this.picture = picture;
    // Where there is room for one of the two, a server's name stands for its master.
    const names = picture.blocks.filter(({ named }) => named).map(({ named }) => ({ ...named, name: true }));
    const boxes = [...picture.blocks.flatMap((block) => block.boxes), ...names];
    this.areas = new Map(boxes.map((box) => [box.key, box]));
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
      fit(group.facts, facts, group.brief ? Infinity : group.room, LETTER.small);
      const hidden = group.brief && group.above + facts.length * LETTER.small > group.room;
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
      const { area: place, flat, name } = this.areas.get(box.key);
      setAttributes(group, { "data-process": box.key, "data-pid": box.pid, "data-mood": lookOf(box) });
      setAttributes(group, {
        "data-busy": box.busy ? "" : undefined,
        "data-head": box.head ? "" : undefined,
        "data-name": name ? "" : undefined,
        role: "treeitem",
        "aria-label": box.spoken,
        "aria-selected": box.key === this.view.selected,
      });
      setText(group.tip, `${box.spoken}, ${box.figures}`);
      const single = flat || !box.figures || box.head;
      const said = name ? { label: "", words: "", figures: "" } : single ? { figures: "" } : {};
      paintBox(group, place, { ...box, ...said }, now, LETTER.tag * box.label.length + 10);
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
