// The last minute at a glance: a lane for each worker, filled while it served, with births, deaths and
// signals; of very many workers a lane for so many.

import { patch, setAttributes, setText, svgElement } from "../dom.js";
import { groupElements, groups, paintGroup } from "./groups.js";
import { markElements, named, paintMark } from "./marks.js";

export const EDGE = 8; // pixels left free at both ends, as the slider's handle does
const SERVING = ["worker", "server", "daemon"]; // the roles of those that serve
export const NAMES = 56; // pixels for the workers' names
const HIGHEST = 18; // pixels of a lane, at most
const READABLE = 13; // pixels of a name's letters
const CLOSE = 11; // pixels from name to name: where lanes are narrower, only some have theirs
const EVERY = [1, 5, 10, 20, 50, 100]; // lanes, of which the first has its name
const TOP = 16; // pixels above the lanes, for the names of signals, and
const AXIS = 18; // below them, for the time
const TICKS = [1, 2, 5, 10, 15, 30]; // seconds between two marks of the axis, and
const APART = 62; // pixels, at least
const GAP = 0.3; // seconds without a request that are drawn, and
const SHORT = 0.15; // seconds up to which a request gets no bar of its own

export class Strip {
  constructor() {
    this.svg = svgElement("svg", { class: "ll-strip", "aria-hidden": "true" });
    for (const layer of ["axis", "lanes", "marks"])
      this.svg.append((this[layer] = svgElement("g", { class: `ll-${layer}` })));
    this.heading = svgElement("text", { class: "ll-heading", x: 2, y: 12, "font-size": READABLE });
    this.cursor = svgElement("path", { class: "ll-cursor" });
    this.svg.append(this.heading, this.cursor);
  }

  // Paint the time from `from` to `to`, of what the memory holds.
  paint(memory, from, to, width, height) {
    const scale = (width - NAMES - 2 * EDGE) / (to - from);
    const x = (time) => (NAMES + EDGE + (Math.max(time, from) - from) * scale).toFixed(1);
    const lanes = gather(memory.moments, from, to);
    const foot = height - AXIS;
    const room = foot - TOP - 2;
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    this.place = { x, height: foot };
    patch(this.axis, ticks(from, to, scale), tickElements, (group, tick) =>
      paintTick(group, tick, x(tick.at), foot),
    );
    const shared = groups(lanes, from, to, room);
    if (shared) this.paintGroups(shared, x, from, to);
    else this.paintLanes(lanes, room, x);
    const within = memory.marks.filter(({ at }) => at >= from && at <= to);
    patch(this.marks, named(within, x, width), markElements, (group, mark) =>
      paintMark(group, mark, TOP, foot),
    );
  }

  paintLanes(lanes, room, x) {
    const step = Math.min(HIGHEST, room / Math.max(lanes.length, 1));
    const every = EVERY.find((number) => step * number >= CLOSE) ?? EVERY.at(-1);
    const rows = lanes.map((lane, number) => ({
      ...lane,
      middle: TOP + step * (number + 0.5),
      step,
      name: number % every ? "" : lane.key,
    }));
    patch(this.lanes, rows, laneElements, (group, lane) => paintLane(group, lane, x));
    setText(this.heading, "");
  }

  paintGroups({ rows, step }, x, from, to) {
    const placed = rows.map((row, number) => ({ ...row, top: TOP + step * number, step }));
    patch(this.lanes, placed, groupElements, (group, row) => paintGroup(group, row, x, from, to));
    setText(this.heading, "workers");
  }

  // Show which moment is replayed.
  setCursor(time) {
    if (!this.place || time === null) return setAttributes(this.cursor, { visibility: "hidden" });
    setAttributes(this.cursor, {
      d: `M${this.place.x(time)} 0 V${this.place.height}`,
      visibility: "visible",
    });
  }
}

// Return the marks of the axis: every so many seconds before its end, which is now.
function ticks(from, to, scale) {
  const every = TICKS.find((seconds) => seconds * scale >= APART) ?? TICKS.at(-1);
  const found = [];
  for (let ago = 0; ago <= to - from; ago += every)
    found.push({ key: ago, at: to - ago, words: ago ? `−${ago} s` : "now" });
  return found;
}

function tickElements() {
  const group = svgElement("g", { class: "ll-tick" });
  group.append(svgElement("path"), svgElement("text", { "font-size": 13 }));
  return group;
}

