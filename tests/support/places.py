"""Where things stand in the checkout."""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
# Small courses of the tests' own: one lesson with its exercise and quiz, and a pair of lessons.
SHOUT = TESTS / "support" / "courses" / "shout"
PAIR = TESTS / "support" / "courses" / "pair"
