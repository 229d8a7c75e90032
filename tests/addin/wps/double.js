// WPS's object model as far as the add-in may use it, in memory and strict: a slip of a name is an error, and what the
// program refuses (locked cells, wrong passwords) is refused. What it holds comes from data.js.
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
        if (typeof value === "string" && value.startsWith("=")) this._page.formulas[key] = value.slice(1);
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
    Object.assign(this._page, { values: {}, formulas: {}, fills: {}, open: {} });
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
    if (this._page.secret !== null || this.Comment) throw new Error("AddComment");
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
for (const name of ["NumberFormat", "HorizontalAlignment", "VerticalAlignment", "WrapText", "IndentLevel", "ColumnWidth",
  "RowHeight"]) {
  Object.defineProperty(Range.prototype, name, { get() { return null; }, set() { this._sheet._format(); } });
}

class Lines {
  constructor(range, line) {
    this._range = range;
    this._line = line;
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

class Worksheet {
  constructor(app, page) {
    this._app = app;
    this._page = page;
  }
  _range(areas) {
    return strict(new Range(this, areas), "Range");
  }
  _used() {
    const keys = [...Object.keys(this._page.values), ...Object.keys(this._page.formulas), ...Object.keys(this._page.fills)];
    const places = keys.map((key) => key.split(",").map(Number));
    if (!places.length) return [1, 1, 1, 1];
    const [rows, columns] = [places.map(([row]) => row), places.map(([, column]) => column)];
    return [Math.min(...rows), Math.min(...columns), Math.max(...rows), Math.max(...columns)];
  }
  _format() {
    if (this._page.secret !== null && !this._page.flags.AllowFormattingCells) throw new Error("protected");
  }
  _comment(key) {
    const page = this._page;
    const [row, column] = key.split(",").map(Number);
    const made = {
      Parent: this._range([[row, column, row, column]]),
      Text: () => page.notes[key],
      Delete() { delete page.notes[key]; },
      Visible: true,
    };
    return strict(made, "Comment");
  }
  _insert(row, source) {
    const page = this._page;
    const from = source + (source >= row ? 1 : 0);
    for (const name of ["values", "formulas", "fills", "notes", "open"]) {
      const moved = {};
      for (const [key, value] of Object.entries(page[name])) {
        const [r, c] = key.split(",").map(Number);
        moved[`${r >= row ? r + 1 : r},${c}`] = value;
      }
      for (const [key, value] of Object.entries(moved)) {
        const [r, c] = key.split(",").map(Number);
        if (r === from) moved[`${row},${c}`] = value;
      }
      page[name] = moved;
    }
  }
  get Name() {
    return this._page.name;
  }
  set Name(value) {
    this._page.name = value;
  }
  get Visible() {
    return this._page.state;
  }
  set Visible(value) {
    if (this._app._secret !== null) throw new Error("structure");
    this._page.state = value;
  }
  get UsedRange() {
    return this._range([this._used()]);
  }
  get Cells() {
    return this._range([[1, 1, 1048576, 16384]]);
  }
  get Rows() {
    return this.Cells.Rows;
  }
  get Columns() {
    return this.Cells.Columns;
  }
  Range(text) {
    if (text.length > 255) throw new Error("Range");
    return this._range(text.split(",").map(area));
  }
  get Comments() {
    return strict(new Collection(Object.keys(this._page.notes).map((key) => this._comment(key))), "Comments");
  }
  get Hyperlinks() {
    const page = this._page;
    return strict({ Add(anchor, address, target) { page.links.push(target); } }, "Hyperlinks");
  }
  get PageSetup() {
    return strict({ Orientation: 0, PaperSize: 0, Zoom: 0, FitToPagesWide: 0, FitToPagesTall: 0, PrintArea: "",
      PrintTitleRows: "" }, "PageSetup");
  }
  get AutoFilterMode() {
    return Boolean(this._page.filtered);
  }
  set AutoFilterMode(value) {
    this._page.filtered = value;
  }
  get Tab() {
    const page = this._page;
    return strict({
      get Color() { return page.tab; },
      set Color(value) { page.tab = value; },
      get ColorIndex() { return page.tab === null ? NONE : 3; },
      set ColorIndex(value) { page.tab = null; },
    }, "Tab");
  }
  get ProtectContents() {
    return this._page.secret !== null;
  }
  get ProtectDrawingObjects() {
    return Boolean(this._page.flags.drawings);
  }
  get ProtectScenarios() {
    return Boolean(this._page.flags.scenarios);
  }
  get Protection() {
    return strict(Object.fromEntries(ALLOWS.map((name) => [name, Boolean(this._page.flags[name])])), "Protection");
  }
  Protect(secret, drawings, contents, scenarios, ui, ...allow) {
    this._page.secret = secret;
    this._page.flags = { drawings, scenarios, ...Object.fromEntries(ALLOWS.map((name, at) => [name, allow[at]])) };
  }
  Unprotect(secret) {
    if (this._page.secret !== secret) throw new Error("password");
    this._page.secret = null;
  }
  Activate() {
    if (this._page.state !== -1) throw new Error("Activate");
    this._app._active = this._page;
  }
  Delete() {
    if (this._app._secret !== null || this._page.state === 2 || this._app.DisplayAlerts) throw new Error("Delete");
    this._app._pages = this._app._pages.filter((page) => page !== this._page);
  }
}

class Application {
  constructor(data) {
    this._pages = data.sheets;
    this._active = this._pages[0];
    this._names = data.names;
    this._book = data.name;
    this._secret = null;
    this._selected = null;
    this._said = [];
    this._settings = data.settings;
    this.Name = "WPS 表格";
    this.Version = "12.0";
    this.ScreenUpdating = true;
    this.StatusBar = false;
    this.DisplayAlerts = true;
    this.CutCopyMode = false;
    this.ribbonUI = null;
    this.FileSystem = strict({ ReadFile: (path) => (path.endsWith("/juesuan/service.json") ? data.settings : "") }, "FileSystem");
    this.Env = strict({ GetHomePath: () => "/tmp" }, "Env");
    this.OAAssist = strict({ ShellExecute: (path) => this._said.push(`open ${path}`) }, "OAAssist");
  }
  _sheets() {
    return this._pages.map((page) => strict(new Worksheet(this, page), "Worksheet"));
  }
  get ActiveCell() {
    return this._selected;
  }
  CalculateFull() {}
  get ActiveWorkbook() {
    const app = this;
    return strict({
      Name: app._book,
      Path: "",
      get ProtectStructure() { return app._secret !== null; },
      get ActiveSheet() { return app._sheets()[app._pages.indexOf(app._active)]; },
      get Worksheets() {
        const found = new Collection(app._sheets());
        found.Add = (before, after) => {
          if (app._secret !== null) throw new Error("structure");
          const page = { name: "Sheet1", values: {}, formulas: {}, fills: {}, open: {}, notes: {}, merges: [], rules: [],
            links: [], hidden_rows: [], hidden_columns: [], state: -1, tab: null, secret: null, flags: {} };
          app._pages.splice(app._pages.findIndex((one) => one.name === after.Name) + 1, 0, page);
          app._active = page;
          return app._sheets()[app._pages.indexOf(page)];
        };
        return strict(found, "Worksheets");
      },
      get Names() {
        const entries = Object.entries(app._names);
        const found = new Collection(entries.map(([name, text]) =>
          strict({ Name: name, RefersTo: `=${text}`, Delete() { delete app._names[name]; } }, "Name")));
        found.Add = (name, text) => { app._names[name] = text.replace(/^=/, ""); };
        return strict(found, "Names");
      },
      Protect(secret) { app._secret = secret; },
      Unprotect(secret) {
        if (app._secret !== null && app._secret !== secret) throw new Error("password");
        app._secret = null;
      },
      SaveCopyAs(path) { app._said.push(`copy ${path}`); },
    }, "Workbook");
  }
}

const double = new Application(window.DATA);
window.Application = strict(double, "Application");
window.alert = (text) => { double._said.push(text); };
window.confirm = (text) => { double._said.push(text); return true; };
window.prompt = (text) => { double._said.push(text); return window.DATA.password; };
// The test asks for what was said through the port itself.
JuesuanHost.methods.add("said");
JuesuanHost.prototype.said = () => double._said;
