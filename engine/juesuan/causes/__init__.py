"""Root causes (根因): which few figures are wrong, and what they should be, given relations that do not hold."""

from juesuan.causes.group import causes_in, find_causes
from juesuan.causes.records import Cause, Change, Kind, Op, Outcome, Relation, Variable
from juesuan.causes.system import System, Web

__all__ = ["Cause", "Change", "Kind", "Op", "Outcome", "Relation", "System", "Variable", "Web", "causes_in",
           "find_causes"]  # fmt: skip
