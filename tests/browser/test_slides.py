"""Lessons as slides: each fits, what is on them works, and the speaker has notes and the time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from support.in_browser.accessibility import violations
from support.in_browser.laboratory import Laboratory
from support.in_browser.live_view import LIVE, box, view_of, workers
from support.in_browser.page import Notebook
from support.in_browser.slides import FITS, GO_TO, LEAST, LETTERS, SMALL
from support.places import ROOT
from support.waiting import wait_for

pytestmark = pytest.mark.browser

LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
# Without a kernel: what is stored is shown. From the second lesson on, text is drawn as on a busy machine.
OPEN = """async path => {
    const kernelPreference = {shouldStart: false, canStart: false, autoStartDefault: false};
    const panel = await jupyterapp.commands.execute('docmanager:open', {path, kernelPreference});
    await panel.context.ready;
    const factory = panel.content.rendermime.getFactory('text/markdown');
    window.create ??= factory.createRenderer.bind(factory);
    factory.createRenderer = options => {
        const renderer = window.create(options), render = renderer.renderModel.bind(renderer);
        renderer.renderModel = async model => {
            await new Promise(later => setTimeout(later, 1000));
            return render(model);
        };
        return renderer;
    };
    await jupyterapp.commands.execute('labapp:present');
}"""
CLOSE = "async () => { labappShow.end(); await jupyterapp.shell.currentWidget.close(); }"
# Of every slide what does not fit, and of the notebook what is on none.
AMISS = """() => {
    const { slides, notebook } = labappShow;
    const amiss = [];
    const parts = new Map();
    for (const [at, { title, units }] of slides.entries()) {
        labappShow.go(at);
        const say = (what) => amiss.push(`${at + 1} (${title}): ${what}`);
        if (labappShow.slide.zoom < 0.59) say(`is drawn ${labappShow.slide.zoom} as large`);
        for (const { element, part, parts: all } of units) {
            const { top, bottom, left, right } = element.getBoundingClientRect();
            if (bottom - top < 1) say('has something on it that is not seen');
            if (top < 0 || left < 0 || bottom > 690 || right > 1280)
                say([element.className || element.tagName, top, bottom, right].join(' '));
            for (const one of [element, ...element.querySelectorAll('*')]) {
                if (one === element && all) continue;
                if (one.clientHeight && one.scrollHeight > one.clientHeight + 4 &&
                    /auto|scroll/.test(getComputedStyle(one).overflowY)) say(`${one.className} scrolls`);
            }
            for (const picture of element.querySelectorAll('.labapp-picture svg'))
                for (const [size, text] of (LETTERS)(picture))
                    if (size < LEAST) say(`letters of ${size} pixels: ${text}`);
            parts.set(element, (parts.get(element) ?? 0) + 1);
            if (all && parts.get(element) !== part + 1) say('lacks a part before it');
        }
    }
    for (const [index, cell] of notebook.widgets.entries()) {
        if (labappShow.isBeingDrawn(cell)) amiss.push(`cell ${index} was waited for in vain`);
        const type = cell.model.getMetadata('slideshow')?.slide_type;
        if (type === 'notes' || type === 'skip' || cell.isHidden) continue;
        const shown = slides.some(({ units }) => units.some((unit) => unit.cell === index));
        if (!shown && cell.model.sharedModel.getSource().trim()) amiss.push(`cell ${index} is on no slide`);
    }
    return { slides: slides.length, amiss };
}""".replace("LETTERS", LETTERS).replace("LEAST", str(LEAST))


# In parts, so that two processes may share them.
@pytest.mark.parametrize("part", range(7))
def test_every_slide_of_every_lesson_fits(laboratory: Laboratory, browser: Browser, part: int) -> None:
    page = browser.new_context(viewport=SMALL).new_page()
    page.goto(f"{laboratory.url}lab?token={laboratory.token}")
    expect(page.locator(".labapp-lessons li")).to_have_count(len(LESSONS), timeout=60_000)
    amiss, slides = {}, 0
    for lesson in LESSONS[part::7]:
        page.evaluate(OPEN, f"notebooks/{lesson}")
        found = page.evaluate(AMISS)
        page.evaluate(CLOSE)
        slides += found["slides"]
        if found["amiss"]:
            amiss[lesson] = found["amiss"]
    print(f"{slides} slides")
    assert not amiss
    assert slides > 50
    page.context.close()


def count(notebook: Notebook) -> tuple[int, int]:
    """Return which slide is shown, and of how many."""
    status = notebook.page.locator(".labapp-show-bar [role=status]")
    expect(status).to_have_text(re.compile(r"\d+\D+\d+"))
    at, of = re.findall(r"\d+", status.text_content() or "")
    return int(at), int(of)


def test_a_show_is_live_and_led_by_keys(laboratory: Laboratory, browser: Browser) -> None:
    lesson = laboratory.open(browser, "notebooks/04-gunicorn-prefork.ipynb", viewport=SMALL)
    page = lesson.page
    page.keyboard.press("Alt+Shift+P")
    expect(page.locator(".labapp-show-bar")).to_be_visible()
    assert violations(page, ".labapp-show-bar") == []
    begin, _ = count(lesson)
    for key, step in (("PageDown", 1), (" ", 1), ("ArrowRight", 1), ("PageUp", -1), ("ArrowLeft", -2)):
        for _ in range(abs(step)):
            page.keyboard.press(key)
    assert count(lesson)[0] == begin

    # The speaker's window: the section's notes, the next slide, the time; its keys lead the show too.
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    speaker = opened.value
    expect(speaker.locator("#plan tr[aria-current]")).to_have_count(0)
    speaker.keyboard.press("PageDown")
    expect(speaker.locator("#plan tr[aria-current]")).to_contain_text("The first launch")
    assert count(lesson)[0] == begin + 1
    expect(speaker.locator("#next")).not_to_contain_text("The end.")
    # Of the slide there is what the audience will see; a note breaks where the window is too narrow for it.
    assert not re.search(r"¶|\[\d*\]:", speaker.locator("#next").inner_text())
    assert "\n" not in (speaker.locator("#notes pre").text_content() or "\n")
    expect(speaker.locator(".clock")).to_have_text(re.compile(r"\d+:\d\d gone, 3\d:\d\d left"))
    assert violations(speaker, "body") == []
    wait_for(
        lambda: page.evaluate("() => labappShow.slide.section") == "The first launch, line by line", 5, "it"
    )

    # Enter runs what is on the slide: here up to the live view, which is on a slide and lives.
    live = lesson.code_cell(LIVE)
    for cell in range(live):
        lesson.run_cell(cell)
    page.evaluate(GO_TO, live)
    page.bring_to_front()
    page.evaluate("() => labappShow.panel.node.focus()")
    page.keyboard.press("Enter")
    view = view_of(lesson)
    expect(workers(view)).to_have_count(5, timeout=20_000)
    at = count(lesson)[0]
    wait_for(lambda: view.evaluate(FITS), 5, "the view to fit")
    assert [text for size, text in view.evaluate(LETTERS) if size < LEAST] == []
    lesson.picture("slide-live", page.locator(".labapp-show"))
    # The first click arrives, and moves nothing.
    view.locator('[data-signal="TTIN"]').click()
    expect(box(view, "W6")).to_be_visible()
    assert count(lesson)[0] == at
    assert lesson.complaints == []

    # The end, of the speaker's window too: the notebook, where the show was.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".labapp-show-bar")).to_have_count(0)
    wait_for(speaker.is_closed, 5, "the end of the speaker's window")
    assert abs(lesson.ask("return panel.content.activeCellIndex") - live) <= 3
    lesson.close()
