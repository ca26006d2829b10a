// The log, each line with the tag of who wrote it.

import { htmlElement, setAttributes, setText } from "./dom.js";
import { lookOf } from "./traffic.js";

const ROWS = 500; // lines kept on the page
const FEW = 8; // entries that are written at once, and not with the next frame
const READER = ["wheel", "touchmove", "pointerdown", "keydown"]; // by which a reader scrolls
const HAND = 2000; // milliseconds for which a scroll may be the reader's
const HEAD = /(^| )[MS]V?\d*$/; // the label of one that stands for its server, whose name may come before
const MARKS = { warning: "▲ warning", error: "✖ error", critical: "✖ critical", debug: "· debug" };

export class Log {
  constructor(view) {
    this.view = view;
    this.following = true;
    this.missed = 0;
    this.waiting = []; // entries that have no row yet
    this.behind = false; // no line can be seen
    this.top = 0;
    this.lit = undefined;
    this.tags = new Map(); // pid -> what its tag looks like
    this.until = Infinity; // the number of the last entry that is shown
    // Births, deaths and answers are announced elsewhere; a log that spoke every line would drown them.
    this.lines = htmlElement("div", {
      class: "ll-lines",
      role: "log",
      "aria-label": "Log",
      "aria-live": "off",
      tabindex: 0,
    });
    this.down = htmlElement("button", { type: "button", class: "ll-down", hidden: "" });
    this.element = htmlElement("div", { class: "ll-log" }, this.lines, this.down);
    this.touched = -Infinity;
    for (const name of READER)
      this.lines.addEventListener(name, () => (this.touched = performance.now()), { passive: true });
    this.lines.addEventListener("scroll", () => this.onScroll());
    this.observer = new ResizeObserver(([{ contentRect }]) => {
      this.behind = !contentRect.height;
      if (!this.behind) this.settle();
    });
    this.observer.observe(this.lines);
    this.lines.addEventListener("keydown", (event) => event.key === "Escape" && this.view.tree.focus());
    this.down.addEventListener("click", () => this.toEnd());
  }

  // Add entries; where no line can be seen they wait until one can.
  add(entries) {
    this.waiting.push(...entries);
    if (this.waiting.length > 2 * ROWS) this.waiting.splice(0, this.waiting.length - ROWS);
    if (this.behind) return;
    // More than the first few of a frame have time until the next: at many a second a frame has one filling.
    if (!this.settling && this.waiting.length <= FEW) this.fill();
    this.settling ??= requestAnimationFrame(() => this.settle());
  }

  // Make their rows, by number: the greeting's answer may bring what is already here, or older than it.
  fill() {
    for (const entry of this.waiting.splice(0).slice(-ROWS)) {
      const rows = this.lines.children;
      let place = rows.length;
      while (place && Number(rows[place - 1].dataset.n) > entry.n) place -= 1;
      if (place && Number(rows[place - 1].dataset.n) === entry.n) continue;
      this.lines.insertBefore(this.row(entry), rows[place] ?? null);
      this.missed += 1;
    }
    while (this.lines.children.length > ROWS) this.lines.firstChild.remove();
  }

  // Show the end, or how much is missed: with the next frame, for which the page is laid out in any case.
  settle() {
    this.settling = undefined;
    this.fill();
    if (this.following) this.toEnd();
    else this.showMissed();
  }

  row(entry) {
    const tag = htmlElement("span", { class: "ll-tag" });
    const text = htmlElement("span", { class: "ll-text" });
    const row = htmlElement(
      "div",
      { class: "ll-row", "data-n": entry.n, "data-kind": entry.kind, "data-level": entry.level },
      tag,
      text,
    );
    row.hidden = entry.n > this.until;
    if (entry.time) setAttributes(row, { title: entry.time });
    if (entry.kind !== "line") tag.textContent = entry.kind === "sent" ? "➜" : "✖";
    else if (entry.pid) {
      setAttributes(row, { "data-pid": entry.pid });
      if (entry.tag && !this.tags.has(entry.pid))
        this.tags.set(entry.pid, { key: entry.tag, head: HEAD.test(entry.tag), mood: "ended" });
      this.setTag(row, this.tags.get(entry.pid));
      row.classList.toggle("ll-lit", String(entry.pid) === this.lit);
    } else setText(tag, entry.tag);
    if (MARKS[entry.level] && entry.kind === "line")
      text.append(htmlElement("b", { class: "ll-level" }, MARKS[entry.level]), " ");
    text.append(entry.text);
    return row;
  }

  // Show the log as far as an entry: in a replay, what came later has not been written yet.
  show(until) {
    if (until === this.until) return;
    this.until = until;
    for (const row of this.lines.children) row.hidden = Number(row.dataset.n) > until;
    this.toEnd();
  }

  // The lines that are shown, as text.
  get texts() {
    this.fill();
    return [...this.lines.children]
      .filter((row) => !row.hidden)
      .map((row) => `${row.firstChild.textContent.padEnd(4)} ${row.lastChild.textContent}`);
  }

  setTag(row, look) {
    if (!look) return;
    setText(row.firstChild, look.key);
    setAttributes(row.firstChild, { class: look.head ? "ll-tag ll-head" : "ll-tag", "data-mood": look.mood });
  }

  // Give the lines the tags that their processes have now; those of a process that has left stay as the dead.
  onBoxes(boxes) {
    for (const box of boxes) {
      const { pid, key, head } = box;
      const mood = lookOf(box);
      const before = this.tags.get(pid);
      if (before && before.key === key && before.mood === mood && before.head === head) continue;
      this.tags.set(pid, { key, head, mood });
      for (const row of this.of(pid)) this.setTag(row, this.tags.get(pid));
    }
    if (this.tags.size > 4 * ROWS)
      for (const pid of [...this.tags.keys()].slice(0, ROWS)) this.tags.delete(pid);
  }

  of(pid) {
    return this.lines.querySelectorAll(`[data-pid="${pid}"]`);
  }

  highlight(pid) {
    if (pid === this.lit) return;
    for (const row of this.lines.querySelectorAll(".ll-lit")) row.classList.remove("ll-lit");
    this.lit = pid;
    if (pid) for (const row of this.of(pid)) row.classList.add("ll-lit");
  }

  // Only the reader's scroll is a wish to stay behind: lines that go scroll, too, and so does a view that is
  // hidden or moved.
  onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.lines;
    if (scrollHeight - scrollTop - clientHeight < 14) this.following = true;
    else if (scrollTop < this.top && performance.now() - this.touched < HAND) this.following = false;
    else if (this.following) this.settling ??= requestAnimationFrame(() => this.settle());
    this.top = scrollTop;
    if (this.following) this.missed = 0;
    this.showMissed();
  }

  toEnd() {
    this.lines.scrollTop = this.lines.scrollHeight;
    this.top = this.lines.scrollTop;
    this.following = true;
    this.missed = 0;
    this.showMissed();
  }

  showMissed() {
    this.down.hidden = this.following || !this.missed;
    setText(this.down, `↓ ${this.missed} new ${this.missed === 1 ? "line" : "lines"}`);
  }
}
