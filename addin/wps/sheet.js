// Drawing a whole sheet, with the same steps as in Excel (juesuan_addin/excel/drawing.py).
"use strict";

const JUESUAN_NUMBERS = { visible: -1, hidden: 0, veryHidden: 2 };
const JUESUAN_ACROSS = { "": 1, left: -4131, center: -4108, right: -4152 };

Object.assign(JuesuanHost.prototype, {
  put_sheet({ draft }) {
    const here = this.blank(draft);
    this.dressed(here, draft.dress);
    if (draft.open_rows) here.Rows.Item(draft.open_rows).Locked = false;
    for (const put of draft.puts) this.put(here, put);
    for (const area of draft.merges) here.Range(area).Merge();
    for (const [column, width] of draft.widths) here.Columns.Item(column).ColumnWidth = width;
    for (const [row, height] of draft.heights) here.Rows.Item(row).RowHeight = height;
    for (const rows of draft.unfitted) here.Rows.Item(rows).AutoFit();
    for (const column of draft.hidden) here.Columns.Item(column).Hidden = true;
    this.rules(here, draft);
    for (const [cell, target] of draft.links) here.Hyperlinks.Add(here.Range(cell), "", target);
    this.dressed(here, draft.linked);
    if (draft.filters) here.Range(draft.filters).AutoFilter();
    if (draft.page) this.page(here, draft.page);
    if (draft.freeze && draft.state === "visible") this.freeze(here, draft.freeze);
    if (here.Visible !== JUESUAN_NUMBERS[draft.state]) here.Visible = JUESUAN_NUMBERS[draft.state];
  },

  blank({ name, after }) {
    const known = this.sheets();
    const old = known.find((sheet) => sheet.Name === name);
    if (old) {
      if (old.AutoFilterMode) old.AutoFilterMode = false;
      old.Cells.UnMerge();
      old.Cells.Validation.Delete();
      old.Cells.FormatConditions.Delete();
      old.Hyperlinks.Delete();
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
  },

  dressed(here, looks) {
    for (const look of looks) for (const address of this.unions(look.areas)) this.dress(here.Range(address), look);
  },

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
  },

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
  },

  // A desktop without any printer refuses page set-up; the sheet is whole anyway.
  page(here, { landscape, one_page: onePage, repeat, area }) {
    try {
      const { PageSetup: setup } = here;
      setup.Orientation = landscape ? 2 : 1;
      setup.PaperSize = 9;
      setup.Zoom = false;
      setup.FitToPagesWide = 1;
      setup.FitToPagesTall = onePage ? 1 : false;
      if (area) setup.PrintArea = area;
      if (repeat) setup.PrintTitleRows = repeat;
    } catch (error) {
      return;
    }
  },

  // Frozen panes belong to the window, so the sheet is shown for a moment; where they are refused the sheet is whole.
  freeze(here, [rows, columns]) {
    const shown = this.book.ActiveSheet;
    try {
      if (here.Visible !== -1) here.Visible = -1;
      here.Activate();
      const { ActiveWindow: pane } = this.app;
      pane.FreezePanes = false;
      [pane.ScrollRow, pane.ScrollColumn] = [1, 1]; // the split counts from what is in view
      [pane.SplitRow, pane.SplitColumn] = [rows, columns];
      pane.FreezePanes = true;
      pane.DisplayGridlines = false;
    } catch (error) {
      return;
    } finally {
      shown.Activate();
    }
  },
});
