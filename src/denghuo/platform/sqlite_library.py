"""Use the bundled, fixed SQLite instead of the system's.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when two connections write and checkpoint
at once; Debian 12 ships 3.40.1. ``pysqlite3`` carries a fixed one. This must run before
anything imports ``sqlite3`` (the settings module does it first).
"""

from __future__ import annotations

import importlib
import sys

OLDEST_SAFE_SQLITE = (3, 51, 3)


def use_fixed_sqlite() -> None:
    """Put ``pysqlite3`` in ``sqlite3``'s place where it is installed."""
    try:
        fixed = importlib.import_module("pysqlite3")
    except ImportError:  # not Linux: the check platform.E002 looks at the version
        return
    sys.modules["sqlite3"] = fixed
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")
