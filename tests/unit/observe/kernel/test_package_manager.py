"""How a package comes to the Python that runs this."""

import shlex
import sys
from types import SimpleNamespace

import pytest

from labapp.observe.kernel import how_to_pip_install


@pytest.mark.parametrize("ipython", [None, SimpleNamespace(get_ipython=lambda: None)])
def test_a_shell_s_pip_may_be_another_python_s(monkeypatch: pytest.MonkeyPatch, ipython: object) -> None:
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    words = shlex.split(how_to_pip_install("gunicorn[gevent]", "tornado"))
    assert words == [sys.executable, "-m", "pip", "install", "gunicorn[gevent]", "tornado"]


def test_in_a_notebook_it_is_a_line_for_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: "a shell"))
    assert how_to_pip_install("gunicorn[gevent]") == "%pip install 'gunicorn[gevent]'"
