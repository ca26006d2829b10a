"""Three students of one hub: their lessons run, their links open, and nobody's trouble is another's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from support.belongings import left_in
from support.in_browser.hub import Hub
from support.in_browser.page import Notebook
from support.waiting import wait_for

# Three lessons at once, two of them among the longest, on perhaps two processors.
pytestmark = pytest.mark.timeout(400)

LESSONS = {
    "ana": "notebooks/04-gunicorn-prefork.ipynb",
    "ben": "notebooks/08-nginx-and-gunicorn.ipynb",
    "cai": "notebooks/09-nginx-toolbox.ipynb",
}
LAUNCH = """\
from labapp import lab
mine = lab.launch('gunicorn "labapp:create_app()"')
lab.watch(mine)"""


@pytest.fixture(scope="module")
def students(hub: Hub, browser: Browser) -> Iterator[dict[str, Notebook]]:
    """Each with the lesson open, and run from the top: all three at once."""
    opened = {student: hub.open(browser, student, lesson) for student, lesson in LESSONS.items()}
    for notebook in opened.values():
        notebook.begin_all()
    for notebook in opened.values():
        notebook.all_ended()
    yield opened
    for notebook in opened.values():
        notebook.close()


@pytest.mark.parametrize("student", LESSONS)
def test_the_lesson_runs(students: dict[str, Notebook], student: str) -> None:
    assert students[student].errors() == []
    assert students[student].unexecuted() == []


@pytest.mark.parametrize("student", LESSONS)
def test_what_a_server_shows_opens_below_the_prefix(
    hub: Hub, students: dict[str, Notebook], student: str
) -> None:
    notebook = students[student]
    index = notebook.append(LAUNCH)
    notebook.run_cell(index)
    page, prefix = notebook.page, hub.prefix(student)
    notebook.show(index)
    link = page.locator("[data-live-view] a.ll-url").last
    link.wait_for()
    target = link.get_attribute("href") or ""
    assert target.startswith(f"{prefix}proxy/")
    tab = page.context.new_page()
    answer = tab.goto(f"{hub.public}{target}")
    assert answer
    assert answer.status == 200
    assert tab.url.startswith(f"{hub.public}{prefix}proxy/")
    # Its own links and files are found below the prefix, too.
    followed = _followed(tab)
    assert followed
    assert [(place, status) for place, status in followed if status >= 400] == []
    tab.close()
    ended = notebook.append("mine.stop()")
    notebook.run_cell(ended)


def _followed(tab: Page) -> list[tuple[str, int]]:
    """Ask for all that a page links to or is made of, on its own server; return what came of each."""
    return tab.evaluate("""async () => {
        const named = [...document.querySelectorAll('a[href], link[href], img[src], script[src]')];
        const places = new Set(named.map(one => one.href || one.src));
        const own = [...places].filter(place => new URL(place).host === location.host);
        return Promise.all(own.map(async place => [place, (await fetch(place)).status]));
    }""")


def test_one_student_s_trouble_is_nobody_else_s(hub: Hub, students: dict[str, Notebook]) -> None:
    ana, ben, cai = students.values()
    for notebook in (ana, ben):
        notebook.run_cell(notebook.append(LAUNCH))
    ben.run_cell(ben.append("lab.reset(); import os; os._exit(1)"), wait=False)
    cai.run_cell(cai.append("while True: pass"), wait=False)
    asked = ana.append("mine.get('/ping').text, [server.running for server in lab.servers()]")
    ana.run_cell(asked)
    assert "('pong', [True])" in (ana.show(asked).text_content() or "")

    runtime = hub.home / "homes" / "ana" / "run"
    assert any(runtime.iterdir())
    for student in LESSONS:
        hub.stop_server(student)
    for student in LESSONS:
        place = hub.home / "homes" / student / "run"
        assert not place.exists() or left_in(place) == []
    wait_for(lambda: not any(hub.running_server(student) for student in LESSONS))
