// The open workbook for the engine: each method is one call of the port (juesuan_addin/port.py), carried out with the
// object model that WPS shares with Excel. No decisions are made here.
"use strict";

const JUESUAN_STATES = { "-1": "visible", 0: "hidden", 2: "veryHidden" };
const JUESUAN_NUMBERS = { visible: -1, hidden: 0, veryHidden: 2 };
const JUESUAN_NONE = -4142;
const JUESUAN_ACROSS = { "": 1, left: -4131, center: -4108, right: -4152 };
const JUESUAN_ALLOWED = {
  formatting_cells: "AllowFormattingCells",
  formatting_columns: "AllowFormattingColumns",
  formatting_rows: "AllowFormattingRows",
  inserting_columns: "AllowInsertingColumns",
  inserting_rows: "AllowInsertingRows",
  inserting_hyperlinks: "AllowInsertingHyperlinks",
  deleting_columns: "AllowDeletingColumns",
  deleting_rows: "AllowDeletingRows",
  sorting: "AllowSorting",
  filtering: "AllowFiltering",
  using_pivot_tables: "AllowUsingPivotTables",
};
const JUESUAN_ERRORS = {
  "-2146826288": "#NULL!",
  "-2146826281": "#DIV/0!",
  "-2146826273": "#VALUE!",
  "-2146826265": "#REF!",
  "-2146826259": "#NAME?",
  "-2146826252": "#NUM!",
  "-2146826246": "#N/A",
};

class JuesuanHost {
  constructor(app) {
    this.app = app;
    this.book = app.ActiveWorkbook;
  }

  program() {
    return `${this.app.Name} ${this.app.Version}`;
  }

  // --- reading ---

  read() {
    const sheets = this.sheets().map((sheet) => this.reading(sheet));
    const names = {};
    for (const name of this.all(this.book.Names)) {
      if (!name.Name.includes("!") && !name.Name.startsWith("_xlnm")) names[name.Name] = String(name.RefersTo);
    }
    const selected = this.app.ActiveCell;
    return {
      name: this.book.Name,
      folder: this.book.Path || "",
      sheets,
      names,
      structure_protected: Boolean(this.book.ProtectStructure),
      active_sheet: this.book.ActiveSheet.Name,
      active_cell: selected ? this.place(selected.Row, selected.Column) : "A1",
    };
  }

  reading(sheet) {
    const used = sheet.UsedRange;
    const [rows, columns] = [used.Rows.Count, used.Columns.Count];
    return {
      name: sheet.Name,
      state: JUESUAN_STATES[sheet.Visible] || "visible",
      top: used.Row - 1,
      left: used.Column - 1,
      values: this.grid(used.Value2, rows, columns).map((row) => row.map((value) => this.held(value))),
      formulas: this.grid(used.Formula, rows, columns),
      merges: this.merges(used, rows, columns),
      hidden_rows: this.hidden(used.Rows, rows).map((at) => used.Row - 2 + at),
      hidden_columns: this.hidden(used.Columns, columns).map((at) => used.Column - 2 + at),
      protected: Boolean(sheet.ProtectContents),
    };
  }

  // A block as rows: a single cell comes alone.
  grid(block, rows, columns) {
    return rows === 1 && columns === 1 ? [[block]] : block;
  }

  held(value) {
    if (value === undefined || value === "") return null;
    if (typeof value === "number" && Number.isInteger(value) && JUESUAN_ERRORS[value]) return JUESUAN_ERRORS[value];
    return value;
  }

  merges(used, rows, columns) {
    const found = [];
    if (used.MergeCells === false) return found;
    for (let row = 1; row <= rows; row += 1) {
      if (used.Rows.Item(row).MergeCells === false) continue;
      for (let column = 1; column <= columns; ) {
        const area = used.Cells.Item(row, column).MergeArea;
        const [height, width] = [area.Rows.Count, area.Columns.Count];
        if ((height > 1 || width > 1) && area.Row === used.Row + row - 1) {
          const last = this.place(area.Row + height - 1, area.Column + width - 1);
          found.push(`${this.place(area.Row, area.Column)}:${last}`);
        }
        column = area.Column + width - used.Column + 1;
      }
    }
    return found;
  }

