from __future__ import annotations

import pytest

from labapp.observe.tree import Tree


@pytest.fixture
def tree(process):
    return Tree(
        [
            process(20, 11, role="master", label="M2"),
            process(21, 20, role="worker", label="W7"),
            process(11, 10, role="master", label="M"),
            process(22, 11, role="worker", label="W10"),
            process(13, 11, role="worker", label="W2", cpu=0.974, rss=31_400_000, state="running"),
            process(14, 11, role="worker", label="W3", state="zombie"),
        ]
    )


def test_it_is_ordered_by_descent_and_number(tree):
    assert [process.label for process in tree] == ["M", "W2", "W3", "W10", "M2", "W7"]
    assert tree[0].label == "M"
    assert [process.label for process in tree[1:3]] == ["W2", "W3"]
    assert len(tree) == 6


def test_questions_to_a_tree(tree):
    assert tree.master is tree[0]
    assert [process.label for process in tree.masters] == ["M", "M2"]
    assert [process.label for process in tree.workers] == ["W2", "W7", "W10"]
    assert [process.label for process in tree.roots] == ["M"]
    assert [process.label for process in tree.children(tree[0])] == ["W2", "W3", "W10", "M2"]
    assert tree.find("W10").pid == 22
    assert tree.find("W11") is None


def test_the_empty_tree():
    assert repr(Tree()) == "<Tree, empty>"
    assert str(Tree()) == "no process"
    assert Tree().master is None
    assert Tree() == Tree([])


def test_its_repr_tells_labels_and_no_pid(tree):
    assert repr(tree) == "<Tree M(W2 W3 W10 M2(W7))>"


def test_orphans_stand_beside_the_masters(process):
    orphans = [process(12, 10, role="worker", label="W1"), process(11, 10, role="master", label="M")]
    assert repr(Tree(orphans)) == "<Tree M W1>"


def test_it_draws_itself_for_a_terminal(tree):
    assert str(tree) == (
        "                pid  state     threads   CPU  memory\n"
        "master           11  sleeping        1   0 %   20 MB\n"
        "├─ worker 2      13  running         1  97 %   31 MB\n"
        "├─ worker 3      14  zombie          1   0 %   20 MB\n"
        "├─ worker 10     22  sleeping        1   0 %   20 MB\n"
        "└─ master 2      20  sleeping        1   0 %   20 MB\n"
        "   └─ worker 7   21  sleeping        1   0 %   20 MB"
    )


def test_it_shows_sockets_that_were_asked_for(tree):
    holding = tree.holding({11: ("127.0.0.1:8000", "unix:/run/ctl"), 13: ("127.0.0.1:8000",)})
    assert holding.find("W2").listening == ("127.0.0.1:8000",)
    assert holding.find("W3").listening == ()
    lines = str(holding).splitlines()
    assert lines[0].endswith("memory  listening on")
    assert lines[1].endswith("127.0.0.1:8000 unix:/run/ctl")
    assert holding != tree


def test_equal_trees_are_equal(tree, process):
    assert tree == Tree(tree)
    assert hash(tree) == hash(Tree(tree))
    assert tree != list(tree)
