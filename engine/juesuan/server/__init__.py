"""The web service (``juesuan serve``, extra ``server``): drop a workbook, see its findings, fetch the marked copy."""
