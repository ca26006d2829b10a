// What is shown, as one SVG file that needs nothing else: every colour and every font written into it, on
// light paper.

import { htmlElement, svgElement } from "../dom.js";

const MARGIN = 16;
const HEAD = 46; // pixels above the picture
const LINE = 19; // pixels from line to line of the log
const LINES = 8; // of the log, at most
const LETTERS = 92; // of a line, at most
const LOOK = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "text-decoration-line",
  "paint-order",
  "stroke-linejoin",
];
const PLAIN = {
  stroke: "none",
  "stroke-dasharray": "none",
  "stroke-linecap": "butt",
  "font-weight": "400",
  "text-anchor": "start",
  "text-decoration-line": "none",
  "paint-order": "normal",
  "stroke-linejoin": "miter",
};
const KEPT = new Set(["d", "x", "y", "cx", "cy", "r", "rx", "width", "height", "viewBox", "points"]);

// Return the file's text: `words` above, then the pictures one below the other, then lines of the log.
export function saved(view, { command, facts, lines, colours }) {
  const paper = htmlElement("div", { class: "labapp-live ll-paper", "aria-hidden": "true" });
  for (const [name, colour] of Object.entries(colours)) paper.style.setProperty(`--${name}`, colour);
  const tree = view.tree.svg.cloneNode(true);
  const [, , width] = tree.getAttribute("viewBox").split(" ").map(Number);
  const pictures = [tree, view.replay.printed(width - 2 * MARGIN)];
  paper.append(...pictures);
  view.root.parentNode.append(paper);
  try {
    const look = getComputedStyle(paper);
    const [sans, mono] = [look.getPropertyValue("--sans"), look.getPropertyValue("--mono")];
    const file = svgElement("svg", {
      role: "img",
      "aria-label": `${command}: ${facts}`,
      "font-family": sans,
    });
    const title = svgElement("title");
    title.textContent = `${command}: ${facts}`;
    file.append(title);
    const body = svgElement("g");
    const write = (x, y, text, more) => {
      const element = svgElement("text", { x, y, "font-size": 13, fill: colours.ink, ...more });
      preserve(element);
      element.textContent = text;
      body.append(element);
    };
    write(MARGIN, 20, command, { "font-family": mono, "font-weight": 700, "font-size": 14.5 });
    write(MARGIN, 38, facts, { fill: colours.soft });
    let y = HEAD;
    for (const [place, picture] of pictures.entries()) {
      const [, , , down] = picture.getAttribute("viewBox").split(" ").map(Number);
      for (const child of [...picture.children]) flatten(child);
      const group = svgElement("g", { transform: `translate(${place ? MARGIN : 0} ${y})` });
      group.append(...picture.children);
      body.append(group);
      y += down + 8;
    }
    for (const line of lines.slice(-LINES)) {
      y += LINE;
      write(MARGIN, y - 4, line.length > LETTERS ? `${line.slice(0, LETTERS - 1)}…` : line, {
        "font-family": mono,
        "font-size": 12,
      });
    }
    const height = Math.ceil(y + 10);
    const sheet = svgElement("rect", {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 10,
      fill: colours.paper,
      stroke: colours.line,
    });
    file.append(sheet, body);
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height }))
      file.setAttribute(name, value);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file)}\n`;
  } finally {
    paper.remove();
  }
}

// Write into an element how it looks, and take away what only the page needs; what is not seen goes.
function flatten(element) {
  const look = getComputedStyle(element);
  if (
    element.nodeName === "title" ||
    look.display === "none" ||
    look.visibility === "hidden" ||
    Number(look.opacity) === 0
  )
    return element.remove();
  if (element.nodeName === "text" && !element.textContent) return element.remove();
  for (const child of [...element.children]) flatten(child);
  const found = Object.fromEntries(LOOK.map((name) => [name, look.getPropertyValue(name)]));
  const matrix = new DOMMatrixReadOnly(look.transform === "none" ? "" : look.transform);
  const own = Object.fromEntries(
    [...element.attributes].filter(({ name }) => KEPT.has(name)).map(({ name, value }) => [name, value]),
  );
  const bar = element.classList.contains("ll-bar");
  for (const { name } of [...element.attributes]) element.removeAttribute(name);
  for (const [name, value] of Object.entries(own)) element.setAttribute(name, value);
  if (Number(look.opacity) < 1) element.setAttribute("opacity", look.opacity);
  if (bar) element.setAttribute("width", Number(own.width) * matrix.a);
  else if (!matrix.isIdentity) element.setAttribute("transform", `translate(${matrix.e} ${matrix.f})`);
  if (element.nodeName === "g") return;
  const words = element.nodeName === "text";
  for (const [name, value] of Object.entries(found)) {
    const idle =
      value === PLAIN[name] ||
      (!words && /^(font|text)/.test(name)) ||
      (found.stroke === "none" && /stroke|order/.test(name));
    if (!idle) element.setAttribute(name === "text-decoration-line" ? "text-decoration" : name, value);
  }
  if (words) preserve(element);
}

// Two spaces are two.
function preserve(text) {
  text.setAttributeNS("http://www.w3.org/XML/1998/namespace", "xml:space", "preserve");
}

// Have the browser save a text as a file.
export function download(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const link = htmlElement("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
