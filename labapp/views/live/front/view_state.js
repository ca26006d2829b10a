// What a view shows: the moment that is replayed, or now.

import { clock } from "./dom.js";
import { RETURN } from "./kernel/session.js";
import { Memory } from "./past/memory.js";
import { many, totals } from "./traffic.js";

export class ViewState {
  constructor(model) {
    this.model = model;
    this.memory = new Memory();
    this.ahead = null; // the kernel's clock against this one, in seconds, once it is known
    this.gone = ""; // what became of the kernel, once it is there no longer, and
    this.goneAt = null; // when
    this.entry = 0; // the number of the log's last entry
    this.latest = null; // the scene of now, which comes as text
  }

  get about() {
    return this.model.get("about");
  }

  get displayed() {
    return this.replay.moment ?? this.present;
  }

  get present() {
    const [text, picture, traffic] = ["scene", "picture", "traffic"].map((name) => this.model.get(name));
    if (text !== this.latest?.text) this.latest = { text, scene: JSON.parse(text) };
    return { scene: this.latest.scene, picture, traffic, log: Infinity };
  }

  // Take in boxes of the scene of now that come ahead of it.
  amend({ boxes, workers }) {
    const { scene } = this.present;
    const changed = new Map(boxes.map((box) => [box.key, box]));
    this.latest.scene = { ...scene, workers, boxes: scene.boxes.map((box) => changed.get(box.key) ?? box) };
  }

  get scene() {
    return this.displayed.scene;
  }

  get places() {
    return this.displayed.picture.places;
  }

  get traffic() {
    return this.displayed.traffic ?? {};
  }

  // What is known of the requests of a worker.
  requests(key) {
    return this.traffic.workers?.[key];
  }

  now() {
    return this.replay.at ?? this.goneAt ?? this.clock();
  }

  clock() {
    return Date.now() / 1000 + (this.ahead ?? 0);
  }

  // Up to when there is anything to replay.
  edge() {
    return this.resting() ? (this.memory.last?.at ?? this.clock()) : this.clock();
  }

  // Whether nothing more will happen.
  resting() {
    return this.gone || Boolean(this.present.scene.ending);
  }

  // Remember what is shown, once all is here: of a birth one picture comes ahead of the others.
  record() {
    if (this.ahead !== null && this.present.picture.places?.length > 1)
      this.memory.record({ at: this.clock(), ...this.present, log: this.entry });
  }

  // How it ended, if it has.
  closing() {
    const { ending } = this.present.scene;
    if (ending) return `The server has ended: ${ending}.`;
    return this.gone && `The kernel ${this.gone}, and the server ended with it. ${RETURN}`;
  }

  // How it goes, in a few words.
  summary() {
    const { since, until, ending, crashed } = this.scene;
    if (this.replay.active) {
      return `◀◀ replay, ${(this.clock() - this.replay.at).toFixed(1)} s ago · ${this.counted(" · ")}`;
    }
    if (this.gone && !ending) {
      const then = new Date(this.goneAt * 1000).toLocaleTimeString([], { hourCycle: "h23" });
      return `■ kernel ${this.gone}: this is how it was at ${then}`;
    }
    if (!ending) return `▶ running ${clock(this.now() - since)} · ${this.counted(" · ")}`;
    const ran = since ? [`ran ${clock(until - since)}`] : [];
    return [`${crashed ? "✕" : "■"} ${ending}`, ...ran, ...totals(this.traffic)].join(" · ");
  }

  // How many workers there are, if it is not one process alone, and masters, if several; what they served.
  counted(between) {
    const { workers, boxes } = this.scene;
    const alone = !workers && boxes?.some(({ role }) => role === "server");
    const masters = boxes?.filter(({ role, mood }) => role === "master" && mood !== "dead").length;
    return [
      ...(masters > 1 ? [many(masters, "master")] : []),
      alone ? "one process" : many(workers, "worker"),
      ...totals(this.traffic),
    ].join(between);
  }
}
