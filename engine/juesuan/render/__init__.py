"""One rule tree, three texts: an in-cell formula (excel), the printed note (note), a sentence (words)."""
