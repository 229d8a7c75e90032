"""Sample workbooks full of what must survive: hand-made as Excel writes them, and by openpyxl and XlsxWriter."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SPACES = (
    f'xmlns="{_MAIN}" xmlns:r="{REL}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' mc:Ignorable="x14ac xr" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    ' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
)
_TYPE = "application/vnd.openxmlformats-officedocument."
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Parts → zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in parts.items():
            bundle.writestr(zipfile.ZipInfo(name, (2024, 3, 1, 8, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """Zip → parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {info.filename: bundle.read(info) for info in bundle.infolist()}


def png(width: int = 8, height: int = 8) -> bytes:
    """A plain picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\x30\x60\xc0" * width for _ in range(height))
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _rels(*rows: tuple[str, str, str]) -> str:
    body = "".join(
        f'<Relationship Id="{i}" Type="{t if t.startswith("http") else f"{REL}/{t}"}" Target="{target}"/>'
        for i, t, target in rows
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}relationships">{body}</Relationships>'


def excel() -> bytes:
    """An .xlsm as Excel writes it: 支出决算表 with everything on it, a protected sheet, a very hidden one.

    支出决算表: B2:B5 figures, B6 SUM, C2:C5 a shared formula, C6 an array formula over C6:C7, D2 own note (rich),
    D3 threaded comment, merged A9:C10, row 5 and column F styled, a check box, chart, picture, sparklines, x14
    validation.
    """
    threads = "http://schemas.microsoft.com/office/2017/10/relationships/"
    return zipped(
        {
            "[Content_Types].xml": _CONTENT,
            "_rels/.rels": _rels(
                ("rId1", "officeDocument", "xl/workbook.xml"),
                ("rId2", f"{_PACKAGE}relationships/metadata/core-properties", "docProps/core.xml"),
                ("rId3", "extended-properties", "docProps/app.xml"),
            ),
            "xl/workbook.xml": _WORKBOOK,
            "xl/_rels/workbook.xml.rels": _rels(
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "worksheet", "worksheets/sheet2.xml"),
                ("rId3", "worksheet", "worksheets/sheet3.xml"),
                ("rId4", "theme", "theme/theme1.xml"),
                ("rId5", "styles", "styles.xml"),
                ("rId6", "sharedStrings", "sharedStrings.xml"),
                ("rId7", "calcChain", "calcChain.xml"),
                ("rId8", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin"),
                ("rId9", f"{threads}person", "persons/person.xml"),
                ("rId10", "customXml", "../customXml/item1.xml"),
            ),
            "xl/worksheets/sheet1.xml": _SHEET1,
            "xl/worksheets/_rels/sheet1.xml.rels": _rels(
                ("rId1", "printerSettings", "../printerSettings/printerSettings1.bin"),
                ("rId2", "drawing", "/xl/drawings/drawing1.xml"),
                ("rId3", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("rId4", "comments", "../comments1.xml"),
                ("rId5", f"{threads}threadedComment", "../threadedComments/threadedComment1.xml"),
                ("rId6", "ctrlProp", "../ctrlProps/ctrlProp1.xml"),
            ),
            "xl/worksheets/sheet2.xml": _SHEET2,
            "xl/worksheets/sheet3.xml": f'{_HEAD}<worksheet {_SPACES}><sheetData><row r="1"><c r="A1"><v>1</v></c>'
            "</row></sheetData></worksheet>",
            "xl/styles.xml": _STYLES,
            "xl/sharedStrings.xml": _STRINGS,
            "xl/theme/theme1.xml": openpyxl_part("xl/theme/theme1.xml"),
            "xl/calcChain.xml": f'{_HEAD}<calcChain xmlns="{_MAIN}"><c r="B6" i="1"/><c r="C2"/><c r="C3" s="1"/>'
            '<c r="C4"/><c r="C5"/><c r="C6" a="1"/><c r="B2" i="2"/></calcChain>',
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0dummy macro project" + bytes(range(256)),
            "xl/persons/person.xml": f'{_HEAD}<personList xmlns="{_THREAD}"><person displayName="审核人" '
            'id="{11111111-2222-3333-4444-555555555555}" userId="u" providerId="None"/></personList>',
            "xl/comments1.xml": _COMMENTS,
            "xl/threadedComments/threadedComment1.xml": f'{_HEAD}<ThreadedComments xmlns="{_THREAD}"><threadedComment '
            'ref="D3" dT="2024-03-01T08:00:00.00" personId="{11111111-2222-3333-4444-555555555555}" '
            'id="{AAAAAAAA-2222-3333-4444-555555555555}"><text>请核对</text></threadedComment></ThreadedComments>',
            "xl/drawings/vmlDrawing1.vml": _VML,
            "xl/drawings/drawing1.xml": _DRAWING,
            "xl/drawings/_rels/drawing1.xml.rels": _rels(
                ("rId1", "chart", "../charts/chart1.xml"), ("rId2", "image", "../media/image1.png")
            ),
            "xl/charts/chart1.xml": _CHART,
            "xl/media/image1.png": png(),
            "xl/ctrlProps/ctrlProp1.xml": f'{_HEAD}<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml'
            '/2009/9/main" objectType="CheckBox" checked="Checked" fmlaLink="$E$9" lockText="1"/>',
            "xl/printerSettings/printerSettings1.bin": bytes(range(200)) * 3,
            "customXml/item1.xml": '<root xmlns="urn:own"><a>1</a></root>',
            "docProps/core.xml": f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}metadata/core-properties"/>',
            "docProps/app.xml": f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
            'extended-properties"><Application>Microsoft Excel</Application></Properties>',
        }
    )


def prefixed() -> bytes:
    """Every element prefixed, backslashes and other case in the zip, absolute targets, no cell names, no styles."""
    ns = f'xmlns:x="{_MAIN}" xmlns:r="{REL}"'
    row = "<x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row>"
    return zipped(
        {
            "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPE}spreadsheetml.'
            f'sheet.main+xml"/><Override PartName="/xl/worksheets/Sheet1.xml" ContentType="{_TYPE}spreadsheetml.'
            'worksheet+xml"/></Types>',
            "_rels\\.rels": _rels(("rId1", "officeDocument", "/xl/workbook.xml")),
            "xl\\Workbook.xml": f'{_HEAD}<x:workbook {ns}><x:sheets><x:sheet name="表一" sheetId="1" r:id="rId1"/>'
            "</x:sheets></x:workbook>",
            "xl\\_rels\\workbook.xml.rels": _rels(("rId1", "worksheet", "/XL/Worksheets/sheet1.xml")),
            "xl\\worksheets\\Sheet1.xml": f"{_HEAD}<x:worksheet {ns}><x:sheetData>{row}{row}</x:sheetData>"
            "<x:pageMargins left='0.7' right='0.7' top='0.7' bottom='0.7' header='0.3' footer='0.3'/></x:worksheet>",
        }
    )


def xlsxwriter_book() -> bytes:
    """Chart, picture, notes, sparkline, validation, conditional format, check box, button, defined name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    money = book.add_format({"num_format": "#,##0.00", "border": 1, "bg_color": "#DDEBF7", "locked": False})
    sheet = book.add_worksheet("收入决算表")
    for row in range(12):
        sheet.write_number(row, 0, row * 1.5, money)
        sheet.write_formula(row, 1, f"=A{row + 1}*2", money, row * 3.0)
    sheet.write_comment("A3", "自己的批注", {"author": "会计"})
    sheet.write_comment("B4", "第二条", {"x_scale": 2})
    sheet.insert_checkbox("D1", True)
    sheet.insert_button("D5", {"caption": "按钮"})
    sheet.insert_image("F1", "a.png", {"image_data": io.BytesIO(png())})
    sheet.add_sparkline("C1", {"range": "收入决算表!A1:A12"})
    sheet.data_validation("A1:A12", {"validate": "decimal", "criteria": ">=", "value": 0})
    sheet.conditional_format("A1:A12", {"type": "data_bar"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=收入决算表!$A$1:$A$12"})
    sheet.insert_chart("F5", chart)
    sheet.set_tab_color("#00B050")
    book.define_name("合计", "=收入决算表!$A$12")
    other = book.add_worksheet("校验结果")
    other.write("A1", "别人的表")
    book.close()
    return out.getvalue()


def openpyxl_book(sheets: int = 9, rows: int = 30, columns: int = 11, own: str = "FFFFC7CE") -> bytes:
    """A plain workbook: styled figures, SUM rows, a note and an own fill on each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    thin = Side(style="thin", color="FF999999")
    for number in range(sheets):
        sheet = book.create_sheet(f"表{number + 1}")
        for row in range(1, rows + 1):
            for column in range(1, columns + 1):
                cell = sheet.cell(row, column, f"=SUM(A{row}:B{row})" if column == columns else row * column / 4)
                cell.number_format = "#,##0.00"
                cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
                cell.font = Font(name="宋体", size=10, bold=row == 1)
                cell.alignment = Alignment(horizontal="right", wrap_text=True)
                cell.protection = Protection(locked=column > 2)
        sheet["B2"].fill = PatternFill("solid", fgColor="FFDDEEFF")
        sheet["C3"].fill = PatternFill("solid", fgColor=own)
        sheet["B2"].comment = Comment("原有批注", "会计")
        sheet.merge_cells("A5:B6")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def openpyxl_part(name: str) -> bytes:
    """A part of an empty openpyxl workbook."""
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return parts(out.getvalue())[name]


_THREAD = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_CONTENT = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="vml" ContentType="{_TYPE}vmlDrawing"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in [
            ("xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
            *[(f"xl/worksheets/sheet{n}.xml", f"{_TYPE}spreadsheetml.worksheet+xml") for n in (1, 2, 3)],
            ("xl/theme/theme1.xml", f"{_TYPE}theme+xml"),
            ("xl/styles.xml", f"{_TYPE}spreadsheetml.styles+xml"),
            ("xl/sharedStrings.xml", f"{_TYPE}spreadsheetml.sharedStrings+xml"),
            ("xl/calcChain.xml", f"{_TYPE}spreadsheetml.calcChain+xml"),
            ("xl/comments1.xml", f"{_TYPE}spreadsheetml.comments+xml"),
            ("xl/threadedComments/threadedComment1.xml", "application/vnd.ms-excel.threadedcomments+xml"),
            ("xl/persons/person.xml", "application/vnd.ms-excel.person+xml"),
            ("xl/drawings/drawing1.xml", f"{_TYPE}drawing+xml"),
            ("xl/charts/chart1.xml", f"{_TYPE}drawingml.chart+xml"),
            ("xl/ctrlProps/ctrlProp1.xml", "application/vnd.ms-excel.controlproperties+xml"),
            ("xl/printerSettings/printerSettings1.bin", f"{_TYPE}spreadsheetml.printerSettings"),
            ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
            ("docProps/app.xml", f"{_TYPE}extended-properties+xml"),
        ]
    )
    + "</Types>"
)
_WORKBOOK = (
    f'{_HEAD}<workbook {_SPACES}><fileVersion appName="xl" lastEdited="7"/><workbookPr codeName="ThisWorkbook"/>'
    '<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="" xmlns:x15ac="http://schemas.microsoft.com/'
    'office/spreadsheetml/2010/11/ac"/></mc:Choice></mc:AlternateContent>'
    '<workbookProtection lockStructure="1"/><bookViews><workbookView activeTab="1"/></bookViews>'
    '<sheets><sheet name="支出决算表" sheetId="1" r:id="rId1"/><sheet name="汇总 \'表\' 2" sheetId="2" r:id="rId2"/>'
    '<sheet name="参数" sheetId="5" state="veryHidden" r:id="rId3"/></sheets>'
    "<definedNames><definedName name=\"_xlnm.Print_Area\" localSheetId=\"1\">'汇总 ''表'' 2'!$A$1:$C$9</definedName>"
    '<definedName name="合计">支出决算表!$B$6</definedName></definedNames><calcPr calcId="191029"/></workbook>'
)
_STRINGS = (
    f'{_HEAD}<sst xmlns="{_MAIN}" count="3" uniqueCount="3"><si><t>项目</t></si>'
    '<si><r><rPr><b/><sz val="11"/></rPr><t>金</t></r><r><t>额</t></r></si>'
    '<si><t xml:space="preserve"> 说明 </t></si></sst>'
)
_STYLES = (
    f'{_HEAD}<styleSheet {_SPACES}><numFmts count="1"><numFmt numFmtId="176" formatCode="#,##0.00_ "/></numFmts>'
    '<fonts count="2" x14ac:knownFonts="1"><font><sz val="11"/><color theme="1"/><name val="宋体"/><charset val="134"/>'
    '<scheme val="minor"/></font><font><b/><sz val="11"/><color theme="1"/><name val="宋体"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor theme="4" tint="0.59999389629810485"/><bgColor indexed="64"/>'
    '</patternFill></fill><fill><gradientFill degree="90"><stop position="0"><color theme="0"/></stop>'
    '<stop position="1"><color theme="5"/></stop></gradientFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left style="thin">'
    '<color auto="1"/></left><right style="thin"><color auto="1"/></right><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"><alignment vertical="center"/></xf>'
    '</cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"><alignment '
    'vertical="center"/></xf><xf numFmtId="176" fontId="0" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" '
    'applyFill="1" applyBorder="1" applyProtection="1"><alignment vertical="center" wrapText="1"/><protection '
    'locked="0"/></xf><xf numFmtId="176" fontId="1" fillId="3" borderId="1" xfId="0" applyFill="1"/>'
    '<xf numFmtId="10" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="14" fontId="0" fillId="2" borderId="0" xfId="0" applyFill="1"/><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="常规" xfId="0" '
    'builtinId="0"/></cellStyles><dxfs count="1"><dxf><fill><patternFill><bgColor rgb="FF00FF00"/></patternFill></fill>'
    '</dxf></dxfs><tableStyles count="0"/></styleSheet>'
)
_SHEET1 = (
    f'{_HEAD}<worksheet {_SPACES} xr:uid="{{00000000-0001-0000-0000-000000000000}}"><sheetPr codeName="Sheet1">'
    '<outlinePr summaryBelow="0"/><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:D10"/><sheetViews>'
    '<sheetView workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="13.5" x14ac:dyDescent="0.15"/><cols>'
    '<col min="1" max="1" width="20" customWidth="1"/><col min="6" max="6" width="3.5" style="4" customWidth="1"/>'
    "</cols><sheetData>"
    '<row r="1" spans="1:4" x14ac:dyDescent="0.15"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    + "".join(
        f'<row r="{n}" spans="1:4" x14ac:dyDescent="0.15"'
        + (' s="3" customFormat="1"' if n == 5 else "")
        + f'><c r="A{n}" s="5" t="s"><v>2</v></c><c r="B{n}" s="1"><v>{n}.25</v></c><c r="C{n}" s="2">'
        + ('<f t="shared" ref="C2:C5" si="0">B2*$B$6+SUM(B$2:B2)</f>' if n == 2 else '<f t="shared" si="0"/>')
        + f"<v>{n * 7}</v></c>"
        + ('<c r="D2" s="1"><v>8.5</v></c>' if n == 2 else '<c r="D3"><v>9</v></c>' if n == 3 else "")
        + "</row>"
        for n in (2, 3, 4, 5)
    )
    + '<row r="6" spans="1:4"><c r="B6" s="1"><f>SUM(B2:B5)</f><v>15</v></c>'
    '<c r="C6"><f t="array" ref="C6:C7">B2:B3</f><v>2.25</v></c></row>'
    '<row r="7" spans="1:4"><c r="C7"><v>3.25</v></c></row>'
    '<row r="9" spans="1:4"><c r="A9" s="1"/><c r="B9" s="1"/></row></sheetData>'
    '<sheetProtection sheet="1" objects="1" scenarios="1"/><mergeCells count="1"><mergeCell ref="A9:C10"/></mergeCells>'
    '<conditionalFormatting sqref="B2:B5"><cfRule type="cellIs" dxfId="0" priority="1" operator="greaterThan"><formula>'
    '100</formula></cfRule></conditionalFormatting><dataValidations count="1"><dataValidation type="list" '
    'allowBlank="1" sqref="A2"><formula1>"甲,乙"</formula1></dataValidation></dataValidations>'
    '<hyperlinks><hyperlink ref="A1" location="参数!A1" display="x"/></hyperlinks>'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" r:id="rId1"/><headerFooter><oddFooter>&amp;P</oddFooter>'
    '</headerFooter><drawing r:id="rId2"/><legacyDrawing r:id="rId3"/><mc:AlternateContent><mc:Choice Requires="x14">'
    '<controls><mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1026" r:id="rId6" name="复选框 1">'
    '<controlPr defaultSize="0" autoFill="0"><anchor><from><xdr:col xmlns:xdr="http://schemas.openxmlformats.org/'
    'drawingml/2006/spreadsheetDrawing">4</xdr:col></from></anchor></controlPr></control></mc:Choice>'
    "</mc:AlternateContent></controls></mc:Choice></mc:AlternateContent><extLst>"
    '<ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/'
    '2009/9/main"><x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    "<x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>支出决算表!B2:B5</xm:f><xm:sqref>E2</xm:sqref>"
    "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext>"
    '<ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/'
    '2009/9/main"><x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>参数!$A$1</xm:f></x14:formula1>'
    "<xm:sqref>A3</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
)
_SHEET2 = (
    f'{_HEAD}<worksheet {_SPACES}><sheetPr><tabColor theme="6"/></sheetPr><dimension ref="A1:B2"/><sheetViews>'
    '<sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
    '</row><row r="2"><c r="A2"><v>4</v></c><c r="B2"><f>支出决算表!B6</f><v>15</v></c></row></sheetData>'
    '<sheetProtection sheet="1"/><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" '
    'footer="0.3"/></worksheet>'
)
_COMMENTS = (
    f'{_HEAD}<comments xmlns="{_MAIN}"><authors><author>会计</author><author>'
    "tc={AAAAAAAA-2222-3333-4444-555555555555}</author></authors><commentList>"
    '<comment ref="D2" authorId="0" shapeId="0"><text><r><rPr><b/><sz val="9"/>'
    '<rFont val="宋体"/></rPr><t xml:space="preserve">会计:\n</t></r><r><rPr><sz val="9"/><color indexed="10"/>'
    '<rFont val="宋体"/></rPr><t>含上年结转 &amp; 其他</t></r></text></comment><comment ref="D3" authorId="1" '
    'shapeId="0"><text><t>[线程批注] 请核对</t></text></comment></commentList></comments>'
)


def _note_box(number: int, row: int, column: int) -> str:
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style=\'position:absolute;visibility:hidden\'\r\n  '
        'fillcolor="infoBackground [80]" o:insetmode="auto"><v:fill color2="infoBackground [80]"/>'
        "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>"
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>\r\n   <x:Anchor>\r\n    4, 15, 0, 10, 5,'
        f" 31, 4, 9</x:Anchor>\r\n   <x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )


_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"\r\n xmlns:o="urn:schemas-microsoft-com:office:office"\r\n '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">\r\n <o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/></v:shapetype>'
    + _note_box(1025, 1, 3)
    + _note_box(1027, 2, 3)
    + '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe"/>'
    '<v:shape id="_x0000_s1026" type="#_x0000_t201" style=\'position:absolute\' o:button="t"><v:textbox><div '
    "style='text-align:left'><font face=\"宋体\">已核<br>对</font></div></v:textbox><x:ClientData "
    'ObjectType="Checkbox"><x:Anchor>4, 0, 7, 0, 5, 0, 8, 0</x:Anchor><x:Checked>1</x:Checked></x:ClientData></v:shape>'
    "</xml>"
)
_A = "http://schemas.openxmlformats.org/drawingml/2006/"
_ANCHOR = (
    "<xdr:twoCellAnchor><xdr:from><xdr:col>{0}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>11</xdr:row><xdr:rowOff>0"
    "</xdr:rowOff></xdr:from><xdr:to><xdr:col>{1}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>22</xdr:row><xdr:rowOff>0"
    "</xdr:rowOff></xdr:to>{2}<xdr:clientData/></xdr:twoCellAnchor>"
)
_DRAWING = (
    f'{_HEAD}<xdr:wsDr xmlns:xdr="{_A}spreadsheetDrawing" xmlns:a="{_A}main">'
    + _ANCHOR.format(
        0,
        3,
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="图表 1"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{_A}chart"><c:chart xmlns:c="{_A}chart" xmlns:r="{REL}" r:id="rId1"/></a:graphicData>'
        "</a:graphic></xdr:graphicFrame>",
    )
    + _ANCHOR.format(
        4,
        5,
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="图片 2"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        f'<a:blip xmlns:r="{REL}" r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>',
    )
    + "</xdr:wsDr>"
)
_CHART = (
    f'{_HEAD}<c:chartSpace xmlns:c="{_A}chart" xmlns:a="{_A}main"><c:chart><c:plotArea><c:layout/><c:barChart>'
    '<c:barDir val="col"/><c:grouping val="clustered"/><c:ser><c:idx val="0"/><c:order val="0"/><c:val><c:numRef>'
    '<c:f>支出决算表!$B$2:$B$5</c:f></c:numRef></c:val></c:ser><c:axId val="1"/><c:axId val="2"/></c:barChart>'
    '<c:catAx><c:axId val="1"/><c:scaling/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/>'
    '<c:scaling/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx></c:plotArea></c:chart></c:chartSpace>'
)
