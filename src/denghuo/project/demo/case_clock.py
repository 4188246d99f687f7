"""The clock of the demo year, and one application on its way."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from denghuo.cases.public import CaseView
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import Actor
from denghuo.project.demo.case_plans import Plan, office_time

Deed = Callable[[datetime], None]


class Clock:
    """Deeds in the order of their hours; what lies after ``now`` is never done."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._heap: list[tuple[datetime, int, Deed]] = []
        self._order = count()

    def at(self, when: datetime, deed: Deed) -> None:
        """Do it then, unless that is after today."""
        if when <= self.now:
            heapq.heappush(self._heap, (when, next(self._order), deed))

    def after(self, when: datetime, days: float, chance: Random, deed: Deed) -> None:
        """Some days later, in office hours, and never before ``when``."""
        later = office_time(day_of(when + timedelta(days=days)), chance)
        self.at(max(later, when + timedelta(minutes=20)), deed)

    def run(self, tell: Callable[[], None]) -> None:
        """Until nothing is left to do."""
        while self._heap:
            when, _, deed = heapq.heappop(self._heap)
            deed(when)
            tell()


@dataclass(slots=True)
class Life:
    """One application on its way."""

    plan: Plan
    chance: Random
    case: CaseView | None = None
    accounts: int = 0

    @property
    def subject(self) -> SubjectRef:
        """Who asks."""
        return SubjectRef("person", self.plan.member.id)

    @property
    def applicant(self) -> Actor:
        """The person, signed in."""
        return Actor(
            kind="resident",
            person=self.subject,
            acting_for=self.subject,
            name=self.plan.member.name,
            demo=True,
        )

    @property
    def held(self) -> CaseView:
        """The case, once there is one."""
        if self.case is None:
            raise LookupError("not opened yet")
        return self.case
