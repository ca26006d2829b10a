// A hello to the kernel, said again until it is answered. It may be lost on its way to a kernel that lives:
// ipykernel drops what is sent to a subshell that is gone. Or it waits for the end of the cell that runs:
// JupyterLab sends it there until a subshell has begun.

import { PATIENCE } from "../palette.js";

const TIMES = 4;

export class Greeting {
  // `say` sends it.
  constructor(say) {
    this.say = say;
  }

  // Where no word comes at all, `onSilence` is called.
  begin(onSilence) {
    clearTimeout(this.timer);
    this.onSilence = onSilence;
    let said = 0;
    const next = () => {
      if (said === TIMES) return this.onSilence?.();
      said += 1;
      this.timer = setTimeout(next, PATIENCE / TIMES);
      return this.say();
    };
    next();
  }

  // Any word shows that the kernel lives; the answer may still be missing.
  onWord() {
    this.onSilence = undefined;
  }

  end() {
    clearTimeout(this.timer);
  }
}
