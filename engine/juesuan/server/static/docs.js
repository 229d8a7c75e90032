'use strict';
(function () {
  var by = juesuan.by, whole = null;
  function make(name, text, style) {
    var made = document.createElement(name);
    if (text !== undefined && text !== null) made.textContent = text;
    if (style) made.className = style;
    return made;
  }
  function put(parent) {
    for (var at = 1; at < arguments.length; at += 1) parent.appendChild(arguments[at]);
    return parent;
  }
  function link(name) {
    var made = make('a', name);
    made.href = '#schema-' + name;
    return made;
  }
  /* A schema in words: types, names of records as links. */
  function kind(schema) {
    var said = make('span'), some = schema.anyOf || schema.oneOf || schema.allOf;
    if (schema.$ref) return put(said, link(schema.$ref.split('/').pop()));
    if (some) {
      some.forEach(function (one, at) {
        if (at) put(said, make('span', ' 或 '));
        put(said, kind(one));
      });
      return said;
    }
    if (schema.format === 'binary' || !Object.keys(schema).length) return make('span', '文件');
    if (schema.type === 'array') return put(said, make('span', '列表：'), kind(schema.items || {}));
    if (schema.enum || schema.const !== undefined) {
      return make('span', (schema.enum || [schema.const]).map(function (v) { return JSON.stringify(v); }).join('、'));
    }
    return make('span', { string: '文字', integer: '整数', number: '数', boolean: '是否', 'null': '空', object: '对象' }[schema.type] || '任意');
  }
  function table(heads, rows) {
    var made = make('table'), head = made.createTHead().insertRow(), body = made.createTBody();
    heads.forEach(function (text) { put(head, make('th', text)); });
    rows.forEach(function (cells) {
      var row = body.insertRow();
      cells.forEach(function (cell) {
        put(row.insertCell(), typeof cell === 'string' ? make('span', cell) : cell);
      });
    });
    return made;
  }
  function record(name, schema) {
    var must = schema.required || [], made = make('section'), title = make('h3', name);
    title.id = 'schema-' + name;
    put(made, title);
    var names = Object.keys(schema.properties || {});
    if (!names.length) return put(made, put(make('p'), kind(schema)));
    return put(made, table(['名称', '内容', '必有', '说明'], names.map(function (key) {
      var about = schema.properties[key];
      return [put(make('code'), make('span', key)), kind(about), must.indexOf(key) < 0 ? '' : '是', about.description || ''];
    })));
  }
  function content(about) {
    var types = Object.keys(about.content || {}), said = make('span');
    types.forEach(function (type) {
      put(said, make('code', type), make('span', ' '), kind(about.content[type].schema || {}));
    });
    return said;
  }
  function parameters(about) { return (about.parameters || []).filter(function (p) { return p.in === 'path'; }); }
  function attempt(method, path, about) {
    var form = make('form', null, 'try'), fields = {}, file = null, shown = make('pre');
    shown.hidden = true;
    parameters(about).forEach(function (p) {
      fields[p.name] = make('input');
      fields[p.name].required = true;
      put(form, put(make('label', p.name + ' '), fields[p.name]), make('span', ' '));
    });
    if (about.requestBody) {
      file = make('input');
      file.type = 'file';
      file.required = true;
      put(form, put(make('label', '工作簿 '), file), make('span', ' '));
    }
    put(form, make('button', '试一试'), shown);
    form.addEventListener('submit', function (event) {
      var address = path, options = { method: method.toUpperCase() };
      event.preventDefault();
      Object.keys(fields).forEach(function (name) {
        address = address.replace('{' + name + '}', encodeURIComponent(fields[name].value.trim()));
      });
      if (file) {
        options.body = file.files[0];
        options.headers = { 'X-File-Name': encodeURIComponent(file.files[0].name) };
      }
      shown.hidden = false;
      shown.textContent = '……';
      juesuan.call(address, options).then(function (answer) {
        return answer.blob().then(function (blob) {
          var json = (answer.headers.get('content-type') || '').indexOf('json') >= 0;
          if (!json) {
            shown.textContent = answer.status + '，' + blob.size + ' 字节';
            return null;
          }
          return blob.text().then(function (text) {
            shown.textContent = answer.status + '\n' + JSON.stringify(JSON.parse(text), null, 1);
          });
        });
      }).catch(function (error) { shown.textContent = error.message; });
    });
    return form;
  }
  function operation(method, path, about) {
    var made = make('section', null, 'operation'), given = about.parameters || [];
    put(made, put(make('h2'), make('code', method.toUpperCase() + ' ' + path), make('span', ' ' + (about.summary || ''))));
    put(made, make('p', about.description || ''));
    if (given.length) {
      put(made, table(['参数', '在', '说明'], given.map(function (p) {
        return [make('code', p.name), p.in === 'path' ? '网址' : '请求头', p.description || (p.in === 'path' ? '校验时得到的 id' : '')];
      })));
    }
    if (about.requestBody) put(made, put(make('p', '请求体：'), content(about.requestBody)));
    put(made, table(['状态', '说明', '内容'], Object.keys(about.responses).filter(function (code) {
      return code !== '422';
    }).map(function (code) {
      var text = about.responses[code].description;
      return [code, text === 'Successful Response' ? '成功' : text, content(about.responses[code])];
    })));
    return put(made, attempt(method, path, about));
  }
  function draw(found) {
    var schemas = (found.components || {}).schemas || {};
    whole = found;
    by('said').textContent = '';
    by('about').textContent = found.info.description + '（' + found.info.version + '）';
    by('operations').textContent = by('records').textContent = '';
    Object.keys(found.paths).forEach(function (path) {
      Object.keys(found.paths[path]).forEach(function (method) {
        put(by('operations'), operation(method, path, found.paths[path][method]));
      });
    });
    by('schemas').hidden = false;
    Object.keys(schemas).filter(function (name) {
      return name !== 'HTTPValidationError' && name !== 'ValidationError';
    }).forEach(function (name) { put(by('records'), record(name, schemas[name])); });
  }
  function load() {
    juesuan.ask('/openapi.json').then(draw).catch(function (error) { by('said').textContent = error.message; });
  }
  by('machine').addEventListener('click', function (event) {
    var file = document.createElement('a');
    event.preventDefault();
    if (!whole) return;
    file.href = URL.createObjectURL(new Blob([JSON.stringify(whole, null, 1)], { type: 'application/json' }));
    file.download = 'openapi.json';
    file.click();
    URL.revokeObjectURL(file.href);
  });
  juesuan.entered(load);
  load();
})();
