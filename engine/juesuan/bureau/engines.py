"""Where the checking is done: in bounded processes of this machine, or of a Dask cluster's machines."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from juesuan.bureau import pool
from juesuan.bureau.pool import Bounds, Checker, Outcome
from juesuan.bureau.scan import Found

#: Files in one Dask task: so many that sending it costs little, so few that the work stays spread.
_CHUNK = 32
_AHEAD = 3
_PATIENCE = 20  # seconds to reach a scheduler
_OWN = threading.local()


class NoDask(Exception):
    """Dask cannot be used; ``str()`` is one Chinese sentence."""


def command(bounds: Bounds) -> Sequence[str]:
    """How a worker process is started."""
    return (sys.executable, "-m", "juesuan.bureau.worker", str(bounds.megabytes), str(bounds.seconds))


def local(bounds: Bounds) -> Any:
    """The engine of this machine."""

    def engine(root: Path, found: Iterable[Found]) -> Iterator[Outcome]:
        return pool.run(root, found, bounds, command(bounds))

    return engine


def cluster(bounds: Bounds, scheduler: str = "") -> Any:
    """The engine of a Dask cluster: of the one at ``scheduler``, else of one made here with ``bounds.jobs`` workers.

    The folder must lie under the same path for every worker (shared storage). Raises NoDask.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise NoDask('没有安装 Dask，请运行 pip install "juesuan[dask]"，或去掉 --engine dask。') from error

    def engine(root: Path, found: Iterable[Found]) -> Iterator[Outcome]:
        try:
            client = (
                distributed.Client(scheduler, timeout=_PATIENCE)
                if scheduler
                else distributed.Client(
                    n_workers=bounds.jobs, threads_per_worker=1, processes=True, dashboard_address=None
                )
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise NoDask(f"连不上 Dask 调度器“{scheduler}”（{error}），请核对地址。") from error
        with client:
            yield from _spread(client, root.resolve(), iter(found), bounds)

    return engine


def _spread(client: Any, root: Path, found: Iterator[Found], bounds: Bounds) -> Iterator[Outcome]:
    """Keep a few tasks per worker under way and hand on what is done; never the whole list at once."""
    as_completed: Any = importlib.import_module("distributed").as_completed

    def chunk() -> Any:
        items = list(islice(found, _CHUNK))
        return client.submit(check_chunk, str(root), items, bounds, pure=False, retries=2) if items else None

    size = max(1, len(client.scheduler_info()["workers"])) * _AHEAD
    first = [future for _ in range(size) if (future := chunk()) is not None]
    running = as_completed(first)
    for future in running:
        yield from future.result()
        future.release()
        if (more := chunk()) is not None:
            running.add(more)


def check_chunk(root: str, items: list[Found], bounds: Bounds) -> list[Outcome]:
    """What a Dask worker does: the files of one task, in a bounded process that it keeps for the next task."""
    checker: Checker | None = getattr(_OWN, "checker", None)
    if checker is None or checker.bounds != bounds:
        checker = _OWN.checker = Checker(bounds, command(bounds))
    return [checker.check(Path(root), item) for item in items]
