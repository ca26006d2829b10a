// What was shown during the last minute. It goes on being recorded whatever is on the page.

const SPAN = 60; // seconds
const MOST = 2400; // moments, and
const MARKS = 200; // signals sent
const SPACING = 0.001; // seconds, for each box, between two moments that show the same boxes, but within
const [LEAST, WIDEST] = [0.02, 0.2];

export class Memory {
  constructor() {
    this.moments = [];
    this.marks = [];
  }

  get last() {
    return this.moments.at(-1);
  }

  // How many seconds back it reaches from a time on.
  reach(now) {
    return this.moments.length ? Math.min(SPAN, Math.max(0, now - this.moments[0].at)) : 0;
  }

  record(moment) {
    const [before, last] = this.moments.slice(-2);
    const spacing = Math.min(Math.max(LEAST, SPACING * (moment.scene.boxes?.length ?? 0)), WIDEST);
    const crowded = last && moment.at - before.at < spacing;
    if (crowded && moment.picture === last.picture && last.picture === before.picture) this.moments.pop();
    this.moments.push(moment);
    this.trim(moment.at);
  }

  // The log has been read up to an entry; what it said before it was read at all, it said from the beginning.
  onLogRead(last) {
    for (const moment of this.moments) moment.log ||= last;
    if (this.last) this.last.log = last;
  }

  mark(at, text) {
    this.marks.push({ at, text });
    if (this.marks.length > MARKS) this.marks.shift();
  }

  // The one before the span's beginning tells how it began.
  trim(now) {
    let gone = Math.max(0, this.moments.length - MOST);
    while (gone + 1 < this.moments.length && this.moments[gone + 1].at <= now - SPAN) gone += 1;
    if (gone) this.moments.splice(0, gone);
    while (this.marks.length && this.marks[0].at < now - SPAN) this.marks.shift();
  }

  // Take over what the kernel remembers from the time before this page.
  onPast({ pictures, moments }) {
    const first = this.moments[0]?.at ?? Infinity;
    const found = [];
    let [scene, traffic] = [null, null];
    for (const moment of moments) {
      if (moment.scene) scene = restoreScene(moment.scene, scene);
      if (moment.traffic) traffic = moment.traffic;
      if (moment.at < first)
        found.push({ at: moment.at, scene, traffic, picture: pictures[moment.picture], log: moment.log });
    }
    this.moments.unshift(...found);
    const read = this.moments.find(({ log }) => log);
    if (read) for (const moment of found) moment.log ||= read.log;
    if (this.last) this.trim(this.last.at);
  }

  // What was shown at a time: the last moment that is not after it, else the first.
  at(time) {
    let [low, high] = [0, this.moments.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.moments[middle].at <= time) low = middle;
      else high = middle - 1;
    }
    return this.moments[low];
  }

  // The minute up to now, which does not change any more.
  frozen() {
    const copy = new Memory();
    copy.moments = [...this.moments];
    copy.marks = [...this.marks];
    return copy;
  }
}

// A scene in which a box that is as before stands as its key alone.
function restoreScene(scene, before) {
  const known = new Map(before?.boxes.map((box) => [box.key, box]));
  return { ...scene, boxes: scene.boxes.map((box) => (typeof box === "string" ? known.get(box) : box)) };
}
