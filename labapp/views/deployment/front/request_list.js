// The last requests, each a line: its way, what it asked for, and how it ended.

import { htmlElement, patch, setAttributes, setText } from "../../live/front/dom.js";

const LINES = 5;

export class RequestList {
  constructor() {
    this.element = htmlElement("ol", { class: "ld-list", "aria-label": "The last requests" });
    this.rows = [];
    this.last = 0; // the number of the last one that was shown
  }

  // Add those that are not known yet, and return them.
  add(rows) {
    const fresh = rows.filter(({ n }) => n > this.last);
    this.last = Math.max(this.last, ...fresh.map(({ n }) => n));
    this.rows = [...this.rows, ...fresh].slice(-LINES);
    if (fresh.length) this.paint();
    return fresh;
  }

  paint() {
    const rows = this.rows.map((row) => ({ ...row, key: row.n }));
    const make = () =>
      htmlElement(
        "li",
        {},
        ...["way", "text", "end"].map((part) => htmlElement("span", { class: `ld-${part}` })),
      );
    patch(this.element, rows, make, (item, { way, text, status, took, cache, failed }) => {
      const [first, second, third] = item.children;
      setText(first, way);
      setText(second, text);
      setText(third, [status, cache, took].filter(Boolean).join(" · "));
      setAttributes(item, { "data-failed": failed ? "" : undefined });
    });
  }
}
