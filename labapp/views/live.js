// The live view of one server, in the browser.
//
// It paints and it listens; it decides nothing. Where things go was laid out in the kernel (`picture`), what they are
// called too (`scene`), and who serves how many (`traffic`); here elements are patched by key, so that boxes glide, the newborn
// and the dead are seen, the focus stays where it is and a screen reader is told only what changed. All text is set as text,
// never as markup. Classes begin with `ll-`: the page has styles of its own. Who wants to find things goes by the data
// attributes.

import { clock, make, say, set } from "./live_dom.js";
import { Herald } from "./live_herald.js";
import { Log } from "./live_log.js";
import { Memory } from "./live_memory.js";
import { Palette, PATIENCE } from "./live_palette.js";
import { Replay } from "./live_replay.js";
import { download, saved } from "./live_save.js";
import { many, totals } from "./live_traffic.js";
import { Tree } from "./live_tree.js";

class View {
  constructor(model, el) {
    this.model = model;
    this.ahead = null; // the kernel's clock against this one, in seconds, once it is known
    this.heard = Infinity; // entries above this number are news
    this.flown = model.get("traffic").number ?? 0; // the last request that was seen to set out
    this.gone = false;
    this.width = 0;
    this.selected = undefined;
    this.memory = new Memory();
    this.tree = new Tree(this);
    this.log = new Log(this);
    this.palette = new Palette(this);
    this.herald = new Herald();
    this.replay = new Replay(this);
    this.command = make("code", { class: "ll-command" });
    this.url = make("a", { class: "ll-url", target: "_blank", rel: "noopener noreferrer" });
    this.facts = make("span", { class: "ll-facts" });
    this.stage = make("div", { class: "ll-stage" }, this.tree.svg);
    this.root = make(
      "section",
      { class: "labapp-live", "data-live-view": "", "aria-label": "Live view of a server" },
      make("header", {}, this.command, this.url, this.facts),
      make("div", { class: "ll-main" }, this.stage, this.log.element),
      this.replay.element,
      this.palette.element,
      this.herald.element,
    );
    // Here keys are the view's own: JupyterLab would edit the cell at Enter, and delete it at D D.
    this.root.addEventListener("keydown", (event) => {
      const theirs = event.ctrlKey || event.metaKey || event.altKey || ["Escape", "Tab"].includes(event.key);
      if (!theirs) event.stopPropagation();
    });
    el.append(this.root);
    this.introduce();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
    this.listeners = {
      "change:about": () => this.introduce(),
      "change:scene change:picture": () => this.changed(true),
      "change:traffic": () => this.changed(false),
      "msg:custom": (message) => this.hear(message),
      comm_live_update: () => this.check(),
    };
    for (const [event, listener] of Object.entries(this.listeners)) model.on(event, listener);
    this.resize();
    this.replay.run();
    this.greet();
  }

  close() {
    this.observer.disconnect();
    for (const part of [this.log.observer, this.tree.flight, this.replay, this.herald]) (part.disconnect ?? part.clear ?? part.close).call(part);
    for (const timer of [this.timer, this.doubt, this.palette.forgetting]) clearTimeout(timer);
    for (const [event, listener] of Object.entries(this.listeners)) this.model.off(event, listener);
  }

  // What is shown: the moment that is replayed, or now.

  get about() {
    return this.model.get("about");
  }

  get shown() {
    return this.replay.moment ?? this.present;
  }

  get present() {
    const [scene, picture, traffic] = ["scene", "picture", "traffic"].map((name) => this.model.get(name));
    return { scene, picture, traffic, log: Infinity };
  }

  get scene() {
    return this.shown.scene;
  }

  get places() {
    return this.shown.picture.places;
  }

  get traffic() {
    return this.shown.traffic ?? {};
  }

