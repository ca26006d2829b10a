// The process tree: boxes that glide, appear and die, and that the keyboard roams.

import { build, drawAround, showQueue } from "./boxes.js";
import { age, alike, htmlElement, patch, setAttributes, setText, svgElement } from "./dom.js";
import { showDots } from "./dots.js";
import { Ghosts } from "./ghosts.js";
import { Keyboard } from "./keyboard.js";
import { RequestsInFlight } from "./requests_in_flight.js";
import { SocketLinks } from "./socket_links.js";
import { lookOf, requestWords } from "./traffic.js";

const LARGEST = 1.4; // scale of the picture, at most
const CALM = 8000; // milliseconds for which a picture with smaller boxes stays, once there were too many

export class Tree {
  constructor(view) {
    this.view = view;
    this.svg = svgElement("svg", { role: "tree", "aria-label": "Processes" });
    for (const layer of ["frames", "links", "pills", "ways", "boxes", "ghosts"]) {
      this.svg.append((this[layer] = svgElement("g", { class: `ll-${layer}` })));
      setAttributes(this[layer], layer === "boxes" ? { role: "presentation" } : { "aria-hidden": "true" });
    }
    this.ghosts = new Ghosts(this.ghosts);
    this.socketLinks = new SocketLinks(this.ways);
    // What moves in every frame is a picture of its own above: the browser need not paint the other anew.
    this.overlay = svgElement("svg", { class: "ll-overlay", "aria-hidden": "true" });
    this.element = htmlElement("div", { class: "ll-canvas" }, this.svg, this.overlay);
    this.inFlight = new RequestsInFlight(this.overlay);
    this.svg.addEventListener("click", (event) => this.choose(event.target.closest(".ll-box")));
    this.keyboard = new Keyboard(this);
    for (const kind of ["pointerover", "pointerout", "focusin", "focusout"]) {
      this.svg.addEventListener(kind, (event) => this.onHover(event));
    }
  }

  get elements() {
    return [...this.boxes.children];
  }

  // Paint the scene into a room so wide and high; what is higher is scrolled, and no letter gets smaller.
  paint(scene, places, { width, height }) {
    const { number, drawing } = this.fitting(places, width, height);
    if (number !== this.number) this.view.connection.send({ kind: "draws", number });
    if (drawing !== this.drawing) this.picture = JSON.parse(drawing);
    Object.assign(this, { number, drawing });
    const { picture } = this;
    const across = width / picture.width;
    const scale = Math.min(across, LARGEST, Math.max(height / picture.height, Math.min(across, 1)));
    for (const svg of [this.svg, this.overlay])
      setAttributes(svg, {
        viewBox: `0 0 ${picture.width} ${picture.height}`,
        width: Math.round(picture.width * scale),
        height: Math.round(picture.height * scale),
      });
    this.boxOf = new Map(scene.boxes.map((box) => [box.key, box]));
    const jumped = !this.gliding;
    this.gliding = this.glide(picture);
    // Boxes that were to jump in this very frame would glide after all, were their places not taken first.
    if (jumped && this.gliding) this.svg.getBoundingClientRect();
    this.boxes.classList.toggle("ll-gliding", this.gliding);
    this.placeOf = new Map(picture.places.map((place) => [place.key, place]));
    const focused = this.svg.contains(document.activeElement) ? document.activeElement : null;
    if (picture !== this.drawn) drawAround(this, picture);
    this.drawn = picture;
    patch(
      this.boxes,
      picture.places,
      ({ key }) => svgElement("g", { class: "ll-box", role: "treeitem", tabindex: -1, "data-process": key }),
      (element, place) => this.paintBox(element, this.boxOf.get(place.key), place),
      (element) => this.leave(element),
    );
    this.ghosts.clear(picture, this.gliding);
    this.showLinks();
    this.keyboard.keepOneTabStop();
    if (focused && document.activeElement !== focused)
      (focused.isConnected && this.boxes.contains(focused) ? focused : this.keyboard.stop)?.focus();
  }

  // Whether boxes glide to their places: not where they would cross others on the way, or who fades away.
  glide({ places, frames }) {
    return places.every(({ key, shape, x, y }) => {
      const before = this.placeOf?.get(key);
      const stays = before && before.x === x && before.y === y;
      return !before || (before.shape === shape && (!frames.length || stays));
    });
  }

  // Whether the picture to draw is here: of a birth the one drawn last comes first, and the others follow.
  canPaint([first, ...others], { width, height }) {
    if (others.length) return true;
    // Of the two for a width the second is drawn however high it is.
    const fits = first.least <= width && (first.number % 2 > 0 || first.height <= height);
    return fits && first.number === this.number;
  }

  // Return the first picture that fits. One that did not fit a moment ago is not tried again yet: boxes that
  // come and go together would have the whole tree jump there and back.
  fitting(places, width, height) {
    const least = Math.max(...places.map((place) => place.least).filter((each) => each <= width));
    const [first, ...denser] = places.filter((place) => place.least === least);
    const now = performance.now();
    if (first.height > height) this.crowded = now;
    if (!denser.length || !(now - this.crowded < CALM)) return first;
    clearTimeout(this.calm);
    this.calm = setTimeout(() => this.view.paint(), this.crowded + CALM - now + 50);
    return denser.find((place) => place.height <= height) ?? denser.at(-1);
  }

