"""What a view showed during the last minute, for a front end that comes along later."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

Scene = dict[str, Any]

SPAN = 60.0  # seconds
SPACING = 0.2  # seconds between two moments in which only figures differ
MOST = 600  # moments, whatever happens


@dataclass(slots=True)
class Moment:
    """Everything shown at one time of the wall clock; `log` is the number of the log's last entry."""

    at: float
    scene: Scene
    picture: Scene
    traffic: Scene
    log: int


class Replay:
    """The moments of the last minute; bounded, and thinner where they come thick and fast."""

    def __init__(self) -> None:
        self._moments: deque[Moment] = deque(maxlen=MOST)

    def __len__(self) -> int:
        return len(self._moments)

    def record(self, moment: Moment) -> None:
        """Add a moment; of several in a row that differ in figures only, the last one stays."""
        moments = self._moments
        if len(moments) > 1 and moments[-1].picture is moment.picture:
            crowded = moment.at - moments[-2].at < SPACING
            if crowded and moments[-2].picture is moment.picture:
                moments.pop()
        moments.append(moment)
        # The one before the span's beginning tells how it began.
        while len(moments) > 1 and moments[1].at <= moment.at - SPAN:
            moments.popleft()

    def message(self) -> dict[str, Any]:
        """Return all moments as a message in which nothing stands twice: what is the same is left out.

        A picture stands as its place among `pictures`; a box that is as before, as its key.
        """
        pictures: list[Scene] = []
        found: list[dict[str, Any]] = []
        before: Moment | None = None
        for moment in self._moments:
            new: dict[str, Any] = {"at": round(moment.at, 3), "log": moment.log}
            if before is None or moment.picture is not before.picture:
                pictures.append(moment.picture)
            new["picture"] = len(pictures) - 1
            if before is None or moment.scene is not before.scene:
                new["scene"] = _since(before, moment)
            if before is None or moment.traffic is not before.traffic:
                new["traffic"] = moment.traffic
            found.append(new)
            before = moment
        return {"kind": "past", "pictures": pictures, "moments": found}


def _since(before: Moment | None, moment: Moment) -> Scene:
    """Return a scene with only the key of each box that is as it was."""
    known = {box["key"]: box for box in before.scene["boxes"]} if before else {}
    boxes = [box["key"] if known.get(box["key"]) == box else box for box in moment.scene["boxes"]]
    return moment.scene | {"boxes": boxes}
