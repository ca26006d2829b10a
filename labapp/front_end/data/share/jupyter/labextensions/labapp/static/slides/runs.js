// The cells of a show that have been run: Enter runs the first of a slide that has not been.

export class Runs {
  constructor(show, NotebookActions) {
    Object.assign(this, { show, NotebookActions, ran: new Set(), underWay: false });
  }

  follow() {
    const { kernelChanged, statusChanged } = this.show.panel.sessionContext;
    this.NotebookActions.executed.connect(this.onRun, this);
    kernelChanged.connect(this.forget, this);
    statusChanged.connect(this.forget, this);
  }

  close() {
    const { panel } = this.show;
    this.NotebookActions.executed.disconnect(this.onRun, this);
    if (panel.isDisposed) return;
    panel.sessionContext.kernelChanged.disconnect(this.forget, this);
    panel.sessionContext.statusChanged.disconnect(this.forget, this);
  }

  // When all have been run, the first again.
  async next() {
    const { show } = this;
    const { notebook, slide } = show;
    const cells = [...new Set(slide.units.map(({ cell }) => cell))].filter(
      (index) => notebook.widgets[index].model.type === "code",
    );
    const index = cells.find((one) => !this.ran.has(notebook.widgets[one].model.id)) ?? cells[0];
    if (index === undefined) return;
    this.underWay = true;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await show.app.commands.execute("notebook:run-cell");
  }

  onRun(_, { notebook, cell }) {
    const { show } = this;
    if (notebook !== show.notebook) return;
    this.ran.add(cell.model.id);
    // What it has put out may have come on a slide of its own.
    requestAnimationFrame(() => {
      if (globalThis.labappShow !== show) return;
      show.again();
      const index = notebook.widgets.indexOf(cell);
      const seen = show.slide.units.filter((unit) => unit.cell === index);
      const more = show.slides[show.at + 1]?.units.some((unit) => unit.cell === index && unit.output);
      if (more && !seen.some(({ output }) => output)) show.step(1);
      this.underWay = false;
    });
  }

  forget(_, status) {
    if (typeof status !== "string" || status === "restarting") this.ran.clear();
  }
}