  hidden(lines, count) {
    const found = [];
    for (let at = 1; at <= count; at += 1) if (lines.Item(at).Hidden) found.push(at);
    return found;
  }

  looks({ sheet, cells }) {
    const here = this.sheet(sheet);
    return cells.map((cell) => {
      const range = here.Range(cell);
      const { Pattern: pattern, Color: colour } = range.Interior;
      const fill = pattern === JUESUAN_NONE ? "" : pattern === 1 ? this.text(colour) : "other";
      return { fill, note: range.Comment ? range.Comment.Text() : null, threaded: false };
    });
  }

  notes({ sheet }) {
    const found = {};
    for (const note of this.all(this.sheet(sheet).Comments)) {
      found[this.place(note.Parent.Row, note.Parent.Column)] = note.Text();
    }
    return found;
  }

  tab_colour({ sheet }) {
    const { Tab: tab } = this.sheet(sheet);
    return tab.ColorIndex === JUESUAN_NONE ? "" : this.text(tab.Color);
  }

  protection({ sheet }) {
    const here = this.sheet(sheet);
    if (!here.ProtectContents) return null;
    const allowed = Object.keys(JUESUAN_ALLOWED).filter((name) => here.Protection[JUESUAN_ALLOWED[name]]);
    return { drawings: here.ProtectDrawingObjects, scenarios: here.ProtectScenarios, allowed };
  }

  locked({ sheet, cells }) {
    const here = this.sheet(sheet);
    return cells.map((cell) => Boolean(here.Range(cell).Locked));
  }

  // --- writing ---

  paint({ sheet, fills }) {
    const here = this.writable(sheet);
    for (const [cell, fill] of Object.entries(fills)) {
      const { Interior: interior } = here.Range(cell);
      if (fill) {
        interior.Pattern = 1;
        interior.Color = this.number(fill);
      } else {
        interior.ColorIndex = JUESUAN_NONE;
      }
    }
  }

  note({ sheet, notes }) {
    const here = this.writable(sheet);
    for (const [cell, text] of Object.entries(notes)) {
      const range = here.Range(cell);
      if (range.Comment) range.Comment.Delete();
      if (text) range.AddComment(text).Visible = false;
    }
  }

  colour_tab({ sheet, colour }) {
    const { Tab: tab } = this.sheet(sheet);
    if (colour) tab.Color = this.number(colour);
    else tab.ColorIndex = JUESUAN_NONE;
  }

  write({ sheet, puts }) {
    const here = this.sheet(sheet);
    for (const put of puts) this.put(here, put);
  }

  put(here, { area, rows, formulas }) {
    const range = here.Range(area);
    if (here.ProtectContents && range.Locked !== false) throw new Error(this.refusal(here));
    if (formulas) range.Formula = rows;
    else range.Value2 = rows;
  }

  unprotect({ sheet, secret }) {
    const here = this.sheet(sheet);
    if (!here.ProtectContents) return;
    try {
      here.Unprotect(secret);
    } catch (error) {
      if (!here.ProtectContents) return;
    }
    if (here.ProtectContents) throw new Error(`工作表“${sheet}”受密码保护，没有改动；请先用“解锁”撤消。`);
  }

  protect({ sheet, how, secret }) {
    const allowed = Object.keys(JUESUAN_ALLOWED).map((name) => how.allowed.includes(name));
    this.sheet(sheet).Protect(secret, how.drawings, true, how.scenarios, false, ...allowed);
  }

