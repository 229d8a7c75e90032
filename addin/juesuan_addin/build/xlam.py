"""juesuan.xlam: the ribbon, the icons and the macros in one package, byte for byte the same on every system.

Parts are stored, not deflated, and carry one fixed date: how well a machine's zlib packs must not show in the file.
"""

from __future__ import annotations

import io
import zipfile
from importlib import resources
from xml.etree import ElementTree

from juesuan_addin.build import icons, ovba

RIBBON = "customUI14.xml"
#: What the macros say, one a row of the add-in's own sheet; {} stands for what the program says of an error.
SENTENCES = (
    "请先打开一个工作簿，再点按钮。",
    "没有找到运行环境，请在命令行运行：juesuan addin install",
    "操作没有启动（{}），请在命令行运行：juesuan addin doctor",
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_UI = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_OLDER_UI = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DATE = (2024, 1, 1, 0, 0, 0)
_MODULES = (("ThisWorkbook", ".cls"), ("Sheet1", ".cls"), ("JuesuanRibbon", ".bas"), ("JuesuanHost", ".bas"))


def build() -> bytes:
    """The add-in's bytes."""
    return _zipped(parts())


def modules() -> list[ovba.Module]:
    """The macros' source."""
    folder = resources.files("juesuan_addin") / "build" / "vba"
    return [
        ovba.Module(name, (folder / f"{name}{ending}").read_text("ascii"), ending == ".cls")
        for name, ending in _MODULES
    ]


def ribbon() -> str:
    """The ribbon's definition for Excel."""
    return (resources.files("juesuan_addin") / "ribbon" / RIBBON).read_text("utf-8")


def older_ribbon() -> str:
    """The same ribbon in the namespace of 2006, which Excel 2007 and WPS read.

    Where a package has both, Office from 2010 on applies the newer one alone ([MS-OI29500] 3.4.1.4).
    """
    return ribbon().replace("/office/2009/07/customui", "/office/2006/01/customui")


def images() -> list[str]:
    """The icons the ribbon names, in its order."""
    found = (node.get("image") for node in ElementTree.fromstring(ribbon()).iter())
    return list(dict.fromkeys(name for name in found if name))


def parts() -> dict[str, bytes]:
    """The package's parts by name, in order."""
    names = images()
    pictures = "".join(
        f'<Relationship Id="{name}" Type="{_LINKS}/image" Target="images/{name}.png"/>' for name in names
    )
    texts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
            '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET}.styles+xml"/>'
            '<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
        ),
        "_rels/.rels": _relations(
            f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/>'
            f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/>'
            f'<Relationship Id="rId3" Type="{_UI}" Target="customUI/{RIBBON}"/>'
            f'<Relationship Id="rId4" Type="{_OLDER_UI}" Target="customUI/customUI.xml"/>'
        ),
        "docProps/core.xml": (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>决算公开</dc:title>'
            "<dc:description>决算公开校验：校验、填写说明、锁定</dc:description></cp:coreProperties>"
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr codeName="ThisWorkbook"/>'
            '<bookViews><workbookView visibility="hidden"/></bookViews>'
            '<sheets><sheet name="juesuan" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/>'
            '<Relationship Id="rId3" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
            'Target="vbaProject.bin"/>'
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_MAIN}"><sheetPr codeName="Sheet1"/><sheetData>'
            + "".join(
                f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'
                for row, text in enumerate(SENTENCES, 1)
            )
            + "</sheetData></worksheet>"
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
            '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        ),
        "customUI/_rels/customUI14.xml.rels": _relations(pictures),
        "customUI/_rels/customUI.xml.rels": _relations(pictures),
    }
    found = {name: (_HEAD + text).encode() for name, text in texts.items()}
    found[f"customUI/{RIBBON}"] = ribbon().encode()
    found["customUI/customUI.xml"] = older_ribbon().encode()
    found |= {f"customUI/images/{name}.png": icons.png(name) for name in names}
    found["xl/vbaProject.bin"] = ovba.project("Juesuan", modules())
    return found


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _zipped(found: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in found.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system, info.external_attr = 3, 0o600 << 16
            archive.writestr(info, content)
    return buffer.getvalue()
