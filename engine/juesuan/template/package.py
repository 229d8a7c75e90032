"""Draft → the parts of an .xlsx file, and its bytes.

The same draft always gives the same bytes: fixed dates, fixed order, no clock.

Written part by part and not with openpyxl, which can store neither a formula's value (readers that trust cached
values would see empty totals) nor an amount's own digits (it prints doubles with 16 digits), and stamps the time.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from juesuan.book import cell_name, cell_place
from juesuan.draft import Draft, DraftCell, Rectangle, SheetDraft
from juesuan.template.stylesheet import StyleTable

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HIDDEN = ' hidden="1"'
_PAGE_NAMES = ("_xlnm.Print_Area", "_xlnm.Print_Titles")
_DATE = (2024, 1, 1, 0, 0, 0)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

#: (style name, number format code or "") → the place of the cell format.
Look = Callable[[str, str], int]


def workbook_bytes(draft: Draft) -> bytes:
    """The file's bytes; deterministic for one zlib, its parts deterministic everywhere."""
    parts = workbook_parts(draft)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            info.external_attr = 0o600 << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def workbook_parts(draft: Draft) -> dict[str, bytes]:
    """The file's parts by name, in their order in the file."""
    styles = StyleTable(draft.styles)
    strings: dict[str, int] = {}
    sheets = [sheet_xml(sheet, styles.index, strings, selected=i == 0) for i, sheet in enumerate(draft.sheets)]
    count = len(draft.sheets)
    parts = {
        "[Content_Types].xml": _content_types(count),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml"),
                                   "rId2": ("extended-properties", "docProps/app.xml")},
                                  core="docProps/core.xml"),
        "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
                            'extended-properties"><Application>juesuan</Application></Properties>',
        "docProps/core.xml": _core(draft.title),
        "xl/workbook.xml": _workbook(draft),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, count + 1)}
            | {f"rId{count + 1}": ("styles", "styles.xml"), f"rId{count + 2}": ("sharedStrings", "sharedStrings.xml")}),
        "xl/styles.xml": styles.xml(),
        "xl/sharedStrings.xml": _shared(strings),
    }
    parts |= {f"xl/worksheets/sheet{i}.xml": text for i, text in enumerate(sheets, start=1)}
    return {name: (_HEAD + text).encode() for name, text in parts.items()}


# --- workbook parts ---


def _content_types(sheets: int) -> str:
    overrides = {"/xl/workbook.xml": f"{_TYPE}.sheet.main+xml", "/xl/styles.xml": f"{_TYPE}.styles+xml",
                 "/xl/sharedStrings.xml": f"{_TYPE}.sharedStrings+xml",
                 "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
                 "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml"}
    overrides |= {f"/xl/worksheets/sheet{i}.xml": f"{_TYPE}.worksheet+xml" for i in range(1, sheets + 1)}
    inner = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="'
            'application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/>{inner}</Types>')


def _relations(targets: Mapping[str, tuple[str, str]], core: str = "") -> str:
    inner = "".join(f'<Relationship Id="{key}" Type="{_LINKS}/{kind}" Target="{target}"/>'
                    for key, (kind, target) in targets.items())
    if core:
        inner += (f'<Relationship Id="rId{len(targets) + 1}" Type="{_PACKAGE}/relationships/metadata/core-properties" '
                  f'Target="{core}"/>')
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _core(title: str) -> str:
    stamp = "2024-01-01T00:00:00Z"
    return (f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(title)}</dc:title><dc:creator>juesuan</dc:creator>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified></cp:coreProperties>')


def _workbook(draft: Draft) -> str:
    states = {s.name: "" if s.state == "visible" else f' state="{s.state}"' for s in draft.sheets}
    sheets = "".join(f'<sheet name={quoteattr(s.name)} sheetId="{i}"{states[s.name]} r:id="rId{i}"/>'
                     for i, s in enumerate(draft.sheets, start=1))
    names = [f'<definedName name="{name}" localSheetId="{i}">{escape(target)}</definedName>'
             for name in _PAGE_NAMES for i, s in enumerate(draft.sheets) if (target := page_names(s).get(name))]
    names += [f'<definedName name={quoteattr(n)} hidden="1">{escape(target)}</definedName>'
              for n, target in sorted(draft.names.items())]
    return (f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr defaultThemeVersion="124226"/>'
            f'<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="15600"/></bookViews>'
            f'<sheets>{sheets}</sheets><definedNames>{"".join(names)}</definedNames>'
            '<calcPr calcId="145621" fullCalcOnLoad="1"/></workbook>')


