// Cells of WPS's object model, in memory and strict: a slip of a name is an error, what the program refuses is refused.
"use strict";

const NONE = -4142;
const ALLOWS = [
  "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns", "AllowInsertingRows",
  "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting", "AllowFiltering",
  "AllowUsingPivotTables",
];

function strict(target, name) {
  return new Proxy(target, {
    get(object, key) {
      if (typeof key === "symbol" || key in object) {
        const value = object[key];
        return typeof value === "function" ? value.bind(object) : value;
      }
      if (key === "then") return undefined;
      throw new Error(`${name}.${key} is not there`);
    },
    set(object, key, value) {
      if (key.startsWith("_") || !(key in object)) throw new Error(`${name}.${key} cannot be set`);
      object[key] = value;
      return true;
    },
  });
}

const letters = (column) => (column ? letters(Math.floor((column - 1) / 26)) + String.fromCharCode(65 + ((column - 1) % 26)) : "");
function cell(text) {
  const [, name, row] = /^\$?([A-Z]*)\$?(\d*)$/.exec(text);
  const column = [...name].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return [row ? Number(row) : 0, column];
}
function area(text) {
  const [first, last] = text.split(":");
  const [top, left] = cell(first);
  const [bottom, right] = cell(last || first);
  return [top || 1, left || 1, bottom || 1048576, right || 16384];
}

class Collection {
  constructor(things) {
    this._things = things;
  }
  get Count() {
    return this._things.length;
  }
  Item(key) {
    const found = typeof key === "number" ? this._things[key - 1] : this._things.find((one) => one.Name === key);
    if (!found) throw new Error("Subscript out of range");
    return found;
  }
}

