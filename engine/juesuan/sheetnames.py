"""Names of the sheets that are ours and hold no figures of the account."""

from __future__ import annotations

from collections.abc import Mapping

from juesuan.book import unquoted

#: 校验结果, and the sheet that keeps 审核说明 when it is taken away.
RESULT, KEPT = "校验结果", "审核说明"
#: Behind the tables of a consolidation: each figure's contributors, what does not agree, what has to be known.
SOURCES, CHECK, REMARKS = "汇总来源", "汇总核对", "汇总说明"
SUMS = frozenset({SOURCES, CHECK, REMARKS})
#: The hidden name on the result sheet: it follows when the sheet is renamed.
RESULT_NAME = "_juesuan_result"
#: What the names of our hidden sheets begin with.
OWN = "_juesuan"


def result_sheet(names: Mapping[str, str]) -> str:
    """What the result sheet is called by now, by the workbook's defined names; "" where they do not say."""
    return unquoted(names.get(RESULT_NAME, "").lstrip("=").rpartition("!")[0])
