// A server: its name, its figures, and its gate, which is the socket that it listens at.

import { setAttributes, setText, svgElement } from "../../live/front/dom.js";
import { LETTER } from "./letters.js";
import { areaOf } from "./process_boxes.js";

const INSET = 8; // pixels from the edge of a name that is a box as well to its letters

export function gateElements() {
  const group = svgElement("g", { class: "ld-gate" });
  group.bar = svgElement("rect");
  group.ties = svgElement("path");
  for (const name of ["heading", "facts", "socket", "more"]) {
    group[name] = svgElement("text", { "data-part": name });
    group.append(group[name]);
  }
  group.append(group.ties, group.bar);
  return group;
}

export function paintGate(group, { x, y, width, gate, boxes, heading, brief, more, named }) {
  const inset = named ? INSET : 0;
  Object.assign(group, { room: width - 2 * inset, brief, above: heading.length * LETTER.large * 1.3 });
  setAttributes(group.bar, areaOf(gate));
  // Helpers, such as a cache manager, do not listen.
  group.tied = boxes
    .filter(({ key }) => / [MSW]\d*$/.test(key))
    .map(({ key, area: { x: left, y: top, height } }) => {
      return { key, path: `M${gate.x + gate.width} ${top + height / 2} H${left}` };
    });
  setAttributes(group.heading, { x: x + inset, y: y + 16 });
  setText(group.heading, heading);
  setAttributes(group.facts, { x: brief ? x + width - inset : x, y: y + (brief ? 16 : 35) });
  setAttributes(group.facts, { "text-anchor": brief ? "end" : undefined });
  setAttributes(group.socket, { x: gate.x + gate.width + 2, y: gate.y - 5, "text-anchor": "end" });
  const last = boxes.filter(({ key }) => !/ [MS]\d*$/.test(key)).at(-1)?.area;
  setAttributes(group.more, { x: x + 4, y: last ? last.y + last.height + 15 : 0 });
  setText(group.more, more ? `and ${more} more` : "");
}
