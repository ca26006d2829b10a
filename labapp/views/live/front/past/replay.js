// The last minute again: a slider under the lanes of that minute, a button back to now, one to play on, one
// to save the picture.

import { htmlElement, setAttributes, setText } from "../dom.js";
import { EDGE, NAMES, Strip } from "./strip.js";

const OFTEN = 500; // milliseconds between two paintings of the lanes
const SPARING = 30; // times as long as the last painting took, at least
const PRINTED = 140; // pixels of height for the lanes on paper
const BEAT = 100; // milliseconds between two moments that are played
// Seconds by which a key moves the slider: it is left to nobody's default.
const STEPS = { ArrowLeft: -0.5, ArrowDown: -0.5, ArrowRight: 0.5, ArrowUp: 0.5, PageDown: -5, PageUp: 5 };

export class Replay {
  constructor(view) {
    this.view = view;
    this.at = null; // the time of the moment that is shown; null: live
    this.window = null; // the minute that is looked at, as it was when the replay began
    this.strip = new Strip();
    this.slider = htmlElement("input", {
      type: "range",
      class: "ll-slider",
      step: 0.1,
      min: 0,
      max: 0,
      "aria-label": "Replay the last minute",
    });
    this.status = htmlElement("span", { class: "ll-status" });
    this.play = htmlElement("button", { type: "button", "data-do": "play" });
    this.live = htmlElement("button", { type: "button", "data-do": "live" });
    this.save = htmlElement(
      "button",
      { type: "button", "data-do": "save", "aria-label": "Save as SVG", title: "Save as SVG" },
      "⤓ SVG",
    );
    this.lanes = htmlElement("div", { class: "ll-lanes-room" }, this.strip.svg);
    this.element = htmlElement(
      "div",
      { class: "ll-replay", role: "group", "aria-label": "Replay" },
      htmlElement("div", { class: "ll-buttons" }, this.status, this.play, this.live, this.save),
      this.lanes,
      htmlElement(
        "div",
        { class: "ll-controls" },
        htmlElement("span", { class: "ll-caption", "aria-hidden": "true" }, "replay"),
        this.slider,
      ),
    );
    this.slider.addEventListener("input", () => this.seek(this.from + Number(this.slider.value)));
    this.slider.addEventListener("keydown", (event) => this.onKey(event));
    this.play.addEventListener("click", () => this.toggle());
    this.live.addEventListener("click", () => this.resume());
    this.save.addEventListener("click", () => this.view.save());
    for (const kind of ["pointerdown", "pointermove"])
      this.strip.svg.addEventListener(kind, (event) => this.onPointer(event));
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(this.lanes);
    this.setWords();
  }

  get active() {
    return this.at !== null;
  }

  // What is shown instead of now.
  get moment() {
    return this.active ? this.window.memory.at(this.at) : null;
  }

  get from() {
    return this.window ? this.window.from : this.to - this.view.memory.reach(this.to);
  }

  get to() {
    return this.window ? this.window.to : this.view.edge();
  }

  // Show what was at a time; the end of the minute is now.
  seek(time) {
    const { from, to } = this;
    if (!this.view.memory.moments.length) return;
    if (time >= to - 0.05) return this.resume();
    this.window ??= { memory: this.view.memory.frozen(), from, to };
    const before = this.at;
    this.at = Math.max(time, from);
    this.paint();
    if (before === null) this.view.onReplay();
    this.view.paint();
  }

  // Back to now.
  resume() {
    if (!this.active) return;
    this.pause();
    this.at = this.window = null;
    this.paint();
    this.view.onReplay();
    this.view.paint();
  }

  onKey(event) {
    const step = STEPS[event.key] * (event.shiftKey ? 0.2 : 1);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Home") this.seek(this.from);
    else if (event.key === "End") this.resume();
    else if (event.key === "Escape" && this.active) this.resume();
    else if (step) this.seek((this.at ?? this.to) + step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // By pointer, on the lanes themselves.
  onPointer(event) {
    if (!(event.buttons & 1)) return;
    const { left, width } = this.strip.svg.getBoundingClientRect();
    const part = (event.clientX - left - NAMES - EDGE) / (width - NAMES - 2 * EDGE);
    if (part >= 0) this.seek(this.from + Math.min(part, 1) * (this.to - this.from));
  }

  toggle() {
    if (this.playing) return this.pause();
    if (!this.active) this.seek(this.from);
    this.last = performance.now();
    this.playing = setInterval(() => this.beat(), BEAT);
    this.setWords();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = undefined;
    this.setWords();
  }

  // Play on, as fast as it happened.
  beat() {
    const now = performance.now();
    const [before, at] = [this.at, this.at + (now - this.last) / 1000];
    this.last = now;
    const passed = this.window.memory.moments.filter((moment) => moment.at > before && moment.at <= at);
    this.seek(at);
    for (const { traffic } of this.active ? passed : []) this.view.showFlights(traffic ?? {}, false);
  }

  // Bring lanes, slider and words up to date; in a replay only how long ago it was changes.
  paint() {
    const { from, to } = this;
    const { clientWidth: width, clientHeight: height } = this.lanes;
    const memory = this.window ? this.window.memory : this.view.memory;
    const painted = `${width} ${height} ${to}`;
    if (width > 200 && to - from > 0.2 && painted !== this.painted) {
      this.painted = painted;
      this.strip.paint(memory, from, to, width, height);
    }
    this.strip.setCursor(this.at);
    const span = Math.max(to - from, 0.1);
    // First the end: a value beyond it would be cut.
    setAttributes(this.slider, { max: span.toFixed(1) });
    this.slider.value = this.active ? this.at - from : span;
    this.setWords();
  }

  // The lanes on paper of a given width.
  printed(width) {
    const strip = new Strip();
    const { from, to } = this;
    const memory = this.window ? this.window.memory : this.view.memory;
    strip.paint(memory, from, Math.max(to, from + 1), width, PRINTED);
    strip.setCursor(this.at);
    return strip.svg;
  }

  setWords() {
    const ago = this.active ? `${(this.view.clock() - this.at).toFixed(1)} s ago` : "";
    setText(this.status, this.active ? `◀◀ Replay: ${ago}` : "Last minute");
    const [now, back] = this.view.resting() ? ["■ Ended", "Back to the end"] : ["● Live", "Back to live"];
    setText(this.live, this.active ? back : now);
    setText(this.play, this.playing ? "‖ Pause" : "▶ Play");
    setAttributes(this.play, { "aria-label": this.playing ? "Pause the replay" : "Play the replay" });
    setAttributes(this.live, { "aria-pressed": !this.active });
    const words = this.active
      ? `replay, ${ago}, ${this.view.counted(", ")}`
      : this.view.resting()
        ? "ended"
        : "live, now";
    // A screen reader says it when the slider is moved; what passes by itself is not to be spoken.
    if (this.spoken !== `${this.at}`) setAttributes(this.slider, { "aria-valuetext": words });
    this.spoken = `${this.at}`;
  }

  // Keep up with time, a few times a second; less often where there are so many lanes that it costs much.
  run() {
    clearTimeout(this.timer);
    const begun = performance.now();
    if (this.element.isConnected && !document.hidden) {
      this.paint();
      if (this.active) this.view.tick();
    }
    const least = this.view.resting() ? 4 * OFTEN : OFTEN;
    this.timer = setTimeout(() => this.run(), Math.max(least, (performance.now() - begun) * SPARING));
  }

  close() {
    this.observer.disconnect();
    clearTimeout(this.timer);
    clearInterval(this.playing);
  }
}
