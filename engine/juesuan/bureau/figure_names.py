"""What a consolidated figure is called, and the order figures are listed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from juesuan.bureau.totals import Totals
from juesuan.catalogue import Catalogue
from juesuan.refs import Ref
from juesuan.tables import TOTAL


@dataclass(frozen=True)
class FigureNames:
    """Names by the catalogue, and by the labels the units wrote."""

    catalogue: Catalogue
    totals: Totals

    def row(self, ref: Ref) -> tuple[str, str, str, str]:
        """Table, code, label, column."""
        spec = self.catalogue.tables[ref.table]
        code = ref.line if ref.line.isdigit() else ""
        fixed = spec.fixed.get(ref.line)
        if fixed and not code:
            # "小计", "总计" alone do not say of what; the line's key does (公务用车小计, 收入总计).
            label = ref.line if ref.line.endswith(fixed.printed) else fixed.printed
        else:
            known = (self.catalogue.codes(ref.table).name(code) or "") if code else ref.line
            label = self.totals.labels.get((ref.table, ref.line), "") or known
        column = spec.column(ref.column).printed if ref.column in spec.column_keys else ref.column
        return spec.name, code, label, column

    def place(self, ref: Ref) -> str:
        """The same in one phrase."""
        table, code, label, column = self.row(ref)
        return f"{table} {' '.join(filter(None, (code, label)))} · {column}"

    def sort(self, refs: Iterable[Ref]) -> list[Ref]:
        """By table, line as the form has it, column."""
        order = {key: at for at, key in enumerate(self.catalogue.tables)}

        def key(ref: Ref) -> tuple[int, int, str, int]:
            spec = self.catalogue.tables[ref.table]
            lines, columns = list(spec.fixed), list(spec.column_keys)
            place = lines.index(ref.line) if ref.line in lines else len(lines)
            return (
                order[ref.table],
                -1 if ref.line == TOTAL else place,
                ref.line,
                columns.index(ref.column) if ref.column in columns else 99,
            )

        return sorted(refs, key=key)
