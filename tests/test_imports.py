"""Which module may use which package: each library has one home, so that it can be exchanged there.

The directions between our own modules are contracts of import-linter in pyproject.toml.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "engine"

#: Package → the modules that may import it. What is not listed is not imported by the engine at all.
HOMES: dict[str, tuple[str, ...]] = {
    "cryptography": ("juesuan.seal.keys", "juesuan.seal.sm2"),
    "docx": ("juesuan.bureau.letters",),
    "fastapi": ("juesuan.server.*",),
    "gmssl": ("juesuan.seal.sm2",),
    "gmssl_pyx": ("juesuan.seal.sm2",),
    "jinja2": ("juesuan.narrate.frames",),
    "formulas": ("juesuan.cells.oracle",),
    "lxml": ("juesuan.hosts.outline", "juesuan.hosts.tree", "juesuan.hosts.ooxml.xml"),
    "openpyxl": ("juesuan.hosts.write*",),
    "pydantic": (
        "juesuan.case",
        "juesuan.form_case",
        "juesuan.layout",
        "juesuan.report",
        "juesuan.rules",
        "juesuan.server.answers",
        "juesuan.supplement.facts",
        "juesuan.tables",
        "juesuan.cli.schema",
    ),
    "python_calamine": ("juesuan.hosts.calamine",),
    "rich": ("juesuan.cli.*", "juesuan.show.text"),
    "typer": ("juesuan.cli.*",),
    "uvicorn": ("juesuan.cli.serve", "juesuan.server.patience"),
}
#: Packages that are imported under another name.
CALLED = {"python_docx": "docx"}
#: Standard modules with one home: data files are read in one place, archives opened in the hosts, no clock or network.
STANDARD: dict[str, tuple[str, ...]] = {
    "tomllib": ("juesuan.data",),
    "importlib.resources": ("juesuan.data", "juesuan.server.app"),
    "csv": ("juesuan.bureau.roster", "juesuan.bureau.eliminations", "juesuan.codes", "juesuan.cli.codes"),
    "sqlite3": ("juesuan.bureau.*",),
    "zipfile": (
        "juesuan.bureau.distribute",
        "juesuan.bureau.letters",
        "juesuan.hosts.*",
        "juesuan.cells.oracle",
        "juesuan.template.package",
        "juesuan.template.ready",
    ),
    "urllib.request": (),
    "socket": (),
    "http": (),
    "random": (),
    "pickle": (),
}


def modules() -> dict[str, Path]:
    """Dotted name → file of every module of the engine."""
    found = {}
    for path in sorted(ENGINE.rglob("*.py")):
        parts = path.relative_to(ENGINE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, also inside functions, but not for type checking only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def strays(homes: dict[str, tuple[str, ...]]) -> list[str]:
    return [
        f"{name} 引用 {used}"
        for name, path in modules().items()
        for used in imports(path)
        for package, allowed in homes.items()
        if within(used, package) and not any(fnmatch(name, pattern) for pattern in allowed)
    ]


def test_libraries_stay_at_home() -> None:
    assert strays(HOMES) == []


def test_standard_modules_stay_at_home() -> None:
    assert strays(STANDARD) == []


def test_no_library_but_the_declared() -> None:
    ours = {"juesuan", "workbook_templates", "__future__"}
    used = {module.partition(".")[0] for path in modules().values() for module in imports(path)}
    assert used - ours - set(sys.stdlib_module_names) <= HOMES.keys()


def test_every_home_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["documents"], *extras["server"]]
    declared = {re.split(r"[<>=!~\[ ]", line)[0].replace("-", "_") for line in lines}
    assert {CALLED.get(name, name) for name in declared} == HOMES.keys()


def test_dependencies_are_bounded_below_and_above() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = [*project["dependencies"], *(x for extra in project["optional-dependencies"].values() for x in extra)]
    own = re.compile(r"juesuan\[")
    assert [line for line in every if not own.match(line) and (">=" not in line or ",<" not in line)] == []


@pytest.mark.parametrize("package", ["formulas", "numpy", "openpyxl", "pandas", "rich", "typer", "lxml", "pydantic"])
def test_version_loads_nothing_heavy(package: str) -> None:
    import subprocess

    code = (
        "import sys; from juesuan.__main__ import main; main(['--version']); "
        f"sys.exit(any(m.split('.')[0] == {package!r} for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