  protect_book({ on, secret }) {
    if (on) {
      this.book.Protect(secret, true, false);
      return;
    }
    try {
      this.book.Unprotect(secret);
    } catch (error) {
      if (!this.book.ProtectStructure) return;
    }
    if (this.book.ProtectStructure) throw new Error("工作簿的结构受密码保护，没有改动；请先用“解锁”撤消。");
  }

  lock({ sheet, areas, locked }) {
    const here = this.writable(sheet);
    for (const area of areas) (area ? here.Range(area) : here.Cells).Locked = locked;
  }

  put_sheet({ draft }) {
    const here = this.blank(draft);
    for (const look of draft.dress) for (const area of look.areas) this.dress(here.Range(area), look);
    if (draft.open_rows) here.Rows.Item(draft.open_rows).Locked = false;
    for (const put of draft.puts) this.put(here, put);
    for (const area of draft.merges) here.Range(area).Merge();
    for (const [column, width] of draft.widths) here.Columns.Item(column).ColumnWidth = width;
    for (const [row, height] of draft.heights) here.Rows.Item(row).RowHeight = height;
    for (const column of draft.hidden) here.Columns.Item(column).Hidden = true;
    this.rules(here, draft);
    for (const [cell, target] of draft.links) here.Hyperlinks.Add(here.Range(cell), "", target);
    if (draft.filters) here.Range(draft.filters).AutoFilter();
    if (draft.page) this.page(here.PageSetup, draft.page);
    if (here.Visible !== JUESUAN_NUMBERS[draft.state]) here.Visible = JUESUAN_NUMBERS[draft.state];
  }

  blank({ name, after }) {
    const known = this.sheets();
    const old = known.find((sheet) => sheet.Name === name);
    if (old) {
      if (old.AutoFilterMode) old.AutoFilterMode = false;
      old.Cells.UnMerge();
      old.Cells.Validation.Delete();
      old.Cells.FormatConditions.Delete();
      old.Cells.ClearComments();
      old.Cells.Clear();
      old.Columns.Hidden = false;
      return old;
    }
    const shown = this.book.ActiveSheet;
    const visible = known.filter((sheet) => sheet.Visible === -1);
    const behind = known.find((sheet) => sheet.Name === after) || visible[visible.length - 1];
    const made = this.book.Worksheets.Add(null, behind);
    made.Name = name;
    shown.Activate();
    return made;
  }

  dress(range, look) {
    range.NumberFormat = look.code;
    const { Font: font } = range;
    font.Name = look.font;
    font.Size = look.size;
    font.Bold = look.bold;
    if (look.colour) font.Color = this.number(look.colour);
    font.Underline = look.underline ? 2 : JUESUAN_NONE;
    if (look.fill) range.Interior.Color = this.number(look.fill);
    if (look.border) {
      range.Borders.LineStyle = 1;
      range.Borders.Color = this.number("BFBFBF");
    }
    range.HorizontalAlignment = JUESUAN_ACROSS[look.across];
    range.VerticalAlignment = -4108;
    range.WrapText = look.wrap;
    range.IndentLevel = look.indent;
    range.Locked = look.locked;
  }

  // References in these rules count from the active cell, so it has to be the first of the area.
  rules(here, { validations, highlights }) {
    if (!validations.length && !highlights.length) return;
    const shown = this.book.ActiveSheet;
    if (here.Visible !== -1) here.Visible = -1;
    here.Activate();
    for (const rule of validations) {
      here.Range(rule.area.split(/[,:]/)[0]).Select();
      const { Validation: validation } = here.Range(rule.area);
      validation.Delete();
      validation.Add(rule.kind === "list" ? 3 : 7, { stop: 1, warning: 2, information: 3 }[rule.alert], 1, rule.formula);
      validation.ErrorTitle = rule.title;
      validation.ErrorMessage = rule.message;
    }
    for (const { area, formula } of highlights) {
      here.Range(area.split(":")[0]).Select();
      here.Range(area).FormatConditions.Add(2, 1, formula).Font.Bold = true;
    }
    shown.Activate();
  }

