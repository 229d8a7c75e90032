"""The data files of workbook_templates/: the one place that reads TOML and package resources."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

ROOT: Traversable = files("workbook_templates")


class BadData(ValueError):
    """A data file cannot be used; the message names the file and what is wrong."""


def toml(path: str) -> dict[str, Any]:
    """One TOML file below workbook_templates/. Raises BadData when it is missing or not TOML."""
    return parse(text(path), path)


def parse(content: str, where: str) -> dict[str, Any]:
    """TOML text → plain data. Raises BadData with the place."""
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise BadData(f"{where}：不是有效的 TOML（{error}）") from error


def text(path: str) -> str:
    """One UTF-8 text file below workbook_templates/. Raises BadData when it is missing."""
    try:
        return _find(path).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadData(f"缺少数据文件 {path}") from error


def binary(path: str) -> bytes:
    """One file below workbook_templates/ as bytes. Raises BadData when it is missing."""
    try:
        return _find(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadData(f"缺少数据文件 {path}") from error


def folder(path: str, suffix: str) -> Iterator[str]:
    """The names of a folder's files with that ending, sorted, as paths below workbook_templates/."""
    for entry in sorted(_find(path).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(suffix):
            yield f"{path}/{entry.name}"


def below(path: str) -> Iterator[str]:
    """All files of a folder and its folders, sorted, as paths below workbook_templates/."""
    for entry in sorted(_find(path).iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from below(f"{path}/{entry.name}")
        else:
            yield f"{path}/{entry.name}"


def _find(path: str) -> Traversable:
    found = ROOT
    for part in path.split("/"):
        found = found / part
    return found
