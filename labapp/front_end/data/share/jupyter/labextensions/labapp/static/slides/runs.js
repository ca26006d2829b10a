// The cells of a show that have been run: Enter runs the first of a slide that has not been.

const [TRIES, LATE] = [20, 100]; // times, each so many ms apart, that an output is looked for

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
    // A cell that is run before there is a kernel does nothing, and counts as run.
    await show.panel.sessionContext.ready;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await show.app.commands.execute("notebook:run-cell");
  }

  onRun(_, { notebook, cell }) {
    if (notebook !== this.show.notebook) return;
    this.ran.add(cell.model.id);
    requestAnimationFrame(() => this.bring(cell, TRIES));
  }

  // What it has put out may have come on a slide of its own; a view comes a while after its cell has ended.
  bring(cell, tries) {
    const { show } = this;
    if (globalThis.labappShow !== show) return;
    show.again();
    const index = show.notebook.widgets.indexOf(cell);
    const shows = ({ units }) => units.some((unit) => unit.cell === index && unit.output);
    if (tries && cell.model.outputs?.length && !show.slides.some(shows)) {
      setTimeout(() => this.bring(cell, tries - 1), LATE);
      return;
    }
    // Long code may take several.
    const to = show.slides.findIndex((slide, at) => at > show.at && shows(slide));
    if (to > 0 && !shows(show.slide)) show.step(to - show.at);
    this.underWay = false;
  }

  forget(_, status) {
    if (typeof status !== "string" || status === "restarting") this.ran.clear();
  }
}
