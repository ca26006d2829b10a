// A worker's requests, as words and dots in its box: how many are under way (`flying`), were served, were lost
// with it; since when the oldest is under way, and its path.

import { age, setAttributes, setText, svgElement } from "./dom.js";

const LETTER = 8; // pixels that a letter of a box's first line needs, at most
const STEP = 10; // pixels from dot to dot
const SLOW = 0.3; // seconds after which the box says for how long a request has been served
// Dots that are drawn one by one; the others are a number.
const DOTS = { wide: 4, card: 8, tile: 6, stamp: 4, chip: 3 };

export function many(number, noun) {
  return `${number} ${number === 1 ? noun : `${noun}s`}`;
}

function short(number) {
  return number < 10000 ? String(number) : `${(number / 1000).toFixed(1)}k`;
}

// The words of a part of a box where requests change them, else undefined.
export function requestWords(part, box, requests, shape, now) {
  if (!requests) return undefined;
  const { flying, served, lost, since, path } = requests;
  const { words } = box;
  if (box.mood === "dead") {
    if (part !== "lived") return undefined;
    return `${words.lived}, served ${short(served)}${lost ? `; ${many(lost, "request")} lost` : ""}`;
  }
  const calm = words.load !== undefined; // neither newborn, nor stopped, nor a zombie
  if (part === "served") return `${short(served)} served`;
  if (part === "state") {
    if (!calm && box.mood !== "born") return flying ? `${words.state}, ${flying} in flight` : words.state;
    if (!flying) return calm ? `0 in flight   ${words.state}` : words.state;
    return busy(flying, now - since, path, shape);
  }
  if (!calm) return undefined;
  if (part === "share") return `${flying} ▸ ${short(served)} ✓`;
  if (part !== "figures" && part !== "load") return undefined;
  return shape.kind === "tile"
    ? `${flying} now  ${short(served)} done`
    : `${flying} in flight   ${short(served)} served`;
}

// As much of number, path and age as there is room for.
function busy(flying, seconds, path, shape) {
  const words = `${flying} in flight`;
  const long = seconds >= SLOW ? `  ${age(seconds)}` : "";
  const room =
    Math.floor((shape.size[0] - 156 - width(flying, "wide")) / LETTER) - words.length - long.length - 2;
  if (room < -2) return words;
  if (room < Math.min(path.length, 5)) return words + long;
  return `${words}  ${path.length > room ? `${path.slice(0, room - 1)}…` : path}${long}`;
}

function width(flying, kind) {
  if (!flying) return 0;
  return (
    Math.min(flying, DOTS[kind]) * STEP + (flying <= DOTS[kind] ? 6 : flying - DOTS[kind] < 10 ? 28 : 36)
  );
}

// Where the dots of a box begin: in its first line where that is long, else on its upper edge.
export function dotOrigin(shape) {
  const state = shape.slots.find(([part]) => part === "state");
  return state ? [state[1] + 5, state[2] - 5] : [12, 0];
}

export function dotElements(shape) {
  const group = svgElement("g", { class: "ll-dots" });
  const [left, top] = dotOrigin(shape);
  const number = DOTS[shape.kind] ?? 0;
  for (let place = 0; place < number; place += 1) {
    group.append(
      svgElement("circle", {
        class: "ll-dot",
        cx: left + place * STEP,
        cy: top,
        r: shape.kind === "chip" ? 3.5 : 4.5,
      }),
    );
  }
  group.append(
    svgElement("text", { class: "ll-more", x: left + number * STEP - 3, y: top + 4.5, "font-size": 12.5 }),
  );
  return group;
}

// Show how many requests are at a worker: `here`, without those on their way to it, of `flying`.
export function showDots(element, shape, here, flying) {
  const group = element.parts.dots;
  if (group.here === here && group.flying === flying) return;
  [group.here, group.flying] = [here, flying];
  const more = group.lastChild;
  const circles = group.children.length - 1;
  for (let place = 0; place < circles; place += 1)
    group.children[place].classList.toggle("ll-on", place < here);
  setText(more, here > circles ? `+${here - circles}` : "");
  const state = shape.slots.find(([part]) => part === "state");
  const text = state && element.parts.words.find(([part]) => part === "state")[1];
  if (text) setAttributes(text, { x: state[1] + width(flying, shape.kind) });
}

// The figures of the whole server, in a few words each.
export function totals({ served, failed, dropped }) {
  if (served === undefined) return [];
  return [`${served} served`, `${failed} failed`, ...(dropped ? [`${dropped} not seen`] : [])];
}
