from __future__ import annotations

import threading

import pytest

from labapp.observe.kernel.process import clock
from labapp.observe.role import Role
from labapp.observe.roles import Roles
from labapp.observe.shape import Shape
from labapp.servers.kinds.any_other import AnyOther

MASTER = "gunicorn: master [app:app]"
WORKER = "gunicorn: worker [app:app]"
TITLES = AnyOther.titles


def labels(roles, raw) -> dict[int, str]:
    return {process.pid: process.label for process in roles.name(raw)}


def test_workers_are_numbered_by_birth_and_never_again(process):
    roles = Roles(Shape(prefork=True))
    master = process(11)
    first = [process(20, 11, started=30), process(21, 11, started=20), process(22, 11, started=20)]
    assert labels(roles, [master, *first]) == {11: "M", 20: "W3", 21: "W1", 22: "W2"}
    # Worker 1 is dead; its successor, and one that inherits its pid, get the next numbers.
    assert labels(roles, [master, first[0], first[2], process(23, 11, started=40)])[23] == "W4"
    assert labels(roles, [master, first[0], process(21, 11, started=50)])[21] == "W5"


def test_names_are_kept_while_the_numbers_change(process):
    roles = Roles(Shape(prefork=True))
    tree = roles.name([process(11), process(12, 11, cpu=0.0)])
    again = roles.name([process(11), process(12, 11, cpu=0.5)])
    assert [(p.role, p.label, p.name) for p in again] == [
        ("master", "M", "master"),
        ("worker", "W1", "worker 1"),
    ]
    assert (tree[1].cpu, again[1].cpu) == (0.0, 0.5)


def test_the_same_object_is_named_once(process):
    roles = Roles(Shape(prefork=True))
    raw = [process(11), process(12, 11)]
    assert all(one is two for one, two in zip(roles.name(raw), roles.name(raw), strict=True))


def test_orphans_remain_workers_when_their_master_is_killed(process):
    roles = Roles(Shape(prefork=True))
    workers = [process(12, 11), process(13, 11)]
    roles.name([process(11), *workers])
    orphans = [process(12, 10), process(13, 10)]
    assert labels(roles, orphans) == {12: "W1", 13: "W2"}
    assert roles.name(orphans).master is None


def test_one_that_has_ended_keeps_its_name(process):
    roles = Roles(Shape(prefork=True))
    roles.name([process(11), process(12, 11)])
    zombies = [process(pid, 11, state="zombie", title="", image=0) for pid in (12, 13)]
    assert labels(roles, [process(11), *zombies]) == {11: "M", 12: "W1", 13: "W2"}


def test_orphans_seen_for_the_first_time_are_workers_too(process):
    assert labels(Roles(Shape(prefork=True)), [process(12), process(13)]) == {12: "W1", 13: "W2"}


def test_a_second_master_is_a_master_from_its_exec_on(process):
    roles = Roles(Shape(prefork=True))
    old = [process(11), process(12, 11), process(13, 11)]
    roles.name(old)
    # Forked and not yet another program, it can only be taken for a worker …
    assert labels(roles, [*old, process(14, 11)])[14] == "W3"
    second = process(14, 11, image=8, succeeds=11)
    assert labels(roles, [*old, second])[14] == "M2"
    # … which costs no number, and its own workers inherit its environment.
    workers = [process(15, 14, image=8), process(16, 14, image=8)]
    assert labels(roles, [*old, second, *workers]) == {
        11: "M", 12: "W1", 13: "W2", 14: "M2", 15: "W3", 16: "W4",
    }  # fmt: skip
    # The old master ends: the second keeps its name under the guard.
    promoted = process(14, 10, image=8, succeeds=11)
    assert labels(roles, [promoted, *workers]) == {14: "M2", 15: "W3", 16: "W4"}
    third = process(17, 14, image=9, succeeds=14)
    assert labels(roles, [promoted, *workers, third])[17] == "M3"


def test_a_second_master_without_a_word_in_its_environment_runs_the_same_command(process):
    raw = [process(11), process(12, 11), process(14, 11, image=8), process(15, 14, image=8)]
    assert labels(Roles(Shape(prefork=True)), raw) == {11: "M", 12: "W1", 14: "M2", 15: "W2"}


