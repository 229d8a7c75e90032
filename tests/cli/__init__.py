"""The command line, run in this process through ``juesuan.__main__.main``."""
