"""Several servers in one live picture: a deployment, and a comparison under one load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from support.in_browser.accessibility import violations
from support.in_browser.laboratory import Laboratory
from support.in_browser.live_view import COUNT_FLIGHTS, view_of
from support.in_browser.page import Notebook

pytestmark = pytest.mark.browser

SERVERS = """
import sys
sys.path.append("../lessons/08-nginx-and-gunicorn")
import slow_clients
from labapp import lab
web = lab.launch('gunicorn --pythonpath ../lessons/08-nginx-and-gunicorn "behind:build()" --workers 2')
edge = lab.nginx(
    "server { listen {{ listen }}; location / { proxy_pass http://{{ web.address }}; } }", web=web)
"""
CRASH = "import os\nfor pid in [web.pid, *(worker.pid for worker in web.workers)]: os.kill(pid, 9)"
# Every text that the rows of a comparison ever show.
KEEP_BOARDS = """() => {
    window.boards = [];
    const look = () => {
        const board = document.querySelector('[data-comparison]');
        if (board && board.textContent !== window.boards.at(-1)) window.boards.push(board.textContent);
    };
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
# Whether all that servers and processes say is drawn over the dots and their words.
ABOVE = """view => ['gates', 'clients', 'boxes'].every(layer =>
    view.querySelector('.ld-dots').compareDocumentPosition(view.querySelector(`.ld-${layer}`))
        === Node.DOCUMENT_POSITION_FOLLOWING)"""
# The signals that are not to be seen whole.
HIDDEN = """view => {
    const bar = view.querySelector('.ll-bar');
    const whole = bar.getBoundingClientRect();
    return [...bar.children].filter(one => {
        const {left, right, top, bottom} = one.getBoundingClientRect();
        return left < whole.left || right > whole.right || top < whole.top - 1 || bottom > whole.bottom + 1;
    }).map(one => one.textContent);
}"""
# Every height of the picture, and of all that is below it, that there ever was.
KEEP_HEIGHTS = """view => {
    window.heights = new Set();
    const parts = ['.ld-bar', '.ld-picture', '.ll-tabs', '.ll-log', '.ld-past', '.ll-footer'].map(
        part => view.querySelector(part));
    const look = () => {
        window.heights.add([view, ...parts].map(part => part.getBoundingClientRect().height).join(' '));
        requestAnimationFrame(look);
    };
    look();
}"""
# The smallest letters of the picture, in pixels of the screen.
LEAST_LETTERS = """view => Math.min(...[...view.querySelectorAll('svg text')]
    .filter(text => text.textContent && text.getClientRects().length)
    .map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
# How far to the right each dot was ever seen, by the way that it goes; the words beside dots, and those
# of them that ever lay upon others, a box or a gate.
FOLLOW_DOTS = """view => {
    window.farthest = {};
    [window.labels, window.covered] = [new Set(), []];
    const meet = (one, other) => one.left < other.right && other.left < one.right
        && one.top < other.bottom && other.top < one.bottom;
    const look = () => {
        const labels = [...view.querySelectorAll('[data-journey]:not([visibility="hidden"]) > text')]
            .filter(text => text.getAttribute('visibility') !== 'hidden' && text.textContent);
        const fixed = view.querySelectorAll('.ld-box rect, .ld-gate > :is(rect, text)');
        const [areas, still] = [labels, fixed].map(
            all => [...all].filter(one => one.textContent || one.tagName === 'rect')
                .map(one => one.getBoundingClientRect()));
        labels.forEach((label, place) => {
            window.labels.add(label.textContent);
            if ([...still, ...areas.slice(0, place)].some(other => meet(areas[place], other)))
                window.covered.push(label.textContent);
        });
        for (const dot of view.querySelectorAll('[data-journey]')) {
            const x = Number(/translate\\(([\\d.]+)/.exec(dot.getAttribute('transform'))?.[1] ?? 0);
            const seen = window.farthest[dot.dataset.journey] ??= {from: x || Infinity, to: 0};
            if (x) seen.from = Math.min(seen.from, x);
            seen.to = Math.max(seen.to, x);
        }
        if (!window.followed) requestAnimationFrame(look);
    };
    look();
}"""


def test_a_request_goes_through_every_column(laboratory: Laboratory, browser: Browser) -> None:
    notebook = laboratory.open(browser, "notebooks/08-nginx-and-gunicorn.ipynb")
    notebook.run_cell(notebook.append(SERVERS))
    watching = notebook.append("lab.watch(edge, web)")
    notebook.run_cell(watching)
    view = notebook.page.locator("[data-deployment]").first
    view.scroll_into_view_if_needed()
    for key in ("edge W1", "edge W2", "web W1", "web W2", "web M"):
        expect(view.locator(f'[data-process="{key}"]')).to_be_visible()
    expect(view).to_contain_text("● live")
    height = view.bounding_box()["height"]

    assert view.evaluate(ABOVE)
    view.evaluate(FOLLOW_DOTS)
    notebook.run_cell(
        notebook.append('for _ in range(12): edge.get("/ping", headers={"Connection": "close"})')
    )
    expect(view.locator(".ld-facts")).to_contain_text("12 served · 0 failed")
    expect(view.locator(".ld-list li").last).to_have_text(
        re.compile(r"edge W\d → web W\dGET /ping200 · \d+ ms")
    )
    first, last = (
        view.locator(f'[data-process="{key} W1"] rect').get_attribute("x") for key in ("edge", "web")
    )
    through = """([first, last]) => Object.entries(window.farthest).some(
        ([way, {from, to}]) => way.includes(' → web W') && from < first && to >= last)"""
    notebook.page.wait_for_function(through, arg=[float(first), float(last)])
    notebook.page.wait_for_function("() => ['/ping', '200'].every(text => window.labels.has(text))")
    assert notebook.page.evaluate("() => (window.followed = true) && window.covered") == []

    source = (
        "import time\nwith slow_clients.upload(edge.address, seconds=4) as finish:\n"
        '    edge.get("/wait?seconds=2.5")\n    finish()'
    )
    notebook.run_cell(notebook.append(source), wait=False)
    expect(view.locator("[data-client][data-busy]")).to_have_count(2)
    # The upload is held by Nginx; the other request has gone through, and its client waits.
    expect(view.locator('[data-way="held"]')).to_have_count(1)
    expect(view.locator('[data-way="passed"]')).to_have_count(2)
    expect(view.locator('[data-process^="web W"][data-busy]')).to_contain_text("/wait")
    expect(view.locator("[data-client][data-busy]").filter(has_text="sends")).to_have_count(1)
    the_log_names_its_servers(view)
    notebook.picture("deployment-light", view)
    assert violations(notebook.page, "[data-deployment]") == []
    notebook.dark()
    notebook.picture("deployment-dark", view)
    assert violations(notebook.page, "[data-deployment]") == []
    expect(view.locator("[data-client][data-busy]")).to_have_count(0, timeout=15_000)
    assert view.bounding_box()["height"] == height

    # The proxy by itself: it tells of a request when that has ended, and then a dot is seen to move.
    notebook.run_cell(notebook.append('lab.watch(edge, where="cell")'))
    alone = view_of(notebook)
    expect(alone.locator(".ll-facts")).to_contain_text("14 served · 0 failed")
    alone.evaluate(COUNT_FLIGHTS)
    notebook.run_cell(notebook.append('for _ in range(40): edge.get("/ping")'))
    # What its log's short queue has no room for is counted as not seen: the two make up what was sent.
    counted(alone.locator(".ll-facts"), 54)
    notebook.page.wait_for_function("() => window.flights > 0")
    expect(alone).to_contain_text("1 connection")

    low_window_leaves_the_picture_its_room(notebook)
    servers_without_a_box_are_chosen_by_their_names(notebook)
    signals_reach_whom_one_chooses(view)
    workers_come_and_go_and_nothing_below_moves(view)
    ends_are_told(notebook, view)
    assert notebook.complaints == []
    ends_outlast_a_restart(notebook, view)
    notebook.close()


def the_log_names_its_servers(view: Locator) -> None:
    """Look at the logs of both, which take the place of the requests."""
    view.get_by_role("tab", name="Log").click()
    expect(view.locator(".ld-list")).to_be_hidden()
    for tag, text in (
        ("edge M", "start worker process"),
        ("web W1", "Booting worker"),
        ("edge", "GET /ping"),
    ):
        line = (
            view.locator(".ll-row").filter(has_text=text).filter(has=view.page.get_by_text(tag, exact=True))
        )
        expect(line.first).to_be_attached()


def counted(facts: Locator, requests: int) -> None:
    """Wait until a view has counted so many requests, as served or as not seen, and none as failed."""
    numbers = """([facts, sent]) => {
        const number = word => Number(RegExp(`(\\\\d+) ${word}`).exec(facts.textContent)?.[1] ?? 0);
        return number("failed") === 0 && number("served") + number("not seen") === sent;
    }"""
    facts.page.wait_for_function(numbers, arg=[facts.element_handle(), requests])


def workers_come_and_go_and_nothing_below_moves(view: Locator) -> None:
    """Send ten signals, and HUP, in a high window: no part is ever higher or lower than before."""
    tab, signals = view.get_by_role("tab", name="Log"), view.locator(".ll-bar")
    tab.click()
    # The live view of one server has rules for the same parts, and has come later.
    for part, name, value in ((tab, "height", "28px"), (signals, "column-gap", "4px")):
        expect(part).to_have_css(name, value)
    expect(view.locator(".ll-row").last).to_have_css("line-height", "20px")
    view.evaluate(KEEP_HEIGHTS)
    view.locator('[data-process="web M"]').click()
    alive = view.locator('[data-process^="web W"]:is([data-mood="alive"], [data-mood="born"])')
    # One after the other: Gunicorn keeps few signals in mind.
    for name, counts in (("TTIN", range(3, 8)), ("TTOU", range(6, 1, -1))):
        for count in counts:
            view.locator(f'[data-signal="{name}"]').click()
            expect(alive).to_have_count(count)
        if name == "TTIN":  # Seven workers and the proxy's two are one more than there are lanes.
            expect(view.locator(".ld-lane").last).to_have_text("and 2 more")
    # Those that have ended are still to be seen, and no line goes to them from their socket: to three others.
    expect(view.locator('[data-process^="web W"][data-mood="ended"]').first).to_be_visible()
    expect(view.locator('[data-server="web"] path')).to_have_attribute("d", re.compile(r"^(M[^M]+){3}$"))
    view.locator('[data-signal="HUP"]').click()
    expect(view.locator('[data-process="web W9"]')).to_be_visible()
    expect(alive).to_have_count(2)
    for text in ("you sent HUP to web M", "Handling signal: hup"):
        expect(view.locator(".ll-row").filter(has_text=text)).to_be_attached()
    assert len(view.page.evaluate("() => [...window.heights]")) == 1


def low_window_leaves_the_picture_its_room(notebook: Notebook) -> None:
    """Look at it on the stage of a low window: the list, the log and the strip take turns in one place."""
    page, before = notebook.page, notebook.page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 720})
    notebook.run_cell(notebook.append("lab.watch(edge, web)"))
    view = page.locator("#labapp-stage [data-deployment]")
    picture, requests = view.locator(".ld-picture"), view.locator(".ld-list")
    view.get_by_role("tab", name="Requests").click()
    expect(requests.locator("li:visible")).to_have_count(5)
    expect(view.locator(".ld-past")).to_be_hidden()
    height = picture.bounding_box()["height"]
    assert height > 250
    # Laid out for this room: a picture of the usual height would be drawn smaller.
    page.wait_for_function(f"view => ({LEAST_LETTERS})(view) >= 11", arg=view.element_handle())
    expect(page.get_by_role("tab", name="edge → web")).to_have_attribute("aria-selected", "true")
    expect(view.locator(".ld-title")).to_have_text("edge → web")
    for name, heading in (("edge", "edge: Nginx"), ("web", "web: Gunicorn")):
        expect(view.locator(f'[data-server="{name}"] [data-part="heading"]')).to_have_text(heading)
    page.keyboard.press("ArrowRight")
    expect(view.locator(".ll-lines")).to_be_visible()
    expect(requests).to_be_hidden()
    assert picture.bounding_box()["height"] == height
    page.keyboard.press("ArrowRight")
    expect(view.locator(".ld-lanes .ld-lane")).to_have_count(4)
    expect(view.locator(".ll-lines")).to_be_hidden()
    assert picture.bounding_box()["height"] == height
    assert violations(page, "#labapp-stage") == []
    # On a sheet of a page at 200 % nothing is squeezed: all of it scrolls.
    view.evaluate("view => { view.style.height = '250px'; }")
    assert picture.evaluate("picture => picture.clientHeight") >= 240
    assert view.evaluate("view => { view.scrollTop = 999; return view.scrollTop; }") > 200
    view.evaluate("view => { view.style.height = ''; }")
    page.set_viewport_size(before)
    # There the strip stands by itself, and of the two others the first is chosen.
    expect(view.get_by_role("tab", name="Last 20 s")).to_be_hidden()
    expect(view.locator(".ld-past")).to_be_visible()
    expect(requests).to_be_visible()


def servers_without_a_box_are_chosen_by_their_names(notebook: Notebook) -> None:
    """Look at so many servers in a low window that no master has a box: each has its server's name."""
    page, before = notebook.page, notebook.page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 720})
    source = (
        'more = [lab.nginx("server { listen {{ listen }}; }") for _ in range(3)]\nlab.watch(edge, web, *more)'
    )
    notebook.run_cell(notebook.append(source))
    view = page.locator("#labapp-stage [data-deployment]")
    names = view.locator("[data-name]")
    expect(names).to_have_count(4)
    assert violations(page, "#labapp-stage") == []
    view.locator('[data-process="nginx 2 M"]').click()
    expect(view.locator(".ll-whom")).to_contain_text("To nginx 2 M master pid")
    expect(view.locator('[data-signal="HUP"]')).to_be_visible()
    view.locator('[data-process="web W1"]').focus()
    page.keyboard.press("ArrowUp")
    expect(view.locator('[data-process="web M"][data-name]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(view.locator(".ll-whom")).to_contain_text("To web M master pid")
    expect(view.locator(".ll-bar :focus")).to_have_text(re.compile("^TTIN"))
    notebook.picture("deployment-low-dark", page.locator("#labapp-stage"))
    notebook.run_cell(notebook.append("for one in more: one.stop()"))
    page.get_by_role("tab", name="edge → web", exact=True).click()
    page.set_viewport_size(before)


def signals_reach_whom_one_chooses(view: Locator) -> None:
    """Send one from the picture: who is chosen by the keyboard gets it; when he is gone nobody is chosen."""
    keyboard = view.page.keyboard
    view.locator('[data-process="web M"]').click()
    expect(view.locator('[data-signal="TTIN"]')).to_be_visible()
    for width in (900, 446):
        view.evaluate("(view, width) => { view.style.width = `${width}px` }", width)
        assert view.evaluate(HIDDEN) == [], width
    view.evaluate("view => { view.style.width = '' }")
    view.locator('[data-process="edge W1"]').focus()
    keyboard.press("ArrowRight")
    expect(view.locator('[data-process="web W1"]')).to_be_focused()
    keyboard.press("Enter")
    expect(view.locator(".ll-whom")).to_contain_text("To web W1 worker pid")
    expect(view.locator(".ll-bar :focus")).to_have_count(1)
    view.locator('[data-signal="TERM"]').click()
    expect(view.locator(".ll-outcome")).to_have_text("✓ you sent TERM to web W1")
    expect(view.locator(".ld-signals text")).to_have_text("TERM")
    expect(view.locator('[data-process="web W3"]')).to_be_visible()
    expect(view.locator(".ll-whom")).to_have_text("No process")


def ends_are_told(notebook: Notebook, view: Locator) -> None:
    """End one server by a crash, which is marked, and another in good order, which is calm."""
    notebook.run_cell(notebook.append(CRASH))
    crashed = view.locator('[data-server="web"]')
    expect(crashed).to_have_attribute("data-ended", "crash")
    expect(crashed).to_contain_text("✕ killed by SIGKILL")
    expect(view.locator('[data-process="web M"]')).to_have_attribute("data-mood", "dead")
    # No line leads there: that of the clients is left, and later none.
    expect(view.locator("[data-wire]")).to_have_count(1)
    expect(view.locator('[data-server="web"] path')).to_have_attribute("d", "M0 0")
    notebook.run_cell(notebook.append("edge.stop()"))
    expect(view).to_contain_text("■ ended: edge, web")
    expect(view.locator('[data-server="edge"]')).to_have_attribute("data-ended", "calm")
    expect(view.locator('[data-process^="edge"][data-mood="ended"]')).to_have_count(3)
    expect(view.locator('[data-process="edge M"]')).to_contain_text("■ status 0")
    expect(view.locator("[data-wire]")).to_have_count(0)
    notebook.picture("deployment-ended-dark", view)
    assert violations(notebook.page, "[data-deployment]") == []


def ends_outlast_a_restart(notebook: Notebook, view: Locator) -> None:
    """Restart the kernel: they ended before it, and not with it."""
    notebook.ask("await panel.sessionContext.restartKernel()")
    expect(view).to_have_attribute("data-gone", "")
    expect(view).to_contain_text("■ ended: edge, web")
    expect(view).not_to_contain_text("ended with it")


def test_servers_are_compared_before_the_readers_eyes(
    laboratory: Laboratory, browser: Browser, tmp_path: Path
) -> None:
    notebook = laboratory.open(browser, "notebooks/06-workers-and-concurrency.ipynb")
    looked, page = tmp_path / "looked", notebook.page
    source = f"""
from pathlib import Path
from time import sleep
from labapp import lab
def load(server):
    answers = lab.load(server, "/?seconds=0.5", requests=4, concurrency=4)
    while not Path({str(looked)!r}).exists():
        sleep(0.01)
    return answers
sync = "gunicorn labapp.web.callables:nap"
lab.compare({{"sync": sync, "gthread": f"{{sync}} --threads 4"}}, load)"""
    page.evaluate(KEEP_BOARDS)
    cell = notebook.append(source)
    expect(notebook.show(cell)).to_be_visible()  # Of a long notebook, what is out of sight is not drawn.
    notebook.run_cell(cell, wait=False)
    board = page.locator("[data-comparison]")
    # All of them, though the function that had them sent has not returned; and whose turn it is.
    expect(board.locator('[aria-current="true"]')).to_have_text(
        re.compile(r"^sync.*now: 4 of 4 requests, "), timeout=20_000
    )
    expect(board.locator("[aria-current]")).to_have_count(1)
    beside = """board => [...board.rows].every(({cells: [name, load]}) => {
        const words = document.createRange();
        words.selectNodeContents(name);
        return words.getBoundingClientRect().right < load.firstElementChild.getBoundingClientRect().left;
    })"""
    assert board.evaluate(beside)
    expect(board.locator("caption")).to_have_text("One after another, so that none disturbs the others")
    found = violations(page, "[data-comparison]")
    notebook.dark()
    found += violations(page, "[data-comparison]")
    looked.touch()
    picture = page.get_by_role("img", name="sync, gthread under one load")
    expect(picture).to_be_visible(timeout=20_000)
    # In a wide column it is larger than in half a window, and no higher than a screen.
    shown = picture.bounding_box()
    assert shown["width"] > 616
    assert shown["height"] <= 760
    # What was seen while it ran, row by row, is gone at the end.
    boards = "\n".join(page.evaluate("() => window.boards"))
    assert re.search(r"sync.*gthread.*now: \d of 4 requests, ", boards, re.MULTILINE)
    assert re.search(r"sync4 requests: 4 answered 200, in ≈ ", boards, re.MULTILINE)
    expect(board).to_have_count(0)
    found += violations(page, ".jp-mod-active .jp-OutputArea")
    notebook.picture("comparison-dark", picture)
    notebook.light()
    assert found + violations(page, ".jp-mod-active .jp-OutputArea") == []
    assert notebook.complaints == []
    # Where its kernel is restarted meanwhile, nothing goes on looking as if it ran.
    looked.unlink()
    notebook.run_cell(cell, wait=False)
    expect(board.locator("[aria-current]")).to_have_count(1)
    notebook.ask("await panel.sessionContext.restartKernel()")
    said = "Broken off: the kernel is gone. Run all above this cell (menu Run), then this cell."
    expect(page.get_by_text(said)).to_be_visible()
    expect(board).to_have_count(0)
    notebook.ready()
    notebook.ask("panel.dispose()")
    expect(page.locator(".jp-Notebook")).to_have_count(0)
    # JupyterLab itself complains of a restart, about its debugger.
    assert not [said for said in notebook.complaints if "page error" in said or "dispose" in said]
    notebook.close()
