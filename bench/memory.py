"""Peak memory of one job in a fresh process: ``python -m bench.memory JOB FILE`` prints kilobytes, whole process.

The peak is the process's own high-water mark (VmHWM), because ru_maxrss of a child also counts what its parent held
when it was started.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

JOBS = ("nothing", "calamine", "validate", "values", "openpyxl")


def peak(job: str, path: Path) -> float:
    """Megabytes at the peak of one job, interpreter and libraries included."""
    command = [sys.executable, "-m", "bench.memory", job, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return int(done.stdout) / 1024


def _run(job: str, path: Path) -> None:
    if job == "calamine":
        from bench.others import calamine_read

        calamine_read(path)
    elif job in ("validate", "values"):
        import juesuan

        juesuan.validate(path, formulas=job == "validate")
    elif job == "openpyxl":
        from bench.others import openpyxl_values

        openpyxl_values(path)


def _high_water() -> int:
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size // 1024 if sys.platform == "darwin" else size


if __name__ == "__main__":
    _run(sys.argv[1], Path(sys.argv[2]))
    print(_high_water())
