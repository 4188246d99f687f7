"""Sentences that pure code holds and a page shows: marked, so that translators find them.

Marking changes nothing; the page that shows a sentence translates it for its reader.
"""

from __future__ import annotations


def gettext_noop(sentence: str) -> str:
    """The sentence itself. The twin of Django's function of this name, for code without Django."""
    return sentence
