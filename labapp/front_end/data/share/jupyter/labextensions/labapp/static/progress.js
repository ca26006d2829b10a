// Where its kernel is gone, what a load or a comparison showed while it ran says that it was broken off.

const LOST = ["restarting", "autorestarting", "dead"];
const RUNS = "<progress ";
const SAID = "Broken off: the kernel is gone. Run all above this cell (menu Run), then this cell.";

export function plugin() {
  return {
    id: "labapp:progress",
    autoStart: true,
    activate(app) {
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew({ content, sessionContext }) {
          sessionContext.statusChanged.connect((_, status) => {
            if (LOST.includes(status)) breakOff(content.model);
          });
        },
      });
    },
  };
}

function breakOff(model) {
  for (const { outputs } of model?.cells ?? [])
    for (let place = 0; place < (outputs?.length ?? 0); place += 1) {
      const shown = outputs.get(place).toJSON();
      if (!String(shown.data?.["text/html"]).includes(RUNS)) continue;
      outputs.set(place, { ...shown, data: { "text/html": `<p>${SAID}</p>`, "text/plain": SAID } });
    }
}
