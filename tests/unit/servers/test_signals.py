import signal

import pytest

from labapp.servers import signals


@pytest.mark.parametrize(
    "which", ["TTIN", "SIGTTIN", "ttin", " sigttin ", signal.SIGTTIN, int(signal.SIGTTIN), "21"]
)
def test_a_signal_has_many_names(which: signals.Which) -> None:
    assert signals.parse_signal(which) is signal.Signals(21 if which == "21" else signal.SIGTTIN)


@pytest.mark.parametrize("which", ["FOO", "", "SIG", 0, -9, 99, "99", True, "TTIN TTOU"])
def test_anything_else_is_answered_with_the_names(which: signals.Which) -> None:
    with pytest.raises(ValueError, match=r"There is no signal .* here\. The names: ABRT, .*HUP.*WINCH"):
        signals.parse_signal(which)
