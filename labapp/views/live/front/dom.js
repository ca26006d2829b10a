// Small tools: making elements, and changing only what differs.

const SVG = "http://www.w3.org/2000/svg";
export const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export function htmlElement(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

export function svgElement(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  setAttributes(element, attributes);
  return element;
}

// Set attributes that differ; undefined removes one. What is not touched is not announced and not animated.
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}

// Another text in the same node: nothing is styled anew for that.
export function setText(element, text) {
  const { firstChild: node } = element;
  if (!node || node !== element.lastChild || node.nodeType !== Node.TEXT_NODE) {
    if (element.textContent !== text) element.textContent = text;
  } else if (node.data !== text) node.data = text;
}

// Whether two plain values say the same.
export function alike(one, other) {
  if (one === other) return true;
  if (!one || !other || typeof one !== "object" || typeof other !== "object") return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => alike(one[name], other[name]));
}

// Make the children of `parent` be those of `items`, each known by its `key`.
export function patch(parent, items, create, update, remove = (element) => element.remove()) {
  const known = (parent.known ??= new Map());
  const keys = new Set(items.map(({ key }) => key));
  for (const [key, element] of known) {
    if (!keys.has(key)) {
      known.delete(key);
      remove(element);
    }
  }
  let next = null;
  for (const item of [...items].reverse()) {
    let element = known.get(item.key);
    if (!element) known.set(item.key, (element = create(item)));
    update(element, item);
    // Elements already in place stay untouched: to move one is to take its focus away.
    if (element.parentNode !== parent || element.nextSibling !== next) parent.insertBefore(element, next);
    next = element;
  }
}

export function age(seconds) {
  return seconds < 9.95 ? `${Math.max(seconds, 0).toFixed(1)} s` : `${Math.round(seconds)} s`;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  return whole < 3600 ? parts.join(":") : [Math.floor(whole / 3600), ...parts].join(":");
}

// Where this page's browser reaches a port of the kernel's machine: straight where it is on it, else through
// Jupyter's proxy, below the prefix that Jupyter writes into its pages. Without a port it reaches nothing.
export function reachedAt(url, port) {
  const config = document.getElementById("jupyter-config-data");
  const own = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
  if (!port || own || !config) return port ? url : undefined;
  return `${JSON.parse(config.textContent).baseUrl}proxy/${port}/`;
}
