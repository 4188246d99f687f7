"""Offers on disk: the same lists from them, one folder a content, nothing damaged is read."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from denghuo.matching.engines.kernels.forward import best_offers
from denghuo.matching.engines.lists import Lists, empty_lists
from denghuo.matching.engines.snapshots import open_snapshot, save_snapshot
from denghuo.matching.logic.columns import offer_columns, seeker_columns
from denghuo.matching.logic.refusals import SnapshotDamagedError
from tests.matching.worlds import WEIGHTS, draw_offers, draw_seekers, words

pytestmark = pytest.mark.no_postgres
WORDS = words()


def lists_of(offers: int, seekers: int = 30, lot: str | None = "lot") -> Lists:
    return Lists(
        offer_columns(draw_offers(5, offers), WORDS),
        seeker_columns(draw_seekers(6, seekers), WORDS),
        WORDS,
        WEIGHTS,
        seed=lot,
    )


@pytest.mark.parametrize("offers", [0, 1, 200])
def test_lists_from_disk_are_those_from_memory(offers: int, tmp_path: Path) -> None:
    lists = lists_of(offers)
    opened = open_snapshot(save_snapshot(lists, tmp_path))
    rows = np.arange(len(lists.seekers.ids), dtype=np.int32)
    found = empty_lists(len(rows), 7)
    best_offers(rows, lists.seekers, opened.index, opened.rules, found.keys, found.slots)
    assert (found.keys == lists.for_seekers(7).keys).all()
    assert (opened.ids == lists.offers.ids).all()


def test_what_lies_under_a_name_never_changes(tmp_path: Path) -> None:
    first = save_snapshot(lists_of(50), tmp_path)
    changed = first.stat().st_mtime_ns
    assert save_snapshot(lists_of(50), tmp_path) == first
    assert first.stat().st_mtime_ns == changed
    assert save_snapshot(lists_of(51), tmp_path) != first
    assert save_snapshot(lists_of(50, lot="another"), tmp_path) != first


def test_two_who_make_the_same_at_once_both_get_it(tmp_path: Path) -> None:
    lists = lists_of(40)
    assert len(lists.offer_index.slot) == 80  # made before the threads ask for it
    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(lambda _: save_snapshot(lists, tmp_path), range(8)))
    assert [one.name for one in tmp_path.iterdir()] == [one.name for one in places]


def test_half_a_snapshot_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dumps", full)
    with pytest.raises(OSError, match="space"):
        save_snapshot(lists_of(10), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["byte", "missing", "about", "renamed", "short"])
def test_a_damaged_snapshot_is_refused(damage: str, tmp_path: Path) -> None:
    place = save_snapshot(lists_of(20), tmp_path)
    column = place / "index_cell_start.npy"
    if damage == "byte":
        content = bytearray(column.read_bytes())
        content[-1] ^= 1
        column.write_bytes(bytes(content))
    elif damage == "short":
        column.write_bytes(column.read_bytes()[:-4])
    elif damage == "missing":
        column.unlink()
    elif damage == "about":
        about = place / "about.json"
        about.write_text(about.read_text().replace('"kind": 400', '"kind": 401'))
    else:
        place = place.rename(tmp_path / f"offers-{'0' * 64}")
    with pytest.raises(SnapshotDamagedError, match="删掉"):
        open_snapshot(place)


def test_no_worker_changes_what_another_reads(tmp_path: Path) -> None:
    place = save_snapshot(lists_of(20), tmp_path)
    one, other = open_snapshot(place), open_snapshot(place)
    one.index.pay[:] = -7
    assert not (other.index.pay == -7).any()
    assert not (open_snapshot(place).index.pay == -7).any()
