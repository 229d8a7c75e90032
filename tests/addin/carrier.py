"""A workbook that carries the add-in's own macros, so that LibreOffice can run them."""

from __future__ import annotations

import io
import zipfile

from juesuan_addin.build import ovba, xlam


def with_macros(data: bytes) -> bytes:
    """The .xlsx as an .xlsm with the macros of juesuan.xlam."""
    source, buffer = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8")
            if name == "[Content_Types].xml":
                content = content.replace("spreadsheetml.sheet.main+xml", "sheet.macro").replace(
                    "application/vnd.openxmlformats-officedocument.sheet.macro",
                    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
                extra = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                content = content.replace("<Override", extra + "<Override", 1)
            elif name == "xl/_rels/workbook.xml.rels":
                kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
                extra = f'<Relationship Id="rIdVba" Type="{kind}" Target="vbaProject.bin"/>'
                content = content.replace("</Relationships>", extra + "</Relationships>")
            target.writestr(name, content)
        plain = [module for module in xlam.modules() if not module.document]
        target.writestr("xl/vbaProject.bin", ovba.project("VBAProject", plain))
    return buffer.getvalue()
