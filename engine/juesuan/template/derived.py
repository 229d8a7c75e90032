"""Which figures of a workbook are computed, from what, and their exact values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from juesuan.amount import Unit
from juesuan.catalogue import Catalogue
from juesuan.plan import Linear, Plan
from juesuan.refs import Ref
from juesuan.shape import TableShape
from juesuan.template.content import Content


@dataclass(frozen=True)
class Derived:
    """The derive relations that apply, by the figure they compute; ``values`` in 分, of every computed figure."""

    plan: Plan
    relations: Mapping[Ref, Linear]
    values: Mapping[Ref, int]
    unit: Unit

    def parts(self, ref: Ref) -> list[tuple[int, Ref]]:
        """What a figure adds up: (sign, ref)."""
        return [(factor, self.plan.variables[v]) for factor, v in self.relations[ref].right]


def derive(catalogue: Catalogue, region: str, year: int, contents: Mapping[str, Content], figures: Mapping[Ref, int],
           unit: Unit, *, blank: bool) -> Derived:
    """The computed figures of ``contents``. ``figures`` are the stated ones in 分; with ``blank`` conditions on them
    (“where any part is given”) count as met."""
    shapes = {key: TableShape(c.spec, c.lines, c.spec.column_keys, False) for key, c in contents.items()}
    plan = catalogue.plan(region, year, shapes)
    relations: dict[Ref, Linear] = {}
    for linear in plan.linears:
        if linear.derives < 0:
            continue
        if blank or linear.condition < 0 or _holds(plan, linear.condition, figures):
            relations[plan.variables[linear.derives]] = linear
    return Derived(plan, relations, _values(plan, relations, figures), unit)


def _holds(plan: Plan, condition: int, figures: Mapping[Ref, int]) -> bool:
    found = plan.conditions[condition]
    if found.parts or found.nature or found.missing:
        return False
    return all(any(plan.variables[v] in figures for v in group) for group in found.anyof)


def _values(plan: Plan, relations: Mapping[Ref, Linear], figures: Mapping[Ref, int]) -> dict[Ref, int]:
    """Computed figures first from their parts; the catalogue has no derive cycles, so this ends."""
    done: dict[Ref, int] = {}

    def value(ref: Ref) -> int:
        if ref not in relations:
            return figures.get(ref, 0)
        if ref not in done:
            done[ref] = sum(factor * value(plan.variables[v]) for factor, v in relations[ref].right)
        return done[ref]

    for ref in relations:
        value(ref)
    return done
