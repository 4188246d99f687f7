"""A firm's post read before it goes out: what is wrong, what had better be said otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from denghuo.employment.logic.feeds import FeedRow
from denghuo.employment.logic.posts import RawPost
from denghuo.employment.logic.wages import wage_line, why_sentence
from denghuo.employment.logic.wording import Finding
from denghuo.employment.queries.reading import reading_desk
from denghuo.kernel.clock import day_of

Warn = Literal["negotiable", "fraud_look", "fraud_hold"]


@dataclass(frozen=True, slots=True)
class DraftReading:
    """What a post would be understood as.

    ``wrong`` holds a sentence for each field that cannot stay so. ``findings`` are words a law
    forbids or a person must judge; ``better`` is the post without them. ``mark`` tells whether
    somebody has seen the findings of exactly these words.
    """

    wrong: Mapping[str, str]
    findings: tuple[Finding, ...]
    warnings: tuple[Warn, ...]
    better: FeedRow
    pay_line: str
    place: str
    mark: str

    @property
    def quiet(self) -> bool:
        """Nothing to say about it."""
        return not (self.findings or self.warnings)

    @property
    def would_wait(self) -> bool:
        """Somebody at the office looks at it before anybody sees it."""
        return "fraud_hold" in self.warnings or any(
            one.grade == "forbidden" for one in self.findings
        )


def read_draft(row: FeedRow, *, now: datetime) -> DraftReading:
    """Read a post that is not out yet, as it will be read when it is.

    Raises ``NoTextInForceError``.
    """
    desk = reading_desk(day_of(now))
    raw = RawPost(row.title, row.body, row.wage, row.place, row.employer)
    reading = desk.read_all([raw])[0]
    wrong: dict[str, str] = {}
    if reading.wage.outcome == "not_understood":
        wrong["wage"] = why_sentence(reading.wage)
    if reading.place.outcome not in ("resolved", "outside"):
        wrong["place"] = reading.place.sentence
    warnings: list[Warn] = []
    if reading.wage.outcome == "open":
        warnings.append("negotiable")
    if reading.fraud.level == "hold":
        warnings.append("fraud_hold")
    elif reading.fraud.level == "look":
        warnings.append("fraud_look")
    said = json.dumps([row.title, row.body, row.wage], ensure_ascii=False)
    return DraftReading(
        wrong=wrong,
        findings=tuple(
            one for one in (*reading.title_wording, *reading.wording) if one.grade != "lawful"
        ),
        warnings=tuple(warnings),
        better=replace(row, title=reading.better_title or row.title, body=reading.better_body),
        pay_line=wage_line(reading.wage),
        place=reading.place.code or "",
        mark=hashlib.sha256(said.encode()).hexdigest()[:16],
    )
