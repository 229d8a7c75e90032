"""Sentence frames (workbook_templates/narrative/frames/): read, checked and compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MethodType
from typing import TYPE_CHECKING, Any, Literal, get_args

from juesuan import data
from juesuan.data import BadData
from juesuan.layout import Layout

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from jinja2.environment import TemplateModule
    from jinja2.runtime import Context

FOLDER = "narrative/frames"
GENERAL = "national"
Each = Literal["", "类", "项", "项目支出用途", "绩效项目", "基金项", "国资项"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a region prints numbers: thousands separators or none; the words of a reason and of rates."""

    grouped: bool
    because: str
    rise: str
    fall: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One paragraph or, with ``each``, one for every row of a list. ``template`` renders to "" where there is nothing
    to say."""

    key: str
    section: str
    each: Each
    template: Template

    def text(self, context: dict[str, Any]) -> str:
        """The paragraph, from everything it may name. The template's own globals are none of it."""
        template = self.template
        return "".join(template.root_render_func(template.new_context(context, shared=True)))


@dataclass(frozen=True, eq=False)
class FrameSet:
    """The frames of a region in order; ``titles``: section key → heading as printed; ``shared`` the parts."""

    id: str
    style: Style
    titles: Mapping[str, str]
    frames: tuple[Frame, ...]
    shared: Template

    def parts(self, context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The shared parts, bound to a context."""
        module: TemplateModule = self.shared.make_module(dict(context))
        return {name: part for name, part in vars(module).items() if not name.startswith("_")}


def frame_of(region: str) -> str:
    """The frame set of a region ("湖北" → "hubei"); the national one where it has none of its own."""
    return next((name for name, document in _documents().items() if region in document.get("regions", ())), GENERAL)


def headings(layout: Layout, region: str = "") -> tuple[tuple[str, str], ...]:
    """(section key, heading as printed) of a region's 情况说明, in order."""
    return tuple(_titles(_documents()[frame_of(region or layout.region)]).items())


@cache
def _documents() -> dict[str, dict[str, Any]]:
    found = {}
    for path in data.folder(FOLDER, ".toml"):
        document = data.toml(path)
        if "frame" in document or "extends" in document:
            found[str(document.get("id", path))] = document
    return found


def _titles(document: Mapping[str, Any]) -> dict[str, str]:
    """The headings come from sections.toml, where the verification reads them too."""
    forms = data.toml("narrative/sections.toml")["form"]
    wanted = next((f for f in forms if f["region"] in document.get("regions", ())), None)
    titles: dict[str, str] = (wanted or next(f for f in forms if f["region"] == "*"))["titles"]
    return titles


@cache
def frame_set(name: str) -> FrameSet:
    """The frames of that name, compiled. Raises BadData where they cannot be."""
    from jinja2 import TemplateError

    documents = _documents()
    document = documents[name]
    titles = _titles(document)
    environment = _sandbox()
    compiled = []
    try:
        shared = environment.from_string(_joined(data.toml(f"{FOLDER}/shared.toml")["parts"]))
        for entry in _entries(documents, document):
            if entry["section"] not in titles:
                raise BadData(f"{FOLDER}：“{entry['key']}”的节“{entry['section']}”不在这一版的各节中")
            each = entry.get("each", "")
            if each not in get_args(Each):
                raise BadData(f"{FOLDER}：“{entry['key']}”的 each “{each}”不认识")
            template = environment.from_string(_joined(entry["text"]))
            compiled.append(Frame(entry["key"], entry["section"], each, template))
    except TemplateError as error:
        raise BadData(f"{FOLDER}/{name}.toml：框架写法有误（{error}）") from error
    style = {**(documents[document["extends"]]["style"] if "extends" in document else {}), **document.get("style", {})}
    order = {key: at for at, key in enumerate(titles)}
    compiled.sort(key=lambda frame: order[frame.section])
    return FrameSet(name, Style(style["grouped"], style["because"], style["rise"], style["fall"]), titles,
                    tuple(compiled), shared)


def _sandbox() -> Environment:
    """Where frames run: they compute nothing but what they are given, and change none of it.

    Every callable but ours is asked whether it is safe. Ours are called many hundred times for one narrative: the
    shared parts, and the functions of ``Voice``, the only methods a frame can name.
    """
    from jinja2 import StrictUndefined
    from jinja2.runtime import Macro
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from juesuan.narrate.figures import Figures
    from juesuan.narrate.voice import Voice

    class Sandbox(ImmutableSandboxedEnvironment):
        def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
            ours = type(__obj) is MethodType and isinstance(__obj.__self__, Figures | Voice)
            if not ours and type(__obj) is not Macro:
                return super().call(__context, __obj, *args, **kwargs)
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
            return __obj(*args, **kwargs)

    return Sandbox(undefined=StrictUndefined, autoescape=False, auto_reload=False)


def _entries(documents: Mapping[str, Mapping[str, Any]], document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The frames of a document: those of what it extends, replaced by its own of the same key, its others behind.

    Of the sections it names as its ``own`` nothing is taken over.
    """
    own = {entry["key"]: entry for entry in document.get("frame", ())}
    if len(own) < len(document.get("frame", ())):
        raise BadData(f"{FOLDER}/{document['id']}.toml：有两处框架的 key 相同")
    base = _entries(documents, documents[document["extends"]]) if "extends" in document else []
    anew = set(document.get("own", ()))
    kept = [own.pop(entry["key"], entry) for entry in base
            if entry["key"] not in document.get("drop", ()) and entry["section"] not in anew]
    return [*kept, *own.values()]


def _joined(text: str) -> str:
    """A frame's lines as one: line breaks and indentation in the file are for reading."""
    return "".join(line.strip() for line in text.splitlines())
