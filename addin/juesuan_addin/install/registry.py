"""What Windows' registry holds of Excel's add-ins: keys of the current user only, so no administrator is needed.

``Registry`` is what is asked of it; on Windows ``windows()`` gives the real one, tests give a dictionary.
"""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

#: Excel 2010 … 365.
VERSIONS = ("16.0", "15.0", "14.0")
_OPEN = re.compile(r"OPEN(\d*)", re.IGNORECASE)
TRUSTED = "juesuan"
_BITS = {"x86": 32, "x64": 64}


class Registry(Protocol):
    """Values under keys of the current user ("Software\\…")."""

    def keys(self, key: str) -> list[str]:
        """The names of the keys under a key; [] where there is no such key."""
        ...

    def values(self, key: str, whole_machine: bool = False) -> dict[str, Any]:
        """The values of a key, {} where there is none. ``whole_machine``: of all users (read only).

        32-bit programs register in a view of their own; both are looked at, the 64-bit one first.
        """
        ...

    def set(self, key: str, name: str, value: str | int) -> None:
        """Set a value; keys are made as needed."""
        ...

    def delete(self, key: str, name: str) -> None:
        """Delete a value; nothing where there is none."""
        ...

    def drop(self, key: str) -> None:
        """Delete a key without keys under it; nothing where there is none."""
        ...


def excel(version: str) -> str:
    """Excel's key."""
    return rf"Software\Microsoft\Office\{version}\Excel"


def installed(registry: Registry) -> list[str]:
    """The Excel versions that are on this machine, or that this user has started; what we put there does not count."""
    found = [version for version in VERSIONS if _started(registry, version) or _put(registry, version)]
    return found or ([VERSIONS[0]] if _somewhere(registry) else [])


def _started(registry: Registry, version: str) -> bool:
    key = excel(version)
    options = registry.values(key + r"\Options")
    others = [name for name in registry.keys(key) if name.casefold() not in ("options", "security")]
    return bool(others or registry.values(key) or any(not _OPEN.fullmatch(name) for name in options))


def _put(registry: Registry, version: str) -> bool:
    """Whether a set-up for the whole machine says where Excel lies."""
    return bool(registry.values(excel(version) + r"\InstallRoot", True).get("Path"))


