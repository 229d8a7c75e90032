"""Recalculation of a workbook snapshot's own cell formulas.

``parse`` text → tree; ``compile`` tree → closure; ``evaluate`` orders and runs a workbook's closures;
``recompute`` is what others call; ``linear`` reads a formula as a sum of cells; ``oracle`` asks
the ``formulas`` library.
"""