class Range {
  constructor(sheet, areas) {
    this._sheet = sheet;
    this._areas = areas;
  }
  get _page() {
    return this._sheet._page;
  }
  *_places() {
    const whole = this._areas.some(([, , b, r]) => b > 100000 || r > 5000);
    const [, , bottom, right] = whole ? this._sheet._used() : [0, 0, 0, 0];
    for (const [t, l, b, r] of this._areas) {
      for (let row = t; row <= (b > 100000 ? Math.max(bottom, t) : b); row += 1) {
        for (let column = l; column <= (r > 5000 ? Math.max(right, l) : r); column += 1) yield `${row},${column}`;
      }
    }
  }
  _rows(of) {
    const [t, l, b, r] = this._areas[0];
    const rows = [];
    for (let row = t; row <= b; row += 1) {
      rows.push([]);
      for (let column = l; column <= r; column += 1) rows[rows.length - 1].push(of(`${row},${column}`));
    }
    return rows.length === 1 && rows[0].length === 1 ? rows[0][0] : rows;
  }
  get Value2() {
    return this._rows((key) => this._page.values[key]);
  }
  set Value2(rows) {
    this._write(rows);
  }
  get Formula() {
    const { values, formulas } = this._page;
    return this._rows((key) => (key in formulas ? `=${formulas[key]}` : String(values[key] ?? "")));
  }
  set Formula(rows) {
    this._write(rows);
  }
  _write(rows) {
    if (this._page.secret !== null && this.Locked !== false) throw new Error("protected");
    const [t, l] = this._areas[0];
    rows.forEach((row, down) =>
      row.forEach((value, right) => {
        const key = `${t + down},${l + right}`;
        delete this._page.values[key];
        delete this._page.formulas[key];
        if ((this._page.formats || {})[key] === "@" && value !== null) this._page.values[key] = String(value);
        else if (typeof value === "string" && value.startsWith("=")) this._page.formulas[key] = value.slice(1);
        else if (typeof value === "string") this._page.values[key] = value.replace(/^'/, "");
        else if (value !== null) this._page.values[key] = value;
      }),
    );
  }
  get Row() {
    return this._areas[0][0];
  }
  get Column() {
    return this._areas[0][1];
  }
  get Rows() {
    return strict(new Lines(this, 0), "Rows");
  }
  get Columns() {
    return strict(new Lines(this, 1), "Columns");
  }
  get EntireRow() {
    const lines = new Lines(this, 0);
    return strict({ get Hidden() { return lines._some() ? null : false; } }, "EntireRow");
  }
  get EntireColumn() {
    const lines = new Lines(this, 1);
    return strict({ get Hidden() { return lines._some() ? null : false; } }, "EntireColumn");
  }
  // From the last cell backwards, as asked with xlPrevious after the first.
  Find(what, after, look, part, order, direction) {
    if (this._sheet._app._data.findless) throw new Error("Find");
    if (what !== "*" || look !== -4123 || direction !== 2) throw new Error("Find");
    const { values, formulas } = this._page;
    const places = [...new Set([...Object.keys(values), ...Object.keys(formulas)])].map((key) => key.split(",").map(Number));
    if (!places.length) return null;
    const [row, column] = places.sort((a, b) => (order === 1 ? a[0] - b[0] || a[1] - b[1] : a[1] - b[1] || a[0] - b[0])).pop();
    return this._sheet._range([[row, column, row, column]]);
  }
  get Cells() {
    const [t, l] = this._areas[0];
    const item = (row, column) => this._sheet._range([[t + row - 1, l + column - 1, t + row - 1, l + column - 1]]);
    return strict({ Item: item }, "Cells");
  }
  _meeting() {
    const [t, l, b, r] = this._areas[0];
    return this._page.merges.find(([mt, ml, mb, mr]) => mt <= b && t <= mb && ml <= r && l <= mr);
  }
  get MergeCells() {
    return this._meeting() ? null : false;
  }
  get MergeArea() {
    return this._sheet._range([this._meeting() || this._areas[0]]);
  }
  Merge() {
    this._sheet._format();
    this._page.merges.push(this._areas[0]);
  }
  UnMerge() {
    this._page.merges = [];
  }
  Clear() {
    this._sheet._format();
    Object.assign(this._page, { values: {}, formulas: {}, fills: {}, open: {}, formats: {} });
  }
  ClearComments() {
    this._page.notes = {};
  }
  get Interior() {
    const [range, page] = [this, this._page];
    const first = this._places().next().value;
    const paint = (value) => {
      range._sheet._format();
      for (const key of range._places()) value === null ? delete page.fills[key] : (page.fills[key] = value);
    };
    return strict({
      get Pattern() { return first in page.fills ? 1 : NONE; },
      set Pattern(value) { if (value !== 1) throw new Error("Pattern"); },
      get Color() { return page.fills[first] ?? 16777215; },
      set Color(value) { paint(value); },
      get ColorIndex() { return first in page.fills ? 3 : NONE; },
      set ColorIndex(value) { paint(null); },
    }, "Interior");
  }
  get Font() {
    return strict({ Name: "", Size: 0, Bold: false, Color: 0, Underline: NONE }, "Font");
  }
  get Borders() {
    return strict({ LineStyle: 0, Color: 0 }, "Borders");
  }
  get NumberFormat() {
    const { formats = {} } = this._page;
    const codes = new Set([...this._places()].map((key) => formats[key] || "General"));
    return codes.size > 1 ? null : [...codes][0];
  }
  set NumberFormat(code) {
    this._sheet._format();
    this._page.formats = this._page.formats || {};
    for (const key of this._places()) this._page.formats[key] = code;
  }
  get Locked() {
    const states = new Set([...this._places()].map((key) => !(key in this._page.open)));
    return states.size > 1 ? null : [...states][0];
  }
  set Locked(value) {
    this._sheet._format();
    for (const key of this._places()) value ? delete this._page.open[key] : (this._page.open[key] = true);
  }
  get Comment() {
    const key = this._places().next().value;
    return key in this._page.notes ? this._sheet._comment(key) : null;
  }
  AddComment(text) {
    if (this._page.secret !== null || this.Comment || text.length > 1000) throw new Error("AddComment");
    const key = this._places().next().value;
    this._page.notes[key] = text;
    return this._sheet._comment(key);
  }
  get Validation() {
    const page = this._page;
    const where = this._areas;
    return strict({
      Delete() {},
      Add(kind, alert, operator, formula) { page.rules.push({ where, kind, alert, formula }); },
      ErrorTitle: "",
      ErrorMessage: "",
    }, "Validation");
  }
  get FormatConditions() {
    return strict({ Delete() {}, Add: () => strict({ Font: strict({ Bold: false }, "Font") }, "Condition") }, "FormatConditions");
  }
  AutoFit() {
    this._sheet._format();
    this._page.fitted = (this._page.fitted || []).concat([this._areas[0]]);
  }
  AutoFilter() {
    this._page.filtered = true;
  }
  Select() {
    if (this._sheet._app._active !== this._page) throw new Error("Select");
    this._sheet._app._selected = this;
  }
  Copy() {
    this._sheet._app._copied = this;
  }
  Insert() {
    const source = this._sheet._app._copied._areas[0][0];
    this._sheet._insert(this._areas[0][0], source);
  }
  get Hidden() {
    const [t, l] = this._areas[0];
    return this._line === 0 ? this._page.hidden_rows.includes(t) : this._page.hidden_columns.includes(l);
  }
  set Hidden(value) {
    const [t, l] = this._areas[0];
    const [lines, at] = this._line === 0 ? [this._page.hidden_rows, t] : [this._page.hidden_columns, l];
    if (value) lines.push(at);
  }
}
for (const name of ["HorizontalAlignment", "VerticalAlignment", "WrapText", "IndentLevel", "ColumnWidth",
  "RowHeight"]) {
  Object.defineProperty(Range.prototype, name, { get() { return null; }, set() { this._sheet._format(); } });
}

class Lines {
  constructor(range, line) {
    this._range = range;
    this._line = line;
  }
  _some() {
    const [t, l, b, r] = this._range._areas[0];
    const { hidden_rows: rows, hidden_columns: columns } = this._range._page;
    return this._line === 0 ? rows.some((at) => t <= at && at <= b) : columns.some((at) => l <= at && at <= r);
  }
  get Count() {
    const [t, l, b, r] = this._range._areas[0];
    return this._line === 0 ? b - t + 1 : r - l + 1;
  }
  Item(which) {
    const [t, l, b, r] = this._range._areas[0];
    const [first, last] = String(which).split(":").map(Number);
    const [one, two] = [first, last || first];
    const where = this._line === 0 ? [t + one - 1, l, t + two - 1, r] : [t, l + one - 1, b, l + two - 1];
    const made = new Range(this._range._sheet, [where]);
    made._line = this._line;
    return strict(made, "Range");
  }
  get Hidden() {
    return false;
  }
  set Hidden(value) {
    if (!value) this._range._page.hidden_columns = [];
  }
}
