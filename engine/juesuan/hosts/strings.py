"""The shared string table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, count

from juesuan.book import CannotRead
from juesuan.hosts import guard, tree
from juesuan.hosts.guard import Damaged

_CHUNK = 4 * guard.MB
_INDEXES = [str(index) for index in range(2_000)]  # most tables need no more
_T = r'<t(?: xml:space="(?:preserve|default)")?+(?:>([^<]*+)</t>| ?+/>)'
_RUN = r"<r>(?:<rPr>(?:<[^/<>][^<>]*+(?<=/)>)*+</rPr>|<rPr ?+/>)?+" + _T.replace("([^<]*+)", "[^<]*+") + "</r>"
_SIMPLE = re.compile(r'<si><t(?: xml:space="preserve")?+>([^<]*+)</t>(?:<phoneticPr[^<>]*+/>)?+</si>')
_ITEM = re.compile(
    rf"<si>(?:{_T}|((?:{_RUN})++))?+"
    r"(?:<rPh[^<>]*+>(?:<t[^<>]*+>[^<]*+</t>)?+</rPh>)*+(?:<phoneticPr[^<>]*+/>)?+</si>"
)
_TEXT = re.compile(_T)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROOT = re.compile(rb"\s*+(?:<\?xml[^<>]*+>)?+\s*+<sst\b[^<>]*? xmlns=\"(?:%b|%b)\"" % (
    re.escape(tree.MAIN.encode()), re.escape(tree.STRICT.encode())))  # fmt: skip


def read(data: bytes) -> dict[str, str]:
    """Index as cells write it ("0", "1" …) → text. Raises Damaged when the table cannot be parsed."""
    texts = _quick(data)
    if texts is None:
        texts = []
        for text in tree.strings(data):
            texts.append(unescape(text))
            _limit(len(texts))
    return dict(zip(chain(_INDEXES, map(str, count(len(_INDEXES)))), texts, strict=False))


def unescape(text: str) -> str:
    """ "_x000D_" → carriage return: how Excel stores what XML cannot hold."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: _character(match[0], int(match[1], 16)), text)


def _character(written: str, code: int) -> str:
    return written if 0xD800 <= code <= 0xDFFF else chr(code)


def chunks(data: bytes, close: bytes) -> Iterator[str]:
    """``data`` decoded in pieces of some 4 MB, each ending after ``close``. Raises Damaged for bad UTF-8."""
    try:
        if len(data) <= _CHUNK:
            yield data.decode()
            return
        start = 0
        while start < len(data):
            end = data.find(close, start + _CHUNK)
            end = len(data) if end < 0 else end + len(close)
            yield data[start:end].decode()
            start = end
    except UnicodeDecodeError:
        raise Damaged("文字编码有误") from None


def _quick(data: bytes) -> list[str] | None:
    if guard.has_markup(data, b"<!") or guard.has_markup(data, b"<?") or not _ROOT.match(data):
        return None
    if not data.rstrip().endswith(b"</sst>"):
        return None
    texts: list[str] = []
    for chunk in chunks(data, b"</si>"):
        size = chunk.count("<si")
        _limit(len(texts) + size)
        found = _SIMPLE.findall(chunk)
        if len(found) != size:
            items = _ITEM.findall(chunk)
            if len(items) != size:
                return None
            found = [text if not runs else "".join(_TEXT.findall(runs)) for text, runs in items]
        if "&" in chunk:
            plain = tree.plain({text for text in found if "&" in text})
            found = [plain.get(text, text) for text in found]
        if "_x" in chunk:
            found = [unescape(text) for text in found]
        texts += found
    return texts


def _limit(size: int) -> None:
    if size > guard.MAX_STRINGS:
        raise CannotRead(f"工作簿的文字超过 {guard.MAX_STRINGS} 条，大得不合常理，请只保留决算公开表后另存为新文件。")
