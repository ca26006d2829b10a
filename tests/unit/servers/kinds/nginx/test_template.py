"""The learner's part of a configuration: what is filled in, and which line came from where."""

from pathlib import Path

import pytest

from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx.configuration.chosen import choose_addresses
from labapp.servers.kinds.nginx.configuration.template import Template

EACH = """
upstream u {
    {% for port in ports %}
    server 127.0.0.1:{{ port }};
    {% endfor %}
}
server { listen {{ listen }}; }
"""


def test_names_are_filled_in() -> None:
    filled = Template("root {{ folder }}; a {{ number }};").fill({"folder": Path("/srv/x"), "number": 3})
    assert filled.text == "root /srv/x; a 3;\n"


def test_a_relative_path_becomes_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Template("root {{ p }};").fill({"p": Path("site")}).text == f"root {tmp_path / 'site'};\n"


def test_every_line_knows_where_it_came_from() -> None:
    filled = Template(EACH).fill({"ports": [1, 2, 3], "listen": "127.0.0.1:9"})
    lines = filled.text.splitlines()
    assert lines[3] == "    server 127.0.0.1:3;"
    assert [filled.origin(number) for number in range(1, len(lines) + 1)] == [1, 3, 3, 3, 5, 6]


def test_a_template_without_names_is_what_was_typed() -> None:
    text = 'server {\n    return 200 "{ }";\n}\n'
    filled = Template(text).fill({})
    assert filled.text == text
    assert filled.lines[:3] == (1, 2, 3)


def test_indentation_that_all_lines_share_goes() -> None:
    assert Template("\n    a {\n        b;\n    }\n    ").source == "a {\n    b;\n}\n"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("root {{ p }};", 'root "/my site;{1}#";'),
        ("location /a { alias {{ p }}/img/; }", 'location /a { alias "/my site;{1}#/img/"; }'),
        ('alias "{{ p }}/img";', 'alias "/my site;{1}#/img";'),
        ("log '{{ p }}' x; # {{ p }}", "log '/my site;{1}#' x; # /my site;{1}#"),
        ("{{ p.name }};", "my site;{1}#;"),
    ],
)
def test_a_path_is_one_word_whatever_is_in_it(template: str, text: str) -> None:
    assert Template(template).fill({"p": Path("/my site;{1}#")}).text == f"{text}\n"


def test_so_is_text_that_names_a_path_and_other_text_stays_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "my site"
    place.mkdir()
    template = Template("root {{ p }}/a; {{ more }}")
    filled = template.fill({"p": str(place), "more": "/a /b; expires 1h;"})
    assert filled.text == f'root "{place}/a"; /a /b; expires 1h;\n'


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "site.conf").write_text("a b;")
    assert Template(tmp_path / "site.conf").source == "a b;\n"
    with pytest.raises(LaunchError, match=r"site\.con' cannot be read: No such file"):
        Template(tmp_path / "site.con")


def test_a_string_that_is_a_path_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "site.conf").write_text("a b;\n{{ listne }};")
    template = Template(f" {tmp_path}/site.conf\n")
    assert (template.source, template.title) == ("a b;\n{{ listne }};\n", "site.conf")
    with pytest.raises(LaunchError) as caught:
        template.fill({})
    assert "(line 2 of site.conf)" in caught.value.summary
    assert caught.value.advice.startswith("did you mean {{ listen }}?")
    with pytest.raises(LaunchError, match=r"sites\.conf' is no configuration, and no file") as caught:
        Template(f"{tmp_path}/sites.conf")
    assert caught.value.advice == "did you mean site.conf?"


@pytest.mark.parametrize(
    ("encoding", "what"), [("latin-1", "line 2 has the byte 0xE9"), ("utf-16", "it is UTF-16")]
)
def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path, encoding: str, what: str) -> None:
    (tmp_path / "site.conf").write_bytes("#\n# caf\xe9\n".encode(encoding))
    with pytest.raises(LaunchError) as caught:
        Template(tmp_path / "site.conf")
    assert caught.value.summary.endswith(f"is not written in UTF-8: {what}.")
    assert f'read_text(encoding="{encoding}")' in caught.value.advice


def test_a_text_that_was_read_in_another_encoding_says_so() -> None:
    with pytest.raises(
        LaunchError, match=r"Line 2 of the configuration has a character that is none: '.udce9'"
    ):
        Template("server {\n # caf\udce9\n}")


def test_addresses_are_chosen_for_the_names_that_ask() -> None:
    template = Template("{{ listen }} {{ listen2 }} {{ listen_tls }} {{ listen_ipv6 }} {{ listener }}")
    assert template.listens == ["listen", "listen2", "listen_tls", "listen_ipv6"]
    chosen = choose_addresses(template, {"listen2": "mine"}, {"listen": "127.0.0.1:1"})
    assert chosen.keys() == {"listen", "listen_tls", "listen_ipv6"}
    assert chosen["listen"] == "127.0.0.1:1"
    assert chosen["listen_ipv6"].startswith("[::1]:")


def refused(text: str, **names: object) -> LaunchError:
    with pytest.raises(LaunchError) as caught:
        Template(text).fill(names)
    return caught.value


def test_a_missing_name_is_shown_where_it_stands() -> None:
    error = refused("server {\n    proxy_pass http://{{ wbe.address }};\n}\n", web=1)
    assert error.summary == (
        "The configuration mentions 'wbe', and nothing of that name was given (line 2 of the configuration)."
    )
    assert error.excerpt[-2:] == (
        "2 |     proxy_pass http://{{ wbe.address }};",
        "  |                          ^",
    )
    assert error.advice == "did you mean {{ web }}? Else pass it along: lab.nginx(config, wbe=...)."


def test_a_missing_attribute_is_named() -> None:
    error = refused("a {{ path.nam }};", path=Path("/x"))
    assert error.summary.startswith("There is no attribute 'nam'")
    assert error.advice == "did you mean name?"


def test_what_is_no_template_is_shown_where_it_fails() -> None:
    assert "(line 2 of the configuration)" in refused("a;\n{% for %}\n").summary
    assert "(line 1 of the configuration)" in refused("{{ 1 // 0 }}").summary
    assert "ZeroDivisionError" in refused("{{ 1 // 0 }}").summary
