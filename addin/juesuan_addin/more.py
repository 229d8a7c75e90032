"""The buttons of words and seal: 填写说明, 审核说明, 锁定, 解锁."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

from juesuan import explanations
from juesuan.bind import bind
from juesuan.book import Book, cell_name
from juesuan.cli import seal_words
from juesuan.formulas import freshen
from juesuan.hosts.patch import open_cells
from juesuan.refill import narration
from juesuan.report import to_json
from juesuan.seal import keys, passwords, record
from juesuan.seal import lock as locks
from juesuan.seal.content import content
from juesuan.seal.keys import PrivateKey
from juesuan.sheetnames import RESULT
from juesuan_addin import apply, guard
from juesuan_addin.actions import Session, Told
from juesuan_addin.port import Locked, Refused

#: The unit's key where locking is to sign: this file in the add-in's folder.
KEY = "单位私钥.pem"
_MARKED = (
    "工作簿里还有校验留下的颜色、批注和“校验结果”表，要公开的文件不应带着它们。"
    "先清除再锁定吗？（选“否”则连同标记一起锁定。）"
)
_HOW = "改好、说明好以后再“锁定”；核实性问题点“审核说明”填写。"
#: Things listed in a dialog.
_SHOWN = 12


def narrate(session: Session) -> Told:
    """填写说明: 情况说明 and 名词解释 from the tables and 补充资料; what people changed is kept."""
    session.not_sealed()
    book = freshen(session.book).book
    found = narration(book, bind(book, session.catalogue), session.catalogue)
    done = found.refill
    lines = [f"自动生成 {done.written} 段，改过而保留 {done.kept} 段，手工填写 {done.typed} 段。"]
    if done.kept or done.typed:
        lines.append("保留的文字旁边写有新生成的文字，供参考。")
    if not found.edits:
        lines.insert(0, "文字都是新的，没有改动。")
    else:
        edits = list(found.edits)
        session.write(lambda: apply.apply(session.port, session.book, edits), apply.touched(session.book, edits))
    select = None
    if found.gaps:
        lines += ["", f"待填 {len(found.gaps)} 项："]
        lines += [f"  {gap.cell or '—'} {gap.label}" for gap in found.gaps[:_SHOWN]]
        if len(found.gaps) > _SHOWN:
            lines.append(f"  另有 {len(found.gaps) - _SHOWN} 项。")
        select = _place(next((gap.cell for gap in found.gaps if gap.cell), ""))
    return Told("\n".join(lines), select=select)


def explain(session: Session) -> Told:
    """审核说明: the first 核实性 finding on 校验结果 that is not explained yet."""
    from juesuan_addin.buttons import check

    validation = session.validation
    wanted = [f for f in validation.report.open if f.verdict == "breaks" and f.severity == "explain"]
    marks = [explanations.key(finding, validation.binding) for finding in wanted]
    if not wanted:
        fatal = sum(f.verdict == "breaks" and f.severity == "fatal" for f in validation.report.open)
        more = f"还有 {fatal} 处强制性不符，只能改正。" if fatal else ""
        return Told(f"没有待填审核说明的问题。{more}")
    if (place := _row_of(session.book, marks)) is None:
        check(session)
        session.forget()
        place = _row_of(session.book, marks)
    said = f"还有 {len(wanted)} 处核实性问题待说明：请在浅蓝格选原因，填写说明、填写人和日期，然后再“校验”。"
    return Told(said, select=place)


def lock(session: Session) -> Told:
    """锁定: seal and protect a workbook that passes its checks; else say what is missing."""
    session.not_sealed()
    validation = session.validation
    if missing := locks.obstacles(validation.report, validation.fresh.book):
        document = to_json(validation, "zh", session.catalogue)
        said = seal_words.obstacles(missing, document, _HOW).split("\n")
        if len(said) > 2 * _SHOWN:
            listed = any(sheet.name.startswith(RESULT) for sheet in session.book.sheets)
            where = "见“校验结果”表" if listed else "点“校验”看全部"
            said = [*said[: 2 * _SHOWN], f"  …… 另有 {len(said) - 2 * _SHOWN} 行，{where}。"]
        return Told("\n".join(said), serious=True)
    if session.marked and session.port.ask(_MARKED, "决算公开 · 锁定"):
        from juesuan_addin.buttons import clear

        clear(session)
        session.forget()
        validation = session.validation
    typed = session.port.secret("请设定封存密码（留空则自动生成一个）：", "决算公开 · 锁定")
    if typed is None:
        return Told()
    password = typed or passwords.drawn()
    key = _key(session)
    if session.port.read().sheets != session.reading.sheets:  # the dialog does not stop anybody from typing
        raise Refused("输入密码时工作簿改动过，没有锁定；请重新“锁定”。")
    copy = session.copy()
    guard.trim(copy)
    book = validation.fresh.book
    told = [one.explanation for one in explanations.read(book)]
    time = _time(session.now)
    openings = open_cells(_bytes(copy))
    seal = locks.sealed(validation.report, content(book, told), openings, passwords.secret(password), time, key)
    edits = locks.locking(seal)
    sheets = [sheet.name for sheet in session.reading.sheets]
    try:
        with guard.opened(session.port, session.reading, sheets, session.folder):
            apply.apply(session.port, session.book, edits, password)
    except BaseException:
        _undo(session, seal, password)
        raise
    signed = "，已用单位私钥签名" if seal.signature else ""
    lines = [f"已锁定并封存{signed}，请保存工作簿。"]
    if not typed:
        lines += ["", f"封存密码（只显示这一次，请妥善保管）：{password}"]
    return Told("\n".join(lines))


def unlock(session: Session) -> Told:
    """解锁: with the password all is open again that was, and the seal is gone."""
    try:
        sealed = record.read(session.book)
    except record.BrokenSeal:
        raise Refused("封存记录已损坏，不能据以恢复；请用“审阅 → 撤消工作表保护”输入封存密码。") from None
    if sealed is None:
        return Told("这个工作簿没有封存。")
    password = session.port.secret("请输入封存密码：", "决算公开 · 解锁")
    if password is None:
        return Told()
    if not passwords.opens(password, sealed.seal.secret):
        raise Refused("封存密码不对，没有解锁。")
    guard.trim(session.copy())
    _open(session, session.book, sealed.seal, password)
    return Told("已解锁，封存随之失效；改动后请重新校验、锁定。")


# --- inside ---


def _open(session: Session, book: Book, seal: record.Seal, password: str) -> None:
    port = session.port
    _either(partial(port.protect_book, False), password)
    for sheet in book.sheets:
        if port.protection(sheet.name) is not None:
            _either(partial(port.unprotect, sheet.name), password)
    apply.apply(port, book, locks.unlocking(book, seal), password)


def _either(lift: Callable[[str], None], password: str) -> None:
    """Lift a protection with the password, or without one: locking that broke off leaves both kinds behind."""
    try:
        lift(password)
    except Locked:
        lift("")


def _undo(session: Session, seal: record.Sealed, password: str) -> None:
    """Locking broke off: what was locked by then is opened again."""
    session.forget()
    if record.present(session.book):
        _open(session, session.book, seal.seal, password)


def _bytes(copy: Path) -> bytes:
    data = copy.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("工作簿设有打开密码，程序读不了它的副本，没有锁定；请先取消打开密码、保存后再锁定。")
    if data[:2] != b"PK" or copy.suffix.lower() not in (".xlsx", ".xlsm", ".xltx", ".xltm"):
        raise Refused("只有 .xlsx、.xlsm 工作簿能够封存，请另存为 .xlsx 再锁定。")
    return data


def _key(session: Session) -> PrivateKey | None:
    path = session.folder / KEY
    if not path.is_file():
        return None
    password = ""
    data = path.read_bytes()
    if b"ENCRYPTED" in data:
        password = session.port.secret("请输入单位私钥的密码：", "决算公开 · 锁定") or ""
    try:
        return keys.load_private(data, password)
    except keys.BadKey as error:
        raise Refused(f"单位私钥不能用：{error}") from error


def _time(now: dt.datetime) -> str:
    return now.astimezone().isoformat(timespec="seconds")


def _row_of(book: Book, marks: list[str]) -> tuple[str, str] | None:
    """The cell to type the reason in, of the first row on 校验结果 that carries one of the marks."""
    reason, *_, mark = explanations.COLUMNS["zh"]
    for sheet in book.sheets:
        if not sheet.name.startswith(RESULT):
            continue
        columns: dict[str, int] = {}
        for row, values in enumerate(sheet.rows):
            texts = [str(value or "") for value in values]
            if reason in texts and mark in texts:
                columns = {name: texts.index(name) for name in (reason, mark)}
            elif columns and sheet.value(row, columns[mark]) in marks:
                return sheet.name, cell_name(row, columns[reason])
    return None


def _place(cell: str) -> tuple[str, str] | None:
    sheet, _, name = cell.rpartition("!")
    return (sheet.strip("'"), name) if sheet else None


