"""Checking one submission after another in a process of its own, so that a bad file can be stopped without the rest.

The parent writes one JSON line per file to standard input. A message on standard output is two lengths (4 bytes each,
big-endian), a JSON head and a body: once when the worker is ready ({}), for each file its digest before it is looked
into ({"sha256"}), then the answer, a head with what the ledger needs ("outcome" …) and the report, compressed.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import signal
import struct
import sys
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from juesuan.annotate import marks
from juesuan.book import CannotRead
from juesuan.bureau.identify import ROSTER_CODE
from juesuan.bureau.ours import ours
from juesuan.bureau.seals import seal_of
from juesuan.bureau.zips import workbooks
from juesuan.catalogue import Catalogue
from juesuan.hosts.guard import load
from juesuan.hosts.patch import annotate, write_atomic
from juesuan.hosts.read import read_book
from juesuan.installed import catalogue
from juesuan.report import failure, to_json
from juesuan.validation import Validation, examine

LENGTHS = struct.Struct(">II")
#: Room beyond the limit for what the interpreter has mapped before any file is read, bytes.
_MAPPED = 256 * 1024 * 1024
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def check(path: Path, name: str, rules: Catalogue, copy: Path | None = None) -> tuple[dict[str, Any], bytes]:
    """(head, report as compressed JSON) of one file; with ``copy`` its annotated copy is written there. Never raises
    but MemoryError."""
    try:
        data = load(path)
    except CannotRead as error:  # which names the file as the system does; shown is the name given
        return _unusable(name, str(error).replace(path.name, Path(name).name), "", "")
    digest = hashlib.sha256(data).hexdigest()
    about: dict[str, Any] = {}
    try:
        book = read_book(data, name=Path(name).name)
        about = {"ours": ours(book), "tables": 0}  # 0 till some are found: a file without any is not a broken one
        validation = examine(book, rules)
        document = to_json(validation, "zh", rules)
        head = _head(validation, document, *seal_of(validation))
        if copy is not None:
            write_atomic(copy, annotate(data, marks(validation, "zh", rules)))
    except CannotRead as error:
        return _unusable(name, str(error), digest, "", about or {"inside": workbooks(data)})
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # one file's fault must not cost the others; the class names it for the maintainers
        said = f"程序校验这个文件时出错（{type(error).__name__}：{str(error)[:200]}），请连同文件反馈。"
        return _unusable(name, said, digest, type(error).__name__)
    return {**about, **head, "outcome": "checked", "sha256": digest, "error": ""}, packed(document)


def packed(document: dict[str, Any]) -> bytes:
    """A report for the ledger."""
    return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), 6)


def unpacked(data: bytes) -> dict[str, Any]:
    """The report again."""
    found: dict[str, Any] = json.loads(zlib.decompress(data))
    return found


def _unusable(
    name: str, sentence: str, digest: str, fault: str, about: Mapping[str, Any] = MappingProxyType({})
) -> tuple[dict[str, Any], bytes]:
    head = {**about, "outcome": "crashed" if fault else "unusable", "sha256": digest, "error": sentence}
    return head, packed(failure(Path(name).name, sentence))


def _head(validation: Validation, document: dict[str, Any], sealed: str, signer: str) -> dict[str, Any]:
    report = validation.report
    statements, values = validation.binding.statements, validation.binding.meta.values
    # Explained ones are kept, marked: a finding that is explained since the last submission is not gone.
    findings = [
        [
            f["rule"],
            f["severity"],
            f["verdict"],
            f["table"] or "",
            f["row"] or "",
            f["column"] or "",
            (f["cells"] or [""])[0],
            f["difference"] or "",
            int(bool(f.get("explanation"))),
        ]
        for f in document["findings"]
        if f["verdict"] != "rounding"
    ]
    causes = [[c["kind"], c["table"] or "", c["row"] or "", c["column"] or ""] for c in document["causes"]]
    return {
        "unit": statements.unit,
        "kind": statements.kind,
        "nature": statements.nature,
        "year": statements.year,
        "layout": report.layout,
        "tables": len(validation.binding.tables),
        "blank": int(blank(validation)),
        "code": values.get(ROSTER_CODE, ""),
        "template": values.get("template_id", "")
        or (f"{values.get('layout', '')}@{values.get('version', '')}" if values.get("template") else ""),
        "verdict": verdict(validation),
        "seal": sealed,
        "signer": signer,
        "counts": document["counts"],
        "findings": findings,
        "causes": causes,
    }


def verdict(validation: Validation) -> str:
    """Where a checked file stands: 待修改, 待说明 or 通过."""
    report = validation.report
    if any(f.verdict == "not_evaluated" or f.severity == "fatal" for f in report.open):
        return "待修改"
    if blank(validation):  # so nothing was checked
        return "待修改"
    return "待说明" if report.blocking else "通过"


def blank(validation: Validation) -> bool:
    """Whether no figure of this year stands in any table (S-07); figures filled in beforehand do not count."""
    told = any(problem.code == "S-07" and not problem.cell for problem in validation.report.problems)
    return told or all(table.empty for table in validation.binding.statements.tables.values())


# --- the process ---

Answer = Callable[[Path, str, Catalogue, Path | None], tuple[dict[str, Any], bytes]]


def serve(megabytes: int, seconds: float, answer: Answer = check) -> int:
    """``python -m juesuan.bureau.worker MEGABYTES SECONDS``: answer until standard input ends.

    ``megabytes`` 0: no bound on memory; ``answer`` makes the answer to one file, as ``check`` does.
    """
    source, target = sys.stdin.buffer, _private_output()
    _die_with_parent()
    rules = catalogue()
    _bound(megabytes)
    _answer(target, {}, b"")
    for line in source:
        request = json.loads(line)
        _alarm(seconds)
        path = Path(request["path"])
        try:
            _answer(target, {"sha256": _digest(path)}, b"")
            copy = Path(request["copy"]) if request.get("copy") else None
            head, document = answer(path, request["name"], rules, copy)
        except MemoryError:
            head, document = {"outcome": "memory", "sha256": "", "error": ""}, b""
        _alarm(0)
        _answer(target, head, document)
        if head["outcome"] == "memory":  # what is left of the heap is not to be trusted with the next file
            return 1
    return 0


def _digest(path: Path) -> str:
    """The SHA-256 of a file; "" where it cannot be read."""
    try:
        return hashlib.sha256(load(path)).hexdigest()
    except CannotRead:
        return ""


def _answer(target: BinaryIO, head: dict[str, Any], document: bytes) -> None:
    text = json.dumps(head, ensure_ascii=False).encode("utf-8", "replace")
    target.write(LENGTHS.pack(len(text), len(document)) + text + document)
    target.flush()


def _private_output() -> BinaryIO:
    """Standard output for answers alone: whatever a library prints goes to standard error."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def _bound(megabytes: int) -> None:
    if not megabytes:
        return
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        limit = megabytes * 1024 * 1024 + _MAPPED
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _alarm(seconds: float) -> None:
    """End this process when a file takes too long and nobody is left to stop it (the parent stops it earlier)."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds * 2 + 5 if seconds else 0)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(serve(int(sys.argv[1]), float(sys.argv[2])))
