'use strict';
/* Calls to the service with the token, which is kept for this tab only. */
var juesuan = (function () {
  var KEY = 'juesuan-token', token = '';
  try {
    if (location.hash.indexOf('#token=') === 0) {
      sessionStorage.setItem(KEY, decodeURIComponent(location.hash.slice(7)));
      history.replaceState(null, '', location.pathname);
    }
    token = sessionStorage.getItem(KEY) || '';
  } catch (error) { token = ''; }
  function by(id) { return document.getElementById(id); }
  function headers(more) {
    var found = more || {};
    if (token) found.Authorization = 'Bearer ' + token.replace(/[^\x21-\x7e]/g, encodeURIComponent);
    return found;
  }
  function call(path, options) {
    var asked = options || {};
    asked.headers = headers(asked.headers);
    return fetch(path, asked).then(function (answer) {
      if (answer.status === 401) { by('locked').hidden = false; by('token').focus(); }
      return answer;
    }, function () { throw new Error('连不上服务，请确认它还在运行。'); });
  }
  function ask(path, options) {
    return call(path, options).then(function (answer) {
      if (answer.status === 204) return null;
      return answer.json().then(function (data) {
        if (!answer.ok) throw new Error(data.error || ('请求失败（' + answer.status + '）'));
        return data;
      }, function () { throw new Error('请求失败（' + answer.status + '）'); });
    });
  }
  function entered(then) {
    by('locked').addEventListener('submit', function (event) {
      event.preventDefault();
      token = by('token').value.trim();
      try { sessionStorage.setItem(KEY, token); } catch (error) { /* kept for this page only */ }
      by('locked').hidden = true;
      then();
    });
  }
  return { by: by, call: call, ask: ask, entered: entered };
})();
