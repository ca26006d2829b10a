"""A learner's session never reads the answers."""

import os
import subprocess
import sys

from support.places import SHOUT


def test_a_learners_session_reads_no_answers() -> None:
    program = (
        "import sys\n"
        "read = []\n"
        "sys.addaudithook(lambda event, given: read.append(str(given[0])) if event == 'open' else None)\n"
        "from labapp.course.exercise import Exercise\n"
        "exercise = Exercise('90-shout')\n"
        "exercise.check(2, lambda: 5), exercise.hint(2), exercise.solution(2), exercise.progress()\n"
        "assert any(name.rpartition('/')[2].startswith('checks.') for name in read)\n"
        "print([name for name in read if name.rpartition('/')[2].startswith('answers.') and '90' in name])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"LABAPP_LESSONS": str(SHOUT / "lessons")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
