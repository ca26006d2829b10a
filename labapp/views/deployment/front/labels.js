// Where the words beside a dot have room: between two columns, one at a time on each line, upon no others.

const SIDES = [-7, 18]; // pixels from a dot's middle down to words above it, and below it
const [ABOVE, BELOW] = [14, 4]; // pixels of letters above their line, and below it
const [BESIDE, EDGE] = [9, 4]; // pixels from a dot's middle, and from a column, to words
const SOCKET = 62; // pixels of what is written above a gate, as `100 wait`, left of its right edge

// The spaces left of each column of servers, and what is written there.
export function spaces({ slots, blocks }) {
  const clients = slots[0].x + slots[0].width;
  return [...new Set(blocks.map(({ x }) => x))].map((door) => {
    const before = blocks.filter(({ x }) => x < door).map(({ x, width }) => x + width);
    const gates = blocks.filter(({ x }) => x === door).map(({ gate }) => gate);
    const words = gates.map(({ x, y, width }) => {
      const right = x + width + 2;
      return { left: right - SOCKET, right, top: y - 18, bottom: y - 1 };
    });
    return { left: Math.max(clients, ...before), right: gates[0].x, door, words };
  });
}

// Let those dots have words that have room. One that gets none where it leaves a box, or comes to rest,
// gets none there later: words that come and go cannot be read.
export function label(dots, between) {
  const shown = [];
  for (const dot of [...dots].sort((one, other) => Boolean(other.label) - Boolean(one.label))) {
    const { x, text } = dot;
    const space = between.find(({ left, door }) => left - 1 <= x && x <= door + 1);
    const offer = space && text ? `${space.door} ${text}` : "";
    const taken = offer && (offer !== dot.offer || dot.label);
    dot.offer = offer;
    dot.label = taken ? place(dot, space, shown) : undefined;
    if (dot.label) shown.push(dot.label);
  }
}

function place({ x, y, row, width }, space, shown) {
  // The line that it is on, of its whole way.
  const line = row.path.split(" L").findLast((part) => parseFloat(part.replace("M", "")) <= x + 1);
  const left = Math.min(x + BESIDE, space.right - EDGE - width);
  if (left < space.left + EDGE || shown.some((other) => other.line === line)) return undefined;
  const areas = SIDES.map((side) => {
    return { line, side, left, right: left + width, top: y + side - ABOVE, bottom: y + side + BELOW };
  });
  return areas.find((area) => ![...space.words, ...shown].some((other) => meet(area, other)));
}

function meet(one, other) {
  const aside = one.right <= other.left || other.right <= one.left;
  return !aside && one.top < other.bottom && other.top < one.bottom;
}
