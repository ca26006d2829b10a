// The live picture of a deployment, in the browser: it paints what the kernel says, and decides nothing.

import { htmlElement, patch, setAttributes, setText } from "../../live/front/dom.js";
import { Greeting } from "../../live/front/kernel/greeting.js";
import { KernelSession, SILENT } from "../../live/front/kernel/session.js";
import { Palette } from "../../live/front/palette.js";
import { Place } from "../../live/front/place.js";
import { Tabs } from "../../live/front/tabs.js";
import { many } from "../../live/front/traffic.js";
import { Lanes } from "./lanes.js";
import { Picture } from "./picture.js";
import { Travellers } from "./travellers.js";

const LINES = 6; // requests in the list
const [HIGH, LOW] = [116, 100]; // pixels for the strip by itself, and where it shares its place
const ROOM = { width: 650, height: 376 }; // what a picture is drawn for at least, where there is so much;
const LARGEST = 1.32; // scale of one that has more

const NOTHING = { signals: {} };

function serverOf(key) {
  return key.slice(0, key.lastIndexOf(" "));
}

class Deployment {
  constructor(model, el) {
    this.model = model;
    this.ahead = 0; // the kernel's clock against this one, in seconds
    this.last = 0; // the number of the last request that was shown
    this.rows = [];
    this.tree = new Picture(this);
    this.palette = new Palette(this);
    this.travellers = new Travellers(this.tree);
    this.lanes = new Lanes();
    this.title = htmlElement("b", { class: "ld-title" });
    this.facts = htmlElement("span", { class: "ld-facts" });
    this.live = htmlElement("span", { class: "ld-live", role: "status" });
    this.list = htmlElement("ol", { class: "ld-list", "aria-label": "The last requests" });
    const past = htmlElement("div", { class: "ld-past" }, this.lanes.svg);
    const regions = { list: ["Requests", this.list], past: ["Last 20 s", past] };
    this.tabs = new Tabs(regions, "Requests or the last 20 seconds");
    this.ground = htmlElement("div", { class: "ld-picture" }, this.tree.svg);
    this.root = htmlElement(
      "div",
      {
        class: "labapp-deployment",
        role: "group",
        "data-deployment": "",
        "aria-label": "Live picture of a deployment",
      },
      htmlElement("div", { class: "ld-bar" }, this.title, this.facts, this.live),
      this.ground,
      this.tabs.element,
      this.list,
      past,
      this.palette.element,
    );
    // Here keys are the view's own: JupyterLab would act on the cell.
    this.root.addEventListener("keydown", (event) => {
      const theirs = event.ctrlKey || event.metaKey || event.altKey || ["Escape", "Tab"].includes(event.key);
      if (!theirs) event.stopPropagation();
    });
    el.append(this.root);
    this.observer = new ResizeObserver(() => {
      this.tellRoom();
      this.tick();
    });
    for (const element of [this.root, this.ground]) this.observer.observe(element);
    this.greeting = new Greeting(() => this.sayHello());
    this.session = new KernelSession(model, (how) => this.setGone(how));
    this.listeners = {
      "change:picture change:state": () => this.onChange(),
      "msg:custom": (message) => this.onMessage(message),
      comm_live_update: () => this.greet(),
    };
    for (const [event, listener] of Object.entries(this.listeners)) model.on(event, listener);
    this.paint();
    this.greet();
  }

  close() {
    this.observer.disconnect();
    this.travellers.close();
    this.session.close();
    this.greeting.end();
    for (const timer of [this.timer, this.palette.forgetting]) clearTimeout(timer);
    for (const [event, listener] of Object.entries(this.listeners)) this.model.off(event, listener);
  }

  now() {
    return Date.now() / 1000 + this.ahead;
  }

  // Ask the kernel for what it has told; one that does not answer is gone.
  greet() {
    this.greeting.begin(() => this.setGone(SILENT));
  }

  sayHello() {
    if (!this.send({ kind: "hello" })) this.setGone(SILENT);
    this.room = undefined;
    this.tellRoom();
  }

