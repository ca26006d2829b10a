// The box of a process, or of a client, and what is written in it.

import { age, setAttributes, setText, svgElement } from "../../live/front/dom.js";
import { fit, LETTER, shortened } from "./letters.js";

export function areaOf({ x, y, width, height, radius }) {
  return { x, y, width, height, rx: radius };
}

export function boxElements() {
  const group = svgElement("g", { class: "ld-box" });
  group.tip = svgElement("title");
  group.body = svgElement("rect");
  group.append(group.tip, group.body);
  for (const name of ["label", "words", "figures"]) {
    group[name] = svgElement("text", { "data-part": name });
    group.append(group[name]);
  }
  return group;
}

export function paintBox(group, place, { label, words: long, short, figures: all, since }, now, indent) {
  const { x, y, width, height } = place;
  setAttributes(group.body, areaOf(place));
  const rooms = { words: width - 18 - indent, figures: width - 18 };
  const figures = shortened(all, rooms.figures, LETTER.small, "shift");
  const brief = short && long.length * LETTER.large > rooms.words;
  const words = brief ? short : shortened(long, rooms.words, LETTER.large, "pop");
  const first = figures ? y + height * 0.3 + 5 : y + height / 2 + 5;
  setAttributes(group.label, { x: x + 11, y: first });
  setAttributes(group.words, { x: x + 11 + indent, y: first });
  setAttributes(group.figures, { x: x + 11, y: y + height - 11 });
  setText(group.label, label);
  group.since = since;
  for (const [part, template] of [
    ["words", words],
    ["figures", figures],
  ]) {
    const text = group[part];
    text.template = template;
    setText(text, template.replace("{age}", age(now - since)));
    fit(text, template, rooms[part], part === "words" ? LETTER.large : LETTER.small);
  }
}
