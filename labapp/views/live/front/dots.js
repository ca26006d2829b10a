// The dots in a worker's box, one for each request that it serves; of many, some are a number. The words
// beside them stand where they stood when the worker had most to do: they are not to jump with every request.

import { setAttributes, setText, svgElement } from "./dom.js";

const AFTER = 6; // pixels from the last dot to the words behind it, or
const NUMBER = [28, 36]; // with a number of one digit between them, of more

export function dotElements(dots) {
  const group = svgElement("g", { class: "ll-dots" });
  for (let index = 0; index < dots.most; index += 1) {
    const [cx, cy] = [dots.x + index * dots.step, dots.y];
    group.append(svgElement("circle", { class: "ll-dot", cx, cy, r: dots.radius }));
  }
  const { x, y, size } = dots.more;
  group.append(svgElement("text", { class: "ll-more", x, y, "font-size": size }));
  return group;
}

// How many pixels the dots of so many requests take up, with their number.
export function widthOfDots(flying, { most, step }) {
  const behind = flying <= most ? AFTER : NUMBER[flying - most < 10 ? 0 : 1];
  return Math.min(flying, most) * step + behind;
}

// Show how many requests are at a worker, at once: as many dots as the number says. Those on their way to it
// are drawn otherwise.
export function showDots(element, flying) {
  const { shape, parts } = element;
  const group = parts.dots;
  const seats = Math.max(element.seats ?? 1, flying);
  if (!group || (group.flying === flying && element.seats === seats)) return;
  element.seats = seats;
  group.flying = flying;
  const { most } = shape.dots;
  const state = shape.slots.find(({ part }) => part === "state");
  for (let index = 0; index < most; index += 1) {
    group.children[index].classList.toggle("ll-on", index < flying);
    group.children[index].classList.toggle("ll-seat", Boolean(state) && index < seats);
  }
  setText(group.lastChild, flying > most ? `+${flying - most}` : "");
  if (state) setAttributes(parts.words.get("state"), { x: state.x + widthOfDots(seats, shape.dots) });
}
