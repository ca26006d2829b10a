"""`python -m labapp link`: the repository's address, and the badge that opens the course on Binder.

The address stands in one place, `[project.urls]` of pyproject.toml; README.md follows from it.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

README, PROJECT = "README.md", "pyproject.toml"
# JupyterLab opens the map of the course there.
_COURSE = "HEAD?urlpath=lab"
_BADGE = re.compile(r"^(\[!\[Binder\]\([^)]*\)\]\()[^)]*(\))$", re.MULTILINE)
_ROW = re.compile(r"^\| Binder \|.*\|$", re.MULTILINE)
_URLS = re.compile(r"^\[project\.urls\]\n(?:(?!\[).*\n)*", re.MULTILINE)
_UNKNOWN = (
    "once this repository has an address: `python -m labapp link https://github.com/OWNER/NAME` writes it "
    "into `[project.urls]`, and the badge above leads to the course there"
)


class AddressError(ValueError):
    """What was given is not the address of a repository; says what one looks like."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the address, if one is given, and what follows from it; return 2 if it is none."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp link",
        description="Let README.md's Binder badge lead to the course in this repository.",
    )
    parser.add_argument(
        "address", nargs="?", help="such as https://github.com/OWNER/NAME (default: as it is)"
    )
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: here)")
    options = parser.parse_args(arguments)
    project, readme = options.root / PROJECT, options.root / README
    try:
        text = project.read_text(encoding="utf-8")
        if options.address:
            binder_link(options.address)
            text = with_address(text, options.address)
            project.write_text(text, encoding="utf-8")
        link = binder_link(address) if (address := address_in(text)) else ""
        readme.write_text(with_link(readme.read_text(encoding="utf-8"), link), encoding="utf-8")
    except (AddressError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"README.md's badge leads to {link}" if link else f"No address is known: {_UNKNOWN}.")
    return 0


def address_in(project: str) -> str:
    """Return the repository's address in the text of a pyproject.toml, "" if there is none."""
    urls = tomllib.loads(project)["project"].get("urls", {})
    return str(urls.get("Repository", ""))


def with_address(project: str, address: str) -> str:
    """Return the text of a pyproject.toml with this address in it."""
    urls = tomllib.loads(project)["project"].get("urls", {}) | {"Repository": address}
    table = "[project.urls]\n" + "".join(f'{name} = "{value}"\n' for name, value in urls.items()) + "\n"
    if _URLS.search(project):
        return _URLS.sub(lambda _: table, project, count=1)
    return project.replace("[project.optional-dependencies]", table + "[project.optional-dependencies]", 1)


def with_link(readme: str, link: str) -> str:
    """Return the text of a README.md whose badge and row lead there, or say how to come to an address."""
    row = f"[the course]({link}), on its map" if link else _UNKNOWN
    badge = _BADGE.sub(lambda found: found[1] + (link or "#elsewhere") + found[2], readme)
    return _ROW.sub(lambda _: f"| Binder | {row} |", badge)


def binder_link(address: str) -> str:
    """Return where Binder opens the course of a repository."""
    where = urlsplit(address)
    path = where.path.strip("/").removesuffix(".git")
    if where.scheme != "https" or not where.hostname or path.count("/") < 1 or where.query or where.fragment:
        raise AddressError(
            f"{address!r} is no address of a repository: write one such as https://github.com/OWNER/NAME."
        )
    if where.hostname == "github.com" and path.count("/") == 1:
        place = f"gh/{path}"
    elif where.hostname == "gitlab.com":
        place = f"gl/{quote(path, safe='')}"
    else:
        place = f"git/{quote(address, safe='')}"
    return f"https://mybinder.org/v2/{place}/{_COURSE}"
