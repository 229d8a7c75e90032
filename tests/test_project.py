"""The project around the code: documents that say what is, versions that agree, files fit to be published."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import juesuan
from juesuan.catalogue import load
from juesuan.docs import SECTIONS, rules_page

ROOT = Path(__file__).resolve().parents[1]
TEXTS = {".py", ".md", ".toml", ".csv", ".json", ".txt", ".html", ".cfg", ".yml", ".yaml", ".bas", ".xml", ""}
#: Longer than this and a file has more than one reason to change.
LONGEST = 450
DOCUMENTS = ("README.md", "README.en.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions.md", "LICENSE")


def tracked() -> list[Path]:
    """The project's own files: what git keeps or would add; without git, what is no cache."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return [p for p in ROOT.rglob("*") if p.is_file() and not any(part.startswith(".") for part in p.parts)]
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        if path.suffix in TEXTS:
            try:
                found.append((path.relative_to(ROOT), path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue
    return found


def commands() -> set[str]:
    """The program's commands."""
    import typer.main

    from juesuan.cli.app import build

    return set(typer.main.get_command(build()).commands)  # type: ignore[attr-defined]  # a group


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_there(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == juesuan.__version__
    assert re.search(rf"^## {re.escape(juesuan.__version__)}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)


def test_rules_page_is_fresh() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rules_page(load()), "目录改了，请运行 make docs"


def test_rules_page_has_every_rule_under_a_title() -> None:
    page = rules_page(load())
    assert [rule.id for rule in load().rules if page.count(f"| **{rule.id}** |") != 1] == []
    assert {rule.id.partition("-")[0] for rule in load().rules} <= SECTIONS.keys()


def test_docs_command_prints_the_page() -> None:
    command = [sys.executable, "-m", "juesuan.docs"]
    printed = subprocess.run([*command, "rules"], capture_output=True, check=True).stdout
    assert printed.decode("utf-8") == rules_page(load())
    assert subprocess.run([*command, "nothing"], capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("name", ["README.md", "README.en.md", "CONTRIBUTING.md"])
def test_commands_named_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.S))
    named = set(re.findall(r"\bjuesuan ([a-z]+(?:-[a-z]+)*)\b(?! *=)", shown))
    assert named <= commands()


def test_readme_shows_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(commands()) if f"juesuan {name}" not in text] == []


@pytest.mark.parametrize("name", ["README.md", "README.en.md", "CONTRIBUTING.md"])
def test_make_targets_named_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert set(re.findall(r"`make ([a-z]+)", (ROOT / name).read_text(encoding="utf-8"))) <= targets


@pytest.mark.parametrize("name", [*DOCUMENTS[:-1], "docs/rules.md"])
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_rules_named_in_documents_exist() -> None:
    known = {rule.id for rule in load().declarations}
    for name in DOCUMENTS[:-1]:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(re.findall(r"\b(?:T\d+|X|S|N|P|B)-\d{2}(?:\.\d)?\b", text)) <= known | {"T1-12"}, name


def test_no_machine_paths_or_phone_numbers() -> None:
    # Built from pieces so that this file does not hold what it looks for.
    folders = "|".join(("ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk"))
    path = re.compile(rf"(?<![\w.])/(?:{folders})/[\w.-]+")
    phone = re.compile(r"(?<![\d.#A-Za-z_-])(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8})(?![\d.A-Za-z_-])")
    found = [
        f"{name}: {match.group()}" for name, text in texts() for form in (path, phone) for match in form.finditer(text)
    ]
    assert found == []


def test_no_file_is_too_long() -> None:
    code = [(name, text) for name, text in texts() if name.suffix == ".py" and name.parts[0] != "tests"]
    assert [f"{name} {n} 行" for name, text in code if (n := text.count("\n")) > LONGEST] == []


def test_scripts_can_be_run() -> None:
    assert [p.name for p in (ROOT / ".ci").iterdir() if not p.stat().st_mode & 0o100] == []


def test_readme_sample_is_real_output() -> None:
    from juesuan import data
    from juesuan.case import load_case
    from juesuan.fill import fill
    from juesuan.hosts.read import read_book
    from juesuan.report import to_json
    from juesuan.show.text import plain
    from juesuan.template.package import workbook_bytes
    from juesuan.validation import examine

    draft, _ = fill(load_case(data.text("demo/000.json")), load())
    validation = examine(read_book(workbook_bytes(draft), name="决算公开表.xlsx"))
    printed = plain([to_json(validation, "zh", load())], "zh").splitlines()
    (sample,) = re.findall(r"```text\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    wanted = [line.removesuffix("……") for line in sample.splitlines()]
    assert [line for line in wanted if not any(real.startswith(line) for real in printed)] == []
