"""What ``lock`` and ``verify`` say: what is missing, what was sealed, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from juesuan.book import Book, Problem, cell_place, place_name
from juesuan.cli.tongue import lang, say
from juesuan.seal.content import Change
from juesuan.seal.lock import Obstacle, Why
from juesuan.seal.record import Seal, Sealed
from juesuan.seal.verify import Status, Verification

_SHOWN = 50  # changes listed in the text; JSON has them all
_EPOCH = dt.datetime(1899, 12, 30)
SCHEMA = "juesuan.verify/1"

STATUS: dict[Status, tuple[str, str]] = {
    "valid": ("有效", "valid"),
    "changed": ("封存后有改动", "changed since it was sealed"),
    "other_key": ("由另一把钥匙签名", "signed by another key"),
    "bad_signature": ("签名无效", "invalid signature"),
    "unsealed": ("没有封存", "not sealed"),
}
_FAULTS: dict[str, tuple[str, str]] = {
    "record": ("封存记录被改动过或已损坏", "the seal's record was edited or is damaged"),
    "content": ("封存记录里的内容与摘要对不上", "the content kept in the seal does not match its digest"),
    "signature": ("签名与封存记录对不上", "the signature does not fit the seal's record"),
    "unsigned": ("封存记录没有签名，不能与所给的公钥核对", "the seal is not signed, so the given key tells nothing"),
}
_PLAIN: dict[Status, tuple[str, str]] = {
    "valid": ("封存以来没有改动", "nothing changed since it was sealed"),
    "changed": ("内容的摘要不同", "the digest of its content differs"),
    "other_key": ("内容没有改动，但不是用所给公钥的私钥签的名", "unchanged, but not signed with the key given"),
    "unsealed": ("文件里没有封存记录", "there is no seal in the file"),
}
_WHY: dict[Why, tuple[str, str]] = {
    "fatal": ("强制性关系不符，须改正", "must hold but breaks; mend it"),
    "gap": ("文字里还有【待填】，须在“补充资料”里补齐再写", "gaps in the words; supply the facts and write them anew"),
    "not_evaluated": ("没有执行的关系，须补齐数据", "not checked; supply what is missing"),
    "unread": ("没有读进来、没有参加校验的内容", "content that was not read or not checked"),
    "volatile": ("自己会变的公式，须改成固定的值", "formulas that change by themselves; put a value in place"),
    "unexplained": ("核实性问题，须改正或填写审核说明", "to be mended or explained"),
}


def obstacles(found: Sequence[Obstacle], report: Mapping[str, Any], explain: str = "") -> str:
    """Why a workbook cannot be locked, by class, with the cells.

    ``report``: as report.to_json; ``explain``: how 审核说明 are given where it is not by this command line.
    """
    told = {finding["id"]: finding for finding in report["findings"]}
    lines = [say(f"还不能封存，缺 {len(found)} 项：", f"Cannot be locked yet, {len(found)} things are missing:")]
    for why, names in _WHY.items():
        those = [one for one in found if one.why == why]
        if not those:
            continue
        lines.append(say(f"{names[0]}（{len(those)} 项）：", f"{names[1]} ({len(those)}):"))
        lines += [f"  {_obstacle(one, told)}" for one in those]
    lines.append(
        explain
        or say(
            "核实性问题可先运行 juesuan validate --annotate，在“校验结果”表里填写审核说明，再封存。",
            "Explanations are typed on sheet 校验结果, which juesuan validate --annotate makes.",
        )
        if any(one.why == "unexplained" for one in found)
        else say("改好以后再封存。", "Lock it again after that.")
    )
    return "\n".join(lines)


def _obstacle(one: Obstacle, told: Mapping[str, Mapping[str, Any]]) -> str:
    from juesuan.english import english

    if isinstance(one.found, Problem):
        text = english(one.found.message) if lang() == "en" else one.found.message
        return f"[{one.found.code}] {one.found.cell} {text}".replace("  ", " ")
    finding = told[one.found.id]
    return f"[{finding['rule']}] {'、'.join(finding['cells'][:2])} {finding['message']}".replace("  ", " ")


def locked(sealed: Sealed, output: Path) -> str:
    """What was sealed, and where it lies."""
    whose = _signed(sealed.signature.key if sealed.signature else None, trusted=True)
    return "\n".join([say(f"已封存：{output}", f"Locked and sealed: {output}"), *_about(sealed.seal), whose])


def verdict(found: Verification, book: Book, trusted: bool) -> str:
    """The verdict and what it rests on; ``trusted``: a public key was given."""
    head = say(*STATUS[found.status])
    if found.fault:
        head = say(f"{head}：{_FAULTS[found.fault][0]}。", f"{head}: {_FAULTS[found.fault][1]}.")
    elif found.changes:
        head = say(f"{head}：{len(found.changes)} 处。", f"{head}: {len(found.changes)} places.")
    elif found.status in _PLAIN:
        head = say(f"{head}：{_PLAIN[found.status][0]}。", f"{head}: {_PLAIN[found.status][1]}.")
    lines = [head]
    if found.seal is not None and found.status != "bad_signature":
        lines += [*_about(found.seal), _signed(found.signer, trusted and found.status != "other_key")]
    shown = [f"  {change(one, book)}" for one in found.changes[:_SHOWN]]
    if len(found.changes) > _SHOWN:
        more = len(found.changes) - _SHOWN
        shown.append(say(f"  另有 {more} 处，用 --format json 全部列出。", f"  {more} more; --format json lists all."))
    return "\n".join([*lines, *shown])


def document(file: str, found: Verification, book: Book) -> dict[str, Any]:
    """The verdict as data."""
    seal = found.seal
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "file": file,
        "status": found.status,
        "status_name": say(*STATUS[found.status]),
        "fault": found.fault or None,
        "message": say(*_FAULTS[found.fault]) if found.fault else None,
        "seal": None,
        "signer": None,
        "changes": [_change_data(one, book) for one in found.changes],
    }
    if seal is not None:
        data["seal"] = {
            "time": seal.time,
            "digest": {"algorithm": seal.algorithm, "value": seal.digest},
            "catalogue": {"version": seal.catalogue_version, "sha256": seal.catalogue_sha256},
            "counts": dict(seal.counts),
            "unit": seal.unit,
            "year": seal.year,
            "layout": seal.layout,
            "sheets": list(seal.sheets),
        }
    if found.signer is not None:
        data["signer"] = {"algorithm": found.signer.algorithm, "fingerprint": found.signer.fingerprint}
    return data


def change(one: Change, book: Book) -> str:
    """One change in a line: where, before → after."""
    if one.kind == "removed":
        return say(f"工作表“{one.sheet}”被删去", f"sheet “{one.sheet}” was removed")
    if one.kind == "added":
        return say(f"增加了工作表“{one.sheet}”", f"sheet “{one.sheet}” was added")
    if one.kind == "renamed":
        return say(f"工作表“{one.before}”改名为“{one.after}”", f"sheet “{one.before}” was renamed to “{one.after}”")
    before, after = (_value(text, one, book) or say("（空）", "(blank)") for text in (one.before, one.after))
    where = place_name(one.sheet, *cell_place(one.cell)) if one.sheet else say("审核说明", "Explanation")
    alike = "".join(before.split()) == "".join(after.split())
    hint = say("（类型或空白不同）", " (kind or blanks differ)") if alike else ""
    before, after = (text.replace("\n", "↵") for text in (before, after))
    return say(f"{where}：{before} → {after}{hint}", f"{where}: {before} → {after}{hint}")


def _change_data(one: Change, book: Book) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "sheet": one.sheet or None,
        "cell": one.cell if one.sheet and one.cell else None,
        "before": _value(one.before, one, book) or None,
        "after": _value(one.after, one, book) or None,
        "message": change(one, book),
    }


def _value(text: str, one: Change, book: Book) -> str:
    """A value as a reader knows it: serial numbers as dates where the cell shows dates; long texts cut."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == one.sheet), None)
    if sheet is not None and one.cell and isinstance(sheet.value(*cell_place(one.cell)), dt.datetime):
        try:
            moment = _EPOCH + dt.timedelta(days=float(text))
        except (ValueError, OverflowError):
            return text
        return f"{moment:%Y-%m-%d}" if moment.time() == dt.time() else f"{moment:%Y-%m-%d %H:%M:%S}"
    return _around(text, one)


