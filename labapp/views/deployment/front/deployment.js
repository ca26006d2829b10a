// The live picture of a deployment, in the browser: it paints what the kernel says, and decides nothing.

import { htmlElement, setAttributes, setText } from "../../live/front/dom.js";
import { RETURN } from "../../live/front/kernel/session.js";
import { Log } from "../../live/front/log.js";
import { Palette } from "../../live/front/palette.js";
import { Place } from "../../live/front/place.js";
import { Tabs } from "../../live/front/tabs.js";
import { many } from "../../live/front/traffic.js";
import { Conversation } from "./conversation.js";
import { Lanes } from "./lanes.js";
import { Picture } from "./picture.js";
import { RequestList } from "./request_list.js";
import { Travellers } from "./travellers.js";

const [HIGH, LOW] = [116, 100]; // pixels for the strip by itself, and where it shares its place
const TAG = { letter: 7.5, mark: 4, edge: 12 }; // a server's name before a line of the log, and a label
const NOTHING = { signals: {} };

function serverOf(key) {
  return key.slice(0, key.lastIndexOf(" "));
}

class Deployment {
  constructor(model, el) {
    this.model = model;
    this.ahead = 0; // the kernel's clock against this one, in seconds
    this.tree = new Picture(this);
    this.palette = new Palette(this);
    this.travellers = new Travellers(this.tree);
    this.lanes = new Lanes();
    this.list = new RequestList();
    this.log = new Log(this);
    this.title = htmlElement("b", { class: "ld-title" });
    this.facts = htmlElement("span", { class: "ld-facts" });
    this.live = htmlElement("span", { class: "ld-live", role: "status" });
    const past = htmlElement("div", { class: "ld-past" }, this.lanes.svg);
    const [list, log] = [this.list.element, this.log.element];
    const regions = { list: ["Requests", list], log: ["Log", log], past: ["Last 20 s", past] };
    this.tabs = new Tabs(regions, "Requests, log or the last 20 seconds");
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
      list,
      log,
      past,
      this.palette.element,
    );
    // Here keys are the view's own: JupyterLab would act on the cell.
    this.root.addEventListener("keydown", (event) => {
      const theirs = event.ctrlKey || event.metaKey || event.altKey || ["Escape", "Tab"].includes(event.key);
      if (!theirs) event.stopPropagation();
    });
    const longest = Math.max(...Object.keys(model.get("about")).map((name) => name.length));
    this.root.style.setProperty("--tag", `${TAG.letter * (longest + TAG.mark) + TAG.edge}px`);
    el.append(this.root);
    this.connection = new Conversation(this);
    this.observer = new ResizeObserver(() => {
      this.connection.tellRoom();
      this.tabs.settle();
      this.tick();
    });
    for (const element of [this.root, this.ground]) this.observer.observe(element);
    this.listeners = {
      "change:picture change:state": () => this.onChange(),
      "msg:custom": (message) => this.connection.onMessage(message),
      comm_live_update: () => this.connection.greet(),
    };
    for (const [event, listener] of Object.entries(this.listeners)) model.on(event, listener);
    this.paint();
    this.connection.greet();
  }

  close() {
    for (const observer of [this.observer, this.log.observer]) observer.disconnect();
    this.travellers.close();
    this.connection.close();
    for (const timer of [this.timer, this.palette.forgetting]) clearTimeout(timer);
    for (const [event, listener] of Object.entries(this.listeners)) this.model.off(event, listener);
  }

  now() {
    return Date.now() / 1000 + this.ahead;
  }

  // What the chosen process's server takes.
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

  // Take in requests that have ended: into the list, the lanes, and on their way if that is now.
  take({ rows = [], bars = [], signals = [] }, moving) {
    const fresh = this.list.add(rows);
    if (!fresh.length && rows.length) return;
    this.lanes.add(bars, signals);
    if (moving) this.travellers.launch(fresh);
    this.tick();
  }

  // Both come together, each with an event of its own.
  onChange() {
    this.connection.onWord();
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
    this.log.onBoxes(state.boxes);
    const { served, failed, more } = state;
    const counts = served === undefined ? [] : [`${served} served`, `${failed} failed`];
    const over = Object.values(state.servers).every(({ ended }) => ended);
    this.palette.paint(
      shown.find(({ key }) => key === this.selected),
      this.gone && !over && `The kernel ${this.gone}, and the servers ended with it. ${RETURN}`,
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
    const lost = this.gone && ended.length < Object.keys(servers).length;
    const how = lost ? `■ the kernel ${this.gone}` : ended.length ? `■ ended: ${names}` : "● live";
    setText(this.live, how);
    setAttributes(this.root, { "data-gone": this.gone ? "" : undefined });
    setAttributes(this.live, { "data-over": this.gone || ended.length ? "" : undefined });
    const now = this.now();
    const ages = this.tree.tick(now);
    const room = this.tabs.offers("past") ? LOW : HIGH;
    const more = this.arranged.blocks.reduce((sum, block) => sum + block.more, 0);
    const bars = this.lanes.paint(boxes, more, now, Math.max(this.root.clientWidth - 32, 200), room);
    if (!this.gone && (ages || bars)) this.timer = setTimeout(() => this.tick(), 100);
  }
}

export default {
  render({ model, el }) {
    const place = new Place(model, el, (...where) => new Deployment(...where));
    return () => place.close();
  },
};
