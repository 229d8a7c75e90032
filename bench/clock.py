"""Timing: several jobs in turn, so that a busy moment falls on all of them; the best run of each counts."""

from __future__ import annotations

import gc
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

Job = Callable[[int], object]


def interleaved(jobs: Mapping[str, Job], seconds: float, least: int) -> dict[str, float]:
    """Best time in seconds of each job (called with the number of the round), after one run that is not counted.

    Rounds go on for ``seconds``, but at least ``least`` of them.
    """
    for job in jobs.values():
        job(0)
    best = dict.fromkeys(jobs, float("inf"))
    started, number = time.perf_counter(), 0
    while number < least or time.perf_counter() - started < seconds:
        number += 1
        for name, job in jobs.items():
            gc.collect()
            begun = time.perf_counter()
            job(number)
            best[name] = min(best[name], time.perf_counter() - begun)
    return best


def processes(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """Best time in seconds of each command as a process of its own."""

    def job(command: Sequence[str]) -> Job:
        return lambda _: subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return interleaved({name: job(command) for name, command in commands.items()}, 0, rounds)
