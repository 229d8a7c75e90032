"""Reports for people: text for a terminal or a file, and one self-contained HTML page."""
