"""Which case holds for which kind of server: the suite of tests/integration/kinds, run, as one table."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from zoo import CASES, ZOO  # noqa: E402 - the specimens lie with the tests

GOAL = 300  # seconds, on two processors
HOLDS, CANNOT, FAILS, UNTRIED = "yes", "-", "FAILS", "?"


def run(words: list[str]) -> tuple[dict[tuple[str, str], str], float]:
    """Run the suite; return what was noted of each case, and how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", *words]
        began = time.monotonic()
        subprocess.run([*command, f"--junitxml={report}", "tests/integration/kinds"], cwd=ROOT, check=False)
        seconds = time.monotonic() - began
        noted: dict[tuple[str, str], str] = {}
        for one in ElementTree.parse(report).iter("property"):
            server, _, case = one.get("name", "").partition("|")
            if noted.get((server, case)) != "fails":
                noted[server, case] = one.get("value", "")
    return noted, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pytest", nargs="*", help="further words for pytest")
    noted, seconds = run(parser.parse_args().pytest)
    width = max(len(specimen.name) for specimen in ZOO)
    names = list(CASES)
    print(" " * width, " ".join(names))
    for specimen in ZOO:
        found = [noted.get((specimen.name, name)) or specimen.cannot.get(name, "") for name in names]
        row = [sign(value).center(len(name)) for value, name in zip(found, names, strict=True)]
        print(f"{specimen.name:{width}}", " ".join(row).rstrip())
    print("\nWhat the columns say:")
    for name, words in CASES.items():
        print(f"  {name:10} {words}")
    print(f"\n{HOLDS} it holds; {CANNOT} it cannot, because:")
    for specimen in ZOO:
        for name, reason in specimen.cannot.items():
            print(f"  {specimen.name}, {name}: {reason}")
    held = sum(value == "holds" for value in noted.values())
    print(f"\n{held} of {len(ZOO) * len(CASES)} hold, in {seconds:.0f} s (goal: at most {GOAL})")
    sys.exit("some fail" if "fails" in noted.values() else 0)


def sign(value: str) -> str:
    """Return what stands in the table for what was noted."""
    return {"holds": HOLDS, "fails": FAILS, "": UNTRIED}.get(value, CANNOT)


if __name__ == "__main__":
    main()
