"""Several modules of JavaScript made one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labapp.views.deployment import DeploymentView
from labapp.views.live import script
from labapp.views.live.view import LiveView

VIEWS = Path(script.__file__).parents[1]
BUNDLED = {LiveView: "live", DeploymentView: "deployment"}


def test_a_module_comes_once_and_before_whoever_imports_it(tmp_path):
    (tmp_path / "a.js").write_text("const HIDDEN = 1;\nexport const A = HIDDEN;\nexport function b() {}\n")
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "c.js").write_text('import { A } from "../a.js";\n\nexport class C { a = A }\n')
    (tmp_path / "main.js").write_text(
        'import { A, b } from "./a.js";\nimport {\n  C,\n} from "./room/c.js";\n\n'
        "export default { A, b, C };\n"
    )
    assert re.sub(r"\s+", " ", script.bundle(tmp_path / "main.js")).strip() == (
        "const { A, b } = (() => { const HIDDEN = 1; const A = HIDDEN; function b() {} "
        "return { A, b }; })(); "
        "const { C } = (() => { class C { a = A } return { C }; })(); "
        "export default { A, b, C };"
    )


@pytest.mark.parametrize("view", BUNDLED)
def test_a_live_view_is_one_file_with_all_its_modules(view):
    whole = str(view._esm)
    assert not re.search(r"^import\b", whole, re.MULTILINE)
    assert re.findall(r"^export\b.*", whole, re.MULTILINE) == ["export default {"]
    for path in sorted((VIEWS / BUNDLED[view] / "front").glob("**/*.js")):
        assert path.read_text(encoding="utf-8").splitlines()[0] in whole, f"{path.name} is imported by none"


def test_no_two_modules_export_the_same_name():
    texts = [path.read_text(encoding="utf-8") for path in VIEWS.glob("*/front/**/*.js")]
    names = [name for text in texts for name in script.EXPORT.findall(text)]
    assert len(names) == len(set(names))
