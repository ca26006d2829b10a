// The elements of the picture: boxes, frames, listening sockets. Every place in it was chosen in the kernel.

import { patch, setAttributes, setText, svgElement } from "./dom.js";
import { dotElements } from "./dots.js";

const RING = 4; // pixels from a box to the ring around the one in focus

const area = ({ x, y, width, height, radius }) => ({ x, y, width, height, rx: radius });
const place = ({ x, y, size, anchor }) => ({ x, y, "font-size": size, "text-anchor": anchor });

function ring(shape) {
  const [width, height] = [shape.width + 2 * RING, shape.height + 2 * RING];
  return { class: "ll-ring", x: -RING, y: -RING, width, height, rx: shape.radius + RING };
}

// A box's elements, built anew only when its shape changes; `plugRadius` is that of the ring at a socket's
// line.
export function build(element, shape, plugRadius) {
  const { width, height, radius } = shape;
  const inner = svgElement("g", { class: "ll-inner" });
  const words = new Map(
    shape.slots.map((slot) => [slot.part, svgElement("text", { "data-part": slot.part, ...place(slot) })]),
  );
  const bar = svgElement("rect", { class: "ll-bar", ...area(shape.bar) });
  const plug = shape.plug && plugElement(shape.plug, plugRadius);
  const tip = svgElement("title");
  const dots = shape.dots && dotElements(shape.dots);
  inner.append(
    tip,
    svgElement("rect", ring(shape)),
    svgElement("rect", { class: "ll-body", width, height, rx: radius }),
    ...(shape.tag ? [svgElement("rect", { class: "ll-tag", ...area(shape.tag) })] : []),
    svgElement("rect", { class: "ll-track", ...area(shape.bar) }),
    bar,
    ...words.values(),
    ...(plug ? [plug] : []),
    ...(dots ? [dots] : []),
  );
  element.replaceChildren(inner);
  element.shape = shape;
  element.parts = { words, bar, plug, tip, dots };
}

function plugElement(plug, radius) {
  return svgElement("circle", { class: "ll-plug", cx: plug?.x, cy: plug?.y, r: radius });
}

function paintLabels(group, labels) {
  patch(
    group,
    labels.map((label, number) => ({ ...label, key: number })),
    ({ part }) => svgElement("text", { "data-part": part }),
    (text, label) => {
      setAttributes(text, place(label));
      setText(text, label.words);
    },
  );
}

function frameElement() {
  const group = svgElement("g", { class: "ll-frame" });
  group.append(svgElement("rect"), svgElement("g"), plugElement());
  return group;
}

function paintFrame(group, frame, plugRadius) {
  const [rect, labels, plug] = group.children;
  setAttributes(group, { class: frame.labels.length ? "ll-frame ll-missing" : "ll-frame" });
  setAttributes(rect, area(frame));
  paintLabels(labels, frame.labels);
  const visibility = frame.plug ? "visible" : "hidden";
  setAttributes(plug, { cx: frame.plug?.x, cy: frame.plug?.y, r: plugRadius, visibility });
}

function pillElement() {
  const group = svgElement("g", { class: "ll-pill" });
  const others = svgElement("text", { class: "ll-others", "font-size": 12.5 });
  group.append(svgElement("rect"), svgElement("g"), svgElement("g", { class: "ll-queue" }), others);
  return group;
}

function paintPill(group, pill) {
  const [rect, labels] = group.children;
  setAttributes(group, { "data-socket": pill.key });
  setAttributes(rect, area(pill));
  paintLabels(labels, pill.labels);
  group.pill = pill;
}

// Draw what stands around the boxes: frames, lines, sockets.
export function drawAround({ frames, links, pills }, picture) {
  patch(frames, picture.frames, frameElement, (group, frame) => paintFrame(group, frame, picture.plug));
  patch(
    links,
    picture.links,
    () => svgElement("path"),
    (path, link) => setAttributes(path, { "data-link": link.key, class: `ll-${link.kind}`, d: link.path }),
  );
  patch(pills, picture.pills, pillElement, paintPill);
}

// Show how many wait at a socket until somebody accepts them: in words, and in dots at its lower edge, with
// how many more there are than dots.
export function showQueue(group, number) {
  const [, labels, dots, others] = group.children;
  const { queue, labels: written } = group.pill;
  const waiting = `${number}${number === 1 ? " waits" : number < 100 ? " wait" : ""} in the backlog`;
  setText(labels.lastChild, number ? waiting : written.at(-1).words);
  setAttributes(group, { "data-waiting": number || undefined });
  const drawn = Math.min(number, queue.most);
  while (dots.children.length > drawn) dots.lastChild.remove();
  while (dots.children.length < drawn) dots.append(svgElement("circle", { r: queue.radius }));
  const first = queue.x - ((drawn - 1) / 2) * queue.step;
  for (const [index, dot] of [...dots.children].entries()) {
    setAttributes(dot, { cx: first + index * queue.step, cy: queue.y });
  }
  setAttributes(others, { x: first + drawn * queue.step - 2, y: queue.y + 4.5 });
  setText(others, number > drawn ? `+${number - drawn}` : "");
}
