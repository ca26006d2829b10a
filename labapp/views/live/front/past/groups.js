// The last minute of very many workers: where lanes would be hairs, many workers share one, and it tells how
// many of them served at a time.

import { setAttributes, setText, svgElement } from "../dom.js";

const SIZES = [10, 20, 25, 50, 100, 200, 500]; // workers that may share a lane
const HAIR = 5; // pixels of a lane, below which they do
const LEAST = 16; // pixels of a lane that they share, at least
const PARTS = 120; // in which the time is told
const READABLE = 13; // pixels of a name's letters

// Return the lanes that `lanes` share in `room` pixels, and how high one is; undefined where each has its
// own.
export function groups(lanes, from, to, room) {
  if (room / lanes.length >= HAIR) return undefined;
  const size = SIZES.find((number) => (room * number) / lanes.length >= LEAST) ?? SIZES.at(-1);
  const found = new Map();
  for (const lane of lanes) {
    const first = Math.floor((Number(lane.key.slice(1)) - 1) / size) * size + 1;
    const key = `${first}–${first + size - 1}`;
    if (!found.has(key)) {
      found.set(key, { key, size, busy: Array(PARTS).fill(0), born: [], ended: [], crashed: [] });
    }
    add(found.get(key), lane, from, (to - from) / PARTS);
  }
  const step = Math.min(room / found.size, 2 * LEAST);
  return { step, rows: [...found.values()] };
}

// Add to a group what one of its workers did: in each part of the time it served, or did not.
function add(group, { bars, born, died, calm }, from, seconds) {
  const served = new Set();
  for (const { begin, end } of bars) {
    const last = Math.min(PARTS - 1, Math.floor((end - from) / seconds));
    const first = Math.max(0, Math.floor((begin - from) / seconds));
    for (let part = first; part <= last; part += 1) served.add(part);
  }
  for (const part of served) group.busy[part] += 1;
  if (born !== null) group.born.push(born);
  if (died !== null) group[calm ? "ended" : "crashed"].push(died);
}

export function groupElements() {
  const group = svgElement("g", { class: "ll-lane ll-group" });
  group.append(
    svgElement("text", { x: 2 }),
    svgElement("path", { class: "ll-life" }),
    svgElement("path", { class: "ll-share" }),
    svgElement("path", { class: "ll-births" }),
    svgElement("path", { class: "ll-death ll-calm" }),
    svgElement("path", { class: "ll-death" }),
  );
  return group;
}

export function paintGroup(group, { key, size, busy, born, ended, crashed, top, step }, x, from, to) {
  const [name, life, share, births, ends, crashes] = group.children;
  const foot = top + step - 2;
  const high = step - 4;
  setText(name, key);
  setAttributes(name, { y: (foot - high / 2 + 0.35 * READABLE).toFixed(1), "font-size": READABLE });
  setAttributes(life, { d: `M${x(from)} ${foot} H${x(to)}` });
  const part = (to - from) / PARTS;
  const column = (number, index) => {
    const [left, right] = [x(from + index * part), x(from + (index + 1) * part)];
    return number
      ? `M${left} ${foot} V${(foot - (high * number) / size).toFixed(1)} H${right} V${foot}Z`
      : "";
  };
  setAttributes(share, { d: busy.map(column).join("") || undefined });
  const dot = (at) => `M${(x(at) - 2.5).toFixed(1)} ${foot} h5`;
  const stroke = (at) => `M${x(at)} ${foot - 6} v6`;
  const cross = (at) => `M${(x(at) - 3).toFixed(1)} ${foot - 6} l6 6 m-6 0 l6 -6`;
  setAttributes(births, { d: [...new Set(born.map(dot))].join("") || undefined });
  setAttributes(ends, { d: [...new Set(ended.map(stroke))].join("") || undefined });
  setAttributes(crashes, { d: [...new Set(crashed.map(cross))].join("") || undefined });
}
