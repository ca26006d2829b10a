// The elements of the picture: boxes, frames, listening sockets.

import { draw, say, set } from "./dom.js";
import { seats } from "./traffic.js";

const QUEUED = 10; // dots, of those who wait at a socket

// A box's elements, built anew only when its shape changes.
export function build(element, shape, name) {
  const [width, height, radius] = shape.size;
  const inner = draw("g", { class: "ll-inner" });
  const words = shape.slots.map(([part, x, y, size, anchor]) => [
    part,
    draw("text", { "data-part": part, x, y, "font-size": size, "text-anchor": anchor }),
  ]);
  const [x, y, long, thick] = shape.bar;
  const track = draw("rect", { class: "ll-track", x, y, width: long, height: thick, rx: thick / 2 });
  const bar = draw("rect", { class: "ll-bar", x, y, width: long, height: thick, rx: thick / 2 });
  const plug = shape.plug && draw("circle", { class: "ll-plug", cx: shape.plug[0], cy: shape.plug[1], r: 4 });
  const tip = draw("title");
  const dots = seats(shape);
  inner.append(
    tip,
    draw("rect", { class: "ll-ring", x: -4, y: -4, width: width + 8, height: height + 8, rx: radius + 4 }),
    draw("rect", { class: "ll-body", width, height, rx: radius }),
    ...(shape.tag ? [tagFrame(shape.tag)] : []),
    track,
    bar,
    ...words.map(([, text]) => text),
    ...(plug ? [plug] : []),
    dots,
  );
  element.replaceChildren(inner);
  element.shape = name;
  element.form = shape;
  element.parts = { words, bar, plug, tip, dots };
}

function tagFrame([x, y, width, height]) {
  return draw("rect", { class: "ll-tag", x, y, width, height, rx: height / 2 });
}

export function frame() {
  const group = draw("g", { class: "ll-frame" });
  group.append(draw("rect", { rx: 10 }), draw("text"), draw("text"), draw("circle", { class: "ll-plug", r: 4 }));
  return group;
}

export function paintFrame(group, [, x, y, width, height, plug, ...note]) {
  const [rect, first, second, ring] = group.children;
  set(group, { class: note.length ? "ll-frame ll-missing" : "ll-frame" });
  set(rect, { x, y, width, height });
  [first, second].forEach((text, line) => {
    set(text, { x: x + width / 2, y: y + 28 + 20 * line, "font-size": 14, "text-anchor": "middle" });
    say(text, note[line] ?? "");
  });
  set(ring, { cx: x + width, cy: y + plug, visibility: plug ? "visible" : "hidden" });
}

export function pill() {
  const group = draw("g", { class: "ll-pill" });
  group.append(draw("rect", { rx: 24 }), draw("text", { class: "ll-name" }), draw("text", { class: "ll-address" }), draw("text"), draw("g", { class: "ll-queue" }));
  return group;
}

export function paintPill(group, [key, address, caption, x, y, width, height]) {
  const [rect, ...lines] = group.children;
  set(group, { "data-socket": key });
  set(rect, { x, y, width, height });
  ["listening socket", address, caption].forEach((words, line) => {
    set(lines[line], { x: x + width / 2, y: y + [24, 43, 62][line], "font-size": [14.5, 13, 12.5][line], "text-anchor": "middle" });
    if (line < 2) say(lines[line], words);
  });
  Object.assign(group, { caption, edge: [x + width / 2, y + height] });
}

// Say how many wait at a socket until somebody accepts them: in words, and in dots at its lower edge.
export function queue(group, number) {
  const [, , , words, dots] = group.children;
  say(words, number ? `${number}${number === 1 ? " waits" : number < 100 ? " wait" : ""} in the backlog` : group.caption);
  set(group, { "data-waiting": number || undefined });
  const drawn = Math.min(number, QUEUED);
  const [middle, bottom] = group.edge;
  while (dots.children.length > drawn) dots.lastChild.remove();
  while (dots.children.length < drawn) dots.append(draw("circle", { r: 4.5 }));
  [...dots.children].forEach((dot, place) => set(dot, { cx: middle + (place - (drawn - 1) / 2) * 11, cy: bottom }));
}
