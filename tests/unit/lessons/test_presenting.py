"""The plans of docs/presenting.md are made of sections that there are, and add up."""

from __future__ import annotations

import re

import pytest
from support.places import ROOT

from labapp.course.desk import course_map
from labapp.course.state import State

PAGE = (ROOT / "docs" / "presenting.md").read_text(encoding="utf-8")
PLANS = {"45 minutes": 45, "Half a day": 180 - 2 * 15, "Two days": 2 * 330}
ROW = re.compile(r"^\| (\d\d) \| (.+?) \| (\d+) \| (\d*) ?\|$", re.MULTILINE)


def test_every_plan_is_known() -> None:
    assert re.findall(r"^### (.+)$", PAGE, re.MULTILINE) == list(PLANS)


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_adds_up_and_is_kept_within_its_time(plan: str) -> None:
    lessons = {lesson["number"]: lesson for lesson in course_map(ROOT, State(None))["lessons"]}
    total = 0
    for number, words, minutes, exercises in ROW.findall(PAGE.split(f"### {plan}\n")[1].split("\n### ")[0]):
        lesson = lessons[number]
        sections = {one["title"]: one["minutes"] or 0 for one in lesson["sections"]}
        if words.startswith("all"):
            names = [name for name in sections if words == "all" or not name.endswith("(optional)")]
        else:
            names = words.split("; ")
        assert sum(sections[name] for name in names) == int(minutes), number
        assert exercises in ("", str(lesson["exerciseMinutes"])), number
        total += int(minutes) + int(exercises or 0)
    assert 0.85 * PLANS[plan] <= total <= 0.97 * PLANS[plan]
