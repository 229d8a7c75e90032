"""Ctrl+C: said in a sentence, with the way to go on where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from juesuan.bureau import batch, roster
from tests.conftest import Run


def interrupted(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_batch_can_go_on(roster_path: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "run", interrupted)
    ran = run("batch", tmp_path, "-r", roster_path, "-o", tmp_path / "结果", "-y", 2023)
    assert ran.status == 130
    assert ran.err.splitlines()[-1] == "已中断；校验过的记在台账里，加 --resume 接着做。"


def test_other_commands(roster_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "read_roster", interrupted)
    ran = run("roster", roster_path)
    assert (ran.status, ran.err) == (130, "已中断。\n")
