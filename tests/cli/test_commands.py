"""The other commands: fill, extract, template, recompute, clear, rules, layouts, schemas, codes, demo, version."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import juesuan
from juesuan import __main__ as program
from juesuan.hosts.read import read_book
from juesuan.report import json_schema
from tests.conftest import Run
from tests.foreign.cases import CASES
from tests.validated import workbook


def test_version_is_quick(run: Run) -> None:
    assert run("--version").out == f"juesuan {juesuan.__version__}\n"
    heavy = (
        "import sys; from juesuan.__main__ import main; main(['--version']);"
        "print([m for m in ('typer', 'rich', 'openpyxl', 'pydantic', 'lxml') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_validate_from_python(wrong: Path) -> None:
    report = juesuan.validate(wrong)
    assert [c.corrections[0].suggested for c in report.causes] == [573_190_000, 573_190_000]
    with pytest.raises(juesuan.CannotRead):
        juesuan.validate("没有.xlsx")
    with pytest.raises(AttributeError):
        _ = juesuan.nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", ["000", "001", "003"])
def test_fill_and_extract_give_the_case_back(run: Run, tmp_path: Path, case: str) -> None:
    source, book, back = CASES / f"{case}.json", tmp_path / "填.xlsx", tmp_path / "取.json"
    assert run("fill", source, "-o", book).status == 0
    assert run("extract", book, "-o", back).status == 0
    assert json.loads(back.read_text(encoding="utf-8")) == json.loads(source.read_text(encoding="utf-8"))
    assert run("extract", book).data == json.loads(source.read_text(encoding="utf-8"))


def test_filled_with_formulas_everything_holds(run: Run, tmp_path: Path) -> None:
    book = tmp_path / "填.xlsx"
    assert run("fill", CASES / "000.json", "-o", book, "--totals", "formula").status == 0
    counts = run("validate", book, "--format", "json").data["counts"]
    assert counts["breaks"] == 1  # one name differs from the dictionary


def test_fill_refuses(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "坏.json"
    bad.write_text('{"unit": "甲"}', encoding="utf-8")
    for arguments in (
        (bad, "-o", "x.xlsx"),
        (CASES / "000.json", "-o", "x.xls"),
        (CASES / "000.json", "-o", "x.xlsx", "--layout", "没有"),
        (CASES / "000.json", "-o", "x.xlsx", "--totals", "none"),
        (CASES / "000.json", "-o", "没有的文件夹/x.xlsx"),
        ("没有.json", "-o", "x.xlsx"),
    ):
        ran = run("fill", *arguments)
        assert ran.status == 2
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize("layout", ["hubei-2023", "hubei-2023-30", "hunan-2021", "national"])
def test_template(run: Run, tmp_path: Path, layout: str) -> None:
    book = tmp_path / "空.xlsx"
    ran = run("template", "--layout", layout, "--unit", "甲单位", "--year", 2023, "-o", book)
    assert ran.status == 0
    assert run("validate", book).status == 0


def test_template_with_codes(run: Run, tmp_path: Path) -> None:
    codes = tmp_path / "科目.txt"
    codes.write_text("2080101 行政运行\n\n2101101,行政单位医疗\n", encoding="gb18030")
    book = tmp_path / "空.xlsx"
    arguments = ("template", "--layout", "national", "--unit", "甲", "--year", 2023, "-o", book, "--codes", codes)
    assert run(*arguments).status == 0
    cells = {value for row in read_book(book).sheet("支出决算表").rows for value in row}
    assert {"208", "20801", "2080101", "210", "21011", "2101101"} <= cells
    assert run(*arguments, "--nature", "企业").status == 2
    assert run(*arguments, "--kind", "公司").status == 2


@pytest.mark.parametrize("writer", ["formulas_stale", "formulas_uncached"])
def test_recompute(run: Run, tmp_path: Path, writer: str) -> None:
    book, fresh = tmp_path / "旧.xlsx", tmp_path / "新.xlsx"
    book.write_bytes(workbook("000", writer))
    before = book.read_bytes()
    assert run("recompute", book, "-o", fresh).status == 0
    assert book.read_bytes() == before
    assert not [f for f in run("validate", fresh, "--format", "json").data["findings"] if f["rule"] == "S-03.2"]
    assert run("recompute", book).status == 2
    assert run("recompute", book, "-o", book).status == 2
    assert run("recompute", book, "--in-place").status == 0
    assert next(tmp_path.glob("旧.备份-*.xlsx")).read_bytes() == before


def test_clear(run: Run, wrong: Path, tmp_path: Path) -> None:
    before, copy, cleared = wrong.read_bytes(), tmp_path / "标注.xlsx", tmp_path / "原样.xlsx"
    run("validate", wrong, "--annotate", copy)
    assert run("clear", copy, "-o", cleared).status == 0
    assert read_book(cleared, name="x") == read_book(before, name="x")
    assert "没有校验标注" in run("clear", wrong, "-o", tmp_path / "无.xlsx").err
    assert (tmp_path / "无.xlsx").read_bytes() == before
    assert run("clear", copy, "--in-place").status == 0
    assert copy.read_bytes() == cleared.read_bytes()
    assert run("clear", "没有.xlsx", "-o", "x.xlsx").status == 2


def test_rules(run: Run) -> None:
    every = run("rules", "list").out.splitlines()
    assert len(every) > 150
    assert run("rules", "list", "T3-").out.splitlines() == [line for line in every if line.startswith("T3-")]
    assert all("核实性" in line for line in run("rules", "list", "--severity", "explain").out.splitlines())
    assert "公式：each n in 支出决算表.上级" in run("rules", "show", "t3-03").out
    assert "title：each class (类) equals" in run("rules", "show", "T3-03", "--lang", "en").out
    assert run("rules", "show", "T9-99").status == 2
    assert run("rules", "list", "ZZ").status == 2


def test_explain_every_rule(run: Run) -> None:
    for line in run("rules", "list").out.splitlines():
        ran = run("explain", line.split()[0])
        assert ran.status == 0
        assert "依据：" in ran.out
        assert "处理：" in ran.out


def test_layouts(run: Run) -> None:
    listed = [line.split()[0] for line in run("layout", "list").out.splitlines()]
    assert set(listed) == {"hubei-2023", "hubei-2023-30", "hunan-2021", "national"}
    for name in listed:
        assert "支出决算表" in run("layout", "show", name).out
    assert "公开07表 一般公共预算财政拨款“三公”经费支出决算表" in run("layout", "show", "hunan-2021").out
    assert run("layout", "show", "没有").status == 2


def test_schemas(run: Run) -> None:
    assert run("schema", "report").data == json_schema()
    assert "tables" in run("schema", "case").data["properties"]
    assert run("schema", "other").status == 2


def test_codes(run: Run, tmp_path: Path, wrong: Path) -> None:
    assert "2080101 行政运行" in run("codes", "list", "20801").out
    assert run("codes", "list", "999").status == 2
    before = run("validate", wrong, "--format", "json").data["catalogue"]["sha256"]
    official = tmp_path / "官方.csv"
    official.write_text("科目编码,科目名称,启用年度\n2089999,其他社会保障和就业支出,2020\n", encoding="utf-8-sig")
    assert "新增编码" in run("codes", "import", official).err
    assert "2089999 其他社会保障和就业支出" in run("codes", "list", "2089").out
    assert run("validate", wrong, "--format", "json").data["catalogue"]["sha256"] != before
    official.write_text("科目编码,科目名称\n20,短\n", encoding="utf-8")
    assert run("codes", "import", official).status == 2
    assert run("codes", "import", official, "--kind", "other").status == 2
    (tmp_path / "home" / "codes" / "functional.csv").write_text("code,name\n20,短\n", encoding="utf-8")
    assert run("validate", wrong).status == 2


def test_demo(run: Run, tmp_path: Path) -> None:
    ran = run("demo")
    assert ran.status == 0
    folder = tmp_path / "juesuan-demo"
    assert sorted(p.name for p in folder.iterdir()) == ["决算公开表.xlsx", "决算公开表（校验）.xlsx", "校验报告.html"]
    assert "建议改为 573.19" in ran.out
    assert str(Path("juesuan-demo") / "校验报告.html") in ran.out
    assert run("demo", "-o", "en", "--lang", "en").status == 0


def test_help(run: Run) -> None:
    bare = run()
    assert bare.status == 0
    assert "校验决算公开表" in bare.out
    assert "Usage" not in bare.out
    english = run("--help", "--lang", "en").out
    assert "Check final accounts" in english
    assert not any("\u4e00" <= c <= "\u9fff" for c in english)
    for group in ("rules", "layout", "codes"):
        assert run(group).status == 0


def test_a_fault_of_the_program_is_logged(run: Run, wrong: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("隐蔽的错误")

    monkeypatch.setattr("juesuan.report.to_json", fail)
    ran = run("validate", wrong)
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    log = Path(ran.err.split("记在 ")[1].split("，请")[0])
    assert "隐蔽的错误" in log.read_text(encoding="utf-8")
    log.unlink()


def test_a_console_without_chinese(wrong: Path, tmp_path: Path) -> None:
    """A console that knows only GBK or ASCII shows "?" for what it cannot show."""
    command = [sys.executable, "-m", "juesuan", "validate", str(wrong)]
    for encoding in ("gbk", "ascii"):
        environment = {"PYTHONIOENCODING": encoding, "PYTHONPATH": ":".join(sys.path), "JUESUAN_HOME": str(tmp_path)}
        ran = subprocess.run(command, capture_output=True, env=environment)
        assert ran.returncode == 1
        assert b"573.19" in ran.stdout
        assert b"Traceback" not in ran.stderr
    json_out = subprocess.run([*command, "--format", "json"], capture_output=True, env=environment).stdout
    assert json.loads(json_out.decode("utf-8"))["causes"][0]["suggested"] == "573.19"


def test_nobody_reads_the_output(wrong: Path) -> None:
    command = f"{sys.executable} -m juesuan validate {wrong} | head -1 >/dev/null"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert ran.stderr == ""


def test_the_program_is_callable() -> None:
    assert program.main(["--version"]) == 0
