"""A registry of Windows in memory."""

from __future__ import annotations

from typing import Any


class Fake:
    """A registry in memory."""

    def __init__(self, mine: dict[str, dict[str, Any]] | None = None, all_: dict[str, dict[str, Any]] | None = None):
        self.mine, self.all = mine or {}, all_ or {}

    def keys(self, key: str) -> list[str]:
        inside = [known[len(key) + 1 :].split("\\")[0] for known in self.mine if known.startswith(key + "\\")]
        return list(dict.fromkeys(inside))

    def values(self, key: str, whole_machine: bool = False) -> dict[str, Any]:
        return dict((self.all if whole_machine else self.mine).get(key, {}))

    def set(self, key: str, name: str, value: str | int) -> None:
        self.mine.setdefault(key, {})[name] = value

    def delete(self, key: str, name: str) -> None:
        self.mine.get(key, {}).pop(name, None)

    def drop(self, key: str) -> None:
        self.mine.pop(key, None)
