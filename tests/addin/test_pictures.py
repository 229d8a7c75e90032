"""The manual's pictures can be made, show what they should, and are the ones the manual shows."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from juesuan_addin.buttons import BUTTONS
from tests.addin import pictures
from tests.addin.office import Office

MANUAL = pictures.FOLDER.parent / "使用手册.md"


def colours(picture: Image.Image) -> set[tuple[int, ...]]:
    found = picture.convert("RGB").getcolors(1 << 24) or []
    return {colour for count, colour in found if count > 200}  # type: ignore[misc]  # RGB


def test_they_can_be_made(office: Office, tmp_path: Path) -> None:
    made = {path.name: Image.open(path) for path in pictures.make(tmp_path / "图", office, tmp_path)}
    assert made.keys() == set(pictures.NAMES)
    assert all(picture.width > 600 and picture.height > 150 for picture in made.values())
    red = (0xFF, 0x99, 0x99)
    for name in ("校验-支出决算表.png", "校验-校验结果.png"):
        assert any(max(abs(a - b) for a, b in zip(red, colour, strict=True)) < 8 for colour in colours(made[name]))


def test_the_manual_shows_them_all_and_names_every_button() -> None:
    text = MANUAL.read_text("utf-8")
    shown = re.findall(r"!\[[^\]]+\]\(图/([^)]+)\)", text)
    assert set(shown) == set(pictures.NAMES)
    assert all((pictures.FOLDER / name).is_file() for name in shown)
    for button in BUTTONS.values():
        assert f"**{button.label}**" in text, button.label


def test_the_commands_in_the_manual_exist() -> None:
    text = MANUAL.read_text("utf-8")
    source = (Path(__file__).resolve().parents[2] / "addin" / "juesuan_addin" / "cli.py").read_text("utf-8")
    named = set(re.findall(r"juesuan addin ([a-z]+)", text))
    assert named >= {"install", "uninstall", "doctor"}
    assert named <= set(re.findall(r'add\(\s*addin,\s*"(\w+)"', source))
