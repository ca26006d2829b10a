// The tree by keyboard: one stop of the Tab key, within which the arrow keys go from box to box.

import { setAttributes } from "./dom.js";

const DIRECTIONS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class Keyboard {
  constructor(tree) {
    this.tree = tree;
    this.stop = undefined; // the box that the Tab key comes to
    tree.svg.addEventListener("keydown", (event) => this.onKey(event));
  }

  // The stop is the box last focused, else the selected one, else the first.
  keepOneTabStop() {
    const { elements, view } = this.tree;
    if (!elements.includes(this.stop)) {
      this.stop = elements.find((element) => element.dataset.process === view.selected) ?? elements[0];
    }
    for (const element of elements) setAttributes(element, { tabindex: element === this.stop ? 0 : -1 });
  }

  stopAt(element) {
    this.stop = element;
    this.keepOneTabStop();
  }

  onKey(event) {
    const here = event.target.closest("[data-process]");
    const { elements, view } = this.tree;
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in DIRECTIONS) this.neighbour(here, DIRECTIONS[event.key])?.focus();
    else if (event.key === "Home") elements[0]?.focus();
    else if (event.key === "End") elements.at(-1)?.focus();
    else if (event.key === "Enter" || event.key === " ") {
      this.tree.choose(here);
      view.palette.focus();
    } else if (event.key === "Escape") view.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // The nearest box in a direction, as it is drawn.
  neighbour(here, [right, down]) {
    const [x, y] = this.tree.centre(here);
    let best = null;
    let least = Infinity;
    for (const element of this.tree.elements) {
      const [otherX, otherY] = this.tree.centre(element);
      const along = (otherX - x) * right + (otherY - y) * down;
      const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
      if (along > 1 && along + 2 * aside < least) [best, least] = [element, along + 2 * aside];
    }
    return best;
  }
}
