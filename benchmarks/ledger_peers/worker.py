"""One ledger in a process of its own: told what to book, it answers with the seconds.

Started by ``benchmarks.ledger`` as ``python -m benchmarks.ledger_peers.worker NAME FOLDER URL``;
with a fourth word it books one transfer after another and says each, until it is killed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from benchmarks.ledger_peers.transfers import BATCH, CURRENCY, transfers


def made(name: str, folder: Path, url: str) -> Any:
    """The engine of this name, its books open. Django stands before its models are read."""
    kind = name.partition("_")[0]
    if kind == "floor":
        floor = importlib.import_module("benchmarks.ledger_peers.floor")
        return floor.Floor(folder, floor.schema_of(folder / "ours.sqlite3"))
    if kind == "ours":
        os.environ["DENGHUO_DATABASE_URL"] = url or f"sqlite:///{folder / 'ours.sqlite3'}"
        os.environ["DENGHUO_DATA_DIR"] = str(folder / "ours")
        os.environ["DJANGO_SETTINGS_MODULE"] = "denghuo.project.settings"
        django.setup()
        engine = importlib.import_module("benchmarks.ledger_peers.ours").Ours()
    else:
        settings.configure(**_hordak_settings(folder, url))
        django.setup()
        engine = importlib.import_module("benchmarks.ledger_peers.hordak_books").Hordak()
    # On the connection that made the tables SQLite compiles every statement anew, for good.
    connections.close_all()
    return engine


def _hordak_settings(folder: Path, url: str) -> dict[str, Any]:
    database: dict[str, Any] = {
        "ENGINE": "denghuo.platform.sqlite",
        "NAME": str(folder / "hordak.sqlite3"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
    if url:
        parts = conninfo_to_dict(url)
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts["dbname"],
            "USER": parts["user"],
            "HOST": parts["host"],
            "CONN_MAX_AGE": 60,
        }
    return {
        "DATABASES": {"default": database},
        "INSTALLED_APPS": [
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "mptt",
            "djmoney",
            "hordak",
        ],
        # Its migrations are for the engines that it keeps its promises on.
        "MIGRATION_MODULES": {} if url else {"hordak": None},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "DEFAULT_CURRENCY": CURRENCY,
        "CURRENCIES": [CURRENCY],
        "HORDAK_INTERNAL_CURRENCY": CURRENCY,
        "USE_TZ": True,
    }


def main() -> None:
    """Serve rounds on standard input and output, one JSON line each."""
    name, folder, url = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    engine = made(name, folder, url)
    if len(sys.argv) > 4:
        book_until_killed(engine)
    # As the product's own server and worker do once they stand; for every ledger alike.
    gc.collect()
    gc.freeze()
    given = transfers(11)
    answer({"ready": True})
    for line in sys.stdin:
        word, _, count = line.strip().partition(" ")
        if word == "report":
            answer(engine.report())
            continue
        some = list(islice(given, int(count)))
        began, cpu = time.perf_counter(), time.process_time()
        if word == "one":
            for transfer in some:
                engine.one(transfer)
        else:
            for start in range(0, len(some), BATCH):
                engine.many(some[start : start + BATCH])
        answer({"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu})


def book_until_killed(engine: Any) -> None:
    """Each number on the output is a promise."""
    for transfer in transfers(5):
        engine.one(transfer)
        os.write(1, f"{transfer.number}\n".encode())


def answer(found: dict[str, Any]) -> None:
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
