"""The contrast of every pair of colours the styles set on one another, from the CSS itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import denghuo.web

pytestmark = pytest.mark.no_postgres

TOKENS = (Path(denghuo.web.__file__).parent / "static/web/tokens.css").read_text(encoding="utf-8")
TEXT = 4.5  # WCAG 2.2, 1.4.3
SHAPE = 3.0  # 1.4.11: borders of inputs, marks

SURFACES = ("paper", "sheet", "shade", "glow-soft")
TEXT_PAIRS = [
    *[(word, surface) for word in ("ink", "quiet", "lamp") for surface in SURFACES],
    ("ink", "glow"),
    ("on-lamp", "lamp"),
    ("on-lamp", "lamp-deep"),
    ("paper", "no"),
    *[(state, f"{state}-soft") for state in ("yes", "wait", "no", "fact")],
    *[
        (state, surface)
        for state in ("yes", "wait", "no", "fact")
        for surface in ("paper", "sheet")
    ],
    *[
        (word, f"{s}-soft")
        for word in ("ink", "quiet", "lamp")
        for s in ("yes", "wait", "no", "fact")
    ],
    ("no", "shade"),
]
SHAPE_PAIRS = [
    *[("edge", surface) for surface in ("paper", "sheet")],
    *[("paper", state) for state in ("yes", "wait", "no", "fact")],
    ("lamp", "shade"),
    ("fact", "shade"),
]


def tokens(selector: str) -> dict[str, str]:
    block = TOKENS[TOKENS.index(selector) :]
    block = block[block.index("{") + 1 : block.index("}")]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = tokens(":root {")
DARK = LIGHT | tokens('[data-theme="dark"] {')
THEMES = {"light": LIGHT, "dark": DARK}


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(colour[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # LOOK gives 6.0 for the lamp on paper and 6.4 for white on the lamp.
    assert contrast("#a63d0a", "#fbf7f0") == pytest.approx(6.0, abs=0.1)
    assert contrast("#ffffff", "#a63d0a") == pytest.approx(6.4, abs=0.1)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("word", "surface"), TEXT_PAIRS)
def test_words_can_be_read(theme: str, word: str, surface: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[word], colours[surface]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "surface"), SHAPE_PAIRS)
def test_shapes_can_be_seen(theme: str, shape: str, surface: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[shape], colours[surface]) >= SHAPE


def test_the_house_colours_are_the_agreed_ones() -> None:
    agreed = {
        "paper": "#fbf7f0", "ink": "#2b2521", "quiet": "#6b5f55", "lamp": "#a63d0a",
        "glow": "#f3c27a", "yes": "#1e6b52", "wait": "#8a5a00", "no": "#a4262c", "fact": "#1f5a8a",
    }  # fmt: skip
    assert {name: LIGHT[name] for name in agreed} == agreed
    agreed = {
        "paper": "#211c18",
        "ink": "#f3e9da",
        "quiet": "#b8a999",
        "lamp": "#ffb454",
        "glow": "#5a4326",
    }
    assert {name: DARK[name] for name in agreed} == agreed


def test_dark_by_the_device_is_dark_by_choice() -> None:
    assert tokens('[data-theme="auto"] {') == tokens('[data-theme="dark"] {')


def test_dark_leaves_no_colour_behind() -> None:
    assert set(tokens('[data-theme="dark"] {')) == set(LIGHT)
