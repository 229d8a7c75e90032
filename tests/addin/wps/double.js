// WPS's object model as far as the add-in may use it, in memory and strict: a slip of a name is an error, and what the
// program refuses (locked cells, wrong passwords) is refused. What it holds comes from data.js.
"use strict";

// The window on whatever sheet is in front.
class Pane {
  constructor(app) {
    Object.assign(this, { _app: app, _frozen: false, SplitRow: 0, SplitColumn: 0, ScrollRow: 1, ScrollColumn: 1 });
    this.DisplayGridlines = true;
  }
  get FreezePanes() {
    return this._frozen;
  }
  set FreezePanes(value) {
    this._frozen = value;
    if (value) this._app._active.freeze = [this.SplitRow, this.SplitColumn];
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
      Text: (text, start) => {
        if (text === undefined) return page.notes[key];
        if (text.length > 1000) throw new Error("Text");
        page.notes[key] = page.notes[key].slice(0, start - 1) + text;
      },
      Delete() { delete page.notes[key]; },
      Visible: true,
      Shape: strict({
        get Width() { return page.sizes[key][0]; },
        set Width(value) { page.sizes[key] = [value, 0]; },
        get Height() { return page.sizes[key][1]; },
        set Height(value) { page.sizes[key][1] = value; },
      }, "Shape"),
    };
    page.sizes = page.sizes || {};
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
    return strict({ Add(anchor, address, target) { page.links.push(target); }, Delete() { page.links = []; } }, "Hyperlinks");
  }
  get PageSetup() {
    if (this._app._data.printerless) throw new Error("no printer");
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
    this._data = data;
    this._window = new Pane(this);
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
    // A missing file is an error to read, as in WPS.
    const settings = (path) => (path.endsWith("/juesuan/service.json") ? data.settings : null);
    this.FileSystem = strict({
      Exists: (path) => settings(path) !== null,
      ReadFile: (path) => {
        if (settings(path) === null) throw new Error("ReadFile");
        return settings(path);
      },
    }, "FileSystem");
    this.Env = strict({ GetHomePath: () => "/tmp" }, "Env");
    this.OAAssist = strict({ ShellExecute: (path) => this._said.push(`open ${path}`) }, "OAAssist");
  }
  _sheets() {
    return this._pages.map((page) => strict(new Worksheet(this, page), "Worksheet"));
  }
  get ActiveCell() {
    return this._selected;
  }
  get ActiveWindow() {
    return strict(this._window, "Window");
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
// What a page's script keeps for the test, and how the program stands.
window.DATA.kept = [];
JuesuanHost.methods.add("kept");
JuesuanHost.prototype.kept = () => window.DATA.kept;
JuesuanHost.methods.add("looked");
JuesuanHost.prototype.looked = ({ name }) => double._pages.find((one) => one.name === name);
const standing = () => ({
  screen: double.ScreenUpdating,
  status: double.StatusBar,
  structure: double._secret,
  secrets: Object.fromEntries(double._pages.map((page) => [page.name, page.secret])),
  flags: Object.fromEntries(double._pages.map((page) => [page.name, JSON.parse(JSON.stringify(page.flags))])),
});
