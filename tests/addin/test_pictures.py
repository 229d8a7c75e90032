"""The manual's pictures can be made, show what they should, and are the ones the manual shows."""

from __future__ import annotations

import base64
import io
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html
from PIL import Image

from juesuan_addin.build import guide, xlam
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


def test_the_manual_shows_them_all() -> None:
    text = MANUAL.read_text("utf-8")
    shown = re.findall(r"!\[[^\]]+\]\(图/([^)]+)\)", text)
    assert set(shown) == set(pictures.NAMES)
    assert all((pictures.FOLDER / name).is_file() for name in shown)


def test_the_manual_has_every_button_in_the_order_of_the_ribbon() -> None:
    """Each says what it does, what it changes and how to go back, or that it changes nothing."""
    ribbon = ElementTree.fromstring(xlam.ribbon())
    labels = [node.get("label") for node in ribbon.iter() if node.tag.endswith("}button")]
    parts = re.split(r"^#{2,4} (.+)$", MANUAL.read_text("utf-8"), flags=re.MULTILINE)
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert [name for name in told if name in labels] == labels
    for label in labels:
        assert "不改动工作簿" in told[str(label)] or re.search(r"^- 改动：.+^- 退回：", told[str(label)], re.M | re.S)


def test_the_page_is_whole_and_up_to_date() -> None:
    assert guide.main(["--check"]) == 0, "make docs"
    text = guide.TARGET.read_text("utf-8")
    root = html.fromstring(text)
    sources = root.xpath("//img/@src")
    assert len(sources) == len(pictures.NAMES)
    for source in sources:
        picture = Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,"))))
        picture.load()
    anchors = root.xpath("//h2/@id | //h3/@id | //h4/@id")
    assert [link.removeprefix("#") for link in root.xpath("//nav//a/@href")] == anchors
    assert len(set(anchors)) == len(anchors)
    # nothing is fetched from elsewhere
    assert not root.xpath("//script | //link | //*[@src][not(starts-with(@src, 'data:'))]")
    assert "url(" not in text


def test_the_page_says_when_it_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guide, "TARGET", tmp_path / "使用手册.html")
    assert guide.main(["--check"]) == 1
    assert guide.main([]) == 0
    assert guide.main(["--check"]) == 0
    (tmp_path / "使用手册.html").write_text("旧的", "utf-8")
    assert guide.main(["--check"]) == 1


def test_lines_of_the_source_run_on() -> None:
    made = guide.page("# 题 <b>\n\n第一行，\n第二行 abc\ndef **粗**\n后 `a<b`\n\n## 同\n\n## 同\n", Path())
    assert "<p>第一行，第二行 abc\ndef <strong>粗</strong>后 <code>a&lt;b</code></p>" in made
    assert "<title>题 &lt;b&gt;</title>" in made
    assert ['id="同"' in made, 'id="同-2"' in made] == [True, True]


def test_the_page_opens_in_a_browser(chromium: str, tmp_path: Path) -> None:
    page = tmp_path / "帮助.html"
    page.write_bytes(guide.TARGET.read_bytes())
    shot = tmp_path / "shot.png"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1000,1600", f"--screenshot={shot}"]
    subprocess.run([chromium, *options, page.as_uri()], check=True, capture_output=True, timeout=120)
    seen = Image.open(shot).convert("RGB")
    assert any(abs(r - 0x21) < 8 and abs(g - 0x73) < 8 and abs(b - 0x46) < 8 for r, g, b in colours(seen))  # the ribbon


def test_the_commands_in_the_manual_exist() -> None:
    text = MANUAL.read_text("utf-8")
    source = (Path(__file__).resolve().parents[2] / "addin" / "juesuan_addin" / "cli.py").read_text("utf-8")
    named = set(re.findall(r"juesuan addin ([a-z]+)", text))
    assert named >= {"install", "uninstall", "doctor"}
    assert named <= set(re.findall(r'add\(\s*addin,\s*"(\w+)"', source))
