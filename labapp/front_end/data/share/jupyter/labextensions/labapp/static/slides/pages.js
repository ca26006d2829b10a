// Where a slide begins and ends.
//
// A slide begins where the lesson says so. What does not fit on 1280×720 in large type goes on the next one:
// paragraph by paragraph, a cell's code with its output where both fit. Whatever is too high for a slide of
// its own is drawn smaller, and past that in parts.

export const ROOM = 628; // pixels of the height for what a slide shows
const SMALLEST = 0.6; // of the large type

// The slides: each with what it shows, its section, its title and the speaker's notes.
export function* paginate(cells, scale) {
  let slide;
  let section = "";
  let title = "";
  const fresh = () => ({ units: [], section, title, notes: [] });
  for (const group of groups(cells)) {
    for (const notes of group.notes) slide?.notes.push(notes);
    if (!group.units.length) continue;
    const high = (from, to) => (to.bottom - from.top) / scale;
    if (group.starts && slide?.units.length) {
      yield slide;
      slide = undefined;
    }
    if (group.level && group.level < 3) section = group.title;
    if (group.title) title = group.title;
    slide ??= fresh();
    Object.assign(slide, slide.units.length ? {} : { section, title });
    const whole = high(group.units[0], group.units.at(-1));
    for (const [at, unit] of group.units.entries()) {
      const first = slide.units[0];
      const together = !at && group.together && whole <= ROOM ? group.units.at(-1) : unit;
      if (first && high(first, together) > ROOM) {
        const kept = lone(slide.units);
        if (slide.units.length) yield slide;
        slide = Object.assign(fresh(), { units: kept });
      }
      const parts = Math.ceil((high(unit, unit) * SMALLEST) / ROOM);
      if (parts < 2) {
        slide.units.push(unit);
        continue;
      }
      for (let part = 0; part < parts; part += 1) {
        if (slide.units.length) yield slide;
        slide = Object.assign(fresh(), { units: [{ ...unit, part, parts, room: ROOM / SMALLEST }] });
      }
      yield slide;
      slide = fresh();
    }
  }
  if (slide?.units.length) yield slide;
}

// A heading at the foot of a slide goes with what follows it.
function lone(units) {
  const last = units.findLastIndex(({ heading }) => !heading) + 1;
  return last ? units.splice(last) : [];
}

// The cells that slides show, each as the pieces between which a slide may end.
function* groups(cells) {
  for (const [cell, widget] of cells.entries()) {
    const { model } = widget;
    const type = model.getMetadata("slideshow")?.slide_type ?? "fragment";
    const source = model.sharedModel.getSource();
    if (type === "notes") yield { units: [], notes: [source] };
    if (type === "notes" || type === "skip" || widget.isHidden) continue;
    const code = model.type === "code";
    const found = /^(#{1,3}) +(.+)$/m.exec(code ? "" : source);
    const units = (code ? piecesOfCode(widget) : piecesOfText(widget)).map(([element, about]) => {
      const { top, bottom } = element.getBoundingClientRect();
      return { element, cell, top, bottom, ...about };
    });
    yield {
      units: units.filter(({ top, bottom }) => bottom > top),
      starts: type === "slide" || type === "subslide",
      together: code,
      level: found?.[1].length,
      title: found?.[2].replace(/[`*_]/g, ""),
      notes: [],
    };
  }
}

function piecesOfCode({ node }) {
  const input = node.querySelector(":scope > .jp-Cell-inputWrapper");
  const outputs = node.querySelectorAll(":scope > .jp-Cell-outputWrapper .jp-OutputArea-child");
  return [[input, {}], ...[...outputs].map((output) => [output, { output: true }])];
}

function piecesOfText({ node }) {
  const text = node.querySelector(".jp-MarkdownOutput");
  return [...(text?.children ?? [])].map((element) => [
    element,
    { heading: /^H[1-4]$/.test(element.tagName) },
  ]);
}

// Show a part of what is too high.
export function cut({ element, part, parts, room }) {
  if (!parts) return;
  // A table keeps to no height.
  const display = element.tagName === "TABLE" ? "block" : "";
  Object.assign(element.style, { maxHeight: `${room}px`, overflow: "hidden", display });
  element.scrollTop = part * room;
}

export function reveal({ element, parts }) {
  element.classList.remove("labapp-off");
  if (parts) Object.assign(element.style, { maxHeight: "", overflow: "", display: "" });
}
