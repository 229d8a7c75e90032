"""Which of a unit's files counts."""

from __future__ import annotations

import pytest

from juesuan.bureau.choice import Candidate, choose, is_copy


def file(path: str, changed: int, digest: str = "", *, blank: bool = False) -> Candidate:
    return Candidate(path, changed, digest or path, blank)


def test_the_file_changed_last_counts() -> None:
    found = choose([file("b.xlsx", 1), file("a.xlsx", 3), file("c.xlsx", 2)])
    assert found.kept.path == "a.xlsx"
    assert [f.path for f in found.older] == ["c.xlsx", "b.xlsx"]
    assert found.equal == ()


def test_a_blank_file_never_goes_before_one_with_figures() -> None:
    assert choose([file("填好.xlsx", 1), file("空表.xlsx", 9, blank=True)]).kept.path == "填好.xlsx"
    assert choose([file("空表.xlsx", 9, blank=True)]).kept.path == "空表.xlsx"


def test_of_equals_the_name_that_is_no_copy() -> None:
    found = choose([file("102 - 副本.xlsx", 9, "same"), file("102.xlsx", 1, "same"), file("旧.xlsx", 5)])
    assert found.kept.path == "102.xlsx"  # its content is that of the file changed last
    assert [f.path for f in found.equal] == ["102 - 副本.xlsx"]
    assert [f.path for f in found.older] == ["旧.xlsx"]


def test_nothing_depends_on_the_order_of_the_files() -> None:
    files = [file("b.xlsx", 5), file("a.xlsx", 5), file("c (1).xlsx", 5)]
    assert choose(files) == choose(reversed(files))
    assert choose(files).kept.path == "a.xlsx"


@pytest.mark.parametrize(
    "path", ["102 - 副本.xlsx", "甲/102(1).xlsx", "102（2）.xlsx", "Copy of 102.xlsx", "102.备份.xlsx"]
)
def test_names_of_copies(path: str) -> None:
    assert is_copy(path)


@pytest.mark.parametrize(
    "path", ["102.xlsx", "副本/102.xlsx", "某局（本级）.xlsx", "copyright局.xlsx", "（2024）决算.xlsx"]
)
def test_names_that_are_none(path: str) -> None:
    assert not is_copy(path)


def test_no_files_no_choice() -> None:
    with pytest.raises(ValueError, match="no file"):
        choose([])
