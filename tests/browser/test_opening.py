"""What opening a notebook does to it: nothing."""

from __future__ import annotations

import pytest
from support.in_browser.page import Notebook

pytestmark = pytest.mark.browser

# By then JupyterLab has written down what the kernel says of its language.
DIRTY = """
    await panel.sessionContext.session.kernel.info;
    await new Promise(requestAnimationFrame);
    return panel.context.model.dirty;
"""


def test_a_notebook_that_is_only_opened_is_not_changed(lesson: Notebook) -> None:
    assert lesson.ask(DIRTY) is False
    lesson.ask("panel.content.model.setMetadata('language_info', {name: 'python', version: '3.11'})")
    assert lesson.ask(DIRTY) is True
