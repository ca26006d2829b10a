from __future__ import annotations

import pytest
from support.timelines import ZERO, event, killed, life, queue_of_ten, request, stretch

from labapp.observe.timeline.lanes import Lane, fit, lanes_of
from labapp.observe.timeline.text import MOST, WIDTH


def by_name(found: list[Lane]) -> dict[str, Lane]:
    return {lane.name: lane for lane in found}


def test_who_waits_has_a_place_at_the_socket_until_a_worker_begins():
    socket, _, worker = lanes_of(queue_of_ten())
    assert (socket.name, socket.life, socket.place) == ("socket", None, "place")
    # The first one did not wait.
    waits = [bar for bars in socket.rows.values() for bar in bars]
    assert [bar.end - bar.begin for bar in waits] == pytest.approx([0.2 * n for n in range(1, 10)])
    assert {bar.kind for bar in waits} == {"waiting"}
    assert [bar.begin for bar in worker.rows[""]] == pytest.approx([ZERO + 0.5 + 0.2 * n for n in range(10)])


def test_a_place_at_the_socket_is_taken_again_when_it_is_free():
    socket, _ = lanes_of(stretch(*(request(n + 0.5, n + 0.9, sent=float(n)) for n in range(3))))
    assert {place: len(bars) for place, bars in socket.rows.items()} == {"place 1": 3}


def test_masters_come_first_and_workers_by_number():
    names = ["W10", "pid 99", "W2", "M2", "M"]
    assert [lane.name for lane in lanes_of(stretch(*map(life, names)))] == ["M", "M2", "W2", "W10", "pid 99"]


def test_threads_are_rows_of_their_worker_by_number():
    served = [request(0.1, 1.0, thread=f"thread {n}") for n in (10, 2, 1)]
    (lane,) = lanes_of(stretch(*served))
    assert list(lane.rows) == ["thread 1", "thread 2", "thread 10"]
    assert lane.place == "thread"


def test_every_end_of_a_request_is_a_kind():
    found = by_name(lanes_of(killed()))
    assert [bar.kind for bar in found["W1"].rows[""]] == ["served", "cut"]
    assert [bar.words for bar in found["W1"].rows[""]] == ["GET /wait: 200", "GET /wait: cut off"]
    assert [bar.kind for bar in found["W2"].rows[""]] == ["failed"]
    (going,) = found["W3"].rows[""]
    assert (going.kind, going.end) == ("open", ZERO + 3.0)


@pytest.mark.parametrize(
    ("told", "note"),
    [
        (event(1, "started", "W1"), ("+", "started")),
        (event(1, "ended", "W1", "SIGKILL", -9), ("✕", "killed by SIGKILL")),
        (event(1, "ended", "W1", "status 3", 3), ("✕", "ended, status 3")),
        (event(1, "ended", "W1"), ("✕", "ended")),
        (event(1, "signal", "W1", "HUP"), ("⚡", "HUP")),
        (event(1, "count", "M", "2 → 3"), ("!", "2 → 3 workers")),
        (event(1, "abort", "W1"), ("!", "aborted: too long silent")),
    ],
)
def test_what_befalls_a_process_has_a_mark_and_words(told, note):
    (lane,) = lanes_of(stretch(told))
    assert [(found.mark, found.words) for found in lane.notes] == [note]


@pytest.mark.parametrize("kind", ["fork", "ready", "begin", "end", "reap", "exit"])
def test_what_another_event_tells_as_well_has_none(kind):
    (lane,) = lanes_of(stretch(event(1, kind, "W1")))
    assert lane.notes == []


def test_a_number_of_workers_that_did_not_change_is_no_news():
    (lane,) = lanes_of(stretch(event(0, "count", "M", "2"), event(1, "count", "M", "2 → 2")))
    assert lane.notes == []


def test_what_began_before_a_stretch_is_cut_to_it():
    part = stretch(life("W1", -5.0), request(-1.0, 1.0, sent=-2.0), seconds=2.0)
    (lane,) = lanes_of(part)
    assert lane.life == (part.begin, part.end)
    assert [(bar.begin, bar.end) for bar in lane.rows[""]] == [(part.begin, ZERO + 1.0)]


def crowd(workers: int, greenlets: int) -> list[Lane]:
    return lanes_of(
        stretch(
            *(
                request(0.1, 1.0, f"W{worker}", f"greenlet {number}")
                for worker in range(1, workers + 1)
                for number in range(1, greenlets + 1)
            )
        )
    )


@pytest.mark.parametrize(("workers", "greenlets"), [(1, 1), (4, 100), (2, 16), (3, 10), (40, 3)])
def test_no_more_rows_are_shown_than_there_is_room_for(workers, greenlets):
    shown, left_out = fit(crowd(workers, greenlets), 32)
    rows = sum(len(lane.rows) + bool(lane.more) for lane in shown) + bool(left_out)
    assert rows <= 32 or all(len(lane.rows) == 1 for lane in shown)
    assert len(shown) + left_out == workers
    for lane in shown:
        assert len(lane.rows) + lane.more == greenlets
        assert list(lane.rows) == [f"greenlet {n}" for n in range(1, len(lane.rows) + 1)]


def test_room_is_shared_fairly():
    shown, left_out = fit(crowd(4, 100), 32)
    assert [(len(lane.rows), lane.left_out) for lane in shown] == [(7, "93 more greenlets")] * 4
    assert left_out == 0


def test_the_text_has_a_line_for_each_row_and_a_column_for_each_moment():
    lines = str(queue_of_ten()).splitlines()
    assert lines[0] == "10 requests by 1 worker, 1 start"
    places, master, worker = lines[1:10], lines[10], lines[11]
    assert [line[:15].split() for line in places][:2] == [["socket", "place", "1"], ["place", "2"]]
    dots = [line.count("·") for line in places]
    assert dots == sorted(dots)
    assert len(set(dots)) == 9
    assert master.split() == ["M", "─" * WIDTH]
    assert worker.count("▌") == 10
    assert worker.endswith("+ started 0.20 s")
    assert lines[-2].split() == ["0", "2.5", "s"]


def test_the_text_marks_what_was_not_served():
    text = str(killed())
    assert "⚡ KILL 1.50 s  ✕ killed by SIGKILL 1.51 s" in text
    for mark in "▓▒✕+":
        assert mark in "".join(text.splitlines()[1:-2])


def test_the_text_is_bounded():
    served = [
        request(0.1, 1.0, f"W{worker}", f"greenlet {n}") for worker in range(1, 5) for n in range(1, 101)
    ]
    text = str(stretch(*served))
    assert len(text.splitlines()) <= MOST + 3
    assert "… and 92 more greenlets" in text
    text = str(stretch(*(life(f"W{n}") for n in range(1, 61))))
    assert len(text.splitlines()) <= MOST + 3
    assert "… and 25 more" in text


def test_nothing_is_drawn_of_nothing():
    assert str(stretch()) == "0 requests"
