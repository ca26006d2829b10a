// Who has left: boxes that fade away where they stood.

import { alike, STILL } from "./dom.js";

const FADING = 400; // milliseconds

export class Ghosts {
  constructor(layer) {
    this.layer = layer;
  }

  take(element) {
    this.layer.append(element);
    element.classList.add("ll-leaving");
    setTimeout(() => element.remove(), FADING);
  }

  // Have nobody fade away where boxes stand still: not over one that has come, nor in a grid that is gone.
  clear({ places, shapes, frames }, gliding) {
    const grids = frames.map(({ x, y, width, height }) => ({ x, y, width, height }));
    const same = alike(grids, this.grids ?? grids);
    this.grids = grids;
    const taken = grids.length ? places.map(({ x, y, shape }) => ({ ...shapes[shape], x, y })) : [];
    for (const ghost of [...this.layer.children]) {
      const stood = { ...ghost.shape, ...ghost.seen.place };
      if (STILL.matches || !gliding || !same || taken.some((place) => cross(place, stood))) ghost.remove();
    }
  }
}

function cross(one, other) {
  const before = (left, right, start, size) => left[start] < right[start] + right[size];
  const meet = (...side) => before(one, other, ...side) && before(other, one, ...side);
  return meet("x", "width") && meet("y", "height");
}
