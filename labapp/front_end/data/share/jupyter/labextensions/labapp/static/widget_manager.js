// The manager of widgets, which is another extension's: when a notebook has it, and when it knows a kernel's.

const VIEW = "application/vnd.jupyter.widget-view+json";

// A notebook's manager of widgets, once it knows the kernel's. The notebook has it only after a while, which
// nobody tells: a renderer that was made too early never hears of it.
export async function managerOf(notebook) {
  for (let tries = 120; tries && !notebook.isDisposed; tries -= 1) {
    const renderer = notebook.content.rendermime.createRenderer(VIEW);
    const early = new Promise((resolve) => setTimeout(resolve, 500));
    const manager = await Promise.race([renderer._manager?.promise, early]);
    renderer.dispose();
    if (!manager) continue;
    if (!manager.restoredStatus) await next(manager.restored);
    return manager;
  }
  return undefined;
}

// When a signal is next emitted.
export function next(signal) {
  return new Promise((resolve) => {
    const heard = () => {
      signal.disconnect(heard);
      resolve();
    };
    signal.connect(heard);
  });
}
