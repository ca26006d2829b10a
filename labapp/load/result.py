"""What came of a load: every request, and the figures that sum them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from labapp.load.histogram import Histogram, nearest_rank

ERRORS = {
    "refused": "nobody listens there",
    "reset": "the server broke the connection off",
    "closed": "the connection was closed without a word of an answer",
    "incomplete": "the answer began, and did not end",
    "malformed": "what came is not HTTP",
    "tls": "no TLS: the certificate was refused, or the server speaks something else",
    "timeout": "no whole answer in time",
    "unsent": "no connection was free for it in time",
}
"""The kinds of error; one of the operating system that is none of these goes by its own name, as `EMFILE`."""

_SHARES = (50, "median"), (95, "95 %"), (99, "99 %")


class Exchange(NamedTuple):
    """One request and its answer; `sent` and `ended` in s since the load began to count.

    `sent` is before the connection is made, where a new one is. `error` is a kind of `ERRORS`, or empty;
    `port` is the client's own, by which a server knows the connection: 0 on a unix socket. `late` is by how
    many s it was sent after it was due: 0 in a closed loop, where a request is due when it is sent.
    """

    connection: int
    sent: float
    ended: float
    status: int
    bytes: int
    error: str
    port: int = 0
    late: float = 0.0

    @property
    def due(self) -> float:
        """When it should have been sent, in s since the load began to count."""
        return self.sent - self.late

    @property
    def latency(self) -> float:
        """From when it was due to the end of the answer, in s."""
        return self.ended - self.sent + self.late

    @property
    def since_sent(self) -> float:
        """From the sending to the end of the answer, in s: what who sent late does not see is left out."""
        return self.ended - self.sent


@dataclass(frozen=True)
class Load:
    """Every request of a load, in the order of sending; `began` is its start on `time.monotonic`'s clock.

    `what` was sent, and `cut` says what ended the load early, if anything did. `rate` is the one that was
    asked for, per second: None of a closed loop. `warmup` are the requests that went before, not counted.
    """

    exchanges: tuple[Exchange, ...] = field(repr=False)
    what: str
    began: float = field(default=0.0, repr=False)
    cut: str = ""
    rate: float | None = None
    warmup: tuple[Exchange, ...] = field(default=(), repr=False)

    @cached_property
    def answered(self) -> tuple[Exchange, ...]:
        """The requests that had a whole answer, of whatever status."""
        return tuple(exchange for exchange in self.exchanges if not exchange.error)

    @cached_property
    def latencies(self) -> list[float]:
        """How long each answered request took since it was due, in s, in the order of sending."""
        return [exchange.latency for exchange in self.answered]

    @cached_property
    def statuses(self) -> Counter[int]:
        """How many answers had which status."""
        return Counter(exchange.status for exchange in self.answered)

    @cached_property
    def errors(self) -> Counter[str]:
        """How many requests failed, by kind (`labapp.load.result.ERRORS` says what each means)."""
        return Counter(exchange.error for exchange in self.exchanges if exchange.error)

    @cached_property
    def seconds(self) -> float:
        """From when the first request was due to the end of the last one, in s."""
        if not self.exchanges:
            return 0.0
        return max(one.ended for one in self.exchanges) - min(one.due for one in self.exchanges)

    @property
    def span(self) -> tuple[float, float]:
        """When the first request was due and the last one ended, on `time.monotonic`'s clock."""
        first = min((one.due for one in self.exchanges), default=0.0)
        return self.began + first, self.began + first + self.seconds

    @property
    def throughput(self) -> float:
        """Answers per second."""
        return len(self.answered) / self.seconds if self.seconds else 0.0

    @property
    def median(self) -> float:
        """The latency that half of the answers did not exceed, in s."""
        return self.percentile(50)

    @property
    def p95(self) -> float:
        """The latency that 95 % of the answers did not exceed, in s."""
        return self.percentile(95)

    def percentile(self, percent: float) -> float:
        """Return the least latency that `percent` % of the answers did not exceed; NaN if none was answered.

        It is always one that was measured (nearest rank). `ValueError` unless 0 to 100.
        """
        return nearest_rank(self._ranked, percent)

    @cached_property
    def _ranked(self) -> list[float]:
        return sorted(self.latencies)

    @property
    def histogram(self) -> Histogram:
        """The latencies as counts in buckets, which those of another load can be added to."""
        return Histogram.of(self.latencies)

    def lateness(self, percent: float) -> float:
        """Return by how many s, at most, `percent` % of what was sent was sent after it was due."""
        return nearest_rank(sorted(one.late for one in self.exchanges if one.error != "unsent"), percent)

    def to_frame(self) -> Any:
        """Return a pandas DataFrame, a row for each request; `ImportError` where there is no pandas."""
        try:
            import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
        except ImportError as error:
            raise ImportError(
                "A frame needs pandas, which the lab can do without: %pip install pandas, then try again."
            ) from error
        rows = [(*exchange, exchange.latency) for exchange in self.exchanges]
        return pandas.DataFrame(rows, columns=[*Exchange._fields, "latency"])

    @property
    def outcome(self) -> str:
        """How many requests were sent, and what became of them: nothing that a clock measured."""
        became = _listed(self.statuses, "answered ") + _listed(self.errors)
        sent = "1 request" if len(self.exchanges) == 1 else f"{len(self.exchanges):,} requests"
        return f"{sent}: {', '.join(became) or 'none sent'}"

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The figures, each with its name; those that a clock measured are marked with ≈."""
        statuses = _aside(_listed(self.statuses, "with status "))
        rows = [
            ("sent", f"{len(self.exchanges):,}" + (f", then cut short: {self.cut}" if self.cut else "")),
            ("answered", f"{len(self.answered):,}{statuses}"),
            ("errors", f"{self.errors.total():,}{_aside(_listed(self.errors))}"),
            ("in all", _time(self.seconds)),
        ]
        if self.warmup:
            rows.insert(0, ("warm-up", f"{len(self.warmup):,} before, not counted"))
        if self.rate is not None and self.exchanges:
            late = "   ".join(f"{name} {_time(self.lateness(share))}" for share, name in _SHARES)
            rows.insert(-1, ("sent late", late))
        if self.answered:
            least, most = _time(self.percentile(0)), _time(self.percentile(100))
            latency = "   ".join(f"{name} {_time(self.percentile(share))}" for share, name in _SHARES)
            rows += [
                ("throughput", f"≈ {self.throughput:,.1f} answers/s"),
                ("latency" if self.rate is None else "since due", latency),
                ("range", f"{least} to {most}"),
            ]
        return rows

    def __str__(self) -> str:
        return "\n".join([self.what, *(f"  {name:10}  {figure}" for name, figure in self.rows)])

    def __repr__(self) -> str:
        return f"<Load {self.what}; {self.outcome}{f'; cut short: {self.cut}' if self.cut else ''}>"


def _listed(counts: Mapping[Any, int], before: str = "") -> list[str]:
    """Return `3 refused`, `9 with status 200`: the same words for the same counts."""
    return [f"{count:,} {before}{kind}" for kind, count in sorted(counts.items())]


def _aside(words: list[str]) -> str:
    return f" ({', '.join(words)})" if words else ""


def _time(seconds: float) -> str:
    return f"≈ {seconds:.2f} s" if seconds >= 1 else f"≈ {seconds * 1000:.3g} ms"
