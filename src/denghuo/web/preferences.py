"""How a reader wants pages to look: kept in two cookies, no account needed.

The cookies hold a size and a theme name, nothing about the person.
"""

from __future__ import annotations

from typing import Final

ELDER_COOKIE: Final = "denghuo_elder"
THEME_COOKIE: Final = "denghuo_theme"
COOKIE_SECONDS: Final = 365 * 24 * 60 * 60

# Elder mode's body type in CSS pixels: 18 is the least the national rule allows, 30 the most.
ELDER_SIZES: Final = (18, 22, 26, 30)
ELDER_FIRST: Final = 22
THEMES: Final = ("auto", "light", "dark")


def elder_size(text: str) -> int:
    """The chosen size of elder mode, 0 when it is off or the text is not one of ours."""
    return int(text) if text in {str(size) for size in ELDER_SIZES} else 0


def theme(text: str) -> str:
    """The chosen theme; the device decides until the reader does."""
    return text if text in THEMES else "auto"
