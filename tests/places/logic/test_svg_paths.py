"""Paths are compact and can be read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.geodesy import Point
from denghuo.places.logic.svg_paths import corners_of, drawing_point, path_of, view_box_around

corner = st.tuples(st.floats(98, 125), st.floats(38, 53))


@given(st.lists(corner, min_size=3, max_size=12))
def test_what_was_drawn_can_be_read_back(corners: list[tuple[float, float]]) -> None:
    ring = [*corners, corners[0]]
    wanted: list[tuple[int, int]] = []
    for lon, lat in corners:
        at = drawing_point(Point(lon, lat))
        if not wanted or wanted[-1] != at:
            wanted.append(at)
    path = path_of([[ring]])
    if len(wanted) < 3:
        assert path == ""
    else:
        assert list(corners_of(path)) == wanted


def test_north_is_up_and_east_is_right() -> None:
    hohhot, hailar = drawing_point(Point(111.7, 40.8)), drawing_point(Point(119.7, 49.2))
    assert hailar[0] > hohhot[0]
    assert hailar[1] < hohhot[1]


def test_the_box_shows_everything_with_a_margin() -> None:
    box = view_box_around(["M0 0l10 0 0 20z"], margin=5)
    assert str(box) == "-5 -5 20 30"
    assert str(view_box_around([])) == "0 0 1 1"
