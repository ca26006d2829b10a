// What a deployment's picture and the kernel say to each other, and whether anybody is at the other end.

import { Line } from "../../live/front/kernel/line.js";
import { SILENT } from "../../live/front/kernel/session.js";

const ROOM = { width: 650, height: 376 }; // what a picture is drawn for at least, where there is so much;
const LARGEST = 1.32; // scale of one that has more

export class Conversation extends Line {
  constructor(view) {
    super(view, () => this.sayHello());
  }

  // Ask the kernel for what it has told; one that does not answer is gone.
  greet() {
    this.greeting.begin(() => this.setGone(SILENT));
  }

  sayHello() {
    if (!this.send({ kind: "hello" })) this.setGone(SILENT);
    this.room = undefined;
    this.tellRoom();
  }

  // Tell the kernel how much room the picture has, in pixels of its own: no letter is to get smaller.
  tellRoom() {
    const { clientWidth: width, clientHeight: height } = this.view.ground;
    if (!width || !height) return;
    const scale = Math.min(Math.max(Math.min(width / ROOM.width, height / ROOM.height), 1), LARGEST);
    // A slide makes room for a picture of the usual shape.
    const slide = this.view.root.closest(".labapp-show");
    const room = slide ? ROOM : { width: Math.floor(width / scale), height: Math.floor(height / scale) };
    const known = this.room?.width === room.width && this.room.height === room.height;
    if (!known && this.send({ kind: "room", ...room })) this.room = room;
  }

  // What became of the kernel; nothing while it answers.
  setGone(gone) {
    this.greeting.end();
    if (Boolean(gone) === Boolean(this.view.gone)) return;
    this.view.gone = gone;
    if (gone) this.view.travellers.close();
    this.view.paint();
  }

  onMessage(message) {
    const { view } = this;
    this.onWord();
    if (message.kind === "past") {
      view.ahead = message.now - Date.now() / 1000;
      this.setGone("");
      for (const told of message.told) view.take(told, false);
    } else if (message.kind === "told") view.take(message, true);
    else if (message.kind === "log") view.log.add(message.entries);
    else if (message.kind === "outcome")
      view.palette.setOutcome(`${message.how === "sent" ? "✓" : "✖"} ${message.text}`, message.how);
  }
}
