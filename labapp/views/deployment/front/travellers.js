// Requests on their way, each a dot with its path beside it, from the client through every process that had
// it.

import { setAttributes, setText, STILL, svgElement } from "../../live/front/dom.js";

const SPEED = 0.62; // pixels a millisecond
const REST = 450; // milliseconds for which a dot that arrived is seen
const MOST = 24; // dots at once, and
const NAMED = 4; // of them with words
const BESIDE = -18; // pixels from a dot at a box's door to its status

export class Travellers {
  constructor(layer) {
    this.layer = layer;
    this.dots = [];
  }

  launch(rows) {
    if (STILL.matches || document.hidden) return;
    const begin = performance.now();
    const first = rows[0]?.at ?? 0;
    for (const row of rows) {
      if (!row.path || this.dots.length >= MOST) continue;
      const group = svgElement("g", { class: "ld-dot", "data-failed": row.failed ? "" : undefined });
      const words = svgElement("text", { x: 9, y: -7 });
      if (this.dots.filter(({ named }) => named).length < NAMED)
        setText(words, `${row.text.split(" ")[1] ?? ""}${row.cache ? ` ${row.cache}` : ""}`);
      group.append(svgElement("circle", { r: 5.5 }), words);
      this.layer.append(group);
      const route = svgElement("path", { d: row.path });
      const start = begin + Math.min((row.at - first) * 1000, 1500);
      const length = route.getTotalLength();
      setAttributes(group, { visibility: "hidden", "data-journey": row.way });
      this.dots.push({ group, words, row, route, length, start, named: words.textContent !== "" });
    }
    if (this.dots.length) this.frame ??= requestAnimationFrame((time) => this.move(time));
  }

  move(time) {
    this.frame = undefined;
    this.dots = this.dots.filter((dot) => this.step(dot, time - dot.start));
    if (this.dots.length) this.frame = requestAnimationFrame((next) => this.move(next));
  }

  // Move one dot; false when it is there no longer.
  step({ group, words, row, route, length, named }, elapsed) {
    if (elapsed < 0) return true;
    const part = Math.min((elapsed * SPEED) / length, 1);
    const { x, y } = route.getPointAtLength(length * part);
    setAttributes(group, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, visibility: "visible" });
    if (part < 1) return true;
    const rested = elapsed - length / SPEED;
    if (named) {
      setAttributes(words, { x: BESIDE, "text-anchor": "end" }); // Left of the gate.
      setText(words, row.status);
    }
    // Not `opacity`: with it the browser would sort the page's layers anew in every frame.
    const left = Math.max(0, 1 - rested / REST).toFixed(2);
    setAttributes(group, { "fill-opacity": left, "stroke-opacity": left });
    if (rested < REST) return true;
    group.remove();
    return false;
  }

  close() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    for (const { group } of this.dots) group.remove();
    this.dots = [];
    this.frame = undefined;
  }
}
