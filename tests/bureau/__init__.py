"""The upper-level unit's part: roster, distribution, batches, consolidation, notices."""
