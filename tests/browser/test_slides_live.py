"""What is on a slide of each lesson is live: its cells run there, and its views draw there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from support.in_browser.laboratory import Laboratory
from support.in_browser.slides import FITS, GO_TO, LEAST, LETTERS, SMALL
from support.places import ROOT
from support.waiting import wait_for

pytestmark = pytest.mark.browser

# The cells that are run: the last one's output is looked at, which needs the others.
CELLS = {
    "00": ["lab.launch("],
    "01": ["def hello(", "def say("],
    "02": ["lesson = Path(", "from labapp import lab", "lab.watch(web)"],
    "03": ["app({"],
    "04": ["from labapp import lab", "lab.watch(web)"],
    "05": ["lesson = Path(", "def release(", "lab.watch(web)"],
    "06": ["lesson = Path(", "lab.watch(web)"],
    "07": ["edge = lab.nginx(", "lab.watch(edge)"],
    "08": ["web = lab.launch(", "lab.watch(edge, web)"],
    "09": ["lab.watch(edge, a, b, c)"],
    "10": ["lesson = Path(", "lab.watch(kept)"],
    "11": ["servers = launched(", 'quiz("stall")'],
    "12": ["from fleet import"],
}
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
VIEWS = "[data-live-view], [data-deployment]"

# As somebody finds a lesson who has reset it: no outputs, and a kernel.
BEGIN = """async path => {
    const { commands } = jupyterapp;
    const panel = await commands.execute('docmanager:open', {path});
    await panel.context.ready;
    await commands.execute('notebook:clear-all-cell-outputs');
    await commands.execute('labapp:present');
}"""
FIND = """([text, before]) => labappShow.notebook.widgets.findIndex(({ model }, at) =>
    at > before && model.type === 'code' && model.sharedModel.getSource().includes(text))"""
RAN = """cell => {
    const { runs, notebook } = labappShow;
    return !runs.underWay && runs.ran.has(notebook.widgets[cell].model.id);
}"""
# What went wrong in the cell, and what of it the slide shows.
OUTPUT = """cell => {
    const { notebook, slide } = labappShow;
    const outputs = notebook.widgets[cell].model.sharedModel.getOutputs();
    const error = outputs.filter(one => one.output_type === 'error').map(one => one.evalue).join();
    const shown = slide.units.filter(unit => unit.cell === cell && unit.output).map(({ element }) => element);
    return { error, shown: shown.length, fits: shown.every(FITS) };
}""".replace("FITS", FITS)
# Of the signals those that are out of sight, have a sentence that is cut or in letters of two sizes, or move.
AMISS = """view => {
    const [bar, sentence, outcome] =
        ['bar', 'sentence', 'outcome'].map(name => view.querySelector(`.ll-${name}`));
    const place = element => element.getBoundingClientRect();
    const before = place(view).bottom;
    return [...bar.children].filter(button => {
        button.focus();
        const line = sentence.querySelector('code');
        const out = place(button).right > place(bar).right + 1 ||
            (outcome.textContent && place(outcome).bottom > place(bar).top &&
                place(outcome).top < place(bar).bottom && place(outcome).left < place(button).right);
        return out || sentence.scrollHeight > sentence.clientHeight + 1 || place(view).bottom !== before ||
            place(sentence).bottom > before - 3 ||
            (line && getComputedStyle(line).fontSize !== getComputedStyle(sentence).fontSize);
    }).map(button => button.dataset.signal);
}"""
END = """async () => {
    const { panel } = labappShow;
    labappShow.end();
    panel.context.model.dirty = false;
    await panel.close();
}"""


@pytest.fixture(scope="module")
def page(shared_laboratory: Laboratory, browser: Browser) -> Iterator[Page]:
    """JupyterLab, opened once for all lessons."""
    page = browser.new_context(viewport=SMALL).new_page()
    page.goto(f"{shared_laboratory.url}lab?token={shared_laboratory.token}")
    expect(page.locator(".labapp-lessons li")).to_have_count(len(LESSONS), timeout=60_000)
    yield page
    page.context.close()


@pytest.fixture(params=LESSONS)
def lesson(page: Page, request: pytest.FixtureRequest) -> Iterator[str]:
    """A lesson as slides."""
    page.evaluate(BEGIN, f"notebooks/{request.param}.ipynb")
    yield request.param
    page.evaluate(END)


def run(page: Page, cell: int) -> None:
    """Go to the slide of a cell, and run what is on it up to this cell."""
    page.evaluate(GO_TO, cell)
    while not page.evaluate(RAN, cell):
        page.evaluate("labappShow.runs.underWay = true")
        page.keyboard.press("Enter")
        page.wait_for_function("() => !labappShow.runs.underWay", timeout=30_000)


def test_a_slide_is_live(page: Page, lesson: str) -> None:
    cell = -1
    for text in CELLS[lesson[:2]]:
        cell = page.evaluate(FIND, [text, cell])
        assert cell >= 0, f"no cell has {text}"
        run(page, cell)
    wait_for(lambda: page.evaluate(OUTPUT, cell)["shown"], 5, "its output")
    assert page.evaluate(OUTPUT, cell) | {"shown": 1} == {"error": "", "shown": 1, "fits": True}
    if "lab.watch" in text:
        view = page.locator(f".labapp-show :is({VIEWS}):visible")
        alive = view.locator('[data-process]:is([data-mood="alive"], [data-mood="born"])')
        expect(alive.first).to_be_visible(timeout=20_000)
        wait_for(lambda: view.evaluate(FITS), 5, "the view to fit")
        assert [said for size, said in view.evaluate(LETTERS) if size < LEAST] == []
        if view.locator("[data-signal]").count():
            view.locator("[data-signal]").first.click()
            expect(view.locator(".ll-outcome")).to_contain_text("you sent")
            assert view.evaluate(AMISS) == []
