"""The ten facilities nearest to a point: ours, measuring all, SQLite's R*Tree, and the floor.

    python -m benchmarks.places            2,000 facilities, 40 questions
    python -m benchmarks.places --full     7,000 facilities, 400 questions

The product's own load of the region's divisions, facilities scattered about the towns by a fixed
seed, on the embedded database. Ours answers with whole rows, opening hours and the division's
path; the peers answer with identifiers and distances only. The floor reads ten whole rows by
their keys. Medians of processor time, so that a busy machine says the same as an idle one,
interleaved question by question. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median
from typing import Any

GOAL_MS = 10
LIMIT = 10


def _scatter(count: int) -> list[Any]:
    from datetime import UTC, datetime  # noqa: PLC0415  needs Django

    from denghuo.places.logic.hours import read_hours  # noqa: PLC0415
    from denghuo.places.models import Division, Facility  # noqa: PLC0415

    hours = read_hours("周一至周五 08:30-17:30").stored()
    rng = random.Random(3)
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    towns = list(Division.objects.filter(level="banner", valid_until=None, lon__isnull=False))
    rows = []
    for number in range(count):
        town, spread = rng.choice(towns), rng.choice([0.02, 0.05, 1.0])
        rows.append(
            Facility(
                register="散点", external_key=str(number), name=f"服务点{number}", hours=hours,
                kind=rng.choice(["station", "hospital", "pharmacy"]), division=town,
                lon=(town.lon or 0) + rng.gauss(0, spread),
                lat=(town.lat or 0) + rng.gauss(0, spread),
                datum="wgs84", accuracy_m=50, placed_by="given", source="made up",
                owner="made up", review_on=now.date(), updated_at=now, row_digest="",
            )
        )  # fmt: skip
    return Facility.objects.bulk_create(rows, batch_size=1000)


def _measure(count: int, questions: int) -> dict[str, Any]:
    import django  # noqa: PLC0415

    django.setup()
    from datetime import UTC, datetime  # noqa: PLC0415

    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from denghuo.places.models import Facility  # noqa: PLC0415
    from denghuo.places.public import (  # noqa: PLC0415
        Point,
        distance_m,
        load_divisions,
        nearest,
    )
    from denghuo.platform.public import SYSTEM  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    load_divisions(actor=SYSTEM, progress=lambda *_step: None)
    rows = _scatter(count)
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE near USING rtree(id, lon0, lon1, lat0, lat1)")
        cursor.executemany(
            "INSERT INTO near VALUES (%s, %s, %s, %s, %s)",
            [(at, row.lon, row.lon, row.lat, row.lat) for at, row in enumerate(rows)],
        )

    def ours(centre: Point) -> list[float]:
        return [one.distance_m for one in nearest(centre, at=now, limit=LIMIT)]

    def all_measured(centre: Point) -> list[float]:
        points = Facility.objects.values_list("pk", "lon", "lat")
        return sorted(distance_m(centre, Point(lon, lat)) for _pk, lon, lat in points)[:LIMIT]

    def tree(centre: Point) -> list[float]:
        """Boxes that grow until the tenth lies within the box's half height."""
        half = 0.05
        while True:
            with connection.cursor() as cursor:
                # A degree of longitude is at least half one of latitude south of 60°.
                cursor.execute(
                    "SELECT lon0, lat0 FROM near WHERE lon0 >= %s AND lon1 <= %s "
                    "AND lat0 >= %s AND lat1 <= %s",
                    [
                        centre.lon - 2 * half, centre.lon + 2 * half,
                        centre.lat - half, centre.lat + half,
                    ],
                )  # fmt: skip
                found = sorted(distance_m(centre, Point(*each)) for each in cursor.fetchall())
            if len(found) >= LIMIT and found[LIMIT - 1] < half * 110_000:
                return found[:LIMIT]
            half *= 4

    keys = [row.pk for row in rows[:LIMIT]]

    def floor(_centre: Point) -> list[float]:
        list(Facility.objects.filter(pk__in=keys))
        return []

    rng = random.Random(4)
    runners: dict[str, Callable[[Point], list[float]]] = {
        "ours": ours, "measuring_all": all_measured, "sqlite_rtree": tree, "floor": floor,
    }  # fmt: skip
    spent: dict[str, list[float]] = {name: [] for name in runners}
    same = True
    for _ in range(questions):
        seat = rng.choice(rows)
        centre = Point(seat.lon + rng.gauss(0, 0.05), seat.lat + rng.gauss(0, 0.05))
        answers = {}
        for name, runner in runners.items():
            began = time.process_time()
            answers[name] = runner(centre)
            spent[name].append((time.process_time() - began) * 1000)
        # The tree keeps 32-bit numbers: a metre more or less.
        same &= answers["ours"] == answers["measuring_all"]
        same &= all(
            abs(one - other) < 5
            for one, other in zip(answers["ours"], answers["sqlite_rtree"], strict=True)
        )
    return {"ms": {name: median(each) for name, each in spent.items()}, "same": same}


def main() -> None:
    """Measure in a process and a database of its own, say it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    count, questions = (7_000, 400) if options.full else (2_000, 40)
    if options.inside:
        print(json.dumps(_measure(count, questions)))
        return
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.places", "--inside"]
            + (["--full"] if options.full else []),
            check=True,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "denghuo.project.settings_test",
                "DENGHUO_DATA_DIR": folder,
                "DENGHUO_DATABASE_URL": f"sqlite:///{folder}/places.sqlite3",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
    found = json.loads(done.stdout.splitlines()[-1])
    ms = found["ms"]
    for name, took in ms.items():
        print(f"{name:16} {took:8.2f} ms")
    print("the answers agree" if found["same"] else "THE ANSWERS DIFFER")
    print(
        json.dumps(
            {
                "bench": "places",
                "unit": "ms of processor time a question (median)",
                "ours": round(ms["ours"], 2),
                "peers": {n: round(ms[n], 2) for n in ("measuring_all", "sqlite_rtree")},
                "floor": round(ms["floor"], 2),
                "ratio": round(ms["measuring_all"] / ms["ours"], 2),
                "goal": f"{GOAL_MS} ms, the same as measuring all",
                "holds": found["same"] and ms["ours"] <= GOAL_MS,
                "facilities": count,
            }
        )
    )


if __name__ == "__main__":
    main()
