from __future__ import annotations

import sys
from types import SimpleNamespace

from IPython.core.formatters import DisplayFormatter
from support.made_up import tree

from labapp.views import display


def test_outside_ipython_nothing_is_installed(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert display.install_displays() is False


def test_in_a_notebook_a_tree_is_a_picture_and_labels(monkeypatch):
    formatter = DisplayFormatter()
    shell = SimpleNamespace(display_formatter=formatter)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert display.install_displays() is True
    data, _ = formatter.format(tree(2))
    assert data["text/plain"] == "<Tree M(W1 W2)>"
    assert data["image/svg+xml"].startswith("<svg ")
