"""Binding (识别): finding the nine tables in any workbook and tying every figure to its cell."""

from juesuan.bind.bind import bind, no_table

__all__ = ["bind", "no_table"]
