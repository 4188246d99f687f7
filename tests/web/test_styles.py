"""What the style sheets promise: size, no outside address, elder mode, motion, print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import denghuo.web
from denghuo.people.public import ELDER_SIZES

pytestmark = pytest.mark.no_postgres

STATIC = Path(denghuo.web.__file__).parent / "static/web"
SHEETS = [path for path in sorted(STATIC.rglob("*.css")) if "vendor" not in path.parts]
ALL = "\n".join(path.read_text(encoding="utf-8") for path in SHEETS)
BYTES_MAX = 40 * 1024
SCRIPT_LINES_MAX = 200


def test_all_styles_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in SHEETS) <= BYTES_MAX


def test_own_scripts_stay_small() -> None:
    lines = [line for path in STATIC.rglob("*.js") for line in path.read_text().splitlines()]
    assert 0 < len(lines) <= SCRIPT_LINES_MAX


def test_styles_ask_nobody_else() -> None:
    assert "@import" not in ALL
    assert not re.search(r"url\((?!\")|https?://|//[a-z]", ALL)


@pytest.mark.parametrize("size", ELDER_SIZES)
def test_elder_sizes_are_what_they_say(size: int) -> None:
    found = re.search(rf'\[data-elder="{size}"\] {{ font-size: ([\d.]+)%; }}', ALL)
    assert found
    assert float(found[1]) * 16 / 100 == size


def test_elder_mode_has_large_targets_and_open_lines() -> None:
    rule = re.search(r"^\[data-elder\] {(.+?)}", ALL, flags=re.MULTILINE)
    assert rule
    assert "--target: 60px" in rule[1]
    leading = re.search(r"--leading: ([\d.]+)", rule[1])
    assert leading
    assert float(leading[1]) >= 1.6


def test_motion_stops_when_asked() -> None:
    assert "prefers-reduced-motion: reduce" in ALL


def test_no_type_is_set_in_pixels_on_the_way() -> None:
    """Type in pixels would not grow with the reader's choice."""
    sizes = re.findall(r"font-size: ([^;]+);", ALL)
    assert sizes
    assert not [size for size in sizes if "px" in size]


def test_every_token_used_is_defined() -> None:
    used = set(re.findall(r"var\(--([\w-]+)", ALL))
    defined = set(re.findall(r"--([\w-]+):", ALL))
    assert used <= defined


def test_every_token_defined_is_used() -> None:
    defined = set(re.findall(r"--([\w-]+):", ALL))
    assert defined <= set(re.findall(r"var\(--([\w-]+)", ALL))