@pytest.mark.parametrize("image", [7, 0], ids=["image", "no-image"])
def test_titles_tell_but_an_inherited_one_does_not(process, image):
    roles = Roles(Shape(prefork=True, titles=TITLES))
    master = process(11, title=MASTER, image=image)
    # A worker carries its master's title for an instant after the fork.
    assert labels(roles, [master, process(12, 11, title=MASTER, image=image)]) == {11: "M", 12: "W1"}
    assert labels(roles, [master, process(12, 11, title=WORKER, image=image)]) == {11: "M", 12: "W1"}
    second = process(13, 11, title="gunicorn: master [app:app.2]", image=image and 8)
    assert labels(roles, [master, process(12, 11, title=WORKER, image=image), second])[13] == "M2"


def test_dirty_workers_of_gunicorn(process):
    raw = [
        process(11, title=MASTER),
        process(12, 11, title="gunicorn: dirty-arbiter [app:app]"),
        process(13, 12, title="gunicorn: dirty-worker [app:app]"),
        process(14, 11, title=WORKER),
    ]
    assert labels(Roles(Shape(prefork=True, titles=TITLES)), raw) == {11: "M", 12: "D", 13: "DW1", 14: "W1"}


def test_nginx_names_its_processes(process):
    roles = Roles(Shape(prefork=True, titles=TITLES))
    master = process(11, title="nginx: master process nginx -c x", command="nginx")
    young = [process(pid, 11, title=master.title) for pid in (12, 13, 14, 15)]
    assert labels(roles, [master, *young])[15] == "W4"
    titles = [
        "worker process",
        "worker process is shutting down",
        "cache manager process",
        "cache loader process",
    ]
    named = [
        process(pid, 11, title=f"nginx: {title}") for pid, title in zip(range(12, 16), titles, strict=True)
    ]
    tree = roles.name([master, *named])
    assert [p.label for p in tree] == ["M", "W1", "W2", "C", "L"]
    assert [p.name for p in tree][3:] == ["cache manager", "cache loader"]
    second = process(16, 11, title=master.title, image=8)
    assert labels(roles, [master, *named, second])[16] == "M2"


def test_who_is_to_have_a_title_has_no_name_before(process):
    roles = Roles(Shape(prefork=True, titles=TITLES, entitles=True))
    now = clock()
    master = process(11, title="nginx: master process nginx -c x", command="nginx")

    def born(pid: int, title: str = "", ago: float = 0.0):
        return process(pid, 11, started=now - ago, title=f"nginx: {title}" if title else master.title)

    # The cache manager is the first to come to its title: it was never a worker, and took no number.
    assert labels(roles, [master, born(12), born(13), born(14)]) == {11: "M"}
    assert labels(roles, [master, born(12), born(13), born(14, "cache manager process")]) == {11: "M"}
    workers = [born(12, "worker process"), born(13, "worker process")]
    assert labels(roles, [master, *workers, born(14, "cache manager process")]) == {
        11: "M", 12: "W1", 13: "W2", 14: "C",
    }  # fmt: skip
    # Another program is not waited for, nor is one for ever that sets no title.
    second = process(15, 11, started=now, title=master.title, image=8)
    assert labels(roles, [master, *workers, second])[15] == "M2"
    assert labels(roles, [master, *workers, born(16, ago=9.0)])[16] == "W3"


def test_a_server_that_never_forks(process):
    roles = Roles(Shape(prefork=False))
    tree = roles.name([process(11)])
    assert [(p.role, p.label, p.name) for p in tree] == [("server", "S", "server")]
    assert tree.master is None


def test_a_server_that_runs_a_program_is_no_master(process):
    roles = Roles(Shape(prefork=False))
    born = clock()
    just_forked = process(12, 11, started=born)
    assert labels(roles, [process(11), just_forked]) == {11: "S", 12: "H1"}
    assert labels(roles, [process(11), process(12, 11, started=born, image=9, title="ls")]) == {
        11: "S",
        12: "H1",
    }


def test_a_server_that_forks_and_keeps_its_child_is_a_master_after_all(process):
    roles = Roles(Shape(prefork=False))
    assert labels(roles, [process(11)]) == {11: "S"}
    assert labels(roles, [process(11), process(12, 11)]) == {11: "M", 12: "W1"}


def test_workers_that_multiprocessing_spawns(process):
    spawned = "python -c from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5)"
    tracker = "python -c from multiprocessing.resource_tracker import main;main(4)"
    raw = [process(11), process(12, 11, image=8, title=tracker), process(13, 11, image=9, title=spawned)]
    assert labels(Roles(Shape(prefork=False)), raw) == {11: "M", 12: "H1", 13: "W1"}


