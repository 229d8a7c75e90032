"""The standard workbook: layout × catalogue → Draft (``build``), ready-made files (``ready``)."""
