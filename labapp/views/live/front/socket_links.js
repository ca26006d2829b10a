// The lines from the listening socket to the workers: alight while a request is served, with its path in the
// middle.

import { patch, setAttributes, setText, svgElement } from "./dom.js";

const GLOW = 400; // milliseconds for which a line stays alight at least: at high rates it is not to flicker
const SLOW = 0.15; // seconds from which on a request's path is written on its line
const LONGEST = 8; // letters

// The line from the listening socket to a worker as a path: its own, or that of its frame and on into the
// box.
export function pathTo({ links, routes }, key) {
  const route = routes[key];
  const path = route && links.find((link) => link.key === route.link).path;
  return route?.end ? `${path} L${route.end.x} ${route.end.y}` : path;
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
    const slow = [];
    for (const [key, { flying, served, since, path }] of Object.entries(workers)) {
      if (flying || served > (this.served.get(key) ?? served)) this.lit.set(key, time + GLOW);
      this.served.set(key, served);
      if (flying && path && now - since > SLOW) slow.push({ key, path, route: picture.routes[key] });
    }
    for (const [key, until] of this.lit) if (until <= time || !(key in workers)) this.lit.delete(key);
    for (const key of this.served.keys()) if (!(key in workers)) this.served.delete(key);
    const labels = slow.filter(({ route }) => route?.label);
    patch(this.layer, labels, () => labelElement(), paintLabel);
    return new Set([...this.lit.keys()].map((key) => picture.routes[key]?.link));
  }

  forget() {
    this.lit.clear();
    this.served.clear();
  }
}

function labelElement() {
  const group = svgElement("g", { class: "ll-way" });
  group.append(
    svgElement("path", { class: "ll-arrow", d: "M-13 -5.5 L-3 0 L-13 5.5 z" }),
    svgElement("text", { "font-size": 12.5, "text-anchor": "middle" }),
  );
  return group;
}

function paintLabel(group, { path, route }) {
  const [arrow, text] = group.children;
  setAttributes(arrow, { transform: `translate(${route.arrow.x} ${route.arrow.y})` });
  setAttributes(text, route.label);
  setText(text, path.length > LONGEST ? `${path.slice(0, LONGEST - 1)}…` : path);
}
