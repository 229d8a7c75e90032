"""The board as one HTML page that opens from disk: nothing is fetched, everything out of files is escaped."""

from __future__ import annotations

from html import escape

from juesuan.bureau.board_sheets import KINDS, TONES
from juesuan.bureau.records import Board, FileRow, Tally, UnitRow
from juesuan.show import words
from juesuan.show.page import STYLE

#: Units listed on the page; a browser is slow with more.
MOST = 20_000
_BARS = 15
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_MORE = """
.board{display:flex;flex-wrap:wrap;gap:24px}
.board>div{flex:1 1 380px}
svg text{font:13px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;fill:#1d2126}
svg .n{fill:#5c6570}
td.s{white-space:nowrap;text-align:center}
th.sort{cursor:pointer}
details summary{cursor:pointer;color:#5c6570}
details p{margin:2px 0}
"""
_SCRIPT = """
document.querySelectorAll('.list').forEach(function (list) {
  var search = list.querySelector('input'), pick = list.querySelector('select'), shown = list.querySelector('.shown');
  var body = list.querySelector('tbody'), rows = Array.prototype.slice.call(body.rows);
  function filter() {
    var words = search.value.toLowerCase().trim().split(/\\s+/), count = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = (!pick.value || row.dataset.s === pick.value) &&
        words.every(function (w) { return text.indexOf(w) >= 0; });
      row.hidden = !fits;
      if (fits) count++;
    });
    shown.textContent = count;
  }
  search.addEventListener('input', filter);
  pick.addEventListener('input', filter);
  list.querySelectorAll('th').forEach(function (head, column) {
    var up = true;
    head.className = 'sort';
    head.addEventListener('click', function () {
      rows.sort(function (a, b) {
        var x = a.cells[column].textContent, y = b.cells[column].textContent, m = parseFloat(x), n = parseFloat(y);
        var order = isNaN(m) || isNaN(n) ? x.localeCompare(y, 'zh') : m - n;
        return up ? order : -order;
      });
      up = !up;
      rows.forEach(function (row) { body.appendChild(row); });
    });
  });
});
document.querySelectorAll('[data-pick]').forEach(function (bar) {
  bar.addEventListener('click', function () {
    var pick = document.querySelector('.units select');
    pick.value = pick.value === bar.dataset.pick ? '' : bar.dataset.pick;
    pick.dispatchEvent(new Event('input'));
  });
});
"""