  close() {
    clearTimeout(this.calm);
    this.inFlight.close();
  }

  // Paint a box, unless all but its ages, which run on with each tick, is as it was when it was painted last.
  paintBox(element, box, place) {
    const selected = box.key === this.view.selected;
    const requests = this.view.requests(box.key);
    const seen = { box, place, selected, requests };
    if (alike(seen, element.seen)) return;
    element.seen = seen;
    element.style.transform = `translate(${place.x}px, ${place.y}px)`;
    setAttributes(element, {
      class: `ll-box${box.head ? " ll-head" : ""}${selected ? " ll-selected" : ""}`,
      "data-role": box.role,
      "data-state": box.mood === "alive" ? box.state : lookOf(box),
      "data-mood": box.mood,
      "data-pid": box.pid,
      "aria-label": box.spoken,
      "aria-level": box.level,
      "aria-selected": selected,
    });
    const shape = this.picture.shapes[place.shape];
    if (element.shape?.name !== shape.name) build(element, shape, this.picture.plug);
    this.fill(element, box);
    const { bar, plug } = element.parts;
    bar.style.transform = `scaleX(${Math.min(box.cpu, 100) / 100})`;
    if (plug) plug.style.display = box.plugged ? "" : "none";
  }

  // Paint boxes that are where they were.
  paintBoxes(boxes) {
    for (const box of boxes) {
      const element = this.boxes.known?.get(box.key);
      if (!element || !this.boxOf) continue;
      this.boxOf.set(box.key, box);
      this.paintBox(element, box, this.placeOf.get(box.key));
    }
  }

  // Write into a box what changes with every request: its words, its dots.
  fill(element, box) {
    const requests = this.view.requests(box.key);
    const now = this.view.now();
    for (const [part, text] of element.parts.words) {
      const words = requestWords(part, box, requests, element, now) ?? box.words[part] ?? "";
      setText(text, words.includes("{age}") ? words.replace("{age}", age(now - box.since)) : words);
    }
    setAttributes(element, {
      "data-flying": requests?.flying,
      "data-served": requests?.served,
      "data-lost": requests?.lost || undefined,
    });
    const flying = box.mood === "dead" ? 0 : (requests?.flying ?? 0);
    const threads = box.threads > 1 ? `, ${box.threads} threads` : "";
    const counts = requests ? `, ${requests.flying} in flight, ${requests.served} served` : "";
    setText(
      element.parts.tip,
      box.mood === "dead"
        ? box.spoken
        : `${box.spoken}, cpu ${box.cpu} %, ${box.memory} MB${threads}${counts}`,
    );
    showDots(element, flying);
  }

  // Show the workers' requests, and nothing else.
  showRequests() {
    for (const element of this.elements) {
      const box = this.boxOf.get(element.dataset.process);
      const requests = box && this.view.requests(box.key);
      if (!requests || alike(requests, element.seen.requests)) continue;
      element.seen.requests = requests;
      this.fill(element, box);
    }
    this.showLinks();
  }

  // Light the links by which requests come; show how many wait.
  showLinks() {
    for (const [key, group] of this.pills.known) showQueue(group, this.view.traffic.waiting?.[key] ?? 0);
    const lit = this.socketLinks.paint(this.view.traffic.workers ?? {}, this.picture, this.view.now());
    for (const [name, path] of this.links.known) path.classList.toggle("ll-busy", lit.has(name));
  }

  // Let the ages of the newborn and of requests run on, and links go out; true while there are any of the
  // latter, which change often.
  tick() {
    let restless = false;
    for (const element of this.elements) {
      const box = this.boxOf.get(element.dataset.process);
      // Only some shapes have room for how long a request has been served.
      const served = element.parts.words.has("state") && this.view.requests(box?.key)?.flying;
      if (box?.mood !== "born" && !served) continue;
      restless ||= Boolean(served);
      this.fill(element, box);
    }
    if (this.socketLinks.lit.size) this.showLinks();
    return restless || this.socketLinks.lit.size > 0;
  }

  leave(element) {
    setAttributes(element, { role: undefined, tabindex: undefined, "data-process": undefined });
    this.ghosts.take(element);
  }

  focus(key) {
    (this.elements.find((element) => element.dataset.process === key) ?? this.keyboard.stop)?.focus();
  }

  choose(element) {
    if (!element?.dataset.process) return;
    element.focus();
    this.view.select(element.dataset.process);
  }

  // The middle of a box, as it is drawn.
  centre(element) {
    const { x, y, shape } = this.placeOf.get(element.dataset.process);
    const { width, height } = this.picture.shapes[shape];
    return [x + width / 2, y + height / 2];
  }

  // The lines of the log that belong to the box under the pointer, or in focus, are lit.
  onHover(event) {
    const box = event.target.closest?.(".ll-box");
    if (event.type === "focusin" && box) this.keyboard.stopAt(box);
    const lit = this.svg.querySelector(".ll-box:hover") ?? this.svg.querySelector(".ll-box:focus-visible");
    this.view.log.highlight(lit?.dataset.pid);
  }
}
