"""How a reader likes pages: language, type size, theme.

Before sign-in a cookie remembers each on the device. A signed-in person's choices are kept with
the person as well, and stand before the device's wherever they sign in.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from denghuo.people.public import ELDER_SIZES, THEMES, Reading

ELDER_COOKIE: Final = "denghuo_elder"
THEME_COOKIE: Final = "denghuo_theme"
COOKIE_SECONDS: Final = 365 * 24 * 60 * 60
SESSION_KEY: Final = "web.reading"


def elder_size(text: str) -> int:
    """The chosen size of elder mode, 0 when it is off or the text is not one of ours."""
    return int(text) if text in {str(size) for size in ELDER_SIZES} else 0


def theme(text: str) -> str:
    """The chosen theme; the device decides until the reader does."""
    return text if text in THEMES else "auto"


def size_for(request: HttpRequest) -> int:
    """The size this page is drawn in: the person's, else the device's."""
    chosen = reading_at(request).elder_size
    return elder_size(request.COOKIES.get(ELDER_COOKIE, "")) if chosen is None else chosen


def theme_for(request: HttpRequest) -> str:
    """The theme this page is drawn in: the person's, else the device's."""
    return theme(reading_at(request).theme or request.COOKIES.get(THEME_COOKIE, ""))


def reading_at(request: HttpRequest) -> Reading:
    """What the signed-in person chose; a page that fails before anybody is known has nothing."""
    reading = getattr(request, "reading", None)
    return reading if isinstance(reading, Reading) else Reading()
