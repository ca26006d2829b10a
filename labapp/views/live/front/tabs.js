// Regions that share one place where there is no room for all.

import { htmlElement, setAttributes } from "./dom.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

export class Tabs {
  // Each region by its name, with the words of its tab and its element; `label` names them all.
  constructor(regions, label) {
    this.tabs = Object.entries(regions).map(([name, [words, region]]) => {
      const id = `labapp-${name}-${Math.random().toString(36).slice(2)}`;
      setAttributes(region, { id, "data-region": name });
      const tab = htmlElement(
        "button",
        { type: "button", role: "tab", "aria-controls": id, "data-tab": name },
        words,
      );
      return Object.assign(tab, { region });
    });
    this.element = htmlElement(
      "div",
      { class: "ll-tabs", role: "tablist", "aria-label": label },
      ...this.tabs,
    );
    this.element.addEventListener("click", (event) => this.choose(event.target.closest("button")));
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.choose(this.tabs[0]);
  }

  choose(chosen) {
    if (!chosen) return;
    for (const tab of this.tabs) {
      const mine = tab === chosen;
      setAttributes(tab, { "aria-selected": mine, tabindex: mine ? 0 : -1 });
      setAttributes(tab.region, { "data-behind": mine ? undefined : "" });
    }
  }

  // Those that share the place now: of a region that stands by itself the tab is not shown.
  get sharing() {
    return this.tabs.filter((tab) => tab.offsetHeight);
  }

  offers(name) {
    return this.sharing.some((tab) => tab.dataset.tab === name);
  }

  // See that one of those is chosen.
  settle() {
    const { sharing } = this;
    if (!sharing.some((tab) => tab.getAttribute("aria-selected") === "true")) this.choose(sharing[0]);
  }

  onKey(event) {
    const { sharing } = this;
    const here = sharing.indexOf(event.target);
    if (!(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
    const there = Math.min(Math.max(here + STEPS[event.key], 0), sharing.length - 1);
    this.choose(sharing[there]);
    sharing[there].focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