def page_names(sheet: SheetDraft) -> dict[str, str]:
    """The names that hold a sheet's print set-up → what they refer to."""
    found: dict[str, str] = {}
    if sheet.page and sheet.page.area:
        found[_PAGE_NAMES[0]] = f"{_quoted(sheet.name)}!{_absolute(sheet.page.area)}"
    titles = []
    if sheet.page and sheet.page.columns:
        first, last = (cell_name(0, c)[:-1] for c in sheet.page.columns)
        titles.append(f"{_quoted(sheet.name)}!${first}:${last}")
    if sheet.page and sheet.page.repeat:
        top, bottom = sheet.page.repeat
        titles.append(f"{_quoted(sheet.name)}!${top + 1}:${bottom + 1}")
    if titles:
        found[_PAGE_NAMES[1]] = ",".join(titles)
    return found


def _absolute(area: Rectangle) -> str:
    """(0, 0, 9, 0) → "$A$1:$A$10"."""
    top, left, bottom, right = area
    return ":".join(f"${cell_name(0, c)[:-1]}${r + 1}" for r, c in ((top, left), (bottom, right)))


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _shared(strings: Mapping[str, int]) -> str:
    inner = "".join(f'<si><t xml:space="preserve">{_text(text)}</t></si>' for text in strings)
    return f'<sst xmlns="{_MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">{inner}</sst>'


# --- sheets ---


def sheet_xml(
    sheet: SheetDraft, look: Look, strings: dict[str, int] | None = None, *, selected: bool = False, bold: int = 0
) -> str:
    """One worksheet's XML. ``strings`` collects its texts as shared strings; without it they stand in the cells.
    ``bold``: the place of the highlight among the workbook's differential formats."""
    bottom = max((r for r, _ in sheet.cells), default=0)
    right = max((c for _, c in sheet.cells), default=0)
    columns = "".join(f'<col min="{c + 1}" max="{c + 1}" width="{w:g}"{_HIDDEN if c in sheet.hidden else ""} '
                      'customWidth="1"/>'
                      for c, w in sorted(sheet.widths.items()))
    return "".join((
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_LINKS}">',
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' if sheet.page and not sheet.page.scale else "",
        f'<dimension ref="A1:{cell_name(bottom, right)}"/>', _view(sheet, selected),
        '<sheetFormatPr defaultRowHeight="15"/>', f"<cols>{columns}</cols>" if columns else "",
        "<sheetData>", *_rows(sheet, look, strings), "</sheetData>",
        _protection(sheet), _merges(sheet), _highlights(sheet, bold), _validations(sheet), _links(sheet), _page(sheet),
        _ignored(sheet), "</worksheet>"))


def _view(sheet: SheetDraft, active: bool) -> str:
    lines = "0" if sheet.page or sheet.state == "visible" else "1"
    selected = ' tabSelected="1"' if active else ""
    head = f'<sheetView showGridLines="{lines}"{selected} workbookViewId="0">'
    pane = ""
    if sheet.freeze:
        row, column = sheet.freeze
        where = "bottomRight" if row and column else "bottomLeft" if row else "topRight"
        split = (f' xSplit="{column}"' if column else "") + (f' ySplit="{row}"' if row else "")
        pane = (f'<pane{split} topLeftCell="{cell_name(row, column)}" activePane="{where}" state="frozen"/>'
                f'<selection pane="{where}"/>')
    return f"<sheetViews>{head}{pane}</sheetView></sheetViews>"


def _rows(sheet: SheetDraft, look: Look, strings: dict[str, int] | None) -> Iterator[str]:
    rows: dict[int, list[int]] = {row: [] for row in sheet.heights}
    for row, column in sheet.cells:
        rows.setdefault(row, []).append(column)
    for row in sorted(rows):
        attributes = ""
        if sheet.open_rows and sheet.open_rows[0] <= row <= sheet.open_rows[1]:
            attributes += f' s="{look("open row", "")}" customFormat="1"'
        if row in sheet.heights:
            attributes += f' ht="{sheet.heights[row]:g}" customHeight="1"'
        cells = "".join(_cell(cell_name(row, c), sheet.cells[row, c], look, strings) for c in sorted(rows[row]))
        yield f'<row r="{row + 1}"{attributes}>{cells}</row>'


