// Whether the kernel is still the one that a view came from, as far as the front end tells.

export const SILENT = "is gone"; // one that does not answer, as far as one can tell
// A kernel that is new lacks what the cells above imported and launched.
export const RETURN = "To go live, run all above its cell (menu Run), then its cell.";

const LOST = {
  restarting: "restarted",
  autorestarting: "died",
  dead: "died",
  terminating: "was shut down",
};

export class KernelSession {
  // `onLost` is told what became of the kernel. Front ends without such a session tell nothing.
  constructor(model, onLost) {
    this.onStatus = (_, status) => LOST[status] && onLost(LOST[status]);
    // JupyterLab tells of a restart once more when it is over, by the kernel that there was.
    this.onKernel = (_, { oldValue, newValue }) =>
      oldValue &&
      onLost(newValue === oldValue ? LOST.restarting : newValue ? "was replaced" : "was shut down");
    this.session = model.widget_manager?.context?.sessionContext;
    this.session?.statusChanged.connect(this.onStatus);
    this.session?.kernelChanged.connect(this.onKernel);
  }

  close() {
    this.session?.statusChanged.disconnect(this.onStatus);
    this.session?.kernelChanged.disconnect(this.onKernel);
  }
}
