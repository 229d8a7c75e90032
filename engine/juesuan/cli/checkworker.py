"""The process that ``juesuan batch`` starts to check files in: ``python -m juesuan.cli.checkworker MEGABYTES SECONDS``."""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> int:
    """Answer requests until there are none."""
    from juesuan.bureau.worker import serve
    from juesuan.cli.words import catalogue

    megabytes, seconds = arguments
    return serve(catalogue, int(megabytes), float(seconds))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
