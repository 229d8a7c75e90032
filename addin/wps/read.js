// Reading the open workbook: values and formulas by the block, one answer for all of it.
"use strict";

const JUESUAN_LARGE = 200000; // cells: beyond this a used block is mostly formats of whole columns
const JUESUAN_OWN = /!|^_xl(nm|fn|pm|ws|eta|udf)/; // names of single sheets, and those the program makes for itself
const JUESUAN_STATES = { "-1": "visible", 0: "hidden", 2: "veryHidden" };
const JUESUAN_ERRORS = {
  "-2146826288": "#NULL!",
  "-2146826281": "#DIV/0!",
  "-2146826273": "#VALUE!",
  "-2146826265": "#REF!",
  "-2146826259": "#NAME?",
  "-2146826252": "#NUM!",
  "-2146826246": "#N/A",
};

Object.assign(JuesuanHost.prototype, {
  read() {
    const sheets = this.sheets().map((sheet) => this.reading(sheet));
    const names = {};
    for (const name of this.all(this.book.Names)) {
      this.quietly(() => {
        if (!JUESUAN_OWN.test(name.Name)) names[name.Name] = String(name.RefersTo); // a broken name has none
      });
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
  },

  reading(sheet) {
    const used = this.used(sheet);
    const [rows, columns] = [used.Rows.Count, used.Columns.Count];
    return {
      name: sheet.Name,
      state: JUESUAN_STATES[sheet.Visible] || "visible",
      top: used.Row - 1,
      left: used.Column - 1,
      values: this.grid(used.Value2, rows, columns).map((row) => row.map((value) => this.held(value))),
      formulas: this.grid(used.Formula, rows, columns),
      merges: this.merges(used, rows, columns),
      hidden_rows: this.hidden(used.EntireRow, used.Rows, rows).map((at) => used.Row - 2 + at),
      hidden_columns: this.hidden(used.EntireColumn, used.Columns, columns).map((at) => used.Column - 2 + at),
      protected: Boolean(sheet.ProtectContents),
    };
  },

  // The block to read: where whole columns were formatted it ends with the last cell that holds something.
  used(sheet) {
    const used = sheet.UsedRange;
    const [rows, columns] = [used.Rows.Count, used.Columns.Count];
    if (rows * columns <= JUESUAN_LARGE) return used;
    const [row, column] = this.last(sheet, used, rows, columns);
    const first = this.place(used.Row, used.Column);
    return sheet.Range(`${first}:${this.place(Math.max(row, used.Row), Math.max(column, used.Column))}`);
  },

  last(sheet, used, rows, columns) {
    try {
      const [row, column] = [1, 2].map((order) => sheet.Cells.Find("*", sheet.Range("A1"), -4123, 2, order, 2));
      return row && column ? [row.Row, column.Column] : [0, 0];
    } catch (error) {
      return this.scanned(sheet, used, rows, columns);
    }
  },

  // For a program without Find.
  scanned(sheet, used, rows, columns) {
    let [bottom, right] = [0, 0];
    const step = Math.max(1, Math.floor(JUESUAN_LARGE / columns));
    for (let top = 0; top < rows; top += step) {
      const count = Math.min(step, rows - top);
      const last = this.place(used.Row + top + count - 1, used.Column + columns - 1);
      const block = sheet.Range(`${this.place(used.Row + top, used.Column)}:${last}`).Formula;
      this.grid(block, count, columns).forEach((line, down) =>
        line.forEach((text, across) => {
          if (text === "" || text === null || text === undefined) return;
          bottom = used.Row + top + down;
          right = Math.max(right, used.Column + across);
        }),
      );
    }
    return [bottom, right];
  },

  // A block as rows: a single cell comes alone.
  grid(block, rows, columns) {
    return rows === 1 && columns === 1 ? [[block]] : block;
  },

  held(value) {
    if (value === undefined || value === "") return null;
    if (typeof value === "number" && Number.isInteger(value) && JUESUAN_ERRORS[value]) return JUESUAN_ERRORS[value];
    return value;
  },

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
  },

  hidden(whole, lines, count) {
    const found = [];
    if (whole.Hidden === false) return found;
    for (let at = 1; at <= count; at += 1) if (lines.Item(at).Hidden) found.push(at);
    return found;
  },

  looks({ sheet, cells }) {
    const here = this.sheet(sheet);
    return cells.map((cell) => {
      const range = here.Range(cell);
      const { Pattern: pattern, Color: colour } = range.Interior;
      const fill = pattern === JUESUAN_NONE ? "" : pattern === 1 ? this.text(colour) : "other";
      return { fill, note: range.Comment ? range.Comment.Text() : null, threaded: false };
    });
  },

  notes({ sheet }) {
    const found = {};
    for (const note of this.all(this.sheet(sheet).Comments)) {
      found[this.place(note.Parent.Row, note.Parent.Column)] = note.Text();
    }
    return found;
  },

  tab_colour({ sheet }) {
    const { Tab: tab } = this.sheet(sheet);
    return tab.ColorIndex === JUESUAN_NONE ? "" : this.text(tab.Color);
  },

  protection({ sheet }) {
    const here = this.sheet(sheet);
    if (!here.ProtectContents) return null;
    const allowed = Object.keys(JUESUAN_ALLOWED).filter((name) => here.Protection[JUESUAN_ALLOWED[name]]);
    return { drawings: here.ProtectDrawingObjects, scenarios: here.ProtectScenarios, allowed };
  },

  locked({ sheet, cells }) {
    const here = this.sheet(sheet);
    return cells.map((cell) => Boolean(here.Range(cell).Locked));
  },
});
