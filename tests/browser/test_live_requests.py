"""Requests in the live view, its last minute again, and the picture that it saves."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Locator, expect
from support.in_browser.laboratory import Laboratory
from support.in_browser.live_view import COUNT_FLIGHTS, box, view_of, watched
from support.in_browser.page import Notebook

from labapp.views.theme import LIGHT

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"

# The words of a picture in a colour that is none of the system's.
UNFORCED = """view => {
    const probe = view.appendChild(document.createElement('i'));
    const system = ['Canvas', 'CanvasText', 'GrayText', 'LinkText'].map(name => {
        probe.style.cssText = `color: ${name}; forced-color-adjust: none`;
        return getComputedStyle(probe).color;
    });
    probe.remove();
    return [...view.querySelectorAll('svg text')].filter(({ textContent }) => textContent)
        .filter(text => !system.includes(getComputedStyle(text).fill)).map(({ textContent }) => textContent);
}"""


def load(notebook: Notebook, path: str, requests: int, concurrency: int, *, wait: bool = True) -> None:
    """Send requests from a cell, as a lesson does."""
    source = f"lab.load(web, {path!r}, requests={requests}, concurrency={concurrency}, progress=False)"
    notebook.run_cell(notebook.append(source), wait=wait)


def answered(notebook: Notebook, at_least: int) -> dict[str, int]:
    """Return how many requests each worker served, as the timeline knows it."""
    cell = notebook.append(
        f"web.timeline.wait_for(requests={at_least}, timeout=30)\n"
        "print(*(f'{label}={len(served)}' for label, served in web.timeline.by_worker().items()))"
    )
    notebook.run_cell(cell)
    text = notebook.ask("return cells[given].sharedModel.getOutputs()[0].text", cell)
    return {label: int(number) for label, number in re.findall(r"(\w+)=(\d+)", text)}


def slider(view: Locator) -> Locator:
    return view.get_by_role("slider", name="Replay the last minute")


def facts(view: Locator) -> Locator:
    return view.locator(".ll-facts")


def test_counters_rise_under_load_and_end_as_the_timeline_does(lesson: Notebook) -> None:
    view = watched(lesson)
    view.evaluate(COUNT_FLIGHTS)
    before = sum(answered(lesson, 0).values())

    load(lesson, "/wait?seconds=2", 12, 12, wait=False)
    busy = view.locator('[data-process^="W"][data-flying="1"]')
    expect(busy).to_have_count(5)
    expect(view.locator(".ll-dot.ll-on")).to_have_count(5)
    expect(busy.first).to_contain_text("1 in flight")
    expect(view.locator("[data-socket]").first).to_contain_text(re.compile(r"[1-7] waits? in the backlog"))
    lesson.picture("live-view-requests", view)
    assert view.evaluate("() => window.flights") > 0
    expect(busy).to_have_count(0, timeout=30_000)

    load(lesson, "/ping", 400, 8)
    served = answered(lesson, before + 412)
    total = sum(served.values())
    assert total == before + 412
    expect(facts(view)).to_contain_text(f"{total} served · 0 failed")
    for label, number in served.items():
        expect(box(view, label)).to_have_attribute("data-served", str(number))
    expect(view.locator(".ll-flight")).to_have_count(0)
    assert lesson.complaints == []


def test_who_wants_no_motion_gets_the_numbers(laboratory: Laboratory, browser: Browser) -> None:
    notebook = laboratory.open(browser, "notebooks/04-gunicorn-prefork.ipynb", reduced_motion="reduce")
    view = watched(notebook)
    view.evaluate(COUNT_FLIGHTS)
    load(notebook, "/wait?seconds=2", 5, 5, wait=False)
    expect(view.locator('[data-process^="W"][data-flying="1"]')).to_have_count(5)
    expect(view.locator(".ll-dot.ll-on")).to_have_count(5)
    assert view.evaluate("() => window.flights") == 0
    notebook.close()


def test_the_last_minute_can_be_seen_again(lesson: Notebook) -> None:
    view = watched(lesson)
    expect(view.locator('[data-process^="W"][data-mood="alive"]')).to_have_count(5, timeout=20_000)
    lesson.run_cell(lesson.append('web.workers[2].signal("KILL")'))
    expect(box(view, "W3")).to_have_attribute("data-mood", "dead")
    expect(box(view, "W3")).to_have_count(0, timeout=30_000)
    expect(box(view, "W6")).to_be_visible()

    # By keyboard alone: the first moment, a later one, and back.
    slider(view).focus()
    lesson.page.keyboard.press("Home")
    expect(view).to_have_attribute("data-replay", "")
    expect(facts(view)).to_contain_text(re.compile(r"replay, \d+\.\d s ago · 5 workers"))
    expect(slider(view)).to_have_attribute("aria-valuetext", re.compile(r"^replay, \d+\.\d s ago, 5 workers"))
    expect(box(view, "W3")).to_be_visible()
    expect(box(view, "W3")).not_to_have_attribute("data-mood", "dead")
    expect(box(view, "W6")).to_have_count(0)
    expect(view.locator('.ll-row[data-pid]:visible .ll-tag:text-is("W5")')).not_to_have_count(0)
    expect(view.locator('.ll-row[data-pid]:visible .ll-tag:text-is("W6")')).to_have_count(0)
    expect(view.locator('[data-signal]:not([aria-disabled="true"])')).to_have_count(0)
    lesson.picture("live-view-replay", view)
    for key in ("ArrowRight", "PageUp", "ArrowLeft", "d", "d"):
        lesson.page.keyboard.press(key)
    expect(slider(view)).to_be_focused()

    # What happens meanwhile is not missed.
    before = sum(answered(lesson, 0).values())
    load(lesson, "/ping", 50, 5)
    assert sum(answered(lesson, before + 50).values()) == before + 50
    expect(view).to_have_attribute("data-replay", "")
    view.scroll_into_view_if_needed()
    view.get_by_role("button", name="Back to live").click()
    expect(view).not_to_have_attribute("data-replay", "")
    expect(facts(view)).to_contain_text(f"{before + 50} served")
    expect(box(view, "W3")).to_have_count(0)
    expect(box(view, "W6")).to_be_visible()
    slider(view).focus()
    lesson.page.keyboard.press("PageDown")
    expect(view).to_have_attribute("data-replay", "")
    lesson.page.keyboard.press("End")
    expect(view).not_to_have_attribute("data-replay", "")

    # The kernel remembers, too: a page that is loaded again has the same past.
    lesson.save()
    lesson.reload()
    view = view_of(lesson)
    expect(slider(view)).to_have_attribute("max", re.compile(r"^\d\d"))
    slider(view).focus()
    lesson.page.keyboard.press("Home")
    expect(box(view, "W6")).to_have_count(0)
    expect(box(view, "W3")).to_be_visible()
    # It plays on until the death is seen once more.
    view.get_by_role("button", name="Play the replay").press("Enter")
    expect(box(view, "W3")).to_have_attribute("data-mood", "dead", timeout=60_000)
    assert lesson.complaints == []


def test_the_picture_is_saved_as_a_file_that_stands_alone(lesson: Notebook, tmp_path: Path) -> None:
    view = watched(lesson)
    load(lesson, "/ping", 40, 4)
    lesson.dark()
    expect(facts(view)).to_contain_text(re.compile(r"[1-9]\d* served"))
    with lesson.page.expect_download() as coming:
        view.get_by_role("button", name="Save as SVG").click()
    assert re.fullmatch(r"gunicorn-[\dT-]+\.svg", coming.value.suggested_filename)
    expect(view).to_contain_text("saved as gunicorn-")
    path = tmp_path / "saved.svg"
    coming.value.save_as(path)
    text = path.read_text(encoding="utf-8")
    picture = ElementTree.fromstring(text)
    assert picture.tag == f"{SVG}svg"
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= {
        *("svg", "title", "g", "rect", "path", "circle", "text"),
    }
    assert not re.search(r"var\(|class=|style=|href=|url\(", text)
    words = [element.text or "" for element in picture.iter(f"{SVG}text")]
    assert {"M", "W1", "W5", "listening socket"} <= set(words)
    assert any(re.search(r"\d+ served · 0 failed", word) for word in words)
    # Light paper, whatever the theme of the page.
    paper = next(picture.iter(f"{SVG}rect"))
    assert paper.attrib["fill"] == "#ffffff"
    assert view.locator("xpath=..").locator(".ll-paper").count() == 0

    # Those were the server's first requests: their workers' lanes have marks, on paper too.
    served = view.locator(".ll-lane .ll-served[d]")
    workers = view.locator('[data-process^="W"]:not([data-served="0"])')
    expect(served).to_have_count(workers.count())
    busy = "rgb({}, {}, {})".format(*bytes.fromhex(LIGHT["busy"][1:]))
    assert any(path.attrib.get("stroke") == busy for path in picture.iter(f"{SVG}path"))

    # Where the system forces its colours, the letters have those, whatever the theme of the page.
    for scheme in ("light", "dark"):
        lesson.page.emulate_media(forced_colors="active", color_scheme=scheme)
        assert view.evaluate(UNFORCED) == []

    # On a sheet of a page at 200 % nothing is squeezed: all of it scrolls.
    view.evaluate("view => { view.style.height = '246px'; }")
    assert view.locator(".ll-ground").evaluate("ground => ground.clientHeight") >= 240


def test_a_server_that_tells_of_no_requests_has_no_counters(lesson: Notebook) -> None:
    lesson.run_cell(0)
    source = (
        'plain = lab.launch("python -m http.server 0 --bind 127.0.0.1")\nfor _ in range(5): plain.get("/")'
    )
    lesson.run_through("import lab")
    lesson.run_cell(lesson.append(source))
    lesson.run_cell(lesson.append("lab.watch(plain)"))
    view = view_of(lesson)
    expect(box(view, "S")).to_be_visible()
    expect(facts(view)).to_contain_text("running")
    expect(facts(view)).not_to_contain_text("served")
    expect(view.locator("[data-served]")).to_have_count(0)
    expect(facts(view)).to_contain_text("one process")
    # One that tells has them in its own box, and a lane, though it has no workers.
    lesson.run_cell(
        lesson.append(
            "alone = lab.launch('waitress-serve --call labapp:create_app')\n"
            'alone.get("/ping")\nalone.timeline.wait_for(requests=1)\nlab.watch(alone)'
        )
    )
    # What was served before the view was opened has no mark in it.
    expect(facts(view)).to_contain_text("1 served")
    expect(slider(view)).to_have_attribute("max", re.compile(r"^[1-9]"))
    expect(view.locator(".ll-lane .ll-life")).to_have_count(1)
    expect(view.locator(".ll-lane .ll-served[d]")).to_have_count(0)
    lesson.run_cell(lesson.append('alone.get("/wait?seconds=3")'), wait=False)
    expect(box(view, "S")).to_have_attribute("data-flying", "1")
    expect(box(view, "S")).to_contain_text("1 in flight")
    expect(view.locator(".ll-strip")).to_contain_text("S")
    expect(view.locator(".ll-lane .ll-served[d]")).to_have_count(1)
    expect(facts(view)).to_contain_text("one process ·")
