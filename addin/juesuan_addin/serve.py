"""``python -m juesuan_addin.serve``: the service for the WPS add-in, one for each user, until nobody uses it."""

from __future__ import annotations

import contextlib
import json
import sys
import urllib.request
from pathlib import Path

from juesuan_addin.actions import home
from juesuan_addin.service import HOST, Service

#: Seconds without a request after which the service ends; the add-in starts it again when it is needed.
IDLE = 8 * 3600.0


def main() -> int:
    """Serve until stopped; 0 at once where one serves already."""
    if running(home()):
        return 0
    service = Service()
    service.announce()
    with contextlib.suppress(KeyboardInterrupt):
        service.serve(IDLE)
    return 0


def running(folder: Path) -> bool:
    """Whether the service that is written down answers."""
    try:
        port = int(json.loads((folder / "service.json").read_text("utf-8"))["port"])
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
        with direct.open(f"http://{HOST}:{port}/v1/hello", timeout=2) as answer:
            return bool(json.load(answer).get("service") == "juesuan")
    except (OSError, ValueError, KeyError, TypeError):
        return False


if __name__ == "__main__":
    sys.exit(main())
