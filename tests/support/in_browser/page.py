"""One notebook open in JupyterLab, in the words of somebody who works in it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, expect
from playwright.sync_api import TimeoutError as BrowserTimeoutError

from support.places import ROOT

PICTURES = ROOT / "artifacts"
# What JupyterLab's own pages say in any case; the last where a kernel is restarted before it has made a
# subshell that they asked for: they await its answer nowhere.
HARMLESS = (
    "Download the React DevTools",
    "favicon",
    "net::ERR_ABORTED",
    "Canceled future for create_subshell_request",
)

# In the page's language: what every question below begins with.
BEGIN = """
    const commands = window.jupyterapp.commands;
    const panel = window.jupyterapp.shell.currentWidget;
    const status = panel?.sessionContext?.session?.kernel?.status;
    const cells = [...(panel?.content?.model?.cells ?? [])];
    const code = cells.filter(cell => cell.type === 'code');
    const source = cell => cell.sharedModel.getSource();
"""


class Notebook:
    """An open notebook; `complaints` are the errors in the browser's console.

    Without a `url` it is one that the page is about to show.
    """

    def __init__(self, page: Page, url: str = "") -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self._note(str(error), f"page error: {error}"))
        if url:
            page.goto(url)
        try:
            self.ready(20_000)
        except BrowserTimeoutError:  # Now and then the page never hears from a new kernel; a reload mends it.
            page.reload()
            self.ready()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(message.text, f"{message.text} ({message.location.get('url', '')})")

    def _note(self, said: str, complaint: str) -> None:
        if not any(word in said for word in HARMLESS):
            self.complaints.append(complaint)

    def ask(self, body: str, argument: Any = None) -> Any:
        """Run JavaScript that knows the notebook; return what it returns, awaited."""
        return self.page.evaluate(f"async given => {{ {BEGIN} {body} }}", argument)

    def ready(self, timeout: float = 60_000) -> None:
        """Wait, at most `timeout` ms for each, until the notebook is shown and until its kernel is idle."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_function(
            f"() => {{ if (!window.jupyterapp) return false; {BEGIN} return status === 'idle' }}",
            timeout=timeout,
        )

    def run_all(self) -> None:
        """Run every cell from the top, as *Run All Cells* does; return when each has been run, or has not."""
        self.begin_all()
        self.all_ended()

    def begin_all(self) -> None:
        """Choose *Run All Cells*; return at once."""
        self.ask("window.all = commands.execute('notebook:run-all-cells')")

    def all_ended(self) -> None:
        """Wait until each of those cells has been run, or has not."""
        self.ask("await window.all")
        with suppress(BrowserTimeoutError):
            self.page.wait_for_function(
                f"() => {{ {BEGIN} return code.every(cell => cell.sharedModel.execution_count !== null) }}"
            )

    def run_through(self, text: str) -> None:
        """Run the code cells from the top through the first that contains `text`."""
        for index in range(self.code_cell(text) + 1):
            self.run_cell(index)

    def code_cell(self, text: str) -> int:
        """Return the position, among all cells, of the first code cell that contains `text`."""
        found = self.ask(
            "return cells.findIndex(cell => cell.type === 'code' && source(cell).includes(given))", text
        )
        assert found >= 0, f"no code cell contains {text!r}"
        return int(found)

    def run_cell(self, index: int, *, wait: bool = True) -> None:
        """Run the cell at this position; without `wait`, return as soon as that is asked for."""
        self.ask(
            "panel.content.activeCellIndex = given.index; panel.content.deselectAll();"
            "window.running = true;"
            "const done = commands.execute('notebook:run-cell').then(() => { window.running = false });"
            "if (given.wait) await done",
            {"index": index, "wait": wait},
        )

    def busy(self) -> bool:
        """Tell whether the cell of the last `run_cell` runs still."""
        # The kernel's own status says idle too soon: a click answered meanwhile ends in idle as well.
        return bool(self.ask("return window.running"))

    def append(self, source: str) -> int:
        """Add a code cell at the end; return its position."""
        return int(
            self.ask(
                "const cell = {cell_type: 'code', source: given};"
                "panel.content.model.sharedModel.insertCell(cells.length, cell);"
                "return cells.length",
                source,
            )
        )

    def write(self, index: int, source: str) -> None:
        """Replace what the cell at this position says."""
        self.ask("cells[given.index].sharedModel.setSource(given.source)", {"index": index, "source": source})

    def show(self, index: int) -> Locator:
        """Scroll to the cell at this position, which JupyterLab renders only then; return it."""
        self.ask("await panel.content.scrollToItem(given, 'center')", index)
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')

    def save(self) -> None:
        """Save the notebook."""
        self.ask("await commands.execute('docmanager:save')")

    def reload(self) -> None:
        """Reload the page; the kernel goes on."""
        self.page.reload()
        self.ready()

    def errors(self) -> list[str]:
        """Return the error outputs of cells that were not expected to fail."""
        return list(
            self.ask("""
                const expected = cell => (cell.getMetadata('tags') ?? []).includes('raises-exception');
                return code.filter(cell => !expected(cell)).flatMap(cell =>
                    cell.sharedModel.getOutputs().filter(output => output.output_type === 'error')
                    .map(output => `${source(cell)}: ${output.ename}: ${output.evalue}`))
            """)
        )

    def unexecuted(self) -> list[str]:
        """Return the code cells that have not been run."""
        return list(
            self.ask("return code.filter(cell => cell.sharedModel.execution_count === null).map(source)")
        )

    def picture(self, name: str, of: Locator) -> None:
        """Keep a screenshot for people to look at."""
        PICTURES.mkdir(exist_ok=True)
        of.screenshot(path=PICTURES / f"{name}.png")

    def dark(self) -> None:
        """Choose JupyterLab's dark theme."""
        self._theme("JupyterLab Dark", light="false")

    def light(self) -> None:
        """Choose JupyterLab's light theme again."""
        self._theme("JupyterLab Light", light="true")

    def _theme(self, name: str, light: str) -> None:
        self.ask("await commands.execute('apputils:change-theme', {theme: given})", name)
        # Every cell on the page is laid out anew: a page may hold a hundred.
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", light, timeout=30_000)

    def close(self) -> None:
        """Close the page."""
        self.page.context.close()
