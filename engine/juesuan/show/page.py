"""The style and the script of the HTML report, inside the page: it must work from a USB stick without a network."""

STYLE = """
:root{--red:#b3261e;--orange:#a85a00;--yellow:#7a6400;--green:#1b6e3c;--violet:#7b1fa2;--line:#d6d9de;--soft:#f6f7f9}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1280px;padding:24px;color:#1d2126;background:#fff;font:14px/1.6 "Microsoft YaHei",
"PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
h1{font-size:22px;margin:0 0 4px}
h2{font-size:17px;margin:28px 0 8px}
hr{border:0;border-top:2px solid var(--line);margin:40px 0}
[hidden]{display:none!important}
.dim{color:#5c6570}
.good{color:var(--green)}
.bad{color:var(--red)}
.verdict{font-size:16px;font-weight:bold;margin:10px 0}
.counts{display:flex;flex-wrap:wrap;gap:10px;margin:12px 0;padding:0;list-style:none}
.counts li{border:1px solid var(--line);border-radius:6px;padding:6px 14px;min-width:84px;text-align:center}
.counts b{display:block;font-size:20px}
.cause{border:1px solid #e3b5b1;border-left:5px solid var(--red);border-radius:6px;padding:10px 14px;margin:10px 0;
background:#fff8f7;break-inside:avoid}
.cause p{margin:2px 0}
.cause ul{margin:6px 0 0;padding-left:20px}
.cell{font-family:Consolas,Menlo,monospace;font-size:13px;overflow-wrap:anywhere}
.tools{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}
.tools input,.tools select{font:inherit;padding:6px 8px;border:1px solid var(--line);border-radius:6px;background:#fff}
.tools input{flex:1 1 220px}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid var(--line);padding:5px 8px;text-align:left;vertical-align:top}
th{background:var(--soft);white-space:nowrap}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.k{white-space:nowrap}
td.m{min-width:260px}
tr.fatal .k{color:var(--red);font-weight:bold}
tr.explain .k{color:var(--orange)}
tr.warn .k,tr.rounding .k{color:var(--yellow)}
tr.not_evaluated .k{color:var(--violet)}
@media print{
body{max-width:none;padding:0;font-size:11px}
.tools{display:none}
th{background:#eee}
tr{break-inside:avoid}
thead{display:table-header-group}
}
@page{size:A4 landscape;margin:12mm}
"""

SCRIPT = """
document.querySelectorAll('section').forEach(function (section) {
  var search = section.querySelector('input'), kind = section.querySelector('.bykind');
  var table = section.querySelector('.bytable'), shown = section.querySelector('.shown');
  var rows = section.querySelectorAll('tbody.f tr');
  if (!search) return;
  function filter() {
    var words = search.value.toLowerCase().trim().split(/\\s+/), count = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = (!kind.value || row.className === kind.value) && (!table.value || row.dataset.t === table.value) &&
        words.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !fits;
      if (fits) count++;
    });
    shown.textContent = count;
  }
  [search, kind, table].forEach(function (tool) { tool.addEventListener('input', filter); });
  filter();
});
"""