@pytest.mark.parametrize("ending", [11, 12])
def test_a_helper_is_no_worker_when_it_or_its_master_is_about_to_end(process, ending):
    roles = Roles(Shape(prefork=True))
    raw = {11: process(11), 12: process(12, 11, image=9, title="python -c tracker")}
    assert labels(roles, list(raw.values())) == {11: "M", 12: "H1"}
    raw[ending] = process(ending, raw[ending].ppid, image=0, title="")
    assert labels(roles, list(raw.values())) == {11: "M", 12: "H1"}


def test_what_a_worker_runs_is_a_helper(process):
    raw = [
        process(11),
        process(12, 11),
        process(13, 12, image=9, title="convert x"),
        process(14, 13, image=9),
    ]
    assert labels(Roles(Shape(prefork=True)), raw) == {11: "M", 12: "W1", 13: "H1", 14: "H2"}


def test_a_helper_of_the_master_costs_no_worker_its_number(process):
    roles = Roles(Shape(prefork=True))
    assert labels(roles, [process(11), process(12, 11)])[12] == "W1"
    assert labels(roles, [process(11), process(12, 11, image=9, title="sh -c x")])[12] == "H1"
    assert labels(roles, [process(11), process(13, 11)])[13] == "W1"


@pytest.mark.parametrize("seen_below", [True, False])
def test_a_server_that_becomes_a_daemon_starts_anew(process, seen_below):
    roles = Roles(Shape(prefork=True))
    roles.name([process(11)])
    roles.name([process(11), process(12, 11)])
    if seen_below:
        roles.name([process(12, 10), process(13, 12)])
    # The launcher and its fork are gone: 13 is the daemon, adopted, and forks workers.
    roles.name([process(13, 10)])
    workers = [process(14, 13), process(15, 13)]
    assert labels(roles, [process(13, 10), *workers]) == {13: "M", 14: "W1", 15: "W2"}


def test_a_daemon_is_the_master_before_it_has_forked_anything(process):
    roles, now = Roles(Shape(prefork=True), started=lambda: 11), clock()
    roles.name([process(11, session=11)])
    roles.name([process(11, session=11), process(12, 11, session=11, started=now)])
    roles.name([process(12, 10, session=12, started=now), process(13, 12, session=12, started=now)])
    daemon, worker = process(13, 10, session=12, started=now), process(14, 13, session=12, started=now)
    assert labels(roles, [daemon]) == {13: "M"}
    assert labels(roles, [daemon, worker]) == {13: "M", 14: "W1"}
    # Its master killed, a young worker stays what it was.
    assert labels(roles, [process(14, 10, session=12, started=now)]) == {14: "W1"}


def test_a_young_orphan_that_left_no_session_stays_a_worker(process):
    roles, now = Roles(Shape(prefork=True), started=lambda: 11), clock()
    roles.name([process(11, session=10)])  # Seen before it has opened the session that is the server's.
    roles.name([process(11, session=11), process(12, 11, session=11, started=now)])
    assert labels(roles, [process(12, 10, session=11, started=now)]) == {12: "W1"}


def test_a_daemon_seen_only_when_it_stands(process):
    raw = [process(13, 10), process(14, 13), process(15, 13)]
    assert labels(Roles(Shape(prefork=True)), raw) == {13: "M", 14: "W1", 15: "W2"}


def test_several_threads_see_the_same_names(process):
    roles = Roles(Shape(prefork=True))
    raw = [process(11), *(process(pid, 11) for pid in range(12, 60))]
    seen = []

    def look() -> None:
        seen.extend(labels(roles, raw[:size]) for size in range(1, len(raw) + 1))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    final = labels(roles, raw)
    assert final == {11: "M", **{pid: f"W{pid - 11}" for pid in range(12, 60)}}
    assert all(final[pid] == label for names in seen for pid, label in names.items())


def test_memory_stays_flat_while_workers_come_and_go(process):
    roles = Roles(Shape(prefork=True))
    for pid in range(12, 7_000):
        tree = roles.name([process(11), process(pid, 11)])
    assert tree[1].label == f"W{7_000 - 12}"
    assert len(roles._names._names) < 5000
    assert len(roles._names._done) == 2


def test_an_empty_tree(process):
    roles = Roles(Shape(prefork=True))
    assert len(roles.name([])) == 0
    roles.name([process(11)])
    assert len(roles.name([])) == 0


