"""``python -m juesuan_addin.serve``: the service for the WPS add-in, one for each user, until nobody uses it."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
import urllib.request
from collections.abc import Iterable, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any

from juesuan_addin.actions import home
from juesuan_addin.service import HOST, TOKEN, Service

#: Seconds without a request after which the service ends; the add-in starts it again when it is needed.
IDLE = 8 * 3600.0
#: The file beside service.json that lists the web origins that may ask, one a line; "#" begins a remark.
ORIGINS = "origins.txt"
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?")


def main(arguments: Sequence[str] = (), origins: Iterable[str] = ()) -> int:
    """Serve until stopped; 0 at once where one serves already.

    ``--stay``: without end, for programs that cannot start it again; ``--folder``: where to write down its address.
    """
    options = _parser().parse_args(list(arguments))
    folder = Path(options.folder) if options.folder else home()
    if running(folder):
        return 0
    service = Service(folder, origins={*allowed(folder), *origins})
    service.announce()
    with contextlib.suppress(KeyboardInterrupt):
        service.serve(0.0 if options.stay else IDLE)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m juesuan_addin.serve")
    parser.add_argument("--folder", default="")
    parser.add_argument("--stay", action="store_true")
    return parser


def allowed(folder: Path) -> frozenset[str]:
    """The origins that ORIGINS lists; none where there is no such file. What is no https origin is passed over."""
    try:
        lines = (folder / ORIGINS).read_text("utf-8-sig").splitlines()
    except (OSError, ValueError):
        return frozenset()
    return frozenset(filter(is_origin, (line.partition("#")[0].strip().rstrip("/").lower() for line in lines)))


def is_origin(text: str) -> bool:
    """Whether this is one https origin, as a browser sends it."""
    return _ORIGIN.fullmatch(text) is not None


def running(folder: Path) -> bool:
    """Whether the service that is written down answers."""
    return bool(_ask(folder, "/v1/hello").get("service") == "juesuan")


def stop(folder: Path) -> bool:
    """End the service that is written down; False where none answers, or a press is under way."""
    return bool(_ask(folder, "/v1/stop", {}).get("stopped"))


def _ask(folder: Path, path: str, body: Any = None) -> dict[str, Any]:
    """What the service that is written down answers; {} where there is none."""
    try:
        known = json.loads((folder / "service.json").read_text("utf-8"))
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {TOKEN: str(known["token"])}
        request = urllib.request.Request(f"http://{HOST}:{int(known['port'])}{path}", data, headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
        with direct.open(request, timeout=2) as answer:
            return dict(json.load(answer))
    except (OSError, ValueError, KeyError, TypeError, HTTPException):
        return {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
