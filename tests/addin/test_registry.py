"""What is read from and written to Windows' registry, and how wide programs are."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from juesuan_addin.install import doctor
from juesuan_addin.install import registry as reg
from tests.addin.registry import Fake

OPTIONS = reg.excel("16.0") + r"\Options"
PATH = r"C:\a\juesuan.xlam"


def test_loading_at_the_start_leaves_others_alone() -> None:
    registry = Fake({OPTIONS: {"OPEN": '/R "C:\\other.xlam"', "Font": "x"}})
    for _ in range(2):
        reg.load_at_start(registry, "16.0", PATH)
        assert registry.mine[OPTIONS] == {"OPEN": '/R "C:\\other.xlam"', "OPEN1": f'/R "{PATH}"', "Font": "x"}
    assert reg.starts(registry, "16.0", PATH.upper())


def test_no_gap_is_left_when_it_is_taken_out() -> None:
    """Excel stops reading OPEN, OPEN1, OPEN2 … at the first one missing."""
    registry = Fake({OPTIONS: {"OPEN": "/A", "OPEN1": f'/R "{PATH}"', "OPEN2": "/B", "OPEN10": "/C", "Font": "x"}})
    reg.forget_at_start(registry, "16.0", PATH)
    assert registry.mine[OPTIONS] == {"Font": "x", "OPEN": "/A", "OPEN1": "/B", "OPEN2": "/C"}
    assert not reg.starts(registry, "16.0", PATH)


def test_trusted_locations() -> None:
    registry = Fake()
    assert not reg.trusted(registry, "16.0", r"C:\a")
    reg.trust(registry, "16.0", r"C:\a")
    assert reg.trusted(registry, "16.0", "C:\\A\\")
    reg.distrust(registry, "16.0")
    assert not reg.trusted(registry, "16.0", r"C:\a")


def test_versions() -> None:
    assert reg.installed(Fake({reg.excel("14.0"): {}, reg.excel("15.0") + r"\Options": {"x": 1}})) == ["15.0"]
    assert reg.installed(Fake(all_={reg.excel("14.0") + r"\InstallRoot": {"Path": "C:\\Office14\\"}})) == ["14.0"]
    path = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
    assert reg.installed(Fake(all_={path: {"": r"C:\Office\EXCEL.EXE"}})) == ["16.0"]


def test_a_machine_without_excel_has_no_version_whatever_we_put_there() -> None:
    registry = Fake()
    assert reg.installed(registry) == []
    reg.load_at_start(registry, "16.0", PATH)
    reg.trust(registry, "16.0", r"C:\a")
    assert reg.installed(registry) == []
    path = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
    assert reg.installed(Fake(all_={path: {"": r"C:\WPS Office\et.exe"}})) == []


class Hives:
    """winreg, with a key for each root, view and path."""

    HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE = "mine", "all"
    KEY_READ, KEY_WOW64_64KEY, KEY_WOW64_32KEY = 1, 0x100, 0x200

    def __init__(self, held: dict[tuple[str, int, str], dict[str, Any]]) -> None:
        self.held = held
        self.OpenKey, self.QueryInfoKey, self.EnumValue = self.open_key, self.query, self.value

    @contextlib.contextmanager
    def open_key(self, root: str, key: str, _: int = 0, access: int = 1) -> Iterator[list[tuple[str, Any, int]]]:
        view = 32 if access & self.KEY_WOW64_32KEY else 64
        if (root, view, key) not in self.held:
            raise FileNotFoundError(key)
        yield [(name, value, 1) for name, value in self.held[root, view, key].items()]

    def query(self, opened: list[Any]) -> tuple[int, int, int]:
        return 0, len(opened), 0

    def value(self, opened: list[Any], at: int) -> Any:
        return opened[at]


def test_programs_of_32_bits_are_seen_from_64(monkeypatch: pytest.MonkeyPatch) -> None:
    name, server = r"Software\Classes\Ket.Application\CLSID", r"Software\Classes\CLSID\{1}\LocalServer32"
    both = {("all", 32, "k"): {"a": 1, "b": 1}, ("all", 64, "k"): {"a": 2}}
    hives = Hives({("all", 64, name): {"": "{1}"}, ("all", 32, server): {"": "et.exe"}} | both)
    monkeypatch.setitem(sys.modules, "winreg", hives)  # type: ignore[arg-type]
    registry = reg.windows()
    assert reg.class_of(registry, "Ket.Application") == {"": "et.exe"}
    assert registry.values("k", True) == {"a": 2, "b": 1}
    assert registry.values("nothing", True) == {}


def test_how_wide_office_is() -> None:
    run = r"Software\Microsoft\Office\ClickToRun\Configuration"
    outlook = r"Software\Microsoft\Office\15.0\Outlook"
    assert reg.office_bits(Fake(all_={run: {"Platform": "x86"}, outlook: {"Bitness": "x64"}})) == 32
    assert reg.office_bits(Fake(all_={outlook: {"Bitness": "x64"}})) == 64
    assert reg.office_bits(Fake()) == 0


def test_how_wide_a_program_is(tmp_path: Path) -> None:
    def program(machine: int) -> bytes:
        return (
            b"MZ".ljust(60, b"\0") + (128).to_bytes(4, "little") + bytes(64) + b"PE\0\0" + machine.to_bytes(2, "little")
        )

    assert [doctor.program_bits(program(machine)) for machine in (0x14C, 0x8664, 0x1)] == [32, 64, 0]
    assert doctor.program_bits(b"#!/bin/sh") == 0
    path = tmp_path / "EXCEL.EXE"
    path.write_bytes(program(0x14C))
    assert doctor._office_bits(Fake(), f'"{path}" /automation') == 32
    assert doctor._office_bits(Fake(), r"C:\nowhere\EXCEL.EXE") == 0


def test_what_stands_behind_a_name() -> None:
    server = {"": r'"C:\WPS Office\et.exe" /Automation'}
    registry = Fake(all_={
        r"Software\Classes\Excel.Application\CLSID": {"": "{1}"},
        r"Software\Classes\CLSID\{1}\LocalServer32": server,
    })  # fmt: skip
    assert reg.class_of(registry, "Excel.Application") == server
    assert reg.class_of(registry, "Ket.Application") == {}