def test_a_reloader_and_the_one_that_serves(process):
    roles = Roles(Shape(prefork=False, reloads=True))
    typed, again = "python manage.py runserver", "/my own/bin/python manage.py runserver"
    reloader = process(11, title=typed)
    assert labels(roles, [reloader]) == {11: "R"}
    assert labels(roles, [reloader, process(12, 11, title=again, image=8)]) == {11: "R", 12: "S"}
    after = [process(13, 11, title=again, image=9), process(14, 11, title="git status", image=10)]
    assert labels(roles, [reloader, *after]) == {11: "R", 13: "S2", 14: "H1"}


def test_the_child_that_comes_after_the_workers(process):
    roles = Roles(Shape(prefork=True, beyond=(2, Role("router", "R"))))
    born = [process(pid, 11, started=pid) for pid in (12, 13, 14)]
    assert labels(roles, [process(11), *born]) == {11: "M", 12: "W1", 13: "W2", 14: "R"}
    assert labels(roles, [process(11), born[2], process(15, 11, started=50)]) == {11: "M", 14: "R", 15: "W3"}
    alone = Roles(Shape(prefork=False, beyond=(0, Role("router", "R"))))
    assert labels(alone, [process(11), process(12, 11)]) == {11: "S", 12: "R"}
    assert labels(alone, [process(11), process(12, 11)]) == {11: "S", 12: "R"}


def test_who_is_spawned_has_no_name_until_it_is_a_program_of_its_own(process):
    roles = Roles(Shape(prefork=True, spawns=True))
    spawned = "python -c from multiprocessing.spawn import spawn_main"
    now = clock()
    tracker = process(12, 11, started=now)
    early = process(13, 11, started=now + 0.01, title=spawned, image=9)
    assert labels(roles, [process(11), tracker, early]) == {11: "M"}
    became = process(12, 11, started=now, title="python -c from multiprocessing.resource_tracker", image=8)
    assert labels(roles, [process(11), became, early]) == {11: "M", 12: "H1", 13: "W1"}


def test_who_starts_servers_is_their_supervisor_and_each_of_them_a_master(process):
    roles = Roles(Shape(prefork=True, supervised=True))
    supervisor = process(11, image=1)
    assert labels(roles, [supervisor]) == {11: "SV"}
    # Forked, and not yet its own program: it is nobody yet.
    assert labels(roles, [supervisor, process(12, 11, image=1, started=clock())]) == {11: "SV"}
    raw = [supervisor, process(12, 11, image=2), process(13, 12, image=2), process(14, 11, image=3)]
    assert labels(roles, raw) == {11: "SV", 12: "M", 13: "W1", 14: "M2"}
    # Orphans stay what they were, and one that comes home later is no second supervisor.
    orphans = [process(12, 10, image=2), process(13, 12, image=2), process(15, 10, image=4)]
    assert labels(roles, orphans) == {12: "M", 13: "W1", 15: "M3"}


def test_a_program_of_a_supervisor_is_a_server_until_it_has_workers(process):
    roles = Roles(Shape(prefork=False, supervised=True))
    supervisor, program = process(11, image=1), process(12, 11, image=2)
    assert labels(roles, [supervisor, program]) == {11: "SV", 12: "S"}
    worker = process(13, 12, image=2)
    assert labels(roles, [supervisor, program, worker]) == {11: "SV", 12: "M", 13: "W1"}


def test_a_master_is_found_below_the_programs_that_start_it(process):
    roles = Roles(Shape(prefork=False, hosted=True))
    init, shell, gunicorn = process(11, image=1), process(12, 11, image=2), process(13, 12, image=3)
    assert labels(roles, [init, shell, gunicorn]) == {11: "H1", 12: "H2", 13: "H3"}
    raw = [init, shell, gunicorn, process(14, 13, image=3), process(15, 14, image=4)]
    assert labels(roles, raw) == {11: "H1", 12: "H2", 13: "M", 14: "W1", 15: "H3"}
    # The shell is gone, and its child has come home.
    assert labels(roles, [process(13, 10, image=3), process(14, 13, image=3)]) == {13: "M", 14: "W1"}


def test_a_router_seen_first_when_its_server_has_ended_is_no_worker(process):
    router = Role("router", "R")
    roles = Roles(Shape(prefork=False, beyond=(0, router)))
    assert labels(roles, [process(11)]) == {11: "S"}
    assert labels(roles, [process(11, state="zombie"), process(12, 10)]) == {11: "S", 12: "R"}
    assert labels(roles, [process(12, 10)]) == {12: "R"}
