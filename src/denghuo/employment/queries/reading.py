"""Everything a batch of posts is read with, fetched once for the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from denghuo.employment.logic.localities import PlaceTable
from denghuo.employment.logic.occupations import Coding
from denghuo.employment.logic.occupations.table import path_of
from denghuo.employment.logic.posts import PostReading, RawPost, Readers, read_post
from denghuo.employment.models import UsualPay
from denghuo.employment.queries.coder import code_titles
from denghuo.employment.queries.library import fraud_text, wage_text, wording
from denghuo.employment.queries.localities import region_places
from denghuo.places.public import divisions_of_level


@dataclass(frozen=True, slots=True)
class ReadingDesk:
    """The readers of one day, and what the best tenth of each 中类 is paid."""

    readers: Readers
    usual: Mapping[str, int]

    def read_all(self, posts: Sequence[RawPost]) -> list[PostReading]:
        """Posts read in their order; their titles are coded at once."""
        codings = code_titles([one.title for one in posts])
        return [
            read_post(one, self.readers, coding, usual_high_fen=self._usual(coding))
            for one, coding in zip(posts, codings, strict=True)
        ]

    def _usual(self, coding: Coding) -> int | None:
        return self.usual.get(path_of(coding.code)[1]) if coding.code else None


def reading_desk(on: date) -> ReadingDesk:
    """What posts of a day are read with. Raises ``NoTextInForceError``."""
    readers = Readers(
        wages=wage_text(on), wording=wording(on), fraud=fraud_text(on), places=_places()
    )
    return ReadingDesk(readers, dict(UsualPay.objects.values_list("occupation", "pay_high_fen")))


def _places() -> PlaceTable:
    """The table of names, made anew when a league or banner has changed its name or code."""
    known = tuple(
        (view.code, view.name)
        for level in ("league", "banner")
        for view in divisions_of_level(level)
    )
    return _places_of(known)


@lru_cache(maxsize=2)
def _places_of(_known: tuple[tuple[str, str], ...]) -> PlaceTable:
    return region_places()