def _somewhere(registry: Registry) -> bool:
    """Whether Windows knows an excel.exe, of whatever version."""
    known = registry.values(r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", True)
    return str(known.get("", "")).casefold().strip('"').endswith("excel.exe")


def load_at_start(registry: Registry, version: str, path: str) -> None:
    """Have Excel open the add-in at every start: an OPEN value of its Options, once."""
    key = excel(version) + r"\Options"
    forget_at_start(registry, version, path)
    taken = {_number(name) for name in registry.values(key) if _OPEN.fullmatch(name)}
    number = next(n for n in range(len(taken) + 1) if n not in taken)
    registry.set(key, "OPEN" + (str(number) if number else ""), f'/R "{path}"')


def forget_at_start(registry: Registry, version: str, path: str) -> None:
    """Take the add-in out of Excel's start. The values behind it move up: Excel stops at the first gap."""
    key = excel(version) + r"\Options"
    values = {_number(name): (name, str(text)) for name, text in registry.values(key).items() if _OPEN.fullmatch(name)}
    kept = [text for _, (_, text) in sorted(values.items()) if path.casefold() not in text.casefold()]
    if len(kept) == len(values):
        return
    for name, _ in values.values():
        registry.delete(key, name)
    for number, text in enumerate(kept):
        registry.set(key, "OPEN" + (str(number) if number else ""), text)


def starts(registry: Registry, version: str, path: str) -> bool:
    """Whether Excel opens the add-in at its start."""
    values = registry.values(excel(version) + r"\Options")
    return any(_OPEN.fullmatch(name) and path.casefold() in str(text).casefold() for name, text in values.items())


def trust(registry: Registry, version: str, folder: str) -> None:
    """Make the add-in's folder a trusted location, so that its macros run without a question."""
    key = rf"{excel(version)}\Security\Trusted Locations\{TRUSTED}"
    registry.set(key, "Path", folder.rstrip("\\") + "\\")
    registry.set(key, "Description", "juesuan")
    registry.set(key, "AllowSubfolders", 0)


def distrust(registry: Registry, version: str) -> None:
    """Take the trusted location away."""
    registry.drop(rf"{excel(version)}\Security\Trusted Locations\{TRUSTED}")


def trusted(registry: Registry, version: str, folder: str) -> bool:
    """Whether the add-in's folder is a trusted location."""
    base = rf"{excel(version)}\Security\Trusted Locations"
    wanted = folder.rstrip("\\").casefold()
    return any(
        str(registry.values(rf"{base}\{key}").get("Path", "")).rstrip("\\").casefold() == wanted
        for key in registry.keys(base)
    )


def _number(name: str) -> int:
    match = _OPEN.fullmatch(name)
    return int(match[1] or 0) if match else -1


def windows() -> Registry:
    """The registry of this Windows."""
    return _Windows()


class _Windows:
    """Through winreg, which exists on Windows only."""

    def __init__(self) -> None:
        self._reg: Any = importlib.import_module("winreg")

    def keys(self, key: str) -> list[str]:
        found: dict[str, None] = {}
        for opened in self._views(self._reg.HKEY_CURRENT_USER, key):
            names = (self._reg.EnumKey(opened, at) for at in range(self._reg.QueryInfoKey(opened)[0]))
            found.update(dict.fromkeys(names))
        return list(found)

    def values(self, key: str, whole_machine: bool = False) -> dict[str, Any]:
        root = self._reg.HKEY_LOCAL_MACHINE if whole_machine else self._reg.HKEY_CURRENT_USER
        found: dict[str, Any] = {}
        for opened in self._views(root, key):
            entries = (self._reg.EnumValue(opened, at) for at in range(self._reg.QueryInfoKey(opened)[1]))
            found = {name: value for name, value, _ in entries} | found
        return found

    def _views(self, root: Any, key: str) -> Iterator[Any]:
        for view in (self._reg.KEY_WOW64_64KEY, self._reg.KEY_WOW64_32KEY):
            with contextlib.suppress(OSError), self._reg.OpenKey(root, key, 0, self._reg.KEY_READ | view) as opened:
                yield opened

    def set(self, key: str, name: str, value: str | int) -> None:
        kind = self._reg.REG_DWORD if isinstance(value, int) else self._reg.REG_SZ
        with self._reg.CreateKey(self._reg.HKEY_CURRENT_USER, key) as found:
            self._reg.SetValueEx(found, name, 0, kind, value)

    def delete(self, key: str, name: str) -> None:
        try:
            with self._reg.OpenKey(self._reg.HKEY_CURRENT_USER, key, 0, self._reg.KEY_SET_VALUE) as found:
                self._reg.DeleteValue(found, name)
        except OSError:
            return

    def drop(self, key: str) -> None:
        try:
            self._reg.DeleteKey(self._reg.HKEY_CURRENT_USER, key)
        except OSError:
            return


def class_of(registry: Registry, program: str) -> Mapping[str, Any]:
    """What stands behind a program's name ("Excel.Application"): the class's values, {} where it is not registered."""
    name = registry.values(rf"Software\Classes\{program}\CLSID") or registry.values(
        rf"Software\Classes\{program}\CLSID", True
    )
    identity = str(name.get("", ""))
    if not identity:
        return {}
    key = rf"Software\Classes\CLSID\{identity}\LocalServer32"
    return registry.values(key) or registry.values(key, True)


def office_bits(registry: Registry) -> int:
    """Whether Office is 32 or 64 bits wide; 0 where its set-up does not say."""
    said = [registry.values(r"Software\Microsoft\Office\ClickToRun\Configuration", True).get("Platform")]
    said += [registry.values(rf"Software\Microsoft\Office\{one}\Outlook", True).get("Bitness") for one in VERSIONS]
    return next((_BITS[str(word).lower()] for word in said if str(word).lower() in _BITS), 0)
