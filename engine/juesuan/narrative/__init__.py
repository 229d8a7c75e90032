"""Narratives (情况说明): reading any text about an account and verifying it against the tables."""

from juesuan.narrative.records import Fact, Meaning, Mention, NarrativeFinding, Paragraph, Span, Verification
from juesuan.narrative.verify import verify

__all__ = ["Fact", "Meaning", "Mention", "NarrativeFinding", "Paragraph", "Span", "Verification", "verify"]
