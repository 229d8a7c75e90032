"""juesuan.xlam: the same bytes every time, readable by others, its ribbon by the rules, every callback there."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from juesuan_addin.build import cfb, icons, ovba, xlam
from juesuan_addin.buttons import BUTTONS
from juesuan_addin.install.put import wps_ribbon

with warnings.catch_warnings():  # of the parser it is made with, about its own future
    warnings.simplefilter("ignore")
    from oletools.olevba import VBA_Parser, decompress_stream

UI14 = "http://schemas.microsoft.com/office/2009/07/customui"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
UI = "http://schemas.microsoft.com/office/2006/01/customui"


def test_two_builds_are_the_same_bytes() -> None:
    other = "import sys; from juesuan_addin.build.xlam import build; sys.stdout.buffer.write(build())"
    again = subprocess.run([sys.executable, "-c", other], capture_output=True, check=True).stdout
    assert again == xlam.build()


def test_nothing_in_it_depends_on_how_a_machine_packs() -> None:
    archive = zipfile.ZipFile(io.BytesIO(xlam.build()))
    assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert {info.date_time for info in archive.infolist()} == {(2024, 1, 1, 0, 0, 0)}
    assert archive.testzip() is None


def test_the_macros_come_back_as_they_were_written() -> None:
    parser = VBA_Parser("juesuan.xlam", data=xlam.build())
    found = {Path(name).stem: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    for module in xlam.modules():
        assert found[module.name].splitlines() == module.source.splitlines()


def test_the_sources_are_ascii_without_declarations_of_the_system() -> None:
    for module in xlam.modules():
        assert module.source.isascii()
        assert not re.search(r"^\s*(Private |Public )?Declare ", module.source, re.MULTILINE)
        assert "WScript" not in module.source
        assert "cmd.exe" not in module.source.lower()


def test_a_source_that_is_not_ascii_is_refused() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        ovba.project("X", [ovba.Module("M", "' 中文\n")])


def test_what_the_macros_say_stands_in_the_sheet() -> None:
    (source,) = (module.source for module in xlam.modules() if module.name == "JuesuanRibbon")
    rows = {
        name: int(row) for name, row in re.findall(r"^Private Const (SAY_\w+) As Long = (\d+)", source, re.MULTILINE)
    }
    assert set(re.findall(r"Said\((SAY_\w+)\)", source)) == rows.keys()
    sheet = ElementTree.fromstring(xlam.parts()["xl/worksheets/sheet1.xml"])
    cells = {node.get("r"): "".join(node.itertext()) for node in sheet.iter(f"{{{MAIN}}}c")}
    said = {name: cells[f"A{row}"] for name, row in rows.items()}
    assert list(said.values()) == list(xlam.SENTENCES)
    assert "打开一个工作簿" in said["SAY_NO_WORKBOOK"]
    assert "juesuan addin install" in said["SAY_NO_INTERPRETER"]
    assert "{}" in said["SAY_NOT_STARTED"]


def test_nothing_more_looks_suspicious_than_starting_a_program_needs() -> None:
    """Antivirus programs weigh such words. These are needed; hex strings are ids that all workbooks have."""
    parser = VBA_Parser("juesuan.xlam", data=xlam.build())
    found = {word for kind, word, _ in parser.analyze_macros() if kind != "IOC"}
    parser.close()
    assert found == {"CreateObject", "Shell.Application", "Shell", "ShellExecute", "open", "Hex Strings"}


# --- the container ---


def test_the_project_is_laid_out_as_office_does() -> None:
    ole = olefile.OleFileIO(xlam.parts()["xl/vbaProject.bin"])
    names = {"/".join(entry) for entry in ole.listdir()}
    assert names == {"PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir"} | {
        f"VBA/{module.name}" for module in xlam.modules()
    }
    text = ole.openstream("PROJECT").read().decode("ascii")
    identity = re.search(r'ID="(\{[0-9A-F-]{36}\})"', text)
    assert identity
    secrets = {name: decoded(value, identity[1]) for name, value in re.findall(r'(CMG|DPB|GC)="([0-9A-F]+)"', text)}
    assert secrets == {"CMG": bytes(4), "DPB": b"\0", "GC": b"\xff"}
    directory = decompress_stream(bytearray(ole.openstream("VBA/dir").read()))
    assert directory[:10] == struct.pack("<HII", 1, 4, 1)
    assert directory.endswith(struct.pack("<HI", 0x10, 0))


def decoded(text: str, identity: str) -> bytes:
    """What Office makes of a disguised value ([MS-OVBA] 2.4.3.3)."""
    raw = bytes.fromhex(text)
    seed, version, key = raw[0], raw[1] ^ raw[0], raw[2] ^ raw[0]
    assert (version, key) == (2, sum(identity.encode()) & 0xFF)
    first, second, plain, out = raw[2], raw[1], key, []
    for byte in raw[3:]:
        plain_now = byte ^ (second + plain) & 0xFF
        second, first, plain = first, byte, plain_now
        out.append(plain_now)
    ignored = (seed & 6) // 2
    (length,) = struct.unpack("<I", bytes(out[ignored : ignored + 4]))
    data = bytes(out[ignored + 4 :])
    assert len(data) == length
    return data


def test_the_disguise_is_the_one_office_reads() -> None:
    """A value that Office itself wrote, for this project id."""
    assert decoded("5D5F8AADDAA8DEA8DEA8DEA8DE", "{318BEE36-5BE1-492A-826D-473DB19B0F30}") == bytes(4)


@given(st.binary(max_size=300) | st.lists(st.sampled_from([b"ab", b"abc\r\n", b"x"]), max_size=6000).map(b"".join))
def test_compression_is_undone_by_others(data: bytes) -> None:
    assert bytes(decompress_stream(bytearray(ovba.compress(data)))) == data


@pytest.mark.parametrize("size", [4095, 4096, 4097, 8192, 20000])
def test_compression_at_the_chunks_edges(size: int) -> None:
    for data in (bytes(size), bytes(n * 7919 % 251 for n in range(size)), b"Dim row As Long\r\n" * (size // 17 + 1)):
        assert bytes(decompress_stream(bytearray(ovba.compress(data[:size])))) == data[:size]


@pytest.mark.parametrize("size", [0, 1, 63, 64, 4095, 4096, 5000, 70000, 300000])
def test_streams_of_any_size(size: int) -> None:
    data = bytes(n % 253 for n in range(size))
    ole = olefile.OleFileIO(cfb.write({"A": {"内": b"x", "Longer": data}, "B": data, "C": b"1" * 100}))
    assert ole.openstream("A/Longer").read() == data
    assert ole.openstream("B").read() == data
    assert ole.openstream("A/内").read() == b"x"
    assert ole.parsing_issues == []


def test_the_directory_is_as_the_specification_has_it() -> None:
    """[MS-CFB] 2.6.1: storages start at sector 0; an entry that is not used is blank but for its three links."""
    data = xlam.parts()["xl/vbaProject.bin"]
    ole = olefile.OleFileIO(data)
    directory = ole._open(ole.first_dir_sector).read()
    entries = [directory[at : at + 128] for at in range(0, len(directory), 128)]
    storages = [entry for entry in entries if entry[66] == 1]
    assert [entry[116:120] for entry in storages] == [bytes(4)]
    unused = [entry for entry in entries if entry[66] == 0]
    assert unused
    assert all(entry == bytes(68) + b"\xff" * 12 + bytes(48) for entry in unused)


# --- the ribbon ---

_SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "customui14.xsd"))


def faults(text: str) -> list[str]:
    """What the schema says against a ribbon; one in the namespace of 2006, whose part we use is the same, likewise."""
    _SCHEMA.validate(etree.fromstring(text.replace(UI, UI14).encode()))
    return [str(fault.message) for fault in _SCHEMA.error_log]


@pytest.mark.parametrize(
    ("text", "space"),
    [(xlam.ribbon(), UI14), (xlam.older_ribbon(), UI), (wps_ribbon(), UI)],
    ids=["excel", "older", "wps"],
)
def test_the_ribbon_keeps_to_the_schema(text: str, space: str) -> None:
    assert {node.tag.partition("}")[0] for node in ElementTree.fromstring(text).iter()} == {f"{{{space}"}
    assert faults(text) == []
    for node in ElementTree.fromstring(text).iter():
        assert len({"image", "imageMso", "getImage"} & set(node.keys())) <= 1  # the schema takes several


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('size="large"', 'size="huge"'),
        ('keytip="J"', 'keytip="JJJJ"'),
        ("onAction=", "onaction="),
        ('id="juesuan_back"', 'id="juesuan_check"'),
        ('id="juesuan_back"', 'id="1back"'),
        ('label="上一处"', f'label="{"长" * 1025}"'),
        ('label="上一处"', 'label=""'),
        ('<button id="juesuan_back"', '<knob id="juesuan_other"/><button id="juesuan_back"'),
        ('<group id="juesuanCheck"', '<button id="juesuan_other" label="甲"/><group id="juesuanCheck"'),
        ('startFromScratch="false"', 'startFromScratch="no"'),
    ],
)
def test_a_spoiled_ribbon_is_refused(old: str, new: str) -> None:
    assert old in xlam.ribbon()
    assert faults(xlam.ribbon().replace(old, new, 1))


def test_every_control_has_a_button_and_a_macro() -> None:
    controls = {node.get("id", ""): node for node in ElementTree.fromstring(xlam.ribbon()).iter(f"{{{UI14}}}button")}
    assert {name.removeprefix("juesuan_") for name in controls} == BUTTONS.keys()
    subs = {name for module in xlam.modules() for name in re.findall(r"^Public Sub (\w+)\(control As Object\)",
                                                                    module.source, re.MULTILINE)}  # fmt: skip
    assert {node.get("onAction") for node in controls.values()} <= subs
    for name, node in controls.items():
        assert node.get("label") == BUTTONS[name.removeprefix("juesuan_")].label
        assert re.search(r"[\u4e00-\u9fff]", node.get("supertip", ""))


def test_keytips_are_not_doubled() -> None:
    tips = [node.get("keytip") for node in ElementTree.fromstring(xlam.ribbon()).iter(f"{{{UI14}}}button")]
    assert len(tips) == len(set(tips))


def test_both_ribbons_are_there_for_old_and_new_programs() -> None:
    parts = xlam.parts()
    kinds = {node.get("Target"): node.get("Type") for node in ElementTree.fromstring(parts["_rels/.rels"])}
    relation = "http://schemas.microsoft.com/office/{}/relationships/ui/extensibility"
    assert kinds["customUI/customUI14.xml"] == relation.format(2007)
    assert kinds["customUI/customUI.xml"] == relation.format(2006)
    assert parts["customUI/customUI.xml"].decode() == xlam.ribbon().replace(UI14, UI) != xlam.ribbon()


def test_every_icon_is_in_the_file_and_is_a_picture() -> None:
    parts = xlam.parts()
    relations = [parts[f"customUI/_rels/{name}.rels"].decode() for name in ("customUI14.xml", "customUI.xml")]
    for name in xlam.images():
        assert all(f'Id="{name}"' in text for text in relations)
        picture = Image.open(io.BytesIO(parts[f"customUI/images/{name}.png"]))
        picture.load()
        assert (picture.size, picture.mode) == ((icons.SIZE, icons.SIZE), "RGBA")
        shown = [pixel for pixel in picture.get_flattened_data() if pixel[3] == 255]
        assert len(shown) > 60


def test_every_part_has_a_type_and_every_relation_a_part() -> None:
    parts = xlam.parts()
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    endings = {node.get("Extension") for node in types if node.tag.endswith("Default")}
    named = {node.get("PartName") for node in types if node.tag.endswith("Override")}
    for name in parts:
        assert name == "[Content_Types].xml" or f"/{name}" in named or name.rpartition(".")[2] in endings
    for name, content in parts.items():
        if name.endswith(".rels"):
            folder = name.replace("_rels/", "").rpartition("/")[0]
            for node in ElementTree.fromstring(content):
                target = f"{folder}/{node.get('Target')}".lstrip("/")
                assert target in parts


def test_the_build_writes_the_file(tmp_path: Path) -> None:
    from juesuan_addin.build.__main__ import main

    assert main([str(tmp_path)]) == 0
    assert (tmp_path / "juesuan.xlam").read_bytes() == xlam.build()
