"""Binding (识别): finding the nine tables in any workbook and tying every figure to its cell."""

from juesuan.bind.bind import bind

__all__ = ["bind"]
