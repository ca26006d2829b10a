// The live view of one server, in the browser.
//
// It paints and it listens; it decides nothing. Where things go was laid out in the kernel (`picture`), what
// they are called too (`scene`), and who serves how many (`traffic`); here elements are patched by key, so
// that boxes glide, the newborn and the dead are seen, the focus stays where it is and a screen reader says
// only what changed. All text is set as text, never as markup. Classes begin with `ll-`: the page has styles
// of its own. Who wants to find things goes by the data attributes.

import { htmlElement, reachedAt, setAttributes, setText } from "./dom.js";
import { Announcer } from "./announcer.js";
import { KernelConnection } from "./kernel/kernel_connection.js";
import { Log } from "./log.js";
import { Palette } from "./palette.js";
import { Place } from "./place.js";
import { Replay } from "./past/replay.js";
import { download, saved } from "./past/save.js";
import { ViewState } from "./view_state.js";
import { Tabs } from "./tabs.js";
import { Tree } from "./tree.js";

class View extends ViewState {
  constructor(model, el) {
    super(model);
    this.lastFlight = model.get("traffic").number ?? 0; // the last request that was seen to set out
    this.room = { width: 0, height: 0 };
    this.selected = undefined;
    this.connection = new KernelConnection(this);
    this.tree = new Tree(this);
    this.log = new Log(this);
    this.palette = new Palette(this);
    this.announcer = new Announcer();
    this.replay = new Replay(this);
    this.command = htmlElement("code", { class: "ll-command" });
    this.url = htmlElement("a", { class: "ll-url", target: "_blank", rel: "noopener noreferrer" });
    // How it goes, beside the command; then how much of it.
    this.facts = htmlElement(
      "span",
      { class: "ll-facts" },
      ...["b", "i", "span"].map((name) => htmlElement(name)),
    );
    this.ground = htmlElement("div", { class: "ll-ground" }, this.tree.element);
    const regions = { log: ["Log", this.log.element], past: ["Last minute", this.replay.element] };
    this.tabs = new Tabs(regions, "Log or last minute");
    this.root = htmlElement(
      "div",
      { class: "labapp-live", role: "group", "data-live-view": "", "aria-label": "Live view of a server" },
      htmlElement(
        "div",
        { class: "ll-layout" },
        htmlElement("div", { class: "ll-header" }, this.command, this.url, this.facts),
        this.ground,
        this.tabs.element,
        this.log.element,
        this.replay.element,
        this.palette.element,
      ),
      this.announcer.element,
    );
    // Here keys are the view's own: JupyterLab would edit the cell at Enter, and delete it at D D.
    this.root.addEventListener("keydown", (event) => {
      const theirs = event.ctrlKey || event.metaKey || event.altKey || ["Escape", "Tab"].includes(event.key);
      if (!theirs) event.stopPropagation();
    });
    el.append(this.root);
    this.introduce();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.ground);
    this.listeners = {
      "change:about": () => this.introduce(),
      "change:scene change:picture": () => this.onChange(true),
      "change:traffic": () => this.onChange(false),
      "msg:custom": (message) => this.connection.onMessage(message),
      comm_live_update: () => this.connection.onReconnect(),
    };
    for (const [event, listener] of Object.entries(this.listeners)) model.on(event, listener);
    this.resize();
    this.replay.run();
    this.connection.greet();
  }

  close() {
    for (const observer of [this.observer, this.log.observer]) observer.disconnect();
    for (const part of [this.connection, this.replay, this.announcer, this.tree]) part.close();
    for (const timer of [this.timer, this.palette.forgetting]) clearTimeout(timer);
    for (const frame of [this.nextFrame, this.repainting]) cancelAnimationFrame(frame);
    for (const [event, listener] of Object.entries(this.listeners)) this.model.off(event, listener);
  }

  introduce() {
    const { command, url, port } = this.about;
    setText(this.command, command);
    setAttributes(this.command, { title: command });
    setText(this.url, url);
    this.href = reachedAt(url, port);
    setAttributes(this.root, { "aria-label": `Live view of ${command}` });
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.ground;
    if (!width || (width === this.room.width && height === this.room.height)) return;
    this.room = { width, height };
    this.tree.crowded = undefined;
    this.paint();
  }

  // Scene, picture and traffic come together, each with an event of its own.
  onChange(scene) {
    this.connection.onWord();
    if (scene) this.newScene = true;
    else this.newTraffic = true;
    this.painting ??= Promise.resolve().then(() => {
      this.painting = undefined;
      this.record();
      if (!this.replay.active) {
        if (this.newTraffic) this.showFlights(this.traffic, true);
        if (this.newScene) this.paint();
        if (this.newTraffic) this.nextFrame ??= requestAnimationFrame(() => this.showRequests());
      }
      this.newScene = this.newTraffic = false;
    });
  }

  // A death comes ahead: its box is painted by itself, and what else it changes with the next frame.
  onBoxes(message) {
    if (!this.present.scene.boxes) return;
    this.amend(message);
    if (this.replay.active) return;
    this.tree.paintBoxes(message.boxes);
    this.repainting ??= requestAnimationFrame(() => {
      this.repainting = undefined;
      this.paint();
    });
  }

  // Paint the scene: the one way by which anything but requests changes.
  paint() {
    if (!this.room.width || !this.scene.boxes) return;
    if (!this.tree.canPaint(this.places, this.room)) return this.connection.askForPictures(this.places);
    const { boxes } = this.scene;
    if (!boxes.some(({ key }) => key === this.selected))
      this.selected = boxes.find(({ head }) => head)?.key ?? boxes[0]?.key;
    this.log.onBoxes(boxes);
    this.log.show(this.displayed.log);
    this.tree.paint(this.scene, this.places, this.room);
    const closing = this.closing();
    const closed =
      this.replay.active && !this.resting()
        ? "This is a replay: press Back to live, then signals can be sent again."
        : closing && (this.present.scene.ending ? `${closing} There is nothing left to signal.` : closing);
    this.palette.paint(
      boxes.find(({ key }) => key === this.selected),
      closed,
    );
    // Who listens at that port now is somebody else.
    setAttributes(this.url, { href: this.resting() ? undefined : this.href });
    setAttributes(this.root, {
      "data-ended": this.scene.ending ? "" : undefined,
      "data-gone": this.gone ? "" : undefined,
    });
    if (!this.replay.active) this.announcer.onBoxes(boxes, closing);
    this.tick();
  }

  // Show the requests of now, once a frame however many messages came.
  showRequests() {
    this.nextFrame = undefined;
    if (this.replay.active || !this.tree.boxOf) return;
    this.tree.showRequests();
    this.tick();
  }

  // Let those requests fly that set out; those of now only once.
  showFlights({ flights = [], number = 0 }, live) {
    const fresh = live ? flights.filter((flight) => flight.number > this.lastFlight) : flights;
    if (live) this.lastFlight = number;
    if (this.tree.picture) this.tree.inFlight.launch(fresh, this.tree.picture);
  }

  // A replay has begun, or has ended.
  onReplay() {
    const { active } = this.replay;
    setAttributes(this.root, { "data-replay": active ? "" : undefined });
    this.lastFlight = this.present.traffic.number ?? 0;
    this.tree.inFlight.close();
    this.tree.socketLinks.forget();
    this.announcer.announce(
      active
        ? "Replay: the view shows the past. The button Back to live, or Escape on the slider, ends it."
        : "Live again",
    );
  }

  tick() {
    clearTimeout(this.timer);
    const [first, ...rest] = this.summary().split(" · ");
    for (const [place, text] of [first, rest.length ? " · " : "", rest.join(" · ")].entries())
      setText(this.facts.children[place], text);
    const restless = this.tree.tick();
    if (this.replay.active || (this.resting() && (this.gone || !restless))) return;
    this.timer = setTimeout(() => this.tick(), restless ? 100 : 1000);
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
    const program = command.split(" ")[0].split("/").at(-1);
    const name = `${program}-${when.toISOString().slice(0, 19).replaceAll(":", "-")}.svg`;
    download(saved(this, { command, facts, lines: this.log.texts, colours: light }), name);
    this.palette.setOutcome(`✓ saved as ${name}`, "sent");
  }
}

export default {
  render({ model, el }) {
    const place = new Place(model, el, (...where) => new View(...where));
    return () => place.close();
  },
};
