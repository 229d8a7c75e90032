"""``keygen``, and the keys and passwords that locking asks for: from options, the environment or the keyboard."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer

    from juesuan.seal.keys import PrivateKey, PublicKey

PASSWORD, KEY_PASSWORD = "JUESUAN_PASSWORD", "JUESUAN_KEY_PASSWORD"


def register(app: typer.Typer) -> None:
    """Add the command."""
    add(
        app,
        "keygen",
        keygen,
        "生成单位的签名密钥（SM2 或 Ed25519）；公钥写在旁边的 .pub 文件里。",
        "Make a unit's signing key (SM2 or Ed25519); the public key goes beside it as .pub.",
    )


def keygen(
    output: Annotated[Path, option("--output", "-o", zh="私钥文件", en="the private key's file")],
    algorithm: Annotated[str, option("--algorithm", "-a", zh="sm2 或 ed25519", en="sm2 or ed25519")] = "sm2",
    password: Annotated[
        str,
        option(
            "--password",
            zh=f"私钥的密码（也可用环境变量 {KEY_PASSWORD}）",
            en=f"the private key's password (or {KEY_PASSWORD})",
        ),
    ] = "",
) -> int:
    from juesuan.seal import keys

    names: dict[str, keys.Algorithm] = {"sm2": "SM2", "ed25519": "Ed25519"}
    if algorithm.lower() not in names:
        raise Stop(
            say(
                f"--algorithm 只能是 sm2 或 ed25519，不是“{algorithm}”。",
                f"--algorithm must be sm2 or ed25519, not “{algorithm}”.",
            )
        )
    beside = output.with_name(f"{output.name}.pub")
    for path in (output, beside):
        if path.exists():
            raise Stop(
                say(
                    f"“{path}”已经有了；密钥不能覆盖，请换一个文件名。",
                    f"“{path}” exists; a key is never replaced, give another name.",
                )
            )
    if not output.resolve().parent.is_dir():
        raise Stop(say(f"文件夹“{output.resolve().parent}”不存在，请先建立。", "Its folder does not exist."))
    password = password or os.environ.get(KEY_PASSWORD, "") or asked_twice(
        "私钥密码（直接回车则不设）：", "Password of the private key (Enter for none): "
    )
    key = keys.generate(names[algorithm.lower()])
    _write_private(output, keys.private_pem(key, password))
    files.write(beside, keys.public_pem(key.public))
    files.put(
        say(
            f"私钥：{output}（{'有密码' if password else '没有密码'}，请妥善保管，不要外传）\n公钥：{beside}\n"
            f"指纹：{key.public.fingerprint}",
            f"Private key: {output} ({'with' if password else 'without'} password; keep it safe)\n"
            f"Public key: {beside}\n"
            f"Fingerprint: {key.public.fingerprint}",
        )
    )
    return 0


def private(path: Path, password: str) -> PrivateKey:
    from juesuan.seal import keys

    data = _key_file(path)
    password = password or os.environ.get(KEY_PASSWORD, "")
    try:
        try:
            return keys.load_private(data, password)
        except keys.BadKey as error:
            if error.fault != "needs_password":
                raise
            return keys.load_private(data, asked("私钥密码：", "Password of the private key: "))
    except keys.BadKey as error:
        raise _bad_key(path, error, say("私钥", "private key")) from None


def public(path: Path) -> PublicKey:
    from juesuan.seal import keys

    try:
        return keys.load_public(_key_file(path))
    except keys.BadKey as error:
        raise _bad_key(path, error, say("公钥", "public key")) from None


def _key_file(path: Path) -> bytes:
    if not path.is_file():
        raise Stop(say(f"没有找到密钥文件“{path}”。", f"Key file “{path}” was not found."))
    if path.stat().st_size > 100_000:
        raise Stop(say(f"“{path}”不是密钥文件。", f"“{path}” is no key file."))
    return path.read_bytes()


def _bad_key(path: Path, error: Any, kind: str) -> Stop:
    told = {
        "not_a_key": (f"里没有{kind}（PEM 格式）", f"holds no {kind} (PEM)"),
        "needs_password": ("有密码，请用 --key-password 给出", "has a password; give it with --key-password"),
        "wrong_password": ("的密码不对", ": wrong password"),
        "unknown_algorithm": ("不是 SM2 或 Ed25519 密钥", "is no SM2 or Ed25519 key"),
        "damaged": ("已损坏", "is damaged"),
    }[error.fault]
    return Stop(say(f"密钥文件“{path}”{told[0]}。", f"Key file “{path}” {told[1]}."))


def new_password(given: str) -> tuple[str, bool]:
    """The lock's password, and whether it was made up here."""
    from juesuan.seal import passwords

    given = given or os.environ.get(PASSWORD, "")
    given = given or asked_twice(
        "封存密码（直接回车则自动生成）：", "Password of the lock (Enter to have one made up): "
    )
    return (given, False) if given else (passwords.drawn(), True)


def asked_twice(chinese: str, english: str) -> str:
    """A password typed twice alike; "" where nobody is there to type, or Enter was typed."""
    if not sys.stdin.isatty():
        return ""
    first = asked(chinese, english)
    if first and asked("再输入一次：", "Once more: ") != first:
        raise Stop(say("两次输入的密码不一样，请重来。", "The passwords differ; try again."))
    return first


def asked(chinese: str, english: str) -> str:
    """A password typed without being shown. Raises Stop where nobody is there to type."""
    if not sys.stdin.isatty():
        raise Stop(
            say(
                f"需要密码：请用选项或环境变量 {PASSWORD}、{KEY_PASSWORD} 给出。",
                f"A password is needed: give it as an option or in {PASSWORD}, {KEY_PASSWORD}.",
            )
        )
    import getpass

    return getpass.getpass(say(chinese, english))


def _write_private(path: Path, data: bytes) -> None:
    """Readable by its owner only, from the first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
