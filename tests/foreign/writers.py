"""The registry of foreign workbooks: ``WRITERS[name](case, path)`` writes one; its docstring says what it imitates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import compact, software, typed
from .book import Book, resave
from .cases import Case

__all__ = ["EXACT", "WRITERS", "Writer", "resave", "suits"]


@dataclass(frozen=True)
class Writer:
    """A way of writing the nine tables; ``build`` says where every figure goes before anything is saved."""

    build: Callable[[Case], Book]

    @property
    def name(self) -> str:
        """The writer's name in the registry."""
        return self.build.__name__

    @property
    def imitates(self) -> str:
        """What the workbook imitates, in a sentence."""
        return " ".join((self.build.__doc__ or "").split())

    def __call__(self, case: Case, path: Path) -> None:
        """Write the case to an .xlsx file."""
        self.build(case).save(path)


WRITERS: dict[str, Writer] = {
    build.__name__: Writer(build)
    for build in (
        software.software_export,
        software.software_pieces,
        software.merged_pieces,
        software.hunan_order,
        software.yuan,
        software.merged_hidden,
        software.formulas_uncached,
        software.formulas_stale,
        compact.one_sheet_stacked,
        compact.side_by_side,
        compact.joined_code_name,
        compact.joined_space,
        compact.joined_brackets,
        compact.t6_list,
        compact.t6_names,
        compact.t6_two_panels,
        compact.three_public_list,
        compact.three_public_pairs,
        typed.nameless_sheets,
        typed.hand_typed,
        typed.hand_typed_full_width,
        typed.total_last,
        typed.budget_columns,
        typed.no_prefix,
        typed.bracket_prefix,
        typed.zeros_reordered,
        typed.empty_tables_bare,
        typed.empty_tables_word,
    )
}

#: Figures in 元 admit no rounding difference, so a case that has some in 万元 breaks there: only 000 has none.
EXACT = frozenset({"yuan"})


def suits(name: str, case_id: str) -> bool:
    """Whether a case's verdicts stay the same in this writer's workbook."""
    return name not in EXACT or case_id == "000"
