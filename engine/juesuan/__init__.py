"""juesuan：部门/单位决算公开的模板、校验与标注。

``juesuan.validate(path)`` → CheckReport；其余零件见各模块。
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from juesuan.book import CannotRead
    from juesuan.findings import CheckReport
    from juesuan.validation import Validation, examine, validate

__all__ = ["CannotRead", "CheckReport", "Validation", "__version__", "examine", "validate"]

_HOME = {
    "CannotRead": "juesuan.book",
    "CheckReport": "juesuan.findings",
    "Validation": "juesuan.validation",
    "examine": "juesuan.validation",
    "validate": "juesuan.validation",
}


def __getattr__(name: str) -> Any:
    """What is named in __all__, imported when first asked for, so that ``juesuan --version`` starts at once."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
