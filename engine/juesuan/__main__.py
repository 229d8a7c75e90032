"""``juesuan`` and ``python -m juesuan``: the version at once, everything else through the command line in cli."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 0 all good, 1 something 不符 or 未执行, 2 a file or the usage is no good."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        from juesuan import __version__

        print(f"juesuan {__version__}")
        return 0
    from juesuan.cli.app import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