def page(board: Board, folder: str, others: int) -> str:
    """The complete page."""
    title = f"{board.year} 年度决算批量校验"
    missing = board.statuses.get("未报", 0)
    lead = (
        f"名册 {len(board.units)} 个单位，已报 {len(board.units) - missing} 个，未报 {missing} 个；"
        f"校验文件 {board.total} 个" + (f"，另有 {others} 个不是工作簿的文件未校验" if others else "") + "。"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{_MORE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f'<p class="dim">{escape(folder)}</p>\n<p class="verdict">{escape(lead)}</p>\n'
        f'<div class="board"><div><h2>各状态的单位数（点击筛选）</h2>{_statuses(board)}</div>'
        f"<div><h2>问题最多的规则（单位数）</h2>{_rules(board.rules)}</div></div>\n"
        f"{_units(board.units)}{_files(board.files)}{_tables(board)}<script>{_SCRIPT}</script>\n</body>\n</html>\n"
    )


def _bars(bars: list[tuple[str, int, str, str]]) -> str:
    """Horizontal bars: (label, value, colour, what a click picks)."""
    most = max((value for _, value, _, _ in bars), default=0) or 1
    parts = []
    for at, (label, value, colour, pick) in enumerate(bars):
        y, width = at * 26, round(value / most * 250, 1)
        picked = f' data-pick="{escape(pick)}" style="cursor:pointer"' if pick else ""
        parts.append(
            f'<g{picked}><title>{escape(label)}：{value}</title><text x="0" y="{y + 17}">{escape(label[:12])}</text>'
            f'<rect x="150" y="{y + 4}" width="{width}" height="18" fill="#{colour}"/>'
            f'<text class="n" x="{156 + width}" y="{y + 17}">{value}</text></g>'
        )
    height = len(bars) * 26 + 4
    return f'<svg role="img" viewBox="0 0 460 {height}" width="460" height="{height}">{"".join(parts)}</svg>'


def _statuses(board: Board) -> str:
    return _bars([(name, number, TONES[name], name) for name, number in board.statuses.items()])


def _rules(rules: tuple[Tally, ...]) -> str:
    if not rules:
        return '<p class="dim">没有不符。</p>'
    return _bars(
        [(f"{t.key[0]} {t.key[1]}", t.units, "F4B6B0" if t.key[2] == "fatal" else "FFE0B2", "") for t in rules[:_BARS]]
    )


def _units(units: tuple[UnitRow, ...]) -> str:
    heads = ("编码", "单位", "上级", "状态", "第几次", "不符", "未执行", "尾差", "新增／消除", "文件", "先改什么")
    rows = "\n".join(_unit(unit) for unit in units[:MOST])
    more = f'<p class="dim">只列前 {MOST} 个，其余见汇总.xlsx 与台账。</p>' if len(units) > MOST else ""
    return _list("units", "单位", heads, rows, list(TONES), "全部状态", min(len(units), MOST)) + more


def _unit(unit: UnitRow) -> str:
    changed = "" if unit.appeared is None else f"+{unit.appeared} / −{unit.gone}"
    numbers = "".join(
        f'<td class="n">{"" if n is None else n}</td>'
        for n in (unit.version or None, unit.breaks, unit.not_evaluated, unit.rounding)
    )
    said = [*([unit.note] if unit.note else []), *unit.said]
    told = ""
    if said:
        told = (
            f"<details><summary>{escape(said[0])}</summary>{''.join(f'<p>{escape(s)}</p>' for s in said[1:])}</details>"
        )
    return (
        f'<tr data-s="{escape(unit.status)}"><td>{escape(unit.code)}</td><td>{escape(unit.name)}</td>'
        f"<td>{escape(unit.parent)}</td>"
        f'<td class="s" style="background:#{TONES[unit.status]}">{escape(unit.status)}</td>'
        f'{numbers}<td class="n">{changed}</td><td class="cell">{escape(unit.path)}</td><td class="m">{told}</td></tr>'
    )


def _files(files: tuple[FileRow, ...]) -> str:
    if not files:
        return ""
    rows = "\n".join(
        f'<tr data-s="{escape(f.place)}"><td class="cell">{escape(f.path)}</td><td class="s">{escape(f.place)}</td>'
        f"<td>{escape(f.owner)}</td><td>{escape(f.unit)}</td><td>{f.year or ''}</td>"
        f'<td class="m">{escape(f.said)}</td></tr>'
        for f in files[:MOST]
    )
    heads = ("文件", "认定", "单位编码", "文件中的单位", "年度", "说明")
    return _list("files", "须留意的文件", heads, rows, sorted({f.place for f in files}), "全部", min(len(files), MOST))


def _list(name: str, title: str, heads: tuple[str, ...], rows: str, picks: list[str], every: str, count: int) -> str:
    options = "".join(f"<option>{escape(pick)}</option>" for pick in picks)
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    return (
        f'<section class="list {name}"><h2>{escape(title)}</h2>\n<div class="tools">'
        f'<input type="search" placeholder="搜索……" aria-label="搜索"><select><option value="">{escape(every)}</option>'
        f'{options}</select><span class="dim"><span class="shown">{count}</span> 条</span></div>\n'
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div></section>\n'
    )


def _tables(board: Board) -> str:
    rules = "\n".join(
        f"<tr><td>{escape(t.key[0])}</td><td>{escape(t.key[1])}</td>"
        f"<td>{escape(words.name(t.key[2] if t.key[3] == 'breaks' else t.key[3], 'zh'))}</td>"
        f'<td class="n">{t.units}</td><td class="n">{t.times}</td></tr>'
        for t in board.rules
    )
    causes = "\n".join(
        f"<tr>{''.join(f'<td>{escape(part)}</td>' for part in t.key[:3])}"
        f"<td>{escape(KINDS.get(t.key[3], t.key[3]))}</td>"
        f'<td class="n">{t.units}</td><td class="n">{t.times}</td></tr>'
        for t in board.causes
    )
    return (
        f"<h2>问题按规则</h2>{_table(('规则', '内容', '类别', '单位数', '条数'), rules)}"
        f"<h2>主要根源</h2>{_table(('表', '行', '栏', '类型', '单位数', '次数'), causes)}"
    )


def _table(heads: tuple[str, ...], rows: str) -> str:
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>\n'