def _cell(name: str, cell: DraftCell, look: Look, strings: dict[str, int] | None) -> str:
    head = f'<c r="{name}" s="{look(cell.style, cell.format)}"'
    value, formula = cell.value, f"<f>{escape(cell.formula)}</f>" if cell.formula else ""
    if isinstance(value, str) and formula:
        return f'{head} t="str">{formula}<v>{_text(value)}</v></c>'
    if isinstance(value, str) and strings is None:
        return f'{head} t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
    if isinstance(value, str) and strings is not None:
        return f'{head} t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
    if value is not None:
        return f"{head}>{formula}<v>{format(value, 'f') if isinstance(value, Decimal) else value}</v></c>"
    return f"{head}>{formula}</c>" if formula else f"{head}/>"


def _text(text: str) -> str:
    """Cell text as XML: without what XML cannot hold, and "_x0041_", which would be read as an escape, escaped."""
    text = _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return escape(_ESCAPED.sub("_x005F_", text))


def _protection(sheet: SheetDraft) -> str:
    if not sheet.protected:
        return ""
    if sheet.state != "visible":
        return '<sheetProtection sheet="1" objects="1" scenarios="1"/>'
    allowed = "".join(f' {what}="0"' for what in ("formatColumns", "formatRows", "insertRows", "deleteRows",
                                                  "sort", "autoFilter"))
    return f'<sheetProtection sheet="1" objects="0" scenarios="0"{allowed}/>'


def _merges(sheet: SheetDraft) -> str:
    if not sheet.merges:
        return ""
    inner = "".join(f'<mergeCell ref="{cell_name(t, left)}:{cell_name(b, r)}"/>' for t, left, b, r in sheet.merges)
    return f'<mergeCells count="{len(sheet.merges)}">{inner}</mergeCells>'


def _highlights(sheet: SheetDraft, bold: int) -> str:
    return "".join(f'<conditionalFormatting sqref="{h.area}"><cfRule type="expression" dxfId="{bold}" priority="{i}">'
                   f"<formula>{escape(h.formula)}</formula></cfRule></conditionalFormatting>"
                   for i, h in enumerate(sheet.highlights, start=1))


def _validations(sheet: SheetDraft) -> str:
    if not sheet.validations:
        return ""
    inner = "".join(
        f'<dataValidation type="{v.kind}" errorStyle="{v.alert}" allowBlank="1" showInputMessage="1" '
        f'showErrorMessage="1" errorTitle={quoteattr(v.title)} error={quoteattr(v.message)} sqref="{v.area}">'
        f"<formula1>{escape(v.formula)}</formula1></dataValidation>" for v in sheet.validations)
    return f'<dataValidations count="{len(sheet.validations)}">{inner}</dataValidations>'


def _links(sheet: SheetDraft) -> str:
    if not sheet.links:
        return ""
    inner = "".join(f'<hyperlink ref="{cell_name(*place)}" location={quoteattr(target)} display={quoteattr(target)}/>'
                    for place, target in sorted(sheet.links.items()))
    return f"<hyperlinks>{inner}</hyperlinks>"


def _page(sheet: SheetDraft) -> str:
    if not sheet.page:
        return ""
    direction = "landscape" if sheet.page.landscape else "portrait"
    size = f'scale="{sheet.page.scale}"' if sheet.page.scale else f'fitToHeight="{int(sheet.page.one_page)}"'
    return ('<printOptions horizontalCentered="1"/>'
            '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
            f'<pageSetup paperSize="9" {size} orientation="{direction}" '
            'blackAndWhite="1"/>'
            "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>")


def _ignored(sheet: SheetDraft) -> str:
    """Excel's green corners for codes kept as text and for formulas in cells left open on purpose."""
    inner = "".join(f'<ignoredError sqref="{area}" numberStoredAsText="1"/>' for area in sheet.codes)
    if sheet.open_rows:
        columns = [c for (r, c) in sheet.cells if sheet.open_rows[0] <= r <= sheet.open_rows[1]]
        taken = {cell_place(a.split(":")[0])[1] for a in sheet.codes}
        first = min(c for c in columns if c not in taken)
        area = f"{cell_name(sheet.open_rows[0], first)}:{cell_name(sheet.open_rows[1], max(columns))}"
        inner += f'<ignoredError sqref="{area}" formula="1" unlockedFormula="1"/>'
    return f"<ignoredErrors>{inner}</ignoredErrors>" if inner else ""
