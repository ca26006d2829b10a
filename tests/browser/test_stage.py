"""The stage: a server's live view beside the notebook, in sight and at rest whatever the lesson does."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Locator, expect
from support.in_browser.accessibility import violations
from support.in_browser.laboratory import Laboratory
from support.in_browser.live_view import box, view_of, workers
from support.in_browser.page import BEGIN, Notebook

pytestmark = pytest.mark.browser

FIVE = 'gunicorn "labapp:create_app()" --workers 5'
FIFTY = 'gunicorn --preload "labapp:create_app()" --workers 50'
MORE = """more = [lab.launch("python -m http.server 0 --bind 127.0.0.1") for _ in range(8)]
lab.watch(more[-1])"""
CRASH = "import os\nfor pid in [other.pid, *(one.pid for one in other.workers)]: os.kill(pid, 9)"
PROSE = "More of the lesson.\n\n" * 40
LARGE, SMALL = {"width": 1440, "height": 900}, {"width": 1280, "height": 720}
NARROW = {"width": 900, "height": 700}
KEYS = "Alt+Shift+S"
# Notes, frame by frame, where everything is within the view.
WATCH = """() => {
    window.places = new Set();
    const note = () => {
        const view = document.querySelector('[data-live-view]');
        const { top, left, width, height } = view.getBoundingClientRect();
        const parts = ['header', 'ground', 'log', 'replay', 'footer'].map(name => `.ll-${name}`);
        parts.push('[data-signal="TTIN"]');
        const places = parts.map(part => {
            const place = view.querySelector(part).getBoundingClientRect();
            return [part, place.left - left, place.top - top, place.width, place.height];
        });
        window.places.add(JSON.stringify([width, height, ...places]));
        window.noting = requestAnimationFrame(note);
    };
    note();
}"""
NOTED = "() => { cancelAnimationFrame(window.noting); return [...window.places] }"
# What is cut off at the right, but for what ends in an ellipsis or scrolls.
CLIPPED = """view => [...view.querySelectorAll('*')]
    .filter(one => one.clientWidth > 1 && getComputedStyle(one).overflowX !== 'visible'
        && !['BUTTON', 'CODE', 'A', 'SPAN'].includes(one.tagName)
        && !['auto', 'scroll'].includes(getComputedStyle(one).overflowX)
        && getComputedStyle(one).textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth)
    .map(one => `${one.className}: ${one.scrollWidth} in ${one.clientWidth}`)"""
# The signals that are not to be seen whole, what is below the tree's room, and a line of the log that is cut.
HIDDEN = """view => {
    const within = (part, whole) => {
        const [a, b] = [part.getBoundingClientRect(), whole.getBoundingClientRect()];
        return a.left >= b.left && a.right <= b.right && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
    };
    const [bar, ground, lines] = ['footer .ll-bar', 'ground', 'lines']
        .map(name => view.querySelector(`.ll-${name}`));
    const processes = [...view.querySelectorAll('[data-process]')];
    return [
        ...[...bar.children].filter(one => !within(one, bar)).map(one => one.textContent),
        ...processes.filter(one => !within(one, ground)).map(one => one.dataset.process),
        ...(lines.clientHeight % 22 || lines.scrollTop % 22 ? ['half a line'] : []),
    ];
}"""
# The size of every word in the view, as it is on the screen.
SIZES = """view => [...view.querySelectorAll('*')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1
        && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(one => {
        const size = parseFloat(getComputedStyle(one).fontSize);
        const matrix = one.ownerSVGElement ? one.getScreenCTM().a : 1;
        return [size * matrix, one.textContent.slice(0, 20)];
    })"""
# Notes, frame by frame, which words a request on its way covers, and how many were seen on their way.
COVERED = """view => {
    [window.covered, window.flown] = [new Set(), new Set()];
    const rectangle = element => element.getBoundingClientRect();
    const note = () => {
        const dots = [...view.querySelectorAll('.ll-flight[visibility="visible"]')];
        const words = [...view.querySelectorAll('.ll-box text')].filter(text => text.textContent.trim());
        for (const dot of dots) {
            window.flown.add(dot);
            const at = rectangle(dot);
            for (const text of words) {
                const {left, right, top, bottom} = rectangle(text);
                if (at.left < right && at.right > left && at.top < bottom && at.bottom > top)
                    window.covered.add(text.textContent);
            }
        }
        window.noting = requestAnimationFrame(note);
    };
    note();
}"""
FLOWN = "() => { cancelAnimationFrame(window.noting); return [window.flown.size, [...window.covered]] }"


# Notes, frame by frame, which boxes overlap or stand outside their frame.
UNTIDY = """view => {
    window.untidy = new Set();
    const rectangle = element => element.getBoundingClientRect();
    const crosses = (a, b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const note = () => {
        const frame = rectangle(view.querySelector('.ll-frame rect'));
        const boxes = [...view.querySelectorAll('.ll-box:not(.ll-head)')].map(box => ({
            name: `${box.dataset.process ?? 'who left'} (${box.dataset.pid}, ${box.shape.name})`,
            at: rectangle(box.querySelector('.ll-body')),
        }));
        boxes.forEach(({name, at}, number) => {
            if (at.top < frame.top || at.bottom > frame.bottom) window.untidy.add(`${name} is outside`);
            const other = boxes.slice(0, number).find(other => crosses(at, other.at));
            if (other) window.untidy.add(`${name} is over ${other.name}`);
        });
        window.noting = requestAnimationFrame(note);
    };
    note();
}"""
TIDY = "() => { cancelAnimationFrame(window.noting); return [...window.untidy] }"


def written(laboratory: Laboratory, name: str, *cells: str) -> str:
    """Write a notebook of code cells and much prose; return its path."""
    code: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    sources = ["from labapp import lab", *cells]
    made = [code | {"id": f"c{number}", "source": source} for number, source in enumerate(sources)]
    prose = {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": PROSE}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {
        "cells": [*made, prose],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (laboratory.home / "notebooks" / name).write_text(json.dumps(whole))
    return f"notebooks/{name}"


@pytest.fixture
def five(laboratory: Laboratory, browser: Browser) -> Iterator[Notebook]:
    """A notebook whose server of five workers is on the stage, in a window of 1440 by 900."""
    path = written(laboratory, "five.ipynb", f"web = lab.launch({FIVE!r})", "lab.watch(web)")
    notebook = laboratory.open(browser, path, viewport=LARGE)
    notebook.run_through("lab.watch")
    expect(workers(view_of(notebook))).to_have_count(5)
    yield notebook
    notebook.close()


def stage_of(notebook: Notebook) -> Locator:
    return notebook.page.locator("#labapp-stage")


def line_of(notebook: Notebook) -> Locator:
    return notebook.page.locator(".labapp-line")


def at_rest_through_signals(notebook: Notebook) -> None:
    """Send ten signals and one HUP by pointer; nothing in the view changes its place, nor its size."""
    view = view_of(notebook)
    expect(view.locator('[data-process^="W"][data-mood="alive"]')).to_have_count(5, timeout=20_000)
    notebook.page.evaluate(WATCH)
    for number in range(5):
        view.locator('[data-signal="TTIN"]').click()
        expect(workers(view)).to_have_count(6 + number)
    for number in range(5):
        view.locator('[data-signal="TTOU"]').click()
        expect(workers(view)).to_have_count(9 - number, timeout=20_000)
    last = view.locator('[data-process^="W"]').last.get_attribute("data-pid")
    view.locator('[data-signal="HUP"]').click()
    expect(view.locator(f'.ll-box[data-pid="{last}"]:not([data-mood="dead"])')).to_have_count(
        0, timeout=20_000
    )
    expect(workers(view)).to_have_count(5, timeout=20_000)
    places = notebook.page.evaluate(NOTED)
    assert len(places) == 1, places


def test_nothing_moves_under_the_pointer_on_the_stage_or_in_the_cell(five: Notebook) -> None:
    view = view_of(five)
    expect(stage_of(five).locator("[data-live-view]")).to_have_count(1)
    expect(line_of(five)).to_contain_text("shown on the stage →")
    half = stage_of(five).bounding_box()
    assert half
    assert half["width"] == pytest.approx(720, abs=60)
    five.picture("stage-light", five.page.locator("#main"))
    assert violations(five.page, "#labapp-stage") + violations(five.page, ".labapp-line") == []
    # It stays while the lesson scrolls.
    before = view.bounding_box()
    five.ask("await panel.content.scrollToItem(cells.length - 1)")
    assert view.bounding_box() == before
    five.ask("await panel.content.scrollToItem(0)")
    at_rest_through_signals(five)
    # As long as those are drawn, too, who have ended, its letters may be smaller.
    expect(view.locator('.ll-box:is([data-mood="ended"], [data-mood="dead"])')).to_have_count(
        0, timeout=20_000
    )
    assert min(view.evaluate(SIZES))[0] >= 12.9

    # As narrow as it can be dragged, all of it is there.
    place, mouse = stage_of(five).bounding_box(), five.page.mouse
    mouse.move(place["x"] - 2, 400)
    mouse.down()
    mouse.move(LARGE["width"] - 5, 400, steps=4)
    mouse.up()
    expect(stage_of(five)).to_have_css("width", "360px")
    five.page.wait_for_function(f"view => !({HIDDEN})(view).length", arg=view.element_handle())
    assert view.evaluate(CLIPPED) == []

    line_of(five).get_by_role("button", name="show it here").click()
    expect(five.page.locator(".jp-OutputArea [data-live-view]")).to_have_count(1)
    view = five.page.locator(".jp-OutputArea [data-live-view]")
    view.scroll_into_view_if_needed()
    expect(stage_of(five)).to_be_hidden()
    at_rest_through_signals(five)
    for width in (320, 480, 640, 900):
        view.evaluate("(view, width) => { view.style.width = `${width}px` }", width)
        expect(view.locator(".ll-ground [role=tree]")).to_be_visible()
        assert view.evaluate(CLIPPED) == []
        five.page.wait_for_function(f"view => !({HIDDEN})(view).length", arg=view.element_handle())
    line_of(five).get_by_role("button", name="show it on the stage").click()
    expect(stage_of(five).locator("[data-live-view]")).to_be_visible()
    assert five.complaints == []


def test_it_comes_and_goes_and_outlives_a_reload_and_a_restart(five: Notebook) -> None:
    page = five.page
    button = page.get_by_role("button", name="Stage", exact=True)
    page.keyboard.press(KEYS)
    expect(stage_of(five)).to_be_hidden()
    expect(line_of(five)).to_contain_text("on the stage, which is hidden")
    # A page that is loaded again leaves it as it was, though the notebook was not saved.
    five.reload()
    expect(stage_of(five)).to_be_hidden()
    button.click()
    view = view_of(five)
    expect(workers(view)).to_have_count(5, timeout=30_000)
    view.locator('[data-signal="TTIN"]').click()
    expect(box(view, "W6")).to_be_visible()
    five.dark()
    five.picture("stage-dark", page.locator("#main"))
    button.click()
    expect(stage_of(five)).to_be_hidden()

    # The next server takes the place of one that was stopped; who asks for the view brings the stage.
    five.run_cell(five.code_cell("lab.launch"))
    five.run_cell(five.code_cell("lab.watch"))
    expect(stage_of(five)).to_be_visible()
    expect(workers(view_of(five))).to_have_count(5)
    five.run_cell(five.append(f"web.stop()\nweb = lab.launch({FIVE!r})"))
    expect(stage_of(five).get_by_role("tab", name="web")).to_have_count(1)
    expect(workers(view_of(five))).to_have_count(5)

    # Of more servers than there is room for, the one that is shown stays in sight though all labels grow.
    five.run_cell(five.append(MORE))
    chosen = stage_of(five).locator('.ls-servers [aria-selected="true"]')
    expect(chosen).to_have_text("python 8")
    five.ask("await panel.sessionContext.restartKernel()")
    expect(chosen).to_have_text("python 8 (kernel gone)")
    expect(chosen).to_be_in_viewport(ratio=0.9)
    gone = stage_of(five).get_by_role("tab", name="web (kernel gone)")
    errors: list[Error] = []
    page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108 (it marks what it calls)
    gone.click()
    expect(gone).to_have_count(1)
    assert errors == []
    five.ready()
    five.run_through("lab.watch")
    expect(stage_of(five).locator("[data-live-view]")).to_have_count(1)
    expect(workers(view_of(five))).to_have_count(5)
    # One that is taken away while it is made leaves nothing behind.
    five.ask(
        "const { id } = labappDock.contents.get(panel); labappDock.put(panel, id); labappDock.put(panel, id)"
    )
    expect(workers(view_of(five))).to_have_count(5)
    assert errors == []

    # So does a kernel that is killed, and Jupyter says it, too.
    five.run_cell(five.append("import os\nprint(os.getpid())"))
    os.kill(int(page.locator(".jp-OutputArea-output pre").last.inner_text()), signal.SIGKILL)
    expect(stage_of(five).get_by_role("tab", name="web (kernel gone)")).to_have_count(1)
    page.get_by_role("button", name="Ok", exact=True).click()


def test_two_servers_and_fifty_workers_in_a_small_dark_window_by_keyboard(
    laboratory: Laboratory, browser: Browser
) -> None:
    path = written(
        laboratory,
        "two.ipynb",
        f"web = lab.launch({FIFTY!r}, timeout=60)\nother = lab.launch({FIVE!r})",
        "lab.watch(web)",
    )
    notebook = laboratory.open(browser, path, viewport=SMALL)
    notebook.dark()
    notebook.run_through("lab.watch")
    view = view_of(notebook)
    expect(workers(view)).to_have_count(50)
    notebook.picture("stage-small-fifty", notebook.page.locator("#main"))
    assert min(view.evaluate(SIZES))[0] >= 12.4
    view.evaluate(COVERED)
    notebook.run_cell(notebook.append('lab.load(web, "/wait?seconds=0.05", requests=300, concurrency=20)'))
    flown, covered = notebook.page.evaluate(FLOWN)
    assert flown > 10
    assert covered == []

    # Fifty deaths at once, and as many births: each is drawn, and none over another.
    view.evaluate(UNTIDY)
    notebook.run_cell(notebook.append("import os\nfor one in web.workers: os.kill(one.pid, 9)"))
    expect(view.locator('.ll-box[data-mood="dead"]')).to_have_count(50)
    notebook.picture("stage-small-fifty-deaths", notebook.page.locator("#main"))
    expect(workers(view)).to_have_count(50, timeout=20_000)
    expect(view.locator('.ll-box[data-mood="dead"]')).to_have_count(0, timeout=20_000)
    assert notebook.page.evaluate(TIDY) == []

    page = notebook.page
    page.get_by_role("tab", name="web").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="other")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="other")).to_be_focused()
    expect(line_of(notebook)).to_contain_text("show it on the stage →")
    expect(view.locator(".ll-command")).to_have_text(FIVE)
    expect(workers(view)).to_have_count(5)
    # There is room for the log or for the last minute.
    expect(view.locator(".ll-replay")).to_be_hidden()
    page.get_by_role("tab", name="Log").focus()
    page.keyboard.press("ArrowRight")
    expect(view.locator(".ll-replay")).to_be_visible()
    expect(view.locator(".ll-log")).to_be_hidden()
    box(view, "M").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(box(view, "W6")).to_be_visible()
    notebook.picture("stage-small", page.locator("#main"))
    # An end that no cell waits for is told by the tab, too, and a crash as one.
    notebook.run_cell(notebook.append(CRASH))
    expect(page.get_by_role("tab", name="other (ended)")).to_have_attribute("aria-selected", "true")
    expect(view.locator(".ll-facts")).to_contain_text("✕ killed by SIGKILL")
    assert violations(page, "#labapp-stage") + violations(page, ".labapp-line") == []
    assert notebook.complaints == []
    notebook.close()


def go_to(notebook: Notebook, path: str) -> None:
    """Open another notebook in a tab beside the one that is open, or go back to it."""
    notebook.ask("await commands.execute('docmanager:open', {path: given})", path)
    notebook.page.wait_for_function(
        f"path => {{ {BEGIN} return panel?.context?.path === path && status === 'idle' }}", arg=path
    )


def test_in_a_narrow_window_it_folds_to_a_bar(five: Notebook) -> None:
    page = five.page
    page.set_viewport_size(NARROW)
    bar, view = page.locator(".labapp-bar"), page.locator("#labapp-sheet [data-live-view]")
    expect(bar).to_have_text("▴ Stage: the live view")
    expect(bar).to_have_attribute("aria-expanded", "false")
    expect(view).to_be_hidden()
    expect(stage_of(five)).to_be_hidden()
    expect(line_of(five)).to_contain_text("on the stage, which is hidden: show it ↓")
    # By the pointer it comes, and the notebook keeps the room above it.
    bar.click()
    expect(workers(view)).to_have_count(5)
    expect(bar).to_have_text("▾ Hide the stage")
    assert bar.bounding_box()["y"] < view.bounding_box()["y"]
    book = page.locator(".jp-NotebookPanel").bounding_box()
    assert book["y"] + book["height"] <= bar.bounding_box()["y"] + 1
    assert view.evaluate(CLIPPED) == []
    view.locator('[data-signal="TTIN"]').click()
    expect(workers(view)).to_have_count(6)
    five.picture("stage-narrow", page.locator("#main"))
    for theme in (five.dark, five.light):
        theme()
        assert violations(page, "#labapp-sheet") == []
    # By the keys it goes and comes; the bar itself is a button.
    page.keyboard.press(KEYS)
    expect(view).to_be_hidden()
    bar.press("Enter")
    expect(workers(view)).to_have_count(6)
    # A wider window has it beside the notebook again, and no bar.
    page.set_viewport_size(LARGE)
    expect(stage_of(five).locator("[data-live-view]")).to_be_visible()
    expect(bar).to_be_hidden()
    # A page that is loaded in a narrow window has the bar, and asks nobody to run a cell.
    page.set_viewport_size(NARROW)
    five.reload()
    expect(bar).to_be_visible(timeout=30_000)
    bar.click()
    expect(workers(view)).to_have_count(6)
    assert five.complaints == []


def test_each_kernel_has_its_own_and_the_notebook_at_hand_shows_its_own(
    five: Notebook, laboratory: Laboratory
) -> None:
    cell = written(laboratory, "cell.ipynb", f"web = lab.launch({FIVE!r})", 'lab.watch(web, where="cell")')
    five.page.goto(five.page.url.replace("/doc/tree/", "/lab/workspaces/kernels/tree/"))
    five.ready()
    shown = stage_of(five).locator("[data-live-view]:visible")
    expect(workers(shown)).to_have_count(5, timeout=30_000)
    go_to(five, cell)
    # Where there is nothing to show, the notebook has all of the window; who asks for the stage has it.
    expect(stage_of(five)).to_be_hidden()
    five.page.keyboard.press(KEYS)
    expect(stage_of(five)).to_be_visible()
    expect(stage_of(five)).to_contain_text("Nothing of this notebook is on the stage.")
    five.run_through("where=")
    expect(five.page.locator(".jp-OutputArea [data-live-view]")).to_have_count(1)
    expect(shown).to_have_count(0)
    line_of(five).get_by_role("button", name="show it on the stage").click()
    line_of(five).get_by_role("button", name="show it here").wait_for()
    five.run_cell(five.code_cell("where="))
    expect(line_of(five)).to_contain_text("shown on the stage, too →")
    five.page.get_by_role("button", name="shown on the stage, too").click()
    five.run_cell(five.append('web.signal("TTIN")'))
    expect(workers(shown)).to_have_count(6)
    go_to(five, "notebooks/five.ipynb")
    expect(workers(shown)).to_have_count(5)

    # A slide has no sides: there the view is in its cell, here on the slide after the code.
    five.run_cell(five.code_cell("lab.watch"))
    five.ask("await commands.execute('labapp:present')")
    five.page.keyboard.press("PageDown")
    expect(five.page.locator(".jp-OutputArea [data-live-view]:visible")).to_have_count(1)
    expect(stage_of(five)).to_be_hidden()
    five.ask("await commands.execute('labapp:present')")
    expect(workers(shown)).to_have_count(5)
    expect(five.page.locator(".labapp-line:visible")).to_contain_text("shown on the stage →")
