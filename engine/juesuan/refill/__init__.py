"""Writing generated text into a workbook without losing what people wrote there.

A generated cell whose text still is what was generated gets the new wording. An edited one is kept, with the new
wording beside it. Typed paragraphs stay where they are; a section that is typed as a whole keeps its text and gets the
generated text beside it. Doing it again changes nothing.
"""

from juesuan.refill.narration import Gap, Narration, facts_of, narration
from juesuan.refill.sheets import Refill, merged, put_supplement, refill

__all__ = ["Gap", "Narration", "Refill", "facts_of", "merged", "narration", "put_supplement", "refill"]
