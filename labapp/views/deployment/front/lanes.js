// The last twenty seconds at a glance: a lane for each process that serves, filled while it did; and the
// signals that were sent.

import { markElements, named, paintMark } from "../../live/front/past/marks.js";
import { patch, setAttributes, setText, svgElement } from "../../live/front/dom.js";

const SPAN = 20; // seconds
const NAMES = 78; // pixels for the names
const [LANE, AXIS] = [16, 20]; // pixels of a lane, where there is room, and of the times below them
const LEAST = 12; // pixels of a lane
const LETTERS = 12.5; // pixels
const MEET = 0.08; // seconds between two bars that are drawn as one
const KEPT = 400; // bars of a lane
const LETTER = 10.5; // pixels of a capital in a signal's name
const MARKS = [20, 15, 10, 5, 0];

export class Lanes {
  constructor() {
    this.svg = svgElement("svg", { class: "ld-lanes", "aria-hidden": "true" });
    this.axis = svgElement("g", { class: "ld-axis" });
    this.rows = svgElement("g");
    this.signals = svgElement("g", { class: "ld-signals" });
    this.svg.append(this.axis, this.rows, this.signals);
    this.bars = new Map();
    this.sent = [];
  }

  add(bars, signals) {
    const times = new Set(this.sent.map(({ at }) => at));
    this.sent.push(...signals.filter(({ at }) => !times.has(at)));
    for (const { lane, begin, end, failed } of bars) {
      if (!this.bars.has(lane)) this.bars.set(lane, []);
      const known = this.bars.get(lane);
      const last = known.at(-1);
      if (last && begin - last.end < MEET && last.failed === failed) {
        last.end = Math.max(last.end, end);
        last.begin = Math.min(last.begin, begin);
      } else known.push({ begin, end, failed });
      if (known.length > KEPT) known.shift();
    }
  }

  // Paint up to `now`: what is known, and what is under way in the boxes; as high whoever comes and goes.
  // So many `more` have no box.
  paint(boxes, more, now, width, height) {
    const most = Math.floor((height - AXIS) / LEAST);
    const all = boxes.filter(({ head, key }) => !head || key.endsWith(" S"));
    const serving = fitting(all.length > most ? all.filter(({ mood }) => mood !== "dead") : all, most, more);
    const lane = Math.min(LANE, (height - AXIS) / Math.max(serving.length, 1));
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    setAttributes(this.rows, { "stroke-width": lane - 6 });
    const x = (time) => NAMES + ((width - NAMES - 12) * (Math.max(time, now - SPAN) - now + SPAN)) / SPAN;
    this.sent = this.sent.filter(({ at }) => at > now - SPAN);
    const signals = named(this.sent, x, width);
    patch(this.signals, signals, markElements, (group, signal) => {
      paintMark(group, signal, 0, height - 18);
      setAttributes(group.lastChild, { y: height - 4 });
    });
    const marks = MARKS.map((ago) => ({ key: ago, x: x(now - ago) }));
    patch(this.axis, marks, axisElements, (group, mark) => {
      setAttributes(group.line, { d: `M${mark.x} 0 V${height - 18}` });
      setAttributes(group.words, { x: mark.x, y: height - 4, "text-anchor": mark.key ? "middle" : "end" });
      // A signal's name comes first.
      const hidden = signals.some((signal) => signal.name && meet(signal, mark.x));
      setAttributes(group.words, { visibility: hidden ? "hidden" : undefined });
      setText(group.words, mark.key ? `−${mark.key} s` : "now");
    });
    let restless = this.sent.length > 0;
    patch(
      this.rows,
      serving.map((box, number) => ({ ...box, number })),
      laneElements,
      (group, { key, number, busy, since, counted }) => {
        const middle = lane * number + lane / 2;
        const known = (this.bars.get(key) ?? []).filter(({ end }) => end > now - SPAN);
        if (this.bars.has(key)) this.bars.set(key, known);
        const bars = busy ? [...known, { begin: since, end: now }] : known;
        restless ||= bars.length > 0;
        setText(group.words, key);
        setAttributes(group.words, { y: middle + 4, style: `font-size: ${Math.min(LETTERS, lane - 0.5)}px` });
        setAttributes(group.line, { d: counted ? undefined : `M${NAMES} ${middle} H${width - 12}` });
        for (const kind of ["served", "failed"]) {
          const path = bars
            .filter(({ failed }) => Boolean(failed) === (kind === "failed"))
            .map(
              ({ begin, end }) =>
                `M${x(begin).toFixed(1)} ${middle} H${Math.max(x(end), x(begin) + 2).toFixed(1)}`,
            );
          setAttributes(group[kind], { d: path.join(" ") || undefined });
        }
      },
    );
    return restless;
  }
}

// Whether a signal's name, beside its line, would lie upon the words of a mark of the axis.
function meet({ x, name, others, back }, middle) {
  const wide = LETTER * `${name}${others ? ` +${others}` : ""}`.length;
  return Math.abs((back ? x - wide / 2 : x + wide / 2) - middle) < wide / 2 + 26;
}

// The first so many; the others are counted in the place of the last.
function fitting(boxes, most, more) {
  if (boxes.length <= most && !more) return boxes;
  const first = boxes.slice(0, most - 1);
  return [...first, { key: `and ${boxes.length - first.length + more} more`, counted: true }];
}

function axisElements() {
  const group = svgElement("g");
  group.line = svgElement("path");
  group.words = svgElement("text");
  group.append(group.line, group.words);
  return group;
}

function laneElements() {
  const group = svgElement("g", { class: "ld-lane" });
  group.words = svgElement("text", { x: 0 });
  group.line = svgElement("path", { class: "ld-life" });
  group.served = svgElement("path", { class: "ld-served" });
  group.failed = svgElement("path", { class: "ld-failed" });
  group.append(group.words, group.line, group.served, group.failed);
  return group;
}
