// A worker's requests, as words in its box: how many are under way (`flying`), were served, were lost with
// it; since when the oldest is under way, and its path.

import { age } from "./dom.js";
import { widthOfDots } from "./dots.js";

const LETTER = 8; // pixels that a letter of a box's first line needs, at most
const SLOW = 0.3; // seconds after which the box says for how long a request has been served

export function many(number, noun) {
  return `${number} ${number === 1 ? noun : `${noun}s`}`;
}

function short(number) {
  return number < 10000 ? String(number) : `${(number / 1000).toFixed(1)}k`;
}

// How a process is marked: one that ended as it was asked to is not marked as the dead are.
export function lookOf({ mood, calm }) {
  return mood === "dead" && calm ? "ended" : mood;
}

// The words of a part of a box where requests change them, else undefined.
export function requestWords(part, box, requests, { shape, seats = 1 }, now) {
  if (!requests) return undefined;
  const { flying, served, lost, since, connections } = requests;
  const path = requests.path || (connections ? `of ${many(connections, "connection")}` : "");
  const { words } = box;
  if (box.mood === "dead") {
    if (part !== "lived") return undefined;
    return `${words.lived}, served ${short(served)}${lost ? `; ${many(lost, "request")} lost` : ""}`;
  }
  const calm = words.load !== undefined; // neither newborn, nor stopped, nor a zombie
  if (part === "served") return `${short(served)} served`;
  if (part === "state") {
    if (!calm && box.mood !== "born") return flying ? `${words.state}, ${flying} in flight` : words.state;
    if (!flying) return calm ? `0 in flight   ${path || words.state}` : words.state;
    return busy(flying, now - since, path, shape.room - widthOfDots(Math.max(seats, flying), shape.dots));
  }
  // A newborn server that is one process has no line for its state: who is served is told first.
  if (part === "notable")
    return box.head && flying ? `${flying} in flight   ${short(served)} served` : undefined;
  if (!calm) return undefined;
  if (part === "share") return `${flying} ▸ ${short(served)} ✓`;
  if (part !== "figures" && part !== "load") return undefined;
  const held = flying || !connections ? `${flying} in flight` : many(connections, "connection");
  return shape.kind === "tile"
    ? `${flying} now  ${short(served)} done`
    : `${held}   ${short(served)} served`;
}

// As much of number, path and age as there is room for.
function busy(flying, seconds, path, pixels) {
  const words = `${flying} in flight`;
  const long = seconds >= SLOW ? `  ${age(seconds)}` : "";
  const room = Math.floor(pixels / LETTER) - words.length - long.length - 2;
  if (room < -2) return words;
  if (room < Math.min(path.length, 5)) return words + long;
  return `${words}  ${path.length > room ? `${path.slice(0, room - 1)}…` : path}${long}`;
}

// The figures of the whole server, in a few words each.
export function totals({ served, failed, dropped, cache = {} }) {
  if (served === undefined) return [];
  const { HIT: hits = 0, ...others } = cache;
  const missed = Object.values(others).reduce((sum, number) => sum + number, 0);
  return [
    `${served} served`,
    `${failed} failed`,
    ...(hits + missed ? [`cache: ${many(hits, "hit")}, ${missed} not`] : []),
    ...(dropped ? [`${dropped} not seen`] : []),
  ];
}
