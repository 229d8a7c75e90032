"""Writing 情况说明 and 名词解释 from the tables and 补充资料, in sentence frames that are data."""

from juesuan.narrate.frames import frame_of, headings
from juesuan.narrate.glossary import glossary
from juesuan.narrate.narrate import narrate
from juesuan.narrate.prior import with_prior
from juesuan.narrate.records import Narrative, Piece

__all__ = ["Narrative", "Piece", "frame_of", "glossary", "headings", "narrate", "with_prior"]
