"""The accounts of a folder, each read in a bounded process: whose it is, its figures, and what is the matter with it.

``python -m juesuan.bureau.accounts MEGABYTES SECONDS`` is that process; it answers as ``bureau.worker`` does.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from juesuan import opening
from juesuan.binding import Binding
from juesuan.book import CannotRead
from juesuan.bureau import ours, pool, scan, worker
from juesuan.bureau.identify import ROSTER_CODE
from juesuan.bureau.pool import Bounds, Checker, Outcome
from juesuan.bureau.scan import Found
from juesuan.bureau.zips import workbooks
from juesuan.catalogue import Catalogue
from juesuan.hosts.guard import load
from juesuan.hosts.read import read_book
from juesuan.statements import StatementSet
from juesuan.validation import Validation, examine

#: How what is told of a file ends where its figures were not read.
_NOT_CHECKED = ("没有参加校验", "没有校验")


@dataclass(frozen=True, slots=True)
class Account:
    """One file. ``error``: why it cannot be used; ``code``: the unit of its 任务书; ``sums``: ``consolidate``
    wrote it; ``fatal``, ``undone``: open 强制性 findings and 未执行 relations; ``unread``: sentences of what it holds
    that is in no figure; ``inside``: the workbooks in a zip, which are not read."""

    path: str
    changed: int
    digest: str = ""
    error: str = ""
    unit: str = ""
    kind: str = ""
    code: str = ""
    year: int | None = None
    sums: bool = False
    blank: bool = False
    fatal: int = 0
    undone: int = 0
    unread: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    packed: bytes = field(default=b"", repr=False)

    @property
    def meta(self) -> dict[str, str]:
        """What ``identify`` looks at."""
        return {ROSTER_CODE: self.code} if self.code else {}

    @property
    def statements(self) -> StatementSet:
        """Its figures. Held packed, so that thousands of accounts are a few megabytes."""
        found = opening.decode(json.loads(zlib.decompress(self.packed)))
        assert found is not None  # what ``_packed`` wrote
        return found


def read_all(
    root: Path, bounds: Bounds, tell: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[Account]:
    """Every workbook below ``root``, as they are read. Raises OSError."""
    total = sum(1 for file in scan.files(root) if file.book)
    books = (file for file in scan.files(root) if file.book)
    for number, outcome in enumerate(pool.run(root, books, bounds, command(bounds)), start=1):
        yield _account(outcome)
        tell(number, total)


def read_one(path: Path, bounds: Bounds) -> Account:
    """One file, in a bounded process as well."""
    checker = Checker(bounds, command(bounds))
    try:
        return _account(checker.check(path.parent, Found(path.name, 0, 0, True)))
    finally:
        checker.stop()


def command(bounds: Bounds) -> Sequence[str]:
    """How the process is started."""
    return (sys.executable, "-m", "juesuan.bureau.accounts", str(bounds.megabytes), str(bounds.seconds))


def _account(outcome: Outcome) -> Account:
    head, found = outcome.head, outcome.found
    if head["outcome"] != "read":
        inside = tuple(head.get("inside", ()))
        return Account(found.path, found.changed, head.get("sha256", ""), head["error"], inside=inside)
    return Account(
        found.path,
        found.changed,
        head["sha256"],
        "",
        head["unit"],
        head["kind"],
        head["code"],
        head["year"],
        head["sums"],
        head["blank"],
        head["fatal"],
        head["undone"],
        tuple(head["unread"]),
        packed=outcome.document,
    )


# --- in the process ---


def answer(path: Path, name: str, rules: Catalogue, copy: Path | None = None) -> tuple[dict[str, Any], bytes]:
    """(head, figures) of one file. Never raises but MemoryError and RecursionError."""
    digest = ""
    packed = b""
    try:
        data = packed = load(path)
        digest = hashlib.sha256(data).hexdigest()
        book = read_book(data, name=Path(name).name)
        packed = b""  # a workbook, whatever is embedded in it
        own = ours.ours(book)
        if own not in ("", ours.CONSOLIDATION):
            raise CannotRead(ours.sentence(own))
        validation = examine(book, rules)
        if not validation.binding.tables:
            raise CannotRead("没有找到决算公开表，其中没有可以汇总的数")
        head = _head(validation)
        return {**head, "outcome": "read", "sha256": digest, "sums": bool(own)}, _packed(validation.binding.statements)
    except CannotRead as error:
        return {"outcome": "unusable", "sha256": digest, "error": str(error), "inside": workbooks(packed)}, b""
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # one file's fault must not cost the others; the class names it for the maintainers
        said = f"程序读这个文件时出错（{type(error).__name__}：{str(error)[:200]}），请连同文件反馈。"
        return {"outcome": "crashed", "sha256": digest, "error": said}, b""


def _head(validation: Validation) -> dict[str, Any]:
    binding, report = validation.binding, validation.report
    statements = binding.statements
    return {
        "unit": statements.unit,
        "kind": statements.kind,
        "code": binding.meta.values.get(ROSTER_CODE, ""),
        "year": statements.year,
        "blank": worker.blank(validation),
        "fatal": sum(f.verdict == "breaks" and f.severity == "fatal" for f in report.open),
        "undone": sum(f.verdict == "not_evaluated" for f in report.open),
        "unread": list(dict.fromkeys(_unread(binding))),
    }


def _unread(binding: Binding) -> Iterator[str]:
    """What stands in the file and is in no sum: cells that hold no amount, rows, columns and tables not recognised."""
    for problem in binding.problems:
        if problem.message.endswith(_NOT_CHECKED):
            what = problem.message.rpartition("，")[0] or problem.message
            yield f"{f'{problem.cell}：' if problem.cell else ''}{what}，没有加进去"


def _packed(statements: StatementSet) -> bytes:
    return zlib.compress(json.dumps(opening.encode(statements), ensure_ascii=False).encode("utf-8"))


if __name__ == "__main__":
    sys.exit(worker.serve(int(sys.argv[1]), float(sys.argv[2]), answer))
