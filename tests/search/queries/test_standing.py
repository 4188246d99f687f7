"""An index follows its rows: at once, over process ends, damaged files and databases put back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from denghuo.search.models import SearchChange, SearchShelf
from denghuo.search.public import (
    Entry,
    Question,
    Shape,
    ShelfNotReadyError,
    answer,
    build_shelf,
    compare_shelf,
    forget_standing,
    note_changes,
    put_up_shelf,
    shelf_now,
    understand,
)
from denghuo.search.queries import registered, standing
from denghuo.search.queries.kept import folder_of

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
KIND = "made_up"
SHAPE = Shape(("place",), (), ("at",), newest="at", highest="at")


class Rows(dict[str, str]):
    """Titles by key, as a room's table would hold them."""

    reads = 0

    def entries(self, keys: Sequence[str] | None) -> Iterator[Entry]:
        type(self).reads += 1
        for key in sorted(self) if keys is None else keys:
            if key in self:
                yield Entry(key, self[key])

    def change(self, **titles: str | None) -> None:
        for key, title in titles.items():
            if title is None:
                del self[key]
            else:
                self[key] = title
        note_changes(kind=KIND, keys=list(titles))


@pytest.fixture
def rows(data_dir: Path) -> Iterator[Rows]:
    made = Rows(a="司机", b="电焊工")
    put_up_shelf(KIND, shape=SHAPE, entries=made.entries)
    forget_standing()
    yield made
    registered._kinds.pop(KIND)
    forget_standing()


def found(text: str) -> list[str]:
    shelf = shelf_now(KIND)
    return [hit.key for hit in answer(shelf, Question(NOW, understand(shelf, text))).hits]


@pytest.mark.django_db
def test_changes_are_seen_at_once(rows: Rows) -> None:
    assert found("司机") == ["a"]
    rows.change(b="货车司机", c="司机")
    assert set(found("司机")) == {"a", "b", "c"}
    rows.change(a=None)
    assert set(found("司机")) == {"b", "c"}
    assert found("电焊工") == []
    assert compare_shelf(KIND).same


@pytest.mark.django_db
def test_a_new_process_reads_the_files_and_what_changed_since(rows: Rows) -> None:
    rows.change(c="保安")
    assert build_shelf(KIND) == 3
    rows.change(c="保洁", a=None)
    forget_standing()
    before = Rows.reads
    assert found("保洁") == ["c"]
    assert found("司机") == []
    assert Rows.reads == before + 1  # what changed since, not everything
    assert compare_shelf(KIND).same


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["docs.npy", "about.json", "keys.npy"])
@pytest.mark.parametrize("how", ["gone", "half", "empty"])
def test_damaged_files_are_as_if_not_there(rows: Rows, name: str, how: str) -> None:
    rows.change(c="保安")
    build_shelf(KIND)
    (whole,) = folder_of(KIND).iterdir()
    file = whole / name
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: 0 if how == "empty" else file.stat().st_size // 2])
    forget_standing()
    assert found("保安") == ["c"]
    build_shelf(KIND)
    forget_standing()
    assert found("司机") == ["a"]


@pytest.mark.django_db
def test_what_a_killed_process_left_is_not_read_and_goes(rows: Rows) -> None:
    rows.change(c="保安")
    half = folder_of(KIND) / ".half-1"
    half.mkdir(parents=True)
    (half / "keys.npy").write_bytes(b"half")
    assert found("保安") == ["c"]
    build_shelf(KIND)
    assert [one.name for one in folder_of(KIND).iterdir()] == [f"{1:020}"]


@pytest.mark.django_db
def test_only_two_indexes_are_kept(rows: Rows) -> None:
    for n in range(4):
        rows.change(c=f"保安{n}")
        build_shelf(KIND)
    assert sorted(int(one.name) for one in folder_of(KIND).iterdir()) == [3, 4]


@pytest.mark.django_db
def test_a_database_put_back_has_another_epoch(rows: Rows) -> None:
    rows.change(c="保安")
    build_shelf(KIND)
    SearchShelf.objects.all().delete()
    rows.change(d="厨师")
    del rows["c"]
    assert found("保安") == []
    assert found("厨师") == ["d"]


@pytest.mark.django_db
def test_an_older_number_is_followed_back(rows: Rows) -> None:
    rows.change(c="保安")
    assert found("保安") == ["c"]
    SearchShelf.objects.update(number=0)
    del rows["c"]
    assert found("保安") == []


@pytest.mark.django_db
def test_a_large_shelf_is_built_by_a_job_not_by_who_asks(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "BUILT_AT_ONCE_MAX", 1)
    rows.change(c="保安", d="厨师")
    with pytest.raises(ShelfNotReadyError):
        shelf_now(KIND)
    build_shelf(KIND)
    assert found("厨师") == ["d"]


@pytest.mark.django_db
def test_many_changes_are_read_into_few_layers(rows: Rows) -> None:
    for n in range(20):
        rows.change(**{f"k{n}": "保安"})
        assert len(found("保安")) == min(n + 1, 20)
    assert len(shelf_now(KIND).layers) <= standing._LAYERS_MAX + 1


@pytest.mark.django_db
def test_the_command_says_what_differs(rows: Rows) -> None:
    said = StringIO()
    call_command("search", "build", kind=KIND, stdout=said)
    shelf_now(KIND)
    rows["c"] = "没有告诉目录的"
    with pytest.raises(CommandError):
        call_command("search", "check", kind=KIND, stdout=said)
    assert "缺 1，多 0，不同 0" in said.getvalue()
    rows["a"] = "换了"
    del rows["b"], rows["c"]
    compared = compare_shelf(KIND)
    assert (compared.missing, compared.too_many, compared.different) == ((), ("b",), ("a",))
    call_command("search", "build", kind=KIND, stdout=said)
    forget_standing()
    call_command("search", "check", kind=KIND, stdout=said)


@pytest.mark.django_db
def test_nothing_changed_is_no_change() -> None:
    assert note_changes(kind=KIND, keys=[]) == 0
    assert not SearchShelf.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_numbers_are_drawn_one_after_another(
    rows: Rows, in_threads: Callable[..., list[object]]
) -> None:
    def note(n: int) -> Callable[[], object]:
        def call() -> object:
            with transaction.atomic():
                return note_changes(kind=KIND, keys=[f"k{n}", "shared"])

        return call

    note_changes(kind=KIND, keys=["first"])
    numbers = in_threads(*(note(n) for n in range(4)))
    assert sorted(map(str, numbers)) == ["2", "3", "4", "5"]
    assert SearchChange.objects.get(key="shared").number == 5


@pytest.mark.django_db
def test_files_that_are_gone_altogether(rows: Rows) -> None:
    rows.change(c="保安")
    build_shelf(KIND)
    shutil.rmtree(folder_of(KIND))
    forget_standing()
    assert found("保安") == ["c"]
