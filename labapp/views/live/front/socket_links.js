// The lines from the listening socket to the workers: alight while a request is served, with its path in the
// middle.

import { patch, setAttributes, setText, svgElement } from "./dom.js";
import { dotOrigin } from "./traffic.js";

const GLOW = 400; // milliseconds for which a line stays alight at least: at high rates it is not to flicker
const SLOW = 0.15; // seconds from which on a request's path is written on its line
const LONGEST = 16; // letters

const known = new WeakMap(); // picture -> key -> its line

// The line from the listening socket to a worker: its own, or that of the frame it stands in.
export function linkTo(picture, key) {
  if (!known.has(picture)) known.set(picture, new Map());
  const found = known.get(picture);
  if (!found.has(key)) found.set(key, find(picture, key));
  return found.get(key);
}

// Seek the line in the picture; in a frame it goes on to the place where the box has its dots.
function find({ links, places, frames, shapes }, key) {
  const held = links.filter(([, kind]) => kind === "held");
  const own = held.find(([name]) => name.endsWith(`>${key}`));
  if (own) return { name: own[0], d: own[2], own: true };
  const place = places.find(([name]) => name === key);
  if (!place) return null;
  const [, shape, x, y] = place;
  const frame = frames.find(
    ([, left, top, width, height]) => x >= left && x < left + width && y >= top && y < top + height,
  );
  const link = frame && held.find(([name]) => name.endsWith(`>${frame[0]}`));
  if (!link) return null;
  const [right, down] = dotOrigin(shapes[shape]);
  return { name: link[0], d: `${link[2]} L${x + right} ${y + down}`, own: false };
}

export class SocketLinks {
  constructor(layer) {
    this.layer = layer;
    this.lit = new Map(); // key -> until when, in the page's time
    this.served = new Map();
  }

  // Return the names of the lines that are alight; write on them the paths of requests that take their time.
  paint(workers, picture, now) {
    const time = performance.now();
    const labels = [];
    for (const [key, { flying, served, since, path }] of Object.entries(workers)) {
      if (flying || served > (this.served.get(key) ?? served)) this.lit.set(key, time + GLOW);
      this.served.set(key, served);
      if (flying && now - since > SLOW) labels.push([key, path]);
    }
    for (const [key, until] of this.lit) if (until <= time || !(key in workers)) this.lit.delete(key);
    for (const key of this.served.keys()) if (!(key in workers)) this.served.delete(key);
    const ends = labels
      .map(([key, path]) => [key, path, this.curve(key, picture)])
      .filter(([, , curve]) => curve);
    patch(this.layer, ends, () => label(), paintLabel);
    return new Set([...this.lit.keys()].map((key) => linkTo(picture, key)?.name));
  }

  // Where the line to a worker starts and ends, if it has one of its own.
  curve(key, picture) {
    const link = linkTo(picture, key);
    const numbers = link?.own ? link.d.match(/-?[\d.]+/g).map(Number) : [];
    return numbers.length === 8 ? numbers : null;
  }

  forget() {
    this.lit.clear();
    this.served.clear();
  }
}

function label() {
  const group = svgElement("g", { class: "ll-way" });
  group.append(
    svgElement("path", { class: "ll-arrow", d: "M-13 -5.5 L-3 0 L-13 5.5 z" }),
    svgElement("text", { "font-size": 12.5, "text-anchor": "middle" }),
  );
  return group;
}

function paintLabel(group, [, path, [x0, y0, x1, y1, x2, y2, x3, y3]]) {
  const [arrow, text] = group.children;
  setAttributes(arrow, { transform: `translate(${x3} ${y3})` });
  // The point at 0.62 of the curve: nearer to the worker, where the lines are apart.
  const [t, u] = [0.62, 0.38];
  const at = (a, b, c, d) => u ** 3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t ** 3 * d;
  setAttributes(text, { x: at(x0, x1, x2, x3).toFixed(1), y: (at(y0, y1, y2, y3) - 6).toFixed(1) });
  setText(text, path.length > LONGEST ? `${path.slice(0, LONGEST - 1)}…` : path);
}
