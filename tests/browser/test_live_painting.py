"""What the live view touches on a page, counted: it runs by itself, with a model that the test changes."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, expect
from support.in_browser.page import PICTURES
from support.made_up import NOW, SOCKET, FakeServer, ask, process, tree
from support.waiting import wait_for

from labapp.observe import Tree
from labapp.observe.feed import Exited, TreeChanged
from labapp.observe.kernel import Process
from labapp.observe.kernel.process import clock
from labapp.servers import Server
from labapp.views.live.view import LiveView

SHOW = """async ({script, style, state}) => {
    const sheet = document.createElement('style');
    sheet.textContent = style;
    document.head.append(sheet);
    const source = new Blob([script], {type: 'text/javascript'});
    const {default: widget} = await import(URL.createObjectURL(source));
    const listeners = {};
    window.sent = [];
    const raise = (event, given) => (listeners[event] ?? []).forEach(listener => listener(given));
    const model = {
        get: name => state[name],
        on: (events, listener) => events.split(' ').forEach(name => (listeners[name] ??= []).push(listener)),
        off: () => undefined,
        send: message => window.sent.push(message),
    };
    window.tell = message => raise('msg:custom', message);
    window.reconnect = () => raise('comm_live_update');
    window.change = changes => {
        Object.assign(state, changes);
        Object.keys(changes).forEach(name => raise(`change:${name}`));
    };
    widget.render({model, el: document.body});
    tell({kind: 'clock', now: Date.now() / 1000});
}"""
CHANGE = "given => window.change(given)"
# Change twice in one frame; return how many boxes are on their way then.
TWICE = """async given => {
    window.change(given);
    await Promise.resolve();
    await Promise.resolve();
    window.change(given);
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return document.getAnimations().filter(({transitionProperty: one}) => one === 'transform').length;
}"""
ANSWER = "() => window.tell({kind: 'clock', now: Date.now() / 1000})"
# The pids of boxes of which one stands over the other.
CROSSING = """() => {
    const crosses = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const boxes = [...document.querySelectorAll('.ll-box')]
        .map(box => [box.dataset.pid, box.querySelector('.ll-body').getBoundingClientRect()]);
    return boxes.flatMap(([one, at], number) => boxes.slice(0, number)
        .filter(([, other]) => crosses(at, other)).map(([other]) => [one, other]));
}"""
HELLOS = "() => window.sent.filter(({kind}) => kind === 'hello').length"
TOUCHED = """async ({act, given}) => {
    const touched = new Set();
    const place = node => {
        const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
        const box = element?.closest('[data-process]');
        if (box) return box.dataset.process;
        return element?.closest('.ll-log') ? 'log' : element?.closest('svg') && 'svg';
    };
    const note = records => records.forEach(record => touched.add(place(record.target) || 'other'));
    const observer = new MutationObserver(note);
    observer.observe(document.querySelector('.ll-layout'),
        {subtree: true, childList: true, attributes: true, characterData: true});
    window[act](given);
    await Promise.resolve();
    await Promise.resolve();
    note(observer.takeRecords());
    observer.disconnect();
    return [...touched].sort();
}"""


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def view(server: FakeServer) -> Iterator[LiveView]:
    with LiveView(cast(Server, server)) as made:
        made.follow()
        server.feed.tell(TreeChanged(0.0, list(server.now)))
        yield made


@pytest.fixture
def page(browser: Browser, view: LiveView) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    script, style = str(view._esm), str(view._css)
    page.evaluate(SHOW, {"script": script, "style": style, "state": state(view, "about", "traffic")})
    expect(page.locator("[data-process]")).to_have_count(3)
    yield page
    page.close()


def state(view: LiveView, *names: str) -> dict[str, Any]:
    return dict(view.get_state(["scene", "picture", *names]))


def touched(page: Page, act: str, given: Any) -> list[str]:
    """Return which parts of the view an act touches at once: the labels of boxes, `log`, `svg`, `other`."""
    return list(page.evaluate(TOUCHED, {"act": act, "given": given}))


def test_a_death_touches_the_box_of_the_dead_at_once_and_no_other(page, view, server, monkeypatch):
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(view, "send", sent.append)
    server.feed.tell(Exited(3307, -9))
    assert touched(page, "tell", sent[0]) == ["W1"]
    expect(page.locator('[data-process="W1"]')).to_have_attribute("data-mood", "dead")
    expect(page.locator(".ll-facts")).to_contain_text("1 worker")
    server.feed.tell(TreeChanged(0.0, [process for process in server.now if process.pid != 3307]))
    wait_for(lambda: view.scene["boxes"][1]["mood"] == "dead", 5, "the scene")
    boxes = [name for name in touched(page, "change", state(view)) if name[0] in "MW"]
    assert boxes in ([], ["W1"])


def test_figures_touch_the_box_that_they_are_of(page, view):
    boxes = [box | {"cpu": 70} if box["key"] == "W2" else box for box in view.scene["boxes"]]
    now = touched(page, "change", {"scene": json.dumps(view.scene | {"boxes": boxes})})
    assert [name for name in now if name != "other"] == ["W2"]


def test_what_says_the_same_again_touches_nothing_of_the_tree(page, view):
    assert touched(page, "change", state(view)) in ([], ["other"])


def test_a_birth_is_drawn_by_the_picture_sent_ahead_and_the_others_touch_nothing(page, view, server):
    boxes = page.locator("[data-process]")
    drawn = page.evaluate("() => window.sent.find(({kind}) => kind === 'draws').number")
    ask(view, kind="draws", number=drawn)
    sent: list[dict[str, Any]] = []
    view.observe(lambda change: sent.append(change["new"]), "picture")
    server.feed.tell(TreeChanged(0.0, list(tree(3))))
    (ahead,) = sent[0]["places"]
    assert ahead["number"] == drawn
    newborn = view.get_state(["scene"])
    # Another than the page draws: it asks for all, once.
    other = {"picture": {"places": [ahead | {"number": drawn + 1}]}}
    for change in (newborn | other, newborn):
        page.evaluate(CHANGE, change)
    expect(boxes).to_have_count(3)
    assert page.evaluate("() => window.sent.filter(({kind}) => kind === 'pictures').length") == 1
    page.evaluate(CHANGE, newborn | {"picture": {"places": [ahead]}})
    expect(boxes).to_have_count(4)
    wait_for(lambda: len(view.picture["places"]) > 1)
    assert touched(page, "change", {"picture": view.picture}) in ([], ["other"])


@pytest.mark.parametrize("born", [3, 30, 50])
def test_where_boxes_stand_still_nobody_fades_away_over_who_came_instead(page: Page, view, server, born):
    before, after = (
        Tree([server.now.master, *(process(one, f"W{one}", listening=(SOCKET,)) for one in pids)])
        for pids in (range(5000, 5050), range(6000, 6000 + born))
    )
    page.evaluate(CHANGE, painted(before))
    expect(page.locator("[data-process]")).to_have_count(51)
    page.evaluate(CHANGE, painted(after))
    expect(page.locator("[data-process]")).to_have_count(born + 1)
    assert page.evaluate(CROSSING) == []


def test_boxes_that_are_to_jump_do_so_though_all_is_painted_again_in_the_same_frame(page: Page, server):
    family = [process(one, f"W{one}", listening=(SOCKET,)) for one in range(5000, 5050)]
    page.evaluate(CHANGE, painted(Tree([server.now.master, *family])))
    expect(page.locator("[data-process]")).to_have_count(51)
    left = painted(Tree([server.now.master, *family[5:]]))
    assert page.evaluate(TWICE, left) == 0
    assert page.evaluate(CROSSING) == []


def painted(now: Tree) -> dict[str, Any]:
    """Return what a page is told of these processes."""
    server = FakeServer(now)
    with LiveView(cast(Server, server)) as made:
        made.follow()
        server.feed.tell(TreeChanged(0.0, list(now)))
        wait_for(lambda: len(made.scene["boxes"]) == len(now) and len(made.picture["places"]) > 1)
        return state(made)


def test_a_killed_master_stands_above_its_workers_at_the_end_and_the_header_marks_a_crash(page, view, server):
    def becomes(*now: Process) -> None:
        server.feed.tell(TreeChanged(0.0, list(now)))
        wait_for(lambda: sum(box["mood"] != "dead" for box in view.scene["boxes"]) == len(now))
        wait_for(lambda: len(view.picture["places"]) > 1)
        page.evaluate(CHANGE, state(view))

    tree_of = page.locator('svg[role="tree"]')
    server.feed.tell(Exited(3304, -9))
    becomes(*(process(pid, label, ppid=1) for pid, label in ((3307, "W1"), (3308, "W2"))))
    expect(tree_of).to_contain_text("nobody replaces these")
    server.ending = "killed by SIGKILL"
    server.feed.tell(Exited(3308, 0))
    becomes()
    wait_for(lambda: view.scene["ending"])
    page.evaluate(CHANGE, state(view))
    expect(page.locator('[data-process="M"]')).to_contain_text("✕ killed by SIGKILL")
    expect(page.locator('[data-process][data-mood="dead"]')).to_have_count(3)
    expect(tree_of).not_to_contain_text("no master")
    expect(page.locator(".ll-facts")).to_contain_text("✕ killed by SIGKILL")


def test_more_than_one_master_is_said_in_the_header_where_the_second_is_out_of_sight(page: Page, server):
    facts = page.locator(".ll-facts")
    expect(facts).not_to_contain_text("master")
    second = process(4000, "M2", "master", ppid=3304, listening=(SOCKET,))
    below = [process(4000 + one, f"W{one}", ppid=4000, listening=(SOCKET,)) for one in range(51, 101)]
    page.evaluate(CHANGE, painted(Tree([*tree(50, listening=(SOCKET,)), second, *below])))
    expect(facts).to_contain_text("2 masters · 100 workers")


def test_who_waits_at_a_socket_is_a_dot_or_counted(page: Page, view) -> None:
    for number, more in ((18, "+8"), (3, "")):
        page.evaluate(CHANGE, {"traffic": {**view.traffic, "waiting": {SOCKET: number}}})
        socket = page.locator("[data-socket]")
        expect(socket).to_contain_text(f"{number} wait in the backlog")
        dots = socket.locator(".ll-queue circle").count()
        assert dots + int(more or 0) == number
        expect(socket.locator(".ll-others")).to_have_text(more)


def test_a_line_of_the_log_touches_the_log_alone(page):
    line = {"n": 1, "kind": "line", "text": "hello", "pid": 3307, "level": "info", "time": "", "tag": "W1"}
    assert touched(page, "tell", {"kind": "log", "entries": [line]}) == ["log"]
    expect(page.locator(".ll-row")).to_have_count(1)


def test_the_kernel_is_greeted_until_it_answers_and_is_gone_only_when_it_tells_nothing(
    page: Page, view
) -> None:
    shown, heard = page.locator("[data-live-view]"), {"traffic": {**view.traffic}}

    def greetings(seconds: int) -> int:
        before = page.evaluate(HELLOS)
        page.evaluate("window.reconnect()")
        for _ in range(seconds):
            page.clock.run_for(1000)
        return int(page.evaluate(HELLOS)) - before

    page.evaluate(ANSWER)  # Its timer is the last of the usual clock.
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    assert greetings(1) == 2  # The first may have been lost.
    page.evaluate(ANSWER)
    before = page.evaluate(HELLOS)
    page.clock.run_for(9000)
    assert page.evaluate(HELLOS) == before
    assert greetings(2) == 3
    page.evaluate(CHANGE, heard)  # It lives, and has not answered.
    page.clock.run_for(9000)
    expect(shown).not_to_have_attribute("data-gone", "")
    page.evaluate(ANSWER)
    assert greetings(9) == 4
    expect(shown).to_have_attribute("data-gone", "")
    page.evaluate(CHANGE, heard)
    expect(shown).not_to_have_attribute("data-gone", "")


def test_the_log_stays_behind_for_its_reader_alone(page: Page) -> None:
    def write(first: int) -> None:
        entries = [
            {"n": n, "kind": "line", "text": "hello", "pid": 3307, "level": "info", "time": "", "tag": "W1"}
            for n in range(first, first + 40)
        ]
        page.evaluate("given => window.tell(given)", {"kind": "log", "entries": entries})

    lines, behind = page.locator(".ll-lines"), page.locator(".ll-down")
    at_end = (
        "lines => lines.scrollHeight - lines.scrollTop - lines.clientHeight < 14 && lines.scrollTop > 100"
    )
    write(1)
    page.wait_for_function(at_end, arg=lines.element_handle())
    lines.evaluate("lines => (lines.scrollTop = 0)")  # As when it is hidden and shown again.
    page.wait_for_function(at_end, arg=lines.element_handle())
    lines.hover()
    page.mouse.wheel(0, -200)
    page.wait_for_function(f"lines => !({at_end})(lines)", arg=lines.element_handle())
    write(41)
    expect(behind).to_have_text("↓ 40 new lines")
    behind.click()
    expect(behind).to_be_hidden()
    page.wait_for_function(at_end, arg=lines.element_handle())


def test_births_and_ends_are_marked_in_the_last_minute_as_they_were(page: Page, view, server):
    page.evaluate("given => window.tell(given)", view._replay.message())
    page.evaluate("now => window.tell({kind: 'clock', now})", time.time())

    def become(workers: list[Process]) -> None:
        server.now = Tree([*tree(2), *workers])
        server.feed.tell(TreeChanged(0.0, list(server.now)))
        wait_for(lambda: len(view.scene["boxes"]) == len(workers) + 3 and len(view.picture["places"]) > 1)
        page.evaluate(CHANGE, state(view))

    # W3 is marked as a newborn, though the view came after it.
    become([process(3309, "W3", age=2.0), process(3310, "W4", age=NOW - clock())])
    lanes = page.locator(".ll-lane")
    expect(lanes).to_have_count(4)
    births = lanes.locator(".ll-birth").evaluate_all("all => all.map(one => one.getAttribute('visibility'))")
    assert births == ["hidden", "hidden", "hidden", "visible"]
    # Also where many share a lane, who ended in good order is no crash.
    many = [process(3306 + n, f"W{n}", age=2.0) for n in range(3, 61)]
    become(many)
    server.feed.tell(Exited(3361, 0))
    server.feed.tell(Exited(3362, -9))
    server.now = Tree(one for one in server.now if one.pid not in (3361, 3362))
    server.feed.tell(TreeChanged(0.0, list(server.now)))
    wait_for(lambda: [box["mood"] for box in view.scene["boxes"]].count("dead") == 2)
    page.evaluate(CHANGE, state(view))
    expect(page.locator(".ll-group .ll-death.ll-calm[d]")).to_have_count(1)
    expect(page.locator(".ll-group .ll-death:not(.ll-calm)[d]")).to_have_count(1)


def test_very_many_workers_share_the_lanes_of_the_last_minute(page: Page, view, server):
    page.evaluate("given => window.tell(given)", view._replay.message())
    page.evaluate("now => window.tell({kind: 'clock', now})", time.time())
    expect(page.locator(".ll-lane")).to_have_count(2)
    server.now = tree(200)
    server.feed.tell(TreeChanged(0.0, list(server.now)))
    wait_for(lambda: len(view.scene["boxes"]) == 201 and len(view.picture["places"]) > 1)
    busy = {f"W{n}": {"flying": 1, "served": 3, "since": time.time() - 5} for n in range(1, 11)}
    page.evaluate(CHANGE, state(view) | {"traffic": view.traffic | {"workers": busy}})
    names = page.locator(".ll-lane text")
    expect(names.first).to_have_text(re.compile(r"1\W\d+"))
    shared = page.locator(".ll-share[d]")
    expect(shared).to_have_count(1)
    shown = names.all_text_contents()
    assert re.fullmatch(r"\d+\W200", shown[-1])
    assert 2 <= len(shown) <= 20
    boxes = [name.bounding_box() for name in names.all()]
    assert all(box and box["height"] >= 10 for box in boxes)
    tops = [box["y"] for box in boxes if box]
    assert all(below - above >= 12 for above, below in itertools.pairwise(tops))
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "live-view-two-hundred.png")
