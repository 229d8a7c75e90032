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
_ORDER = {status: at for at, status in enumerate(TONES)}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_MORE = """
.board{display:flex;flex-wrap:wrap;gap:24px}
.board>div{flex:1 1 380px}
.board svg{max-width:100%}
svg text{font:13px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;fill:#1d2126}
svg .n{fill:#5c6570}
td.s{white-space:nowrap;text-align:center}
body{max-width:1600px}
td.u,.units td.cell{min-width:11em;font-family:inherit}
.units td.m{min-width:13em}
td.up{max-width:9em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
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
  function text(cell) { return cell.dataset.o || cell.textContent; }
  list.querySelectorAll('th').forEach(function (head, column) {
    var up = true;
    head.className = 'sort';
    head.addEventListener('click', function () {
      rows.sort(function (a, b) {
        var x = text(a.cells[column]), y = text(b.cells[column]), m = parseFloat(x), n = parseFloat(y);
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


def page(board: Board, folder: str) -> str:
    """The complete page."""
    title = f"{board.year} 年度决算批量校验"
    missing, sums = board.statuses.get("未报", 0), board.statuses.get("无需报", 0)
    lead = (
        f"名册 {len(board.units)} 个单位，已报 {board.submitted} 个，未报 {missing} 个"
        + (f"，只作汇总、无需报的 {sums} 个" if sums else "")
        + f"；校验文件 {board.total} 个"
        + (f"，另有 {board.others} 个不是工作簿的文件未校验（见须留意的文件）" if board.others else "")
        + "。"
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


def _bars(bars: list[tuple[str, int, str, str]], room: int, characters: int) -> str:
    """Horizontal bars: (label, value, colour, what a click picks). ``room``: width of the labels, which are cut to so
    many ``characters``."""
    most = max((value for _, value, _, _ in bars), default=0) or 1
    parts = []
    for at, (label, value, colour, pick) in enumerate(bars):
        y, width = at * 26, round(value / most * 220, 1)
        picked = f' data-pick="{escape(pick)}" style="cursor:pointer"' if pick else ""
        parts.append(
            f"<g{picked}><title>{escape(label)}：{value}</title>"
            f'<text x="0" y="{y + 17}">{escape(_cut(label, characters))}</text>'
            f'<rect x="{room}" y="{y + 4}" width="{width}" height="18" fill="#{colour}"/>'
            f'<text class="n" x="{room + 6 + width}" y="{y + 17}">{value}</text></g>'
        )
    height, wide = len(bars) * 26 + 4, room + 290
    return f'<svg role="img" viewBox="0 0 {wide} {height}" width="{wide}" height="{height}">{"".join(parts)}</svg>'


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def _statuses(board: Board) -> str:
    return _bars([(name, number, TONES[name], name) for name, number in board.statuses.items()], 70, 8)


def _rules(rules: tuple[Tally, ...]) -> str:
    if not rules:
        return '<p class="dim">没有不符。</p>'
    return _bars(
        [(_rule(t), t.units, "F4B6B0" if t.key[2] == "fatal" else "FFE0B2", "") for t in rules[:_BARS]],
        350,
        26,
    )


def _rule(tally: Tally) -> str:
    """A rule's label; what could not be checked (未执行) is said before the title, which may be cut."""
    return f"{tally.key[0]}{'（未执行）' if tally.key[3] == 'not_evaluated' else ''} {tally.key[1]}"


def _units(units: tuple[UnitRow, ...]) -> str:
    counts = ("第几次", "强制性", "核实性", "提示", "未核对", "尾差", "与上次比")
    heads = ("编码", "单位", "上级", "状态", *counts, "先改什么", "备注", "文件")
    rows = "\n".join(_unit(unit) for unit in units[:MOST])
    more = f'<p class="dim">只列前 {MOST} 个，其余见汇总.xlsx 与台账。</p>' if len(units) > MOST else ""
    return _list("units", "单位", heads, rows, list(TONES), "全部状态", min(len(units), MOST)) + more


def _unit(unit: UnitRow) -> str:
    changed = "" if unit.appeared is None else f"新增 {unit.appeared}<br>消除 {unit.gone}"
    changed += f"<br>已说明 {unit.explained}" if unit.explained else ""
    numbers = "".join(
        f'<td class="n">{"" if n is None else n}</td>'
        for n in (unit.version or None, unit.fatal, unit.explain, unit.warn, unit.not_evaluated, unit.rounding)
    )
    first, more = unit.said[:1], unit.said[1:]
    told = escape("".join(first))
    if more:
        told = f"<details><summary>{told}</summary>{''.join(f'<p>{escape(s)}</p>' for s in more)}</details>"
    return (
        f'<tr data-s="{escape(unit.status)}"><td>{escape(unit.code)}</td><td class="u">{escape(unit.name)}</td>'
        f'<td class="up" title="{escape(unit.parent)}">{escape(unit.parent)}</td>'
        f'<td class="s" data-o="{_ORDER[unit.status]}" style="background:#{TONES[unit.status]}">'
        f"{escape(unit.status)}</td>"
        f'{numbers}<td class="n" data-o="{_text(unit.appeared)}">{changed}</td>'
        f'<td class="m">{told}</td><td class="m">{escape(unit.note)}</td>'
        f'<td class="cell">{escape(unit.path)}</td></tr>'
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


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
