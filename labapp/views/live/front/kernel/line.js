// A view's line to the kernel: what is sent by it, and that a word by it shows that somebody is there.

import { Greeting } from "./greeting.js";
import { KernelSession, SILENT } from "./session.js";

export class Line {
  // `hello` asks the kernel for all that it has told; who extends this has a `setGone` for what became of it.
  constructor(view, hello) {
    this.view = view;
    this.greeting = new Greeting(hello);
    // Where there is none, a question without an answer tells.
    this.session = new KernelSession(view.model, (how) => this.setGone(how));
  }

  // Whatever comes from the kernel shows that it lives, though it be too busy to answer.
  onWord() {
    this.greeting.onWord();
    if (this.view.gone === SILENT) this.setGone("");
  }

  // Return whether the message could be sent; whether it is answered is another matter.
  send(message) {
    try {
      this.view.model.send(message);
      return true;
    } catch {
      return false;
    }
  }

  close() {
    this.greeting.end();
    this.session.close();
  }
}
