"""At a station: a clerk acts for somebody on a paper they signed, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import give_mandate
from denghuo.platform.public import Actor, store_file
from denghuo.project.demo.case_clock import Life
from denghuo.project.demo.case_offices import colleague
from denghuo.project.demo.desks import signed_paper

_OFFICE = "旗县区政务服务中心便民窗口（演示）"
_SCOPES = ("read", "apply", "documents", "money")
_DAYS = 15


class Stations:
    """A clerk in every banner where somebody comes to a counter."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed

    def hand_of(self, life: Life, when: datetime) -> Actor:
        """Who enters the application: at a counter the clerk, under the mandate just signed."""
        if life.plan.channel != "station":
            return life.applicant
        return self.act_for(life.subject, life.plan.home, when)

    def act_for(self, subject: SubjectRef, home: str, when: datetime) -> Actor:
        """The clerk of the person's banner, under a mandate signed at the counter."""
        clerk = self._clerk(home, when)
        paper = store_file(
            actor=clerk,
            owner=subject,
            upload=ContentFile(signed_paper(), name="委托书（演示）.png"),
            now=when,
        )
        mandate = give_mandate(
            giver=subject,
            scopes=_SCOPES,
            start_on=day_of(when),
            until_on=day_of(when) + timedelta(days=_DAYS),
            how="paper",
            to_staff=clerk.staff_id,
            paper_id=paper.id,
            actor=clerk,
            now=when,
        )
        return replace(clerk, acting_for=subject, mandate_id=mandate, scopes=frozenset(_SCOPES))

    def _clerk(self, home: str, when: datetime) -> Actor:
        banner = home[:6]
        return colleague(
            f"desk-station-{banner}",
            Region.read(banner),
            ("station",),
            office=_OFFICE,
            seed=self._seed,
            now=when,
        )
