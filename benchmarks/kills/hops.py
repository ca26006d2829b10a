"""Where an event's milliseconds go: notes taken in the sampler, in the kernel and in the page.

The notes are kept in memory where writing them would delay what is measured, and in wall-clock seconds.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

Notes = list[list[Any]]

HOPS = ("announced", "heard", "told", "learned", "painted", "sent", "arrived", "shown")
"""Since the event: the operating system has announced it (a kill takes its time), the sampler has heard of
it, has told it, the kernel's thread has read that, has handed the picture over, the kernel has sent it, it is
in the browser, it is in the document."""

CLOCKS = 0.0002  # seconds by which two clocks of one machine may differ
_MESSAGE = re.compile(rb'"msg_id": ?"([^"]+)"')
_WIDGET = b"comm"

PAGE = """() => {
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    window.seen = {};
    window.arrived = {};
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    kernel.anyMessage.connect((_, {msg, direction}) => {
        const { msg_type, msg_id } = msg.header;
        if (direction === 'recv' && msg_type === 'comm_msg') window.arrived[msg_id] = now();
    });
    const look = box => {
        const key = box.dataset.pid + ":" + (box.dataset.mood === "dead" ? "dead" : "alive");
        window.seen[key] ??= now();
    };
    const processes = "[data-live-view] [data-process][data-pid]";
    new MutationObserver(records => {
        for (const {target, type, addedNodes} of records)
            for (const node of type === "attributes" ? [target] : addedNodes)
                if (node.matches?.(processes)) look(node);
    }).observe(document.querySelector("[data-live-view]"),
        {subtree: true, childList: true, attributes: true, attributeFilter: ["data-mood", "data-pid"]});
    document.querySelectorAll(processes).forEach(look);
}"""


# In the sampler.


def note_in_sampler(path: str) -> None:
    """Write down what the sampler hears, and each line that it tells."""
    from labapp.observe.kernel import netlink, pidfds  # noqa: PLC0415
    from labapp.observe.sampler.outlet import Outlet  # noqa: PLC0415

    file = open(path, "a", buffering=1)  # noqa: PTH123, SIM115 - without pathlib; open as long as the process

    def note(*what: object) -> None:
        file.write(json.dumps([time.time(), *what]) + "\n")

    for source in (netlink.Netlink, pidfds.Pidfds):
        read = source.read

        def noted_read(self: Any, read: Any = read) -> Any:
            announced = read(self)
            note("heard", list(announced.exits))
            return announced

        source.read = noted_read  # type: ignore[method-assign]
    write = Outlet.write

    def noted_write(self: Outlet, data: bytes) -> None:
        write(self, data)
        note("told", data.decode())

    Outlet.write = noted_write  # type: ignore[method-assign]


# In the kernel.

_notes: Notes = []


def note_in_kernel(path: str) -> None:
    """Keep what the feed's thread reads and what goes to the browser, and when; `path` is for the sampler."""
    from ipykernel.iostream import IOPubThread  # noqa: PLC0415
    from jupyter_client.session import Session  # noqa: PLC0415

    from labapp.observe.feed import feed  # noqa: PLC0415
    from labapp.observe.feed.sampler_client import SamplerClient  # noqa: PLC0415

    folder = str(Path(__file__).parents[1])
    begin = f"sys.path.append({folder!r})\nfrom kills import hops\nhops.note_in_sampler({path!r})\nmain("
    feed._RUN = feed._RUN.replace("main(", begin)
    on_line, send, really_send = SamplerClient._on_line, Session.send, IOPubThread._really_send

    def noted_on_line(self: SamplerClient, line: bytes) -> None:
        _notes.append([time.time(), "learned", line])
        on_line(self, line)

    def noted_send(
        self: Session, stream: object, kind: Any, content: Any = None, *args: Any, **more: Any
    ) -> Any:
        message = send(self, stream, kind, content, *args, **more)
        if kind == "comm_msg":
            _notes.append([time.time(), "painted", message["header"]["msg_id"], content["data"]])
        return message

    def noted_really_send(self: IOPubThread, parts: list[bytes], *args: Any, **more: Any) -> None:
        really_send(self, parts, *args, **more)
        if parts and parts[0].startswith(_WIDGET):
            _notes.append([time.time(), "sent", parts])

    SamplerClient._on_line = noted_on_line  # type: ignore[method-assign]
    Session.send = noted_send  # type: ignore[method-assign]
    IOPubThread._really_send = noted_really_send  # type: ignore[method-assign]


def save(path: str) -> None:
    """Write the kernel's notes to a file, and begin anew."""
    notes, _notes[:] = list(_notes), []
    with Path(path).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_plain(*note), default=str) + "\n" for note in notes)


def _plain(at: float, what: str, *details: Any) -> list[Any]:
    if what == "learned":
        return [at, what, details[0].decode()]
    if what == "sent":
        header = _MESSAGE.search(b"".join(details[0][:6]))
        return [at, what, header[1].decode() if header else "", sum(map(len, details[0]))]
    return [at, what, *details]


def load(path: Path) -> Notes:
    """Read notes of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# What becomes of them.


def tells(line: str, pid: int, *, dead: bool) -> bool:
    """Whether a line of the sampler's tells that a process has died, or that it was born."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise RuntimeError(f"the sampler has failed: {line}") from error
    if dead:
        return found["kind"] == "exit" and found["pid"] == pid
    rows = found.get("processes", [])
    return any(row[0] == pid for row in rows) or (found["kind"] == "born" and found["process"][0] == pid)


def shows(data: Any, pid: int, *, dead: bool) -> bool:
    """Whether what goes to the browser holds a process's box, as that of a dead or of a living one."""
    if isinstance(data, str) and data.startswith("{"):
        return shows(json.loads(data), pid, dead=dead)
    if isinstance(data, dict):
        if data.get("pid") == pid and "mood" in data:
            return bool((data["mood"] == "dead") == dead)
        return data.get("kind") != "past" and any(shows(each, pid, dead=dead) for each in data.values())
    return isinstance(data, list) and any(shows(each, pid, dead=dead) for each in data)


def trace(notes: Notes, page: dict[str, Any], at: float, pid: int, *, dead: bool) -> dict[str, float]:
    """Return how many seconds after `at` a death, or a birth, had come how far."""
    later = [note for note in notes if note[0] >= at - CLOCKS]
    found: dict[str, float] = {}

    def first(hop: str, fits: Any) -> list[Any] | None:
        note = next((note for note in later if note[1] == hop and fits(note)), None)
        if note:
            found[hop] = note[0] - at
        return note

    told = first("told", lambda note: any(tells(line, pid, dead=dead) for line in note[2].splitlines()))
    heard = [note for note in later if note[1] == "heard" and (pid in note[2] or not dead)]
    if told and (before := [note for note in heard if note[0] <= told[0]]):
        found["heard"] = (before[0] if dead else before[-1])[0] - at
    first("learned", lambda note: tells(note[2], pid, dead=dead))
    painted = first("painted", lambda note: shows(note[3], pid, dead=dead))
    if painted:
        first("sent", lambda note: note[2] == painted[2])
        if painted[2] in page["arrived"]:
            found["arrived"] = page["arrived"][painted[2]] - at
    key = f"{pid}:{'dead' if dead else 'alive'}"
    if key in page["seen"]:
        found["shown"] = page["seen"][key] - at
    return found


def messages(notes: Notes, first: float, last: float) -> tuple[int, int]:
    """Return how many messages went to the browser meanwhile, and how many bytes."""
    sent = [note for note in notes if note[1] == "sent" and first <= note[0] < last]
    return len(sent), sum(note[3] for note in sent)
