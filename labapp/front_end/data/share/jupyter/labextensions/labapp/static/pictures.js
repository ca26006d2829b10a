// The course's pictures as a part of the page: JupyterLab shows an SVG as an image, which has no alternative
// text, keeps its own colours on a dark page and its own width in a wide column.

const SVG = "image/svg+xml";
const RANK = 79; // JupyterLab's own renderer has 80.

// On a slide, the letters of a picture are 16 pixels of 720 at least, where it is as large as a slide lets it
// be (style.css). What is too dense for that keeps its own.
const [WIDTH, HEIGHT, LETTERS] = [1140, 606, 16];
const GROWTH = 1.25;
// In a wide column a picture is so much larger than drawn at most, and no higher than a screen for it.
const [LARGEST, SCREEN] = [1.5, 760];

// The colours of labapp/views/theme.py: in light, in which pictures are stored, and in dark.
const DARK = new Map([
  ["#ffffff", "#14171b"],
  ["#1b1f24", "#e6edf3"],
  ["#57606a", "#9fa9b4"],
  ["#d0d7de", "#363d46"],
  ["#7d8590", "#747d88"],
  ["#f6f8fa", "#1c2128"],
  ["#fbfcfd", "#181c21"],
  ["#dfe4ea", "#303841"],
  ["#0b57d0", "#7ab0ff"],
  ["#9a4c00", "#f0a04b"],
  ["#1a7f37", "#5ec97a"],
  ["#b3261e", "#ff8a80"],
  ["#ddeaff", "#22344f"],
]);

export async function plugin(shared) {
  const [{ Widget }, { IRenderMimeRegistry }] = await Promise.all(
    ["@lumino/widgets", "@jupyterlab/rendermime"].map(shared),
  );

  class Picture extends Widget {
    constructor(createTheirs) {
      super();
      this.createTheirs = createTheirs;
    }

    async renderModel(model) {
      const svg = model.trusted && read(model.data[SVG]);
      this.node.className = svg ? "lm-Widget labapp-picture" : "lm-Widget";
      this.theirs?.dispose();
      this.theirs = undefined;
      if (svg) return this.node.replaceChildren(svg);
      this.theirs = this.createTheirs();
      await this.theirs.renderModel(model);
      return this.node.replaceChildren(this.theirs.node);
    }

    dispose() {
      this.theirs?.dispose();
      super.dispose();
    }
  }

  return {
    id: "labapp:pictures",
    autoStart: true,
    requires: [IRenderMimeRegistry],
    activate(_, rendermime) {
      const { createRenderer } = rendermime.getFactory(SVG);
      const create = (options) => new Picture(() => createRenderer(options));
      rendermime.addFactory({ safe: false, mimeTypes: [SVG], createRenderer: create }, RANK);
    },
  };
}

// Return the picture in both themes' colours; nothing unless it is one that says itself what it shows.
function read(text) {
  const svg = new DOMParser().parseFromString(text, SVG).documentElement;
  if (svg.getAttribute("role") !== "img" || !svg.getAttribute("aria-label")) return undefined;
  for (const element of [svg, ...svg.querySelectorAll("*")])
    for (const property of ["fill", "stroke"]) {
      const light = element.getAttribute(property);
      if (DARK.has(light)) {
        const [forced, both] = [`--labapp-${light.slice(1)}`, `light-dark(${light}, ${DARK.get(light)})`];
        element.style[property] = `var(${forced}, ${both})`;
      }
    }
  const [, , width, height] = svg.getAttribute("viewBox")?.split(" ").map(Number) ?? [];
  const most = Math.max(1, Math.min(LARGEST, SCREEN / height)) * width;
  if (most) svg.style.setProperty("--labapp-most", `${most}px`);
  enlarge(svg, width, height);
  return document.adoptNode(svg);
}

function enlarge(svg, width, height) {
  const least = LETTERS / Math.min(WIDTH / width, HEIGHT / height);
  const texts = [...svg.querySelectorAll("text[font-size]")];
  const sizes = texts.map((text) => Number(text.getAttribute("font-size")));
  if (least > Math.min(...sizes) * GROWTH) return;
  for (const [at, { style }] of texts.entries())
    style.fontSize = `max(${sizes[at]}px, var(--labapp-letters, 0) * ${least.toFixed(2)}px)`;
}
