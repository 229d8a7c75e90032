"""What the dialogs say: the outcome in a few lines, versions."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

import juesuan
from juesuan.catalogue import Catalogue
from juesuan.findings import CheckReport
from juesuan.show import words

#: Causes spelled out in the dialog; the others stand on 校验结果.
_SHOWN = 3


def summary(report: CheckReport, document: Mapping[str, Any], first: tuple[str, str] | None) -> str:
    """校验's outcome: how many of what, the first causes, where the selection went."""
    breaks = [f for f in report.every if f.verdict == "breaks" and f.id not in report.explanations]
    fatal = sum(f.severity == "fatal" for f in breaks)
    explain = sum(f.severity == "explain" for f in breaks)
    rounding = sum(f.verdict == "rounding" for f in report.every)
    undone = sum(f.verdict == "not_evaluated" for f in report.every)
    lines = [words.title(document, "zh"), words.verdict(document, "zh"), ""]
    hints = sum(f.severity == "warn" for f in breaks)
    parts = [f"{fatal} 处不符（必须改正）", f"{rounding} 处尾差（不必改）", f"{explain} 处待说明"]
    parts += [f"{hints} 处提示"] if hints else []
    parts += [f"{undone} 处未核对"] if undone else []
    lines.append("，".join(parts) + "。")
    causes = document["causes"]
    if causes:
        lines += ["", f"根源 {len(causes)} 处，先改这些："]
        for cause in causes[:_SHOWN]:
            change = "清空" if cause["suggested"] is None else f"改为 {cause['suggested']}"
            stated = "空" if cause["stated"] is None else cause["stated"]
            lines.append(f"  {cause['cell']} 填列 {stated}，建议{change}")
        if len(causes) > _SHOWN:
            lines.append(f"  另有 {len(causes) - _SHOWN} 处，见“校验结果”表。")
    if first:
        lines += ["", f"已选中 {first[0]}!{first[1]}；逐处查看用“下一处”。"]
    told = [p for p in document["problems"] if not p["message"].startswith(words.BLANK)]  # the second line says that
    told.sort(key=lambda p: p["code"] != words.EXPLAINED)
    if told:
        lines += ["", f"另有 {len(told)} 条须知："]
        lines += [f"  {p['cell'] or ''} {p['message']}".replace("   ", "  ") for p in told[:_SHOWN]]
        if len(told) > _SHOWN:
            lines.append(f"  还有 {len(told) - _SHOWN} 条，见“校验结果”表最后。")
    if not first and not breaks and not undone and not document["problems"]:
        lines += ["", "没有需要处理的问题。"]
    return "\n".join(lines)


def versions(program: str, catalogue: Catalogue) -> str:
    """What runs here."""
    return "\n".join(
        (
            f"加载项与引擎 juesuan {juesuan.__version__}",
            f"规则目录 {catalogue.version}（{catalogue.sha256[:8]}），{len(catalogue.declarations)} 条规则",
            f"表格程序 {program}",
            f"Python {platform.python_version()}，{platform.system()} {platform.machine()}",
            "",
            "数据不出本机：不联网，不上传。",
        )
    )
