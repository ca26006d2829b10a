// The elements of the picture: boxes, frames, listening sockets.

import { setAttributes, setText, svgElement } from "./dom.js";
import { dotElements } from "./traffic.js";

const QUEUED = 10; // dots, of those who wait at a socket

// A box's elements, built anew only when its shape changes.
export function build(element, shape, name) {
  const [width, height, radius] = shape.size;
  const inner = svgElement("g", { class: "ll-inner" });
  const words = shape.slots.map(([part, x, y, size, anchor]) => [
    part,
    svgElement("text", { "data-part": part, x, y, "font-size": size, "text-anchor": anchor }),
  ]);
  const [x, y, long, thick] = shape.bar;
  const track = svgElement("rect", { class: "ll-track", x, y, width: long, height: thick, rx: thick / 2 });
  const bar = svgElement("rect", { class: "ll-bar", x, y, width: long, height: thick, rx: thick / 2 });
  const plug =
    shape.plug && svgElement("circle", { class: "ll-plug", cx: shape.plug[0], cy: shape.plug[1], r: 4 });
  const tip = svgElement("title");
  const dots = dotElements(shape);
  inner.append(
    tip,
    svgElement("rect", {
      class: "ll-ring",
      x: -4,
      y: -4,
      width: width + 8,
      height: height + 8,
      rx: radius + 4,
    }),
    svgElement("rect", { class: "ll-body", width, height, rx: radius }),
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
  return svgElement("rect", { class: "ll-tag", x, y, width, height, rx: height / 2 });
}

export function frame() {
  const group = svgElement("g", { class: "ll-frame" });
  group.append(
    svgElement("rect", { rx: 10 }),
    svgElement("text"),
    svgElement("text"),
    svgElement("circle", { class: "ll-plug", r: 4 }),
  );
  return group;
}

export function paintFrame(group, [, x, y, width, height, plug, ...note]) {
  const [rect, first, second, ring] = group.children;
  setAttributes(group, { class: note.length ? "ll-frame ll-missing" : "ll-frame" });
  setAttributes(rect, { x, y, width, height });
  [first, second].forEach((text, line) => {
    setAttributes(text, {
      x: x + width / 2,
      y: y + 28 + 20 * line,
      "font-size": 14,
      "text-anchor": "middle",
    });
    setText(text, note[line] ?? "");
  });
  setAttributes(ring, { cx: x + width, cy: y + plug, visibility: plug ? "visible" : "hidden" });
}

export function pill() {
  const group = svgElement("g", { class: "ll-pill" });
  group.append(
    svgElement("rect", { rx: 24 }),
    svgElement("text", { class: "ll-name" }),
    svgElement("text", { class: "ll-address" }),
    svgElement("text"),
    svgElement("g", { class: "ll-queue" }),
  );
  return group;
}

export function paintPill(group, [key, address, caption, x, y, width, height]) {
  const [rect, ...lines] = group.children;
  setAttributes(group, { "data-socket": key });
  setAttributes(rect, { x, y, width, height });
  ["listening socket", address, caption].forEach((words, line) => {
    setAttributes(lines[line], {
      x: x + width / 2,
      y: y + [24, 43, 62][line],
      "font-size": [14.5, 13, 12.5][line],
      "text-anchor": "middle",
    });
    if (line < 2) setText(lines[line], words);
  });
  Object.assign(group, { caption, edge: [x + width / 2, y + height] });
}

// Show how many wait at a socket until somebody accepts them: in words, and in dots at its lower edge.
export function queue(group, number) {
  const [, , , words, dots] = group.children;
  setText(
    words,
    number
      ? `${number}${number === 1 ? " waits" : number < 100 ? " wait" : ""} in the backlog`
      : group.caption,
  );
  setAttributes(group, { "data-waiting": number || undefined });
  const drawn = Math.min(number, QUEUED);
  const [middle, bottom] = group.edge;
  while (dots.children.length > drawn) dots.lastChild.remove();
  while (dots.children.length < drawn) dots.append(svgElement("circle", { r: 4.5 }));
  [...dots.children].forEach((dot, place) =>
    setAttributes(dot, { cx: middle + (place - (drawn - 1) / 2) * 11, cy: bottom }),
  );
}
