"""``python -m juesuan_addin ACTION --from BOOK …``: what the ribbon's macro starts. Speaks through dialogs only."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from juesuan_addin.actions import TITLE, home, press, unexpected
from juesuan_addin.alone import alone
from juesuan_addin.port import Port, Refused


def main(arguments: list[str], attach: Callable[[argparse.Namespace], Port] | None = None) -> int:
    """Do one action; 0 if it went well, 1 if not, 2 if it could not begin. ``attach`` finds the workbook."""
    options = _parser().parse_args(arguments)
    folder = home()
    try:
        with alone(folder) as release:
            port = (attach or _attach)(options)
            return 0 if press(options.action, port, folder, done=release) else 1
    except Refused as error:
        alert(str(error))
    except KeyError:
        alert(f"没有“{options.action}”这个操作，请重新安装加载项。")
    except Exception as error:
        alert(unexpected(error, folder))
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m juesuan_addin")
    parser.add_argument("action")
    parser.add_argument("--from", dest="book", default="")
    parser.add_argument("--program", default="")
    parser.add_argument("--hwnd", type=int, default=0)
    return parser


def _attach(options: argparse.Namespace) -> Port:
    from juesuan_addin.excel.attach import Caller, attach

    return attach(Caller(options.book, options.program, options.hwnd))


def alert(text: str) -> None:
    """Say something where no workbook could be reached: a Windows dialog, else the error stream."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, TITLE, 0x30)
    elif sys.stderr is not None:
        print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
