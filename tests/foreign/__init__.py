"""Workbooks that are not ours: the nine tables of a case as other software exports them and as people type them."""
