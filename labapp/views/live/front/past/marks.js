// The signals of the last minute: a line for each, with its name where there is room.

import { setAttributes, setText, svgElement } from "../dom.js";

const LETTER = 10.5; // pixels of a capital in those names
const GAP = 8; // pixels beside a name
const roomOf = (name) => LETTER * name.length + GAP;

// Give each signal its name beside its line, in order of time; where names would meet, the first counts the
// others.
export function named(marks, x, width) {
  let last = { right: 0 };
  return marks.map(({ at, text }) => {
    const mark = { key: `${at} ${text}`, x: Number(x(at)), name: text, others: 0 };
    // At the right edge a name stands left of its line, and has room for a count.
    const counted = roomOf(`${text} +9`);
    mark.back = mark.x + counted > width;
    if (mark.x - (mark.back ? counted : 0) >= last.right) {
      mark.right = mark.x + (mark.back ? 0 : roomOf(text));
      last = mark;
    } else {
      mark.name = "";
      last.others += 1;
      if (!last.back) last.right = Math.max(last.right, last.x + roomOf(`${last.name} +${last.others}`));
    }
    return mark;
  });
}

export function markElements() {
  const group = svgElement("g", { class: "ll-mark" });
  group.append(svgElement("path"), svgElement("text", { y: 12, "font-size": 13 }));
  return group;
}

export function paintMark(group, { x, name, others, back }, top, height) {
  const [line, word] = group.children;
  setAttributes(line, { d: `M${x} ${name ? 2 : top} V${height}` });
  setAttributes(word, { x: back ? x - 4 : x + 4, "text-anchor": back ? "end" : "start" });
  setText(word, others ? `${name} +${others}` : name);
}
