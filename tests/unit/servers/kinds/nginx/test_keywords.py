import pytest

from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx.configuration import Template
from labapp.servers.kinds.nginx.keywords import refuse_misspelt, refuse_options

TEMPLATE = Template("server { listen {{ listen }}; return 200 {{ timout }}; }")


@pytest.mark.parametrize(
    ("name", "meant"), [("worker", "workers"), ("Timeout", "timeout"), ("connection", "connections")]
)
def test_a_misspelt_option_is_named(name: str, meant: str) -> None:
    with pytest.raises(LaunchError) as caught:
        refuse_misspelt(TEMPLATE, {"web": 1, name: 3})
    assert f"no option {name!r}" in caught.value.summary
    assert caught.value.advice == f"did you mean {meant}=?"


@pytest.mark.parametrize("name", ["workers", "worker", "exposed"])
def test_a_reload_has_no_options(name: str) -> None:
    with pytest.raises(LaunchError) as caught:
        refuse_options(TEMPLATE, [name])
    assert f"A reload has no option {name!r}" in caught.value.summary
    assert "lab.nginx(..., " in caught.value.advice


def test_what_the_configuration_mentions_is_a_name() -> None:
    for refuse in (refuse_misspelt, refuse_options):
        refuse(TEMPLATE, ["timout", "web", "other"])
