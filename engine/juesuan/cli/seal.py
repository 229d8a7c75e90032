"""``lock``, ``verify``, ``unlock``: declaring a workbook finished, and telling whether it still is."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from juesuan.cli import files, signing
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import lang, say

if TYPE_CHECKING:
    import typer

    from juesuan.edits import Secret
    from juesuan.seal.record import Sealed


def register(app: typer.Typer) -> None:
    """Add the commands."""
    add(
        app,
        "lock",
        lock,
        "封存：校验通过才锁定各表并写入封存记录（可用单位密钥签名）。退出码：0 已封存；1 还有问题；2 文件不能用。",
        "Lock and seal a workbook that passes its checks. Exit status: 0 locked; 1 something is missing; 2 unusable.",
    )
    add(
        app,
        "verify",
        verify,
        "查验封存：封存以来有没有改动，是谁签名的。退出码：0 有效；1 有改动、签名不对或没有封存；2 文件不能用。",
        "Check the seal: what changed since, and who signed. Exit status: 0 valid; 1 changed, wrong signature or no "
        "seal; 2 unusable.",
    )
    add(
        app,
        "unlock",
        unlock,
        "解除封存：用封存密码恢复原来可填的格，去掉封存记录。",
        "Take the lock away with its password: what was open is open again, the seal is gone.",
    )
    signing.register(app)


def lock(
    path: Annotated[Path, argument("FILE", zh="要封存的工作簿", en="the workbook")],
    output: Annotated[Path, option("--output", "-o", zh="封存好的文件", en="the locked file")],
    key: Annotated[Path | None, option("--key", "-k", zh="签名用的私钥文件", en="the private key to sign with")] = None,
    password: Annotated[
        str,
        option(
            "--password",
            zh=f"封存密码（也可用环境变量 {signing.PASSWORD}；不给就现问或自动生成）",
            en=f"the lock's password (or {signing.PASSWORD}; asked for or made up where not given)",
        ),
    ] = "",
    key_password: Annotated[
        str,
        option(
            "--key-password",
            zh=f"私钥的密码（也可用环境变量 {signing.KEY_PASSWORD}）",
            en=f"the private key's password (or {signing.KEY_PASSWORD})",
        ),
    ] = "",
    prior: Annotated[
        Path | None,
        option("--prior", zh="上年决算的工作簿，用于核对年初数", en="last year's workbook, to check opening balances"),
    ] = None,
) -> int:
    from juesuan import explanations
    from juesuan.cli import seal_words
    from juesuan.cli.validate import check
    from juesuan.cli.words import catalogue
    from juesuan.hosts.patch import apply_edits, open_cells
    from juesuan.hosts.read import read_book
    from juesuan.report import to_json
    from juesuan.seal import lock as locks
    from juesuan.seal import passwords, record
    from juesuan.seal.content import content
    from juesuan.validation import statements_of

    files.apart(path, output)
    rules = catalogue()
    validation, data = check(path, rules, statements_of(prior, rules) if prior else None)
    book = validation.fresh.book
    if record.present(book):
        raise Stop(
            say(
                "这个文件已经封存；要重新封存，请先用 juesuan unlock 解除。",
                "This file is sealed already; unlock it first to seal it anew.",
            )
        )
    missing = locks.obstacles(validation.report, book)
    if missing:
        files.put(seal_words.obstacles(missing, to_json(validation, lang(), rules)))
        return 1
    private = signing.private(key, key_password) if key else None
    password, made = signing.new_password(password)
    typed = [one.explanation for one in explanations.read(book)]
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    secret = passwords.secret(password)
    sealed = locks.sealed(validation.report, content(book, typed), open_cells(data), secret, now, private)
    locked = apply_edits(data, locks.locking(sealed))
    _still_readable(read_book(locked), secret)
    files.write(output, locked)
    files.put(seal_words.locked(sealed, output))
    if made:
        files.put(
            say(
                f"封存密码（只显示这一次，请妥善保管）：{password}",
                f"Password of the lock (shown only now, keep it safe): {password}",
            )
        )
    return 0


def verify(
    path: Annotated[Path, argument("FILE", zh="封存过的工作簿", en="a sealed workbook")],
    style: Annotated[str, option("--format", "-f", zh="输出格式：text、json", en="text or json")] = "text",
    public_key: Annotated[
        Path | None,
        option("--public-key", "-p", zh="应当能用这把公钥验明的签名", en="the public key it ought to be signed with"),
    ] = None,
) -> int:
    from juesuan import explanations
    from juesuan.cli import seal_words
    from juesuan.formulas import freshen
    from juesuan.hosts.read import read_book
    from juesuan.seal.content import content
    from juesuan.seal.verify import verify as verified

    if style not in ("text", "json"):
        raise Stop(say(f"--format 只能是 text、json，不是“{style}”。", "--format must be text or json."))
    trusted = signing.public(public_key) if public_key else None
    book = freshen(read_book(files.read(path), name=path.name)).book
    typed = [one.explanation for one in explanations.read(book)]
    found = verified(book, content(book, typed), trusted)
    if style == "json":
        files.data(files.pretty(seal_words.document(path.name, found, book)))
    else:
        files.put(seal_words.verdict(found, book, trusted is not None))
    return 0 if found.status == "valid" else 1


def unlock(
    path: Annotated[Path, argument("FILE", zh="封存过的工作簿", en="a sealed workbook")],
    output: Annotated[Path, option("--output", "-o", zh="解除封存后的文件", en="the unlocked file")],
    password: Annotated[
        str,
        option(
            "--password",
            zh=f"封存密码（也可用环境变量 {signing.PASSWORD}）",
            en=f"the lock's password (or {signing.PASSWORD})",
        ),
    ] = "",
) -> int:
    from juesuan.hosts.patch import apply_edits
    from juesuan.hosts.read import read_book
    from juesuan.seal import lock as locks
    from juesuan.seal import passwords

    files.apart(path, output)
    data = files.read(path)
    book = read_book(data, name=path.name, formulas=False)
    sealed = _sealed(book)
    password = password or os.environ.get(signing.PASSWORD, "") or signing.asked("封存密码：", "Password of the lock: ")
    try:
        right = passwords.opens(password, sealed.seal.secret)
    except ValueError:
        raise Stop(say("封存记录已损坏，不能解除封存。", "The seal is damaged; it cannot be unlocked.")) from None
    if not right:
        raise Stop(say("封存密码不对，没有解除封存。", "Wrong password; nothing was unlocked."))
    files.write(output, apply_edits(data, locks.unlocking(book, sealed.seal)))
    files.put(
        say(
            f"已解除封存：{output}。原来可填的格恢复可填，封存记录已去掉；改动后请重新校验、封存。",
            f"Unlocked: {output}. What was open is open again, the seal is gone; check and lock it again later.",
        )
    )
    return 0


# --- inside ---


def _sealed(book: Any) -> Sealed:
    from juesuan.seal import record

    try:
        found = record.read(book)
    except record.BrokenSeal:
        raise Stop(
            say(
                "封存记录已损坏，不能据以恢复；请用 Excel 的“撤销工作表保护”输入封存密码。",
                "The seal is damaged; use Excel's “Unprotect Sheet” with the lock's password.",
            )
        ) from None
    if found is None:
        raise Stop(say("这个文件没有封存。", "This file is not sealed."))
    return found


def _still_readable(book: Any, secret: Secret) -> None:
    """What was written can be read back: a lock nobody can open again would be worse than none."""
    if _sealed(book).seal.secret != secret:
        raise Stop(say("封存记录写不进这个文件，没有封存。", "The seal cannot be stored here; nothing was locked."))
