'use strict';
(function () {
  var by = juesuan.by, ask = juesuan.ask, current = null;
  var KINDS = { fatal: '强制性', explain: '核实性', warn: '提示', rounding: '尾差', not_evaluated: '未执行' };
  var ORDER = ['fatal', 'explain', 'not_evaluated', 'warn', 'explained', 'rounding'];
  function say(text, bad) { by('said').textContent = text; by('said').className = bad ? 'bad' : ''; }
  function cell(row, text, style) {
    var made = row.insertCell();
    made.textContent = text === null || text === undefined ? '' : text;
    if (style) made.className = style;
  }
  function kind(finding) {
    if (finding.explanation) return 'explained';
    return finding.verdict === 'breaks' ? finding.severity : finding.verdict;
  }
  function show(answer) {
    var report = answer.report;
    current = answer;
    by('result').hidden = false;
    by('title').textContent = (report.unit || report.file) + (report.year ? ' ' + report.year + ' 年度' : '');
    by('copy').hidden = !answer.annotated;
    ['causes', 'findings'].forEach(function (id) { by(id).tBodies[0].textContent = ''; });
    by('problems').textContent = '';
    if (report.error) {
      by('verdict').textContent = report.error;
      by('verdict').className = 'verdict bad';
      return;
    }
    var counts = report.counts, good = !counts.breaks && !counts.not_evaluated;
    by('verdict').textContent = '应核对 ' + counts.applicable + ' 条：相符 ' + counts.holds + '，尾差 ' + counts.rounding +
      '，不符 ' + counts.breaks + '，未执行 ' + counts.not_evaluated + '。';
    by('verdict').className = 'verdict ' + (good ? 'good' : 'bad');
    report.causes.forEach(function (cause) {
      var row = by('causes').tBodies[0].insertRow();
      cell(row, cause.cell, 'c');
      cell(row, cause.stated, 'n');
      cell(row, cause.suggested === null ? '（清空）' : cause.suggested, 'n');
      cell(row, cause.message);
    });
    report.findings.slice().sort(function (a, b) {
      return ORDER.indexOf(kind(a)) - ORDER.indexOf(kind(b));
    }).forEach(function (finding) {
      var row = by('findings').tBodies[0].insertRow();
      row.className = kind(finding);
      cell(row, KINDS[kind(finding)] || '已说明');
      cell(row, finding.rule);
      cell(row, finding.cells[0] || '', 'c');
      cell(row, finding.difference, 'n');
      cell(row, finding.message);
    });
    report.problems.forEach(function (problem) {
      var item = document.createElement('li');
      item.textContent = (problem.cell ? problem.cell + '：' : '') + problem.message;
      by('problems').appendChild(item);
    });
  }
  function send(file) {
    by('result').hidden = true;
    current = null;
    say('正在校验“' + file.name + '”……');
    ask('/api/checks', { method: 'POST', body: file, headers: { 'X-File-Name': encodeURIComponent(file.name) } })
      .then(function (answer) {
        say('文件将在 ' + Math.ceil(answer.seconds_kept / 60) + ' 分钟后删除。');
        show(answer);
      }).catch(function (error) { say(error.message, true); });
  }
  function board() {
    ask('/api/board').then(function (found) {
      var counted = {}, body = by('units').tBodies[0];
      by('board').hidden = false;
      by('boardtitle').textContent = found.year + ' 年度各单位状态';
      body.textContent = '';
      found.units.forEach(function (unit) {
        var row = body.insertRow();
        counted[unit.status] = (counted[unit.status] || 0) + 1;
        cell(row, unit.code);
        cell(row, unit.name);
        cell(row, unit.status, 's' + found.ladder.indexOf(unit.status));
        cell(row, unit.version || '', 'n');
        cell(row, unit.appeared === null ? '' : '+' + unit.appeared + ' / −' + unit.gone, 'n');
        cell(row, unit.file, 'c');
        cell(row, unit.note);
      });
      by('ladder').textContent = '';
      found.ladder.forEach(function (name, at) {
        var part = document.createElement('span');
        part.textContent = name + ' ' + (counted[name] || 0);
        part.className = 'rung s' + at;
        by('ladder').appendChild(part);
      });
    }).catch(function () { by('board').hidden = true; });
  }
  by('file').addEventListener('change', function () { if (this.files[0]) send(this.files[0]); this.value = ''; });
  juesuan.entered(board);
  by('copy').addEventListener('click', function (event) {
    event.preventDefault();
    juesuan.call(current.annotated).then(function (answer) {
      if (!answer.ok) throw new Error('副本已到期删除，请重新上传。');
      return answer.blob();
    }).then(function (blob) {
      var link = document.createElement('a'), name = current.report.file;
      link.href = URL.createObjectURL(blob);
      link.download = name.replace(/\.[^.]*$/, '') + '（校验）' + (name.match(/\.[^.]*$/) || ['.xlsx'])[0];
      link.click();
      URL.revokeObjectURL(link.href);
    }).catch(function (error) { say(error.message, true); });
  });
  by('copy').href = '#';
  by('forget').addEventListener('click', function () {
    ask('/api/checks/' + current.id, { method: 'DELETE' }).then(function () {
      by('result').hidden = true;
      say('已删除。');
    }).catch(function (error) { say(error.message, true); });
  });
  by('search').addEventListener('input', function () {
    var word = this.value.trim().toLowerCase();
    Array.prototype.forEach.call(by('units').tBodies[0].rows, function (row) {
      row.hidden = row.textContent.toLowerCase().indexOf(word) < 0;
    });
  });
  ['dragover', 'dragleave', 'drop'].forEach(function (name) {
    by('drop').addEventListener(name, function (event) {
      event.preventDefault();
      by('drop').className = name === 'dragover' ? 'over' : '';
      if (name === 'drop' && event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
    });
  });
  board();
})();
