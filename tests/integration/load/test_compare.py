"""Two real servers under one load, side by side."""

import pytest

from labapp import lab

NAP = "gunicorn labapp.web.callables:nap"


def test_what_runs_runs_on_and_what_was_launched_is_gone() -> None:
    with lab.launch(f"{NAP} --threads 4") as web:
        found = lab.compare(
            {"sync": NAP, "threads": web}, lambda server: lab.load(server, requests=4, concurrency=4)
        )
        assert lab.servers() == [web]
        assert {name: len(load.answered) for name, load in found.items()} == {"sync": 4, "threads": 4}
        assert found["sync"].seconds > 2 * found["threads"].seconds
        for one in found.contestants:
            assert all(span.begun is not None for span in one.spans)
        with pytest.raises(lab.LaunchError, match=r"^other: There is no module 'no_such_module'"):
            lab.compare({"one": web, "other": "gunicorn no_such_module:app"}, lambda _: None)
        assert lab.servers() == [web]
    with pytest.raises(ValueError, match=r"compare.*expected a mapping of names"):
        lab.compare([NAP], lambda _: None)
