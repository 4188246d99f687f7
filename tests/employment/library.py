"""The room's dated texts, read from the package as they ship."""

from __future__ import annotations

from importlib.resources import files


def library_text(name: str) -> str:
    return (files("denghuo.employment") / "library" / name).read_text(encoding="utf-8")
