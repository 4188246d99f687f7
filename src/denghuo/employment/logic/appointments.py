"""An interview as a calendar file (RFC 5545) that any phone understands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_LENGTH = timedelta(hours=1)
_OCTETS_MAX = 75  # RFC 5545, 3.1
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def appointment(
    *, uid: str, sequence: int, title: str, place: str, words: str, at: datetime, now: datetime
) -> str:
    """One event of an hour, with a reminder two hours before. ``sequence`` rises when it is
    moved, so that the phone replaces what it has."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//denghuo//employment//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}@denghuo",
        f"SEQUENCE:{sequence}",
        f"DTSTAMP:{_instant(now)}",
        f"DTSTART:{_instant(at)}",
        f"DTEND:{_instant(at + _LENGTH)}",
        f"SUMMARY:{title.translate(_ESCAPED)}",
        f"LOCATION:{place.translate(_ESCAPED)}",
        f"DESCRIPTION:{words.translate(_ESCAPED)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT2H",
        f"DESCRIPTION:{title.translate(_ESCAPED)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> list[str]:
    """Lines of at most 75 octets, cut between characters; what follows begins with a blank."""
    parts, current = [], ""
    for character in line:
        if len((current + character).encode()) > _OCTETS_MAX:
            parts.append(current)
            current = " "
        current += character
    return [*parts, current]
