"""补充资料: what a narrative states and the nine tables do not hold, as declared in narrative/inputs.toml."""

from juesuan.supplement.facts import SCHEMA, BadFacts, dump, load_facts, read_facts, schema
from juesuan.supplement.locate import BoundSupplement, locate
from juesuan.supplement.records import Input, ListColumn, ListSpec, Meant, Specs, Stated, Supplement
from juesuan.supplement.specs import specs
from juesuan.supplement.stated import stated

__all__ = [
    "SCHEMA",
    "BadFacts",
    "BoundSupplement",
    "Input",
    "ListColumn",
    "ListSpec",
    "Meant",
    "Specs",
    "Stated",
    "Supplement",
    "dump",
    "load_facts",
    "locate",
    "read_facts",
    "schema",
    "specs",
    "stated",
]
