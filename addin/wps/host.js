// The open workbook for the engine: each method is one call of the port (juesuan_addin/port.py), carried out with the
// object model that WPS shares with Excel. No decisions are made here. read.js and sheet.js add the larger ones.
"use strict";

const JUESUAN_ADDRESS = 240; // Range() takes at most 255 characters
const JUESUAN_NOTE = 1000; // the text of a note goes in pieces; long ones are cut by some versions otherwise
const JUESUAN_NONE = -4142;
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

class JuesuanHost {
  constructor(app) {
    this.app = app;
    this.book = app.ActiveWorkbook;
    this.lifted = new Map(); // sheet → how it was protected and by which password
    this.opened = null; // the password by which the workbook's structure was
  }

  program() {
    return `${this.app.Name} ${this.app.Version}`;
  }

  // --- writing ---

  paint({ sheet, fills }) {
    const here = this.writable(sheet);
    const same = {};
    for (const [cell, fill] of Object.entries(fills)) (same[fill] = same[fill] || []).push(cell);
    for (const [fill, cells] of Object.entries(same)) {
      for (const address of this.unions(cells)) {
        const { Interior: interior } = here.Range(address);
        if (fill) {
          interior.Pattern = 1;
          interior.Color = this.number(fill);
        } else {
          interior.ColorIndex = JUESUAN_NONE;
        }
      }
    }
  }

  note({ sheet, notes }) {
    const here = this.writable(sheet);
    for (const [cell, text] of Object.entries(notes)) {
      const range = here.Range(cell);
      if (range.Comment) range.Comment.Delete();
      if (text) this.comment(range, text);
    }
  }

  comment(range, text) {
    let note = range.AddComment(text.slice(0, JUESUAN_NOTE));
    try {
      for (let at = JUESUAN_NOTE; at < text.length; at += JUESUAN_NOTE) {
        note.Text(text.slice(at, at + JUESUAN_NOTE), at + 1, false);
      }
      const { Shape: shape } = note;
      [shape.Width, shape.Height] = [230, Math.min(400, 14 * this.lines(text) + 16)];
    } catch (error) {
      note.Delete(); // not every version has these; the text comes first
      note = range.AddComment(text);
    }
    note.Visible = false;
  }

  // How many lines of forty narrow characters a text takes; Chinese ones count twice.
  lines(text) {
    const wide = (line) => [...line].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e7f ? 2 : 1), 0);
    return text.split("\n").reduce((sum, line) => sum + 1 + Math.floor(wide(line) / 40), 0);
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

  put(here, { area, rows, texts, formulas }) {
    const range = here.Range(area);
    if (here.ProtectContents && range.Locked !== false) throw new Error(this.refusal(here));
    if (formulas) range.Formula = rows;
    else range.Value2 = texts && range.NumberFormat === "@" ? texts : rows; // in text cells a mark may stay as a sign
  }

  unprotect({ sheet, secret }) {
    const here = this.sheet(sheet);
    if (!here.ProtectContents) return;
    const how = this.protection({ sheet });
    try {
      here.Unprotect(secret);
    } catch (error) {
      if (!here.ProtectContents) return;
    }
    if (here.ProtectContents) throw new Error(`工作表“${sheet}”受密码保护，没有改动；请先在“审阅”里撤消工作簿保护。`);
    if (!this.lifted.has(sheet)) this.lifted.set(sheet, { how, secret });
  }

  protect({ sheet, how, secret }) {
    const allowed = Object.keys(JUESUAN_ALLOWED).map((name) => how.allowed.includes(name));
    this.sheet(sheet).Protect(secret, how.drawings, true, how.scenarios, false, ...allowed);
    this.lifted.delete(sheet);
  }

  protect_book({ on, secret }) {
    if (on) {
      if (!this.book.ProtectStructure) this.book.Protect(secret, true, false); // else its password stays
      this.opened = null;
      return;
    }
    const was = this.book.ProtectStructure;
    try {
      this.book.Unprotect(secret);
    } catch (error) {
      if (!this.book.ProtectStructure) return;
    }
    if (this.book.ProtectStructure) throw new Error("工作簿的结构受密码保护，没有改动；请先在“审阅”里撤消工作簿保护。");
    if (was) this.opened = secret;
  }

  // What a press that broke off left open is protected again; the names of the sheets where that failed.
  restore() {
    const failed = [];
    for (const [sheet, { how, secret }] of [...this.lifted]) {
      try {
        const here = this.sheets().find((one) => one.Name === sheet);
        if (here && !here.ProtectContents) this.protect({ sheet, how, secret });
      } catch (error) {
        failed.push(sheet);
      }
    }
    try {
      if (this.opened !== null) this.protect_book({ on: true, secret: this.opened });
    } catch (error) {
      failed.push(this.book.Name);
    }
    return failed;
  }

  lock({ sheet, areas, locked }) {
    const here = this.writable(sheet);
    if (areas.includes("")) here.Cells.Locked = locked;
    for (const address of this.unions(areas.filter((area) => area))) here.Range(address).Locked = locked;
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
    for (const known of this.all(this.book.Names)) {
      this.quietly(() => {
        if (known.Name === name) known.Delete(); // of a broken name nothing can be asked
      });
    }
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

  tell({ text, title, serious }) {
    alert(`${serious ? "⚠ " : ""}${title}\n\n${text}`);
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

  start_service(path) {
    this.app.OAAssist.ShellExecute(path);
  }

  // --- small things ---

  // What need not succeed.
  quietly(what) {
    try {
      what();
    } catch (error) {
      return;
    }
  }

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

  // Cells or areas as addresses Range() takes.
  unions(cells) {
    const found = [];
    for (const cell of cells) {
      const line = found[found.length - 1];
      if (line !== undefined && line.length + cell.length < JUESUAN_ADDRESS) found[found.length - 1] = `${line},${cell}`;
      else found.push(cell);
    }
    return found;
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
