// Requests on their way, each a dot with its path beside it, from the client through every process that had
// it.

import { setAttributes, setText, STILL, svgElement } from "../../live/front/dom.js";
import { label, spaces } from "./labels.js";

const SPEED = 0.62; // pixels a millisecond
const REST = 450; // milliseconds for which a dot that arrived is seen
const MOST = 24; // dots at once

export class Travellers {
  constructor(tree) {
    this.tree = tree;
    this.dots = [];
  }

  launch(rows) {
    if (STILL.matches || document.hidden) return;
    const begin = performance.now();
    const first = rows[0]?.at ?? 0;
    for (const row of rows) {
      if (!row.path || this.dots.length >= MOST) continue;
      const group = svgElement("g", { class: "ld-dot", "data-failed": row.failed ? "" : undefined });
      const words = svgElement("text", { visibility: "hidden" });
      group.append(svgElement("circle", { r: 5.5 }), words);
      this.tree.dots.prepend(group);
      const route = svgElement("path", { d: row.path });
      const start = begin + Math.min((row.at - first) * 1000, 1500);
      const length = route.getTotalLength();
      setAttributes(group, { visibility: "hidden", "data-journey": row.way });
      const dot = { group, words, row, route, length, start };
      say(dot, `${row.text.split(" ")[1] ?? ""}${row.cache ? ` ${row.cache}` : ""}`);
      this.dots.push(dot);
    }
    if (this.dots.length) this.frame ??= requestAnimationFrame((time) => this.move(time));
  }

  move(time) {
    this.frame = undefined;
    this.dots = this.dots.filter((dot) => this.step(dot, time - dot.start));
    label(this.dots, spaces(this.tree.picture));
    for (const dot of this.dots) this.show(dot);
    if (this.dots.length) this.frame = requestAnimationFrame((next) => this.move(next));
  }

  // Move one dot; false when it is there no longer.
  step(dot, elapsed) {
    const { group, row, route, length } = dot;
    if (elapsed < 0) return true;
    const part = Math.min((elapsed * SPEED) / length, 1);
    const { x, y } = route.getPointAtLength(length * part);
    Object.assign(dot, { x, y });
    setAttributes(group, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, visibility: "visible" });
    if (part < 1) return true;
    const rested = elapsed - length / SPEED;
    say(dot, row.status);
    // Not `opacity`: with it the browser would sort the page's layers anew in every frame.
    const left = Math.max(0, 1 - rested / REST).toFixed(2);
    setAttributes(group, { "fill-opacity": left, "stroke-opacity": left });
    if (rested < REST) return true;
    group.remove();
    return false;
  }

  // Show a dot's words where there is room for them.
  show({ group, words, label: place, x }) {
    const hidden = words.getAttribute("visibility") === "hidden";
    setAttributes(words, { visibility: place ? undefined : "hidden" });
    if (!place) return;
    if (hidden) this.tree.dots.append(group); // Above all dots without words.
    setAttributes(words, { x: (place.left - x).toFixed(1), y: place.side });
  }

  close() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    for (const { group } of this.dots) group.remove();
    this.dots = [];
    this.frame = undefined;
  }
}

function say(dot, text) {
  if (dot.text === text) return;
  setText(dot.words, text);
  Object.assign(dot, { text, width: dot.words.getComputedTextLength() });
}
