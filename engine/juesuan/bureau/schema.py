"""The ledger's tables, and bringing a ledger of an earlier version up to this one."""

from __future__ import annotations

import sqlite3

VERSION = 2
_FINDING = """
CREATE TABLE finding (
  file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE, rule TEXT NOT NULL, severity TEXT NOT NULL,
  verdict TEXT NOT NULL, tab TEXT NOT NULL, line TEXT NOT NULL, col TEXT NOT NULL, cell TEXT NOT NULL,
  difference TEXT NOT NULL, explained INTEGER NOT NULL DEFAULT 0);
CREATE INDEX finding_file ON finding (file);
"""
_COURSE = """
CREATE TABLE submission (
  id INTEGER PRIMARY KEY, office TEXT NOT NULL, code TEXT NOT NULL, year INTEGER NOT NULL, version INTEGER NOT NULL,
  sha256 TEXT NOT NULL, changed INTEGER NOT NULL, root TEXT NOT NULL, path TEXT NOT NULL, file INTEGER NOT NULL,
  status TEXT NOT NULL, note TEXT NOT NULL, seen TEXT NOT NULL,
  UNIQUE (office, code, year, version));
CREATE INDEX submission_file ON submission (file);
CREATE TABLE history (
  id INTEGER PRIMARY KEY, office TEXT NOT NULL, code TEXT NOT NULL, year INTEGER NOT NULL, version INTEGER NOT NULL,
  status TEXT NOT NULL, run INTEGER NOT NULL, at TEXT NOT NULL);
CREATE INDEX history_unit ON history (office, code, year);
"""
#: New in version 2: files that are no workbooks, and what is to be told of a unit besides its submission.
_BESIDES = """
CREATE TABLE other (
  run INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, owner TEXT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (run, path));
CREATE TABLE remark (
  id INTEGER PRIMARY KEY, office TEXT NOT NULL, year INTEGER NOT NULL, root TEXT NOT NULL, code TEXT NOT NULL,
  received INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX remark_unit ON remark (office, code, year);
"""
_TABLES = f"""
CREATE TABLE run (
  id INTEGER PRIMARY KEY, root TEXT NOT NULL, roster TEXT NOT NULL, rules TEXT NOT NULL, year INTEGER,
  started TEXT NOT NULL, finished TEXT, others INTEGER NOT NULL DEFAULT 0, office TEXT NOT NULL DEFAULT '');
CREATE TABLE file (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
  changed INTEGER NOT NULL, sha256 TEXT NOT NULL, outcome TEXT NOT NULL, error TEXT NOT NULL, seconds REAL NOT NULL,
  checked TEXT NOT NULL, unit TEXT NOT NULL, code TEXT NOT NULL, year INTEGER, kind TEXT NOT NULL, layout TEXT NOT NULL,
  template TEXT NOT NULL, verdict TEXT NOT NULL, seal TEXT NOT NULL, holds INTEGER, rounding INTEGER, breaks INTEGER,
  not_evaluated INTEGER, not_applicable INTEGER, document BLOB NOT NULL,
  place TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
  tables INTEGER, blank INTEGER, ours TEXT NOT NULL DEFAULT '', inside TEXT NOT NULL DEFAULT '',
  signer TEXT NOT NULL DEFAULT '', UNIQUE (run, path));
CREATE INDEX file_owner ON file (run, owner);
{_FINDING}
CREATE TABLE cause (
  file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE, kind TEXT NOT NULL, tab TEXT NOT NULL, line TEXT NOT NULL,
  col TEXT NOT NULL);
CREATE INDEX cause_file ON cause (file);
{_COURSE}
{_BESIDES}
"""
#: Version 1 knew units by their code alone: whose they are is said when a batch with the roster comes (office "" till
#: then). Files that are out of a batch had run 0 and their number behind the path.
_FROM_1 = f"""
ALTER TABLE run ADD COLUMN office TEXT NOT NULL DEFAULT '';
ALTER TABLE file ADD COLUMN tables INTEGER;
ALTER TABLE file ADD COLUMN blank INTEGER;
ALTER TABLE file ADD COLUMN ours TEXT NOT NULL DEFAULT '';
ALTER TABLE file ADD COLUMN inside TEXT NOT NULL DEFAULT '';
ALTER TABLE file ADD COLUMN signer TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN explained INTEGER NOT NULL DEFAULT 0;
UPDATE file SET run=-id, path=substr(path, 1, length(path) - length('#' || id)) WHERE run=0;
ALTER TABLE submission RENAME TO old_submission;
ALTER TABLE history RENAME TO old_history;
DROP INDEX submission_file;
DROP INDEX history_unit;
{_COURSE}
INSERT INTO submission (id, office, code, year, version, sha256, changed, root, path, file, status, note, seen)
  SELECT s.id, '', s.code, s.year, s.version, s.sha256, s.changed, coalesce(r.root, ''), s.path, s.file, s.status, '',
  s.seen FROM old_submission s LEFT JOIN file f ON f.id=s.file LEFT JOIN run r ON r.id=f.run;
INSERT INTO history (id, office, code, year, version, status, run, at)
  SELECT id, '', code, year, version, status, run, at FROM old_history;
DROP TABLE old_submission;
DROP TABLE old_history;
{_BESIDES}
"""


def prepare(db: sqlite3.Connection) -> int:
    """Make or upgrade the tables, within the caller's transaction; the version found where it is one that this program
    does not know, else ``VERSION``. Raises sqlite3.Error."""
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    script = {0: _TABLES, 1: _FROM_1}.get(found)
    if script is None:
        return found
    for statement in script.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version={VERSION}")
    return VERSION
