"""In which thread of a kernel a click of a widget is handled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anywidget import AnyWidget


def keep_clicks_on_their_own_thread(widget: AnyWidget) -> None:
    """Have clicks handled while a cell runs, in the subshell that the front end has sent them to.

    ipykernel 7.4 has them wait where the widget last spoke from. Where the front end's subshell is gone, the
    main thread takes them.
    """

    def subshell_of(_: object, sent_to: str | None) -> str | None:
        return sent_to if sent_to in _subshells() else None

    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = subshell_of


def _subshells() -> list[str]:
    from ipykernel.kernelbase import Kernel  # noqa: PLC0415 (every kernel has it, and a script need not)

    manager: Any = Kernel.instance().shell_channel_thread.manager
    return list(manager.list_subshell())
