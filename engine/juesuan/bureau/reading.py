"""The ledger opened to be read only: nothing is written or locked, so a batch may be at work on it meanwhile."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from juesuan.bureau.ledger import PATIENCE, VERSION, Ledger, LedgerFault


class ReadOnly(Ledger):
    """An open ledger that cannot be changed. Raises LedgerFault where it cannot be read, or is of another version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        address = path.resolve().as_uri()
        log = path.with_name(f"{path.name}-wal")
        try:
            try:
                self._open(f"{address}?mode=ro")
            except sqlite3.OperationalError:
                if log.exists():
                    raise
                self._open(f"{address}?immutable=1")  # in a folder where SQLite may not put its own files
        except sqlite3.Error as error:
            raise LedgerFault(f"台账“{path}”读不出（{error}），请核对位置，或重新运行 juesuan batch。") from error
        if self.version != VERSION:
            self.close()
            raise LedgerFault(f"台账“{path}”是另一版本的程序建的（{self.version}），请先用现在的程序运行一次 batch。")

    def _open(self, address: str) -> None:
        self.db = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        try:
            self.version = int(self.db.execute("PRAGMA user_version").fetchone()[0])
            self.db.execute("SELECT count(*) FROM submission").fetchone()
        except sqlite3.Error:
            self.db.close()
            raise

    def close(self) -> None:
        """Close it as it is."""
        self.db.close()


def no_year(ledger: Ledger, year: int) -> str:
    """What to say where a ledger has no batch of a year, a Chinese sentence; "" where it has one."""
    query = " UNION ".join(f"SELECT year FROM {table}" for table in ("run", "submission", "remark"))
    years = sorted(row["year"] for row in ledger.rows(query) if row["year"] is not None)
    if year in years:
        return ""
    had = f"只有 {'、'.join(map(str, years))} 年度" if years else "还没有校验过的文件"
    return f"台账“{ledger.path}”里没有 {year} 年度（{had}），请核对 --year。"
