// Requests on their way: a dot leaves the listening socket and lands on the worker that serves it. However
// many there are, only so many are drawn: the rest is in the numbers.

import { setAttributes, STILL, svgElement } from "./dom.js";
import { pathTo } from "./socket_links.js";

const LENGTH = 380; // milliseconds from the socket to the worker
const REST = 160; // milliseconds for which one that landed is seen, though it may have been answered
const MOST = 32; // dots under way, and
const EACH = 3; // of them to the same worker

export class RequestsInFlight {
  constructor(layer) {
    this.layer = layer;
    this.dots = [];
    this.under = new Map(); // key -> how many are on their way to it
    this.routes = new Map();
  }

  // Each has its worker, and its delay in seconds after the first.
  launch(flights, picture) {
    if (STILL.matches || document.hidden || !flights.length) return;
    if (picture !== this.picture) this.routes.clear();
    this.picture = picture;
    const now = performance.now();
    for (const { worker: key, delay } of flights) {
      if (this.dots.length >= MOST || this.to(key) >= EACH) continue;
      const route = this.route(key);
      if (!route) continue;
      const element = svgElement("circle", { class: "ll-flight", r: 5, visibility: "hidden" });
      this.layer.append(element);
      this.dots.push({ element, key, route, start: now + delay * 1000, landed: false });
      this.under.set(key, this.to(key) + 1);
    }
    if (this.dots.length) this.frame ??= requestAnimationFrame((time) => this.move(time));
  }

  to(key) {
    return this.under.get(key) ?? 0;
  }

  move(time) {
    this.frame = undefined;
    this.dots = this.dots.filter((dot) => this.step(dot, time - dot.start));
    if (this.dots.length) this.frame = requestAnimationFrame((next) => this.move(next));
  }

  // Move one dot; false when it is there no longer.
  step(dot, elapsed) {
    if (elapsed < 0) return true;
    const part = Math.min(elapsed / LENGTH, 1);
    const point = dot.route.getPointAtLength(dot.route.getTotalLength() * part * (2 - part));
    setAttributes(dot.element, { cx: point.x.toFixed(1), cy: point.y.toFixed(1), visibility: "visible" });
    if (part === 1) this.arrive(dot);
    // Not `opacity`: with it the browser would sort the page's layers anew in every frame.
    const left = part < 1 ? undefined : Math.max(0, 1 - (elapsed - LENGTH) / REST).toFixed(2);
    setAttributes(dot.element, { "fill-opacity": left, "stroke-opacity": left });
    if (elapsed < LENGTH + REST) return true;
    dot.element.remove();
    return false;
  }

  arrive(dot) {
    if (dot.landed) return;
    dot.landed = true;
    this.under.set(dot.key, this.to(dot.key) - 1);
  }

  // The way to a worker, as an element that knows its points.
  route(key) {
    if (!this.routes.has(key)) {
      const d = pathTo(this.picture, key);
      this.routes.set(key, d && svgElement("path", { d }));
    }
    return this.routes.get(key);
  }

  close() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    for (const { element } of this.dots) element.remove();
    this.dots = [];
    this.under.clear();
  }
}
