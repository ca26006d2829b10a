"""What a package is made of and says of itself: from its metadata and files, as pip has left them."""

from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement


def sources(package):
    """Return the Python files of an installed package, its tests aside."""
    found = [each for each in distribution(package).files or () if each.suffix == ".py"]
    return [Path(each.locate()) for each in found if "tests" not in each.parts]


def written_in(package):
    """Return the languages: Python, and that of each compiled file."""
    languages = {"Python"}
    for each in distribution(package).files or ():
        if each.suffix in (".so", ".dylib", ".pyd"):
            # The Rust compiler leaves the paths of its own library in what it makes.
            languages.add("Rust" if b"/rustc/" in each.locate().read_bytes() else "C")
    return " and ".join(sorted(languages))


def needs(package):
    """Return the names of the packages that it needs with this Python and system, extras aside."""
    wanted = map(Requirement, distribution(package).requires or ())
    return [each.name for each in wanted if not each.marker or each.marker.evaluate({"extra": ""})]


def lines(package):
    """Return all lines of its source that are long enough to be telling."""
    text = "\n".join(path.read_text(errors="replace") for path in sources(package))
    return {line.strip() for line in text.splitlines() if len(line.strip()) >= 30}


def systems(package):
    """Return the operating systems for which its authors say that it is."""
    said = distribution(package).metadata.get_all("Classifier") or ()
    return [each.rpartition("::")[2].strip() for each in said if each.startswith("Operating System")]
