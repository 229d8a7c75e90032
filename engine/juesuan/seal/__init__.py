"""封存: what a finished workbook holds as a digest that can be checked and signed, whoever saved the file since.

Pure: books and bytes in, edits and records out. Randomness and time come from the caller's side (keys, passwords,
``time``); files and prompts are the command line's.
"""
