from pathlib import Path

import pytest

from labapp.servers.diagnosis.modules import close_modules, first_call, offered, offered_within, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site.py").write_text("raise SystemExit('imported')\n")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text(
        "def make_app(config=None): ...\napplication = make_app()\n"
    )
    (tmp_path / "shop" / "wsgi.py").write_text(
        "def serve(environ, start_response): ...\n_hidden = 1\nother = serve\n"
    )
    (tmp_path / "bad.py").write_text("def app(:")
    return tmp_path


def test_a_module_s_offer_is_read_without_importing_it(folder: Path) -> None:
    assert offered("shop", folder) == ["make_app()", "application"]
    assert offered("shop.wsgi", folder) == ["serve", "other"]
    assert offered("site", folder) == []
    assert offered("bad", folder) == []
    assert offered("none.at.all", folder) == []
    assert offered("labapp", folder) == ["create_app()"]


def test_close_names_are_those_of_the_working_directory(folder: Path) -> None:
    assert close_modules("shp", folder) == ["shop"]
    assert close_modules("labap", folder) == ["labapp"]
    assert close_modules("quite.different", folder) == []


def test_an_offer_is_what_can_be_served(folder: Path) -> None:
    (folder / "made.py").write_text(
        "from flask import Flask, Blueprint\nLIMIT = 3\nlog = getLogger()\nbp = Blueprint('x', __name__)\n"
        "site = Flask(__name__)\nwrapped: object = ProxyFix(site)\nalias = site\n"
        "@site.route('/')\ndef index(): return 'x'\ndef helper(x): return x\ndef main(): print('x')\n"
        "def shown(request, pk=1): return 'x'\n"
    )
    assert offered("made", folder) == ["site", "wrapped", "alias"]
    (folder / "more.py").write_text(
        "def get_web_app(): ...\ndef fresh():\n    site = FastAPI()\n    return site\n"
        "def wsgi(environ, start_response): ...\nasync def asgi(scope, receive, send): ...\n"
        "async def view(request): ...\n"
    )
    assert offered("more", folder) == ["get_web_app()", "fresh()", "wsgi"]
    (folder / "shop" / "site.py").write_text("from shop import application as app\n")
    assert offered_within("shop", folder) == ["shop.site:app"]
    assert serving(folder) == []
    (folder / "wsgi.py").write_text("application = get_wsgi_application()\n")
    assert serving(folder) == ["wsgi:application"]


def test_a_call_is_found_with_its_place(folder: Path) -> None:
    (folder / "shop" / "__init__.py").write_text("import sys\n\nif True:\n    sys.exit('no key')\n")
    (folder / "exits.py").write_text("quit()\n")
    ends = frozenset({"exit", "quit"})
    assert first_call("shop", folder, ends) == "shop/__init__.py, line 4"
    assert first_call("exits", folder, ends) == "exits.py, line 1"
    assert first_call("bad", folder, ends) == ""
