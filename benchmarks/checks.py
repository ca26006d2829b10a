"""What the exercises promise: how many questions and answers there are, and how long a check takes.

python benchmarks/checks.py        # every lesson
python benchmarks/checks.py 02 04  # these only
"""

import sys
from itertools import groupby
from pathlib import Path
from statistics import median

from labapp.course.exercise.self_check import Proof, every_claim, prove

LESSONS = Path(__file__).parents[1] / "lessons"


def main(chosen: list[str]) -> None:
    """Prove every question of the chosen lessons, and print a row for each lesson."""
    print(f"{'lesson':36} {'questions':>9} {'right':>6} {'wrong':>6}", end=" ")
    print(f"{'told why':>8} {'median':>9} {'slowest':>9}")
    every: list[Proof] = []
    for lesson, claims in groupby(every_claim(LESSONS), lambda claim: claim.lesson.name):
        if not chosen or lesson.startswith(tuple(chosen)):
            proofs = [prove(claim) for claim in claims]
            row(lesson, proofs)
            every += proofs
    row("all", every)


def row(name: str, proofs: list[Proof]) -> None:
    """Print the figures of some questions; times in ms, a server's start included."""
    right = sum(len(proof.claim.answers.right_answers) for proof in proofs)
    wrong = sum(len(proof.claim.answers.wrong_answers) for proof in proofs)
    amiss = sum("wrong, and" in each for proof in proofs for each in proof.amiss)
    times = [1000 * seconds for proof in proofs for seconds in proof.seconds]
    print(
        f"{name:36} {len(proofs):9} {right:6} {wrong:6} {(wrong - amiss) / wrong:8.0%}"
        f" {median(times):6.0f} ms {max(times):6.0f} ms"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
