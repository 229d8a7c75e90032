"""Speed and memory beside the alternatives, measured in one run: ``make bench`` or ``python -m bench``."""
