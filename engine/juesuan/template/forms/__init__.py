"""Sheets of performance forms A–H, open or filled from a case."""

from juesuan.template.forms.make import blank, choose, draw, draw_filled, region_letters

__all__ = ["blank", "choose", "draw", "draw_filled", "region_letters"]
