"""The import button pressed in two tabs at the same instant; it commits, so it stands alone."""

from __future__ import annotations

from collections.abc import Callable

from denghuo.places.actions.imports import ImportSettledError, apply_import
from denghuo.places.models import Facility
from tests.places.actions.test_imports import OPERATOR, as_csv, line, preview
from tests.places.conftest import NOW, Loaded, lay


def test_two_tabs_at_the_same_instant_import_once(
    in_threads: Callable[..., list[object]], loaded: Loaded
) -> None:
    lay(loaded)
    import_id = preview(as_csv(*[line(str(number)) for number in range(50)]))

    def press() -> object:
        return apply_import(actor=OPERATOR, import_id=import_id, now=NOW)

    results = in_threads(press, press)
    assert sum(isinstance(one, ImportSettledError) for one in results) == 1, results
    assert Facility.objects.count() == 50