  // Tell the kernel how much room the picture has, in pixels of its own: no letter is to get smaller.
  tellRoom() {
    const { clientWidth: width, clientHeight: height } = this.ground;
    if (!width || !height) return;
    const scale = Math.min(Math.max(Math.min(width / ROOM.width, height / ROOM.height), 1), LARGEST);
    // A slide makes room for a picture of the usual shape.
    const slide = this.root.closest(".labapp-show");
    const room = slide ? ROOM : { width: Math.floor(width / scale), height: Math.floor(height / scale) };
    const known = this.room?.width === room.width && this.room.height === room.height;
    if (!known && this.send({ kind: "room", ...room })) this.room = room;
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

  // What the palette asks of a view: the connection, and what the chosen process's server takes.
  get connection() {
    return this;
  }

  get about() {
    return this.model.get("about")[serverOf(this.selected ?? "")] ?? NOTHING;
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

  // What became of the kernel; nothing while it answers.
  setGone(gone) {
    this.greeting.end();
    if (Boolean(gone) === Boolean(this.gone)) return;
    this.gone = gone;
    if (gone) this.travellers.close();
    this.paint();
  }

  // Whatever comes from the kernel shows that it lives, though it be too busy to answer.
  onWord() {
    this.greeting.onWord();
    if (this.gone === SILENT) this.setGone("");
  }

  onMessage(message) {
    this.onWord();
    if (message.kind === "past") {
      this.ahead = message.now - Date.now() / 1000;
      this.setGone("");
      for (const told of message.told) this.take(told, false);
    } else if (message.kind === "told") this.take(message, true);
    else if (message.kind === "outcome")
      this.palette.setOutcome(`${message.how === "sent" ? "✓" : "✖"} ${message.text}`, message.how);
  }

  // Take in requests that have ended: into the list, the lanes, and on their way if that is now.
  take({ rows = [], bars = [], signals = [] }, moving) {
    const fresh = rows.filter(({ n }) => n > this.last);
    if (!fresh.length && rows.length) return;
    this.last = Math.max(this.last, ...fresh.map(({ n }) => n));
    this.rows = [...this.rows, ...fresh].slice(-LINES);
    this.lanes.add(bars, signals);
    if (moving) this.travellers.launch(fresh);
    this.showList();
    this.tick();
  }

  // Both come together, each with an event of its own.
  onChange() {
    this.onWord();
    this.painting ??= Promise.resolve().then(() => {
      this.painting = undefined;
      this.paint();
    });
  }

  paint() {
    const [picture, state] = [this.model.get("picture"), this.model.get("state")];
    if (!picture.blocks || !state.servers) return;
    if (picture !== this.arranged) this.tree.arrange(picture);
    this.arranged = picture;
    setText(this.title, picture.title);
    const shown = state.boxes.filter(({ key }) => this.tree.areas.has(key));
    // When who was chosen is gone nobody is: a second press must not reach another.
    this.selected ??= (shown.find(({ head }) => head) ?? shown[0])?.key;
    this.tree.paint(state, this.now());
    const { served, failed, more } = state;
    const counts = served === undefined ? [] : [`${served} served`, `${failed} failed`];
    this.palette.paint(
      shown.find(({ key }) => key === this.selected),
      this.gone && `The kernel ${this.gone}, and the servers ended with it. Run its cell to go live.`,
    );
    setText(this.facts, [...counts, ...(more ? [many(more, "more client")] : [])].join(" · "));
    this.tick();
  }

  tick() {
    clearTimeout(this.timer);
    if (!this.arranged) return;
    const { servers, boxes } = this.model.get("state");
    const ended = Object.entries(servers).filter(([, server]) => server.ended);
    const names = ended.map(([name]) => name).join(", ");
    const how = this.gone ? `■ the kernel ${this.gone}` : ended.length ? `■ ended: ${names}` : "● live";
    setText(this.live, how);
    setAttributes(this.root, { "data-gone": this.gone ? "" : undefined });
    setAttributes(this.live, { "data-over": this.gone || ended.length ? "" : undefined });
    const now = this.now();
    const ages = this.tree.tick(now);
    const room = this.tabs.element.offsetHeight ? LOW : HIGH;
    const more = this.arranged.blocks.reduce((sum, block) => sum + block.more, 0);
    const bars = this.lanes.paint(boxes, more, now, Math.max(this.root.clientWidth - 32, 200), room);
    if (!this.gone && (ages || bars)) this.timer = setTimeout(() => this.tick(), 100);
  }

  showList() {
    const rows = this.rows.map((row) => ({ ...row, key: row.n }));
    const make = () =>
      htmlElement(
        "li",
        {},
        ...["way", "text", "end"].map((part) => htmlElement("span", { class: `ld-${part}` })),
      );
    patch(this.list, rows, make, (item, { way, text, status, took, cache, failed }) => {
      const [first, second, third] = item.children;
      setText(first, way);
      setText(second, text);
      setText(third, [status, cache, took].filter(Boolean).join(" · "));
      setAttributes(item, { "data-failed": failed ? "" : undefined });
    });
  }
}

export default {
  render({ model, el }) {
    const place = new Place(model, el, (...where) => new Deployment(...where));
    return () => place.close();
  },
};
