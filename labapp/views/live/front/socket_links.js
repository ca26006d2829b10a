// The lines from the listening socket to the workers: alight while a request is served, with an arrow at the
// end of one that takes its time.

import { patch, setAttributes, svgElement } from "./dom.js";

const GLOW = 400; // milliseconds for which a line stays alight at least: at high rates it is not to flicker
const SLOW = 0.15; // seconds from which on a request's line has its arrow

// The line from the listening socket to a worker as a path: its own, or that of its frame, and along the
// frame's edge and the row's to the box, where there is nothing to read.
export function pathTo({ links, routes }, key) {
  const route = routes[key];
  const path = route && links.find((link) => link.key === route.link).path;
  return route?.end ? `${path} V${route.end.y} H${route.end.x}` : path;
}

export class SocketLinks {
  constructor(layer) {
    this.layer = layer;
    this.lit = new Map(); // key -> until when, in the page's time
    this.served = new Map();
  }

  // Return the names of the lines that are alight; put an arrow on those of requests that take their time.
  paint(workers, picture, now) {
    const time = performance.now();
    const slow = [];
    for (const [key, { flying, served, since, path }] of Object.entries(workers)) {
      if (flying || served > (this.served.get(key) ?? served)) this.lit.set(key, time + GLOW);
      this.served.set(key, served);
      if (flying && path && now - since > SLOW) slow.push({ key, route: picture.routes[key] });
    }
    for (const [key, until] of this.lit) if (until <= time || !(key in workers)) this.lit.delete(key);
    for (const key of this.served.keys()) if (!(key in workers)) this.served.delete(key);
    const arrows = slow.filter(({ route }) => route?.arrow);
    patch(this.layer, arrows, arrowElement, (arrow, { route }) =>
      setAttributes(arrow, { transform: `translate(${route.arrow.x} ${route.arrow.y})` }),
    );
    return new Set([...this.lit.keys()].map((key) => picture.routes[key]?.link));
  }

  forget() {
    this.lit.clear();
    this.served.clear();
  }
}

function arrowElement() {
  return svgElement("path", { class: "ll-arrow", d: "M-13 -5.5 L-3 0 L-13 5.5 z" });
}
