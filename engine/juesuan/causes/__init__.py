"""Root causes (根因): which few figures are wrong, and what they should be, given relations that do not hold."""

from juesuan.causes.group import find_causes
from juesuan.causes.records import Cause, Change, Kind, Op, Outcome, Relation, Variable

__all__ = ["Cause", "Change", "Kind", "Op", "Outcome", "Relation", "Variable", "find_causes"]