  page(setup, { landscape, one_page: onePage, repeat, area }) {
    setup.Orientation = landscape ? 2 : 1;
    setup.PaperSize = 9;
    setup.Zoom = false;
    setup.FitToPagesWide = 1;
    setup.FitToPagesTall = onePage ? 1 : false;
    if (area) setup.PrintArea = area;
    if (repeat) setup.PrintTitleRows = repeat;
  }

  drop_sheet({ sheet }) {
    const here = this.sheet(sheet);
    if (here.Visible !== -1) here.Visible = -1;
    const asked = this.app.DisplayAlerts;
    this.app.DisplayAlerts = false;
    try {
      here.Delete();
    } finally {
      this.app.DisplayAlerts = asked;
    }
  }

  define({ name, reference }) {
    for (const known of this.all(this.book.Names)) if (known.Name === name) known.Delete();
    if (reference !== null) this.book.Names.Add(name, `=${reference}`, false);
  }

  insert_row({ sheet, row, like }) {
    const here = this.writable(sheet);
    here.Rows.Item(like + 1).Copy();
    here.Rows.Item(row + 1).Insert(-4121);
    this.app.CutCopyMode = false;
  }

  recalculate() {
    this.app.CalculateFull();
  }

  // --- in front of the person ---

  select({ sheet, cell }) {
    const here = this.sheet(sheet);
    if (here.Visible === -1) {
      here.Activate();
      here.Range(cell).Select();
    }
  }

  working({ text }) {
    this.app.ScreenUpdating = text === null;
    this.app.StatusBar = text === null ? false : text;
  }

  keep_copy({ path }) {
    this.book.SaveCopyAs(path);
  }

  tell({ text, title }) {
    alert(`${title}\n\n${text}`);
  }

  ask({ text, title }) {
    return confirm(`${title}\n\n${text}`);
  }

  secret({ text, title }) {
    return prompt(`${title}\n\n${text}`, "");
  }

  open_file({ path }) {
    this.app.OAAssist.ShellExecute(path);
  }

  start_service(folder) {
    const windows = /^[A-Za-z]:/.test(folder);
    this.app.OAAssist.ShellExecute(`${folder}/${windows ? "start-service.cmd" : "start-service.sh"}`);
  }

  // --- small things ---

  sheets() {
    return this.all(this.book.Worksheets);
  }

  all(collection) {
    const found = [];
    for (let at = 1; at <= collection.Count; at += 1) found.push(collection.Item(at));
    return found;
  }

  sheet(name) {
    const found = this.sheets().find((sheet) => sheet.Name === name);
    if (!found) throw new Error(`工作簿中没有名为“${name}”的工作表，请核对后再试。`);
    return found;
  }

  // A sheet whose looks can be changed.
  writable(name) {
    const here = this.sheet(name);
    if (here.ProtectContents) throw new Error(this.refusal(here));
    return here;
  }

  refusal(here) {
    return `工作表“${here.Name}”受保护，有的格子锁定，没有写入；请先撤消保护。`;
  }

  place(row, column) {
    let letters = "";
    for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
      letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
    }
    return letters + row;
  }

  number(fill) {
    return parseInt(fill.slice(4, 6) + fill.slice(2, 4) + fill.slice(0, 2), 16);
  }

  text(colour) {
    const parts = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
    return parts.map((part) => part.toString(16).padStart(2, "0").toUpperCase()).join("");
  }
}

JuesuanHost.methods = new Set([
  "read", "looks", "notes", "tab_colour", "protection", "locked", "paint", "note", "colour_tab", "write", "unprotect",
  "protect", "protect_book", "lock", "put_sheet", "drop_sheet", "define", "insert_row", "recalculate", "select",
  "working", "keep_copy", "tell", "ask", "secret", "open_file",
]);