  row(key) {
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

  introduce() {
    const { command, url, href } = this.about;
    say(this.command, command);
    set(this.command, { title: command });
    say(this.url, url);
    set(this.url, { href: href ?? undefined });
    set(this.root, { "aria-label": `Live view of ${command}` });
  }

  resize() {
    const width = this.stage.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.paint();
  }

  // Scene, picture and traffic come together, and tell of it one after the other.
  changed(scene) {
    this.newScene ||= scene;
    this.painting ??= Promise.resolve().then(() => {
      this.painting = undefined;
      this.record();
      if (!this.replay.active) {
        // Who is on the way has not arrived: the boxes are to know.
        this.fly(this.traffic, true);
        if (this.newScene) this.paint();
        this.flowing ??= requestAnimationFrame(() => this.flow());
      }
      this.newScene = false;
    });
  }

  record() {
    const entry = this.heard === Infinity ? 0 : this.heard;
    if (this.ahead !== null) this.memory.record({ at: this.clock(), ...this.present, log: entry });
  }

  // Paint the scene: the one way by which anything but requests changes.
  paint() {
    if (!this.width || !this.scene.boxes) return;
    const { boxes } = this.scene;
    if (!boxes.some(({ key }) => key === this.selected)) this.selected = boxes.find(({ head }) => head)?.key ?? boxes[0]?.key;
    this.log.dress(boxes);
    this.log.show(this.shown.log);
    this.tree.paint(this.scene, this.places, this.width);
    const closing = this.closing();
    const closed = this.replay.active ? "This is a replay: press Back to live, then signals can be sent again." : closing && `${closing} There is nothing left to signal.`;
    this.palette.paint(boxes.find(({ key }) => key === this.selected), closed);
    set(this.root, { "data-ended": this.scene.ending ? "" : undefined, "data-gone": this.gone ? "" : undefined });
    if (!this.replay.active) this.herald.proclaim(boxes, closing);
    this.tick();
  }

  // Show the requests of now, once a frame however many messages came.
  flow() {
    this.flowing = undefined;
    if (this.replay.active || !this.tree.boxOf) return;
    this.tree.flow();
    this.tick();
  }

  // Let those requests fly that set out; those of now only once.
  fly({ flights = [], number = 0 }, live) {
    const fresh = live ? flights.filter(([n]) => n > this.flown) : flights;
    if (live) this.flown = number;
    if (this.tree.picture) this.tree.flight.launch(fresh, this.tree.picture);
  }

  // A replay has begun, or has ended.
  enter() {
    const { active } = this.replay;
    set(this.root, { "data-replay": active ? "" : undefined });
    this.flown = this.present.traffic.number ?? 0;
    this.tree.flight.clear();
    this.tree.lines.forget();
    this.herald.tell(active ? "Replay: the view shows the past. The button Back to live, or Escape on the slider, ends it." : "Live again");
  }

  closing() {
    if (this.gone) return "The notebook's kernel is gone, and the server with it.";
    return this.scene.ending ? `The server has ended: ${this.scene.ending}.` : "";
  }

  tick() {
    clearTimeout(this.timer);
    const { since, until, ending } = this.scene;
    if (this.replay.active) say(this.facts, `◀◀ replay, ${(this.clock() - this.replay.at).toFixed(1)} s ago · ${this.counted(" · ")}`);
    else if (this.gone) say(this.facts, "■ no kernel");
    else if (ending) say(this.facts, [`■ ${ending}`, ...(since ? [`ran ${clock(until - since)}`] : []), ...totals(this.traffic)].join(" · "));
    else say(this.facts, `▶ running ${clock(this.now() - since)} · ${this.counted(" · ")}`);
    const restless = this.tree.tick();
    if (this.replay.active || (this.resting() && !restless)) return;
    this.timer = setTimeout(() => this.tick(), restless ? 100 : 1000);
  }

  // How many workers there are, and what they served.
  counted(between) {
    return [many(this.scene.workers, "worker"), ...totals(this.traffic)].join(between);
  }

  select(key) {
    this.selected = key;
    this.paint();
  }

  // Hand the keyboard back to the notebook.
  leave() {
    document.activeElement?.blur();
    this.root.closest(".jp-Cell, [tabindex]")?.focus();
  }

  // Save what is shown as a file.
  save() {
    const { command, url, light } = this.about;
    const when = new Date(this.now() * 1000);
    const facts = `${url} · ${this.facts.textContent} · ${when.toLocaleTimeString()}`;
    const name = `${command.split(" ")[0].split("/").at(-1)}-${when.toISOString().slice(0, 19).replaceAll(":", "-")}.svg`;
    download(saved(this, { command, facts, lines: this.log.texts, colours: light }), name);
    this.palette.tell(`✓ saved as ${name}`, "sent");
  }

  hear(message) {
    if (message.kind === "clock") {
      this.lose(false);
      this.ahead = message.now - Date.now() / 1000;
      if (!this.memory.last) this.record();
      this.tick();
    } else if (message.kind === "past") {
      this.memory.recall(message);
      this.replay.paint();
    } else if (message.kind === "log") {
      this.log.add(message.entries);
      for (const { n, kind, text } of message.entries) {
        if (kind === "line" || n <= this.heard) continue;
        this.palette.tell(kind === "sent" ? `✓ ${text}` : `✖ ${text}`, kind);
        if (kind === "sent") this.memory.mark(this.clock(), text.split(" ")[2]);
      }
      const last = message.entries.at(-1)?.n ?? 0;
      this.heard = this.heard === Infinity ? last : Math.max(this.heard, last);
      if (this.memory.last) this.memory.last.log = this.heard;
    }
  }

  // The line to the kernel was cut, or mended, and nobody says which: ask. A kernel that was restarted knows us not.
  check() {
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => this.lose(true), PATIENCE);
    this.greet();
  }

  lose(gone) {
    clearTimeout(this.doubt);
    if (gone === this.gone) return;
    this.gone = gone;
    this.paint();
  }

  greet() {
    this.send({ kind: "hello" });
  }

  // Return whether the message could be sent; whether it is answered is another matter.
  send(message) {
    try {
      this.model.send(message);
      return true;
    } catch {
      return false;
    }
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.close();
  },
};