def _around(text: str, one: Change) -> str:
    """A long text around the place where before and after part."""
    if len(text) <= 80:
        return text
    other = one.after if text == one.before else one.before
    at = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
    start, end = max(0, at - 30), min(len(text), at + 40)
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _about(seal: Seal) -> list[str]:
    year = say(f"{seal.year} 年度", f"year {seal.year}") if seal.year else ""
    counts = seal.counts
    of = " ".join(filter(None, (seal.unit, year)))
    return [
        *([of] if of else []),
        say(f"封存时间：{seal.time}", f"Sealed at: {seal.time}"),
        say(
            f"封存时的校验：相符 {counts['holds']}，尾差 {counts['rounding']}，不符 {counts['breaks']}"
            f"（已说明 {counts['explained']}）；规则 {seal.catalogue_version}",
            f"Checked then: {counts['holds']} hold, {counts['rounding']} rounding, {counts['breaks']} break "
            f"({counts['explained']} explained); catalogue {seal.catalogue_version}",
        ),
        say(f"内容摘要：{seal.algorithm} {seal.digest}", f"Digest of the content: {seal.algorithm} {seal.digest}"),
    ]


def _signed(key: Any, trusted: bool) -> str:
    if key is None:
        return say("没有签名：只能看出改动，不能证明是谁封存的。", "Not signed: changes show, but not who sealed it.")
    hint = "" if trusted else say("，请与单位公布的指纹核对", "; compare it with the one the unit made public")
    whose = f"{key.algorithm}，指纹 {key.fingerprint}", f"{key.algorithm}, {key.fingerprint}"
    return say(f"签名：{whose[0]}{hint}。", f"Signed: {whose[1]}{hint}.")
