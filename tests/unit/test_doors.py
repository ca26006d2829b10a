"""The door of a room: what its `__all__` names, a type checker and a program that asks for it get alike."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest

import labapp
from labapp.door import door

ROOMS = [
    module.name
    for module in pkgutil.walk_packages(labapp.__path__, "labapp.")
    if module.ispkg and "door(" in Path(module.module_finder.find_spec(module.name).origin).read_text()
]


def lazy(room: str) -> set[str]:
    """Return the names that a type checker sees in a door, imported when they are asked for."""
    (block,) = (node for node in body(room) if isinstance(node, ast.If))
    return imported(block.body)


def eager(room: str) -> set[str]:
    """Return the names that a door imports at once."""
    return imported(node for node in body(room) if getattr(node, "module", "").startswith(f"{room}."))


def body(room: str) -> list[ast.stmt]:
    return ast.parse(Path(import_module(room).__file__).read_text()).body


def imported(statements: Iterable[ast.stmt]) -> set[str]:
    return {alias.asname or alias.name for node in statements for alias in node.names}


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_hands_out_what_it_names(room):
    module = import_module(room)
    assert module.__doc__.splitlines()[0].endswith("."), "one sentence says what the room is for"
    assert lazy(room) | eager(room) == set(module.__all__)
    assert all(getattr(module, name) is not None for name in module.__all__)


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_of_a_door_is_that_of_a_module(room):
    module = import_module(room)
    assert not lazy(room) & {found.name for found in pkgutil.iter_modules(module.__path__)}


def test_a_name_that_a_door_does_not_hand_out():
    with pytest.raises(AttributeError, match=r"module 'labapp.servers' has no attribute 'lunch'"):
        door("labapp.servers", launching="launch")("lunch")