function paintTick(group, { key, words }, x, foot) {
  const [line, text] = group.children;
  setAttributes(line, { d: `M${x} ${TOP} V${foot + 3}` });
  setAttributes(text, { x: key ? x : Number(x) + EDGE, y: foot + 15, "text-anchor": key ? "middle" : "end" });
  setText(text, words);
}

// Return each worker that there was, in order: from when to when, born or dead within, and when it served.
// Who was there already when the view came is not born within, however young.
function gather(moments, from, to) {
  const lanes = new Map();
  const first = Math.max(from, moments[0]?.at ?? from);
  for (const [index, { at, scene, traffic }] of moments.entries()) {
    const until = moments[index + 1]?.at ?? to;
    if (until < from) continue;
    for (const { key, role, mood, calm, since } of scene.boxes) {
      if (!SERVING.includes(role)) continue;
      if (!lanes.has(key)) lanes.set(key, { key, from: at, to: until, died: null, born: null, bars: [] });
      const lane = lanes.get(key);
      if (mood === "born" && since >= first) lane.born ??= since;
      lane.calm = calm;
      if (mood === "dead") lane.died ??= at;
      else if (lane.died === null) lane.to = until;
      addBars(lane, traffic?.workers?.[key], mood, at, until);
    }
  }
  return [...lanes.values()].sort((one, other) => Number(one.key.slice(1)) - Number(other.key.slice(1)));
}

// Add to a worker's bars what one moment shows: it serves, or has served since the moment before. Of whom
// nothing is told, or who was just born, has served nobody; what was `earlier` than the view has no place.
function addBars(lane, requests, mood, at, until) {
  if (!requests || lane.born !== null) lane.served ??= 0;
  if (!requests) return;
  const { flying, served, earlier, since } = requests;
  const did = served > Math.max(lane.served ?? served, earlier);
  lane.served = served;
  if (mood === "dead" || !(flying || did)) return;
  const last = lane.bars.at(-1);
  const begin = flying ? Math.min(since, at) : at - 0.05;
  const end = flying ? until : at;
  if (flying && last?.since === since) last.end = end;
  else lane.bars.push({ begin, end, since: flying ? since : undefined });
}

// Make one bar of short ones in a row: there may be as many as there are moments.
function join(bars) {
  const found = [];
  for (const { begin, end } of bars) {
    const last = found.at(-1);
    const short = end - begin < SHORT;
    if (last && begin - last.end < GAP && short && last.short) last.end = Math.max(last.end, end);
    else found.push({ begin, end, short });
  }
  return found;
}

function laneElements() {
  const group = svgElement("g", { class: "ll-lane" });
  group.append(
    svgElement("text", { x: 2 }),
    svgElement("path", { class: "ll-life" }),
    svgElement("path", { class: "ll-served" }),
    svgElement("circle", { class: "ll-birth" }),
    svgElement("path", { class: "ll-death" }),
  );
  return group;
}

function paintLane(group, { middle, step, ...lane }, x) {
  const [name, life, bars, birth, death] = group.children;
  setText(name, lane.name);
  setAttributes(name, { y: (middle + 0.35 * READABLE).toFixed(1), "font-size": READABLE });
  const y = middle.toFixed(1);
  setAttributes(life, { d: `M${x(lane.from)} ${y} H${x(lane.to)}` });
  setAttributes(bars, {
    d:
      join(lane.bars)
        .map(
          ({ begin, end }) => `M${x(begin)} ${y} H${Math.max(x(end) - 1, Number(x(begin)) + 1.5).toFixed(1)}`,
        )
        .join(" ") || undefined,
    "stroke-width": (step * 0.68).toFixed(1),
  });
  const half = Math.min(step * 0.3, 4.5);
  setAttributes(birth, {
    cx: x(lane.born ?? lane.from),
    cy: y,
    r: half,
    visibility: lane.born === null ? "hidden" : "visible",
  });
  const end = Number(x(lane.died ?? lane.to));
  const wide = 2 * half;
  const cross = `M${end - half} ${middle - half} l${wide} ${wide} m${-wide} 0 l${wide} ${-wide}`;
  setAttributes(death, {
    class: lane.calm ? "ll-death ll-calm" : "ll-death",
    d: lane.calm ? `M${end} ${middle - half} v${2 * half}` : cross,
    visibility: lane.died === null ? "hidden" : "visible",
  });
}
