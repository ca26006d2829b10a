// How words get into their room.

import { setAttributes } from "../../live/front/dom.js";

// Pixels of a letter: of a box's label, of its first line, of all that is smaller.
export const LETTER = { tag: 11, large: 7.6, small: 6.6 };

// Letters are pressed together rather than leave their room.
export function fit(text, words, room, letter) {
  const wide = words.length * letter > room;
  setAttributes(text, {
    textLength: wide ? room.toFixed(0) : undefined,
    lengthAdjust: wide ? "spacingAndGlyphs" : undefined,
  });
}

// What there is room for of some parts, pressed a little: of figures the last, of what is done the first.
export function shortened(said, room, letter, drop) {
  const parts = said.split(" · ");
  while (parts.length > 1 && parts.join(" · ").length * letter * 0.9 > room) parts[drop]();
  return parts.join(" · ");
}
