// What a view shows: the moment that is replayed, or now.

import { clock } from "./dom.js";
import { Memory } from "./past/memory.js";
import { many, totals } from "./traffic.js";

export class ViewState {
  constructor(model) {
    this.model = model;
    this.memory = new Memory();
    this.ahead = null; // the kernel's clock against this one, in seconds, once it is known
    this.gone = false; // the kernel
    this.entry = 0; // the number of the log's last entry
  }

  get about() {
    return this.model.get("about");
  }

  get displayed() {
    return this.replay.moment ?? this.present;
  }

  get present() {
    const [scene, picture, traffic] = ["scene", "picture", "traffic"].map((name) => this.model.get(name));
    return { scene, picture, traffic, log: Infinity };
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
    return this.replay.at ?? this.clock();
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

  record() {
    if (this.ahead !== null) this.memory.record({ at: this.clock(), ...this.present, log: this.entry });
  }

  // How it ended, if it has.
  closing() {
    if (this.gone) return "The notebook's kernel is gone, and the server with it.";
    return this.scene.ending ? `The server has ended: ${this.scene.ending}.` : "";
  }

  // How it goes, in a few words.
  summary() {
    const { since, until, ending } = this.scene;
    if (this.replay.active) {
      return `◀◀ replay, ${(this.clock() - this.replay.at).toFixed(1)} s ago · ${this.counted(" · ")}`;
    }
    if (this.gone) return "■ no kernel";
    if (!ending) return `▶ running ${clock(this.now() - since)} · ${this.counted(" · ")}`;
    const ran = since ? [`ran ${clock(until - since)}`] : [];
    return [`■ ${ending}`, ...ran, ...totals(this.traffic)].join(" · ");
  }

  // How many workers there are, and what they served.
  counted(between) {
    return [many(this.scene.workers, "worker"), ...totals(this.traffic)].join(between);
  }
}
