"""Who works on the cases of the demo region: an office in every league, two treasurers, a fund."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random

from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.ledger.public import Line, bank_account, open_account, post
from denghuo.people.public import create_staff, find_staff
from denghuo.platform.public import SYSTEM, Actor
from denghuo.project.demo import names
from denghuo.project.demo.spread import POPULATION

WHOLE_REGION = "15"
HOME = "150105"
FUNDS = {"unemployment": "失业保险基金", "startup": "创业补助资金"}
_ENDOWMENT_FEN = {"unemployment": 80_000_000_000, "startup": 3_000_000_000}
_LEAGUE_OFFICE = "盟市人力资源和社会保障局（演示）"
_REGION_OFFICE = "自治区人力资源和社会保障厅（演示）"


@dataclass(frozen=True, slots=True)
class Desk:
    """The people of one office; ``officers`` take turns, the last two are other people."""

    officers: tuple[Actor, ...]
    reviewer: Actor
    supervisor: Actor


@dataclass(frozen=True, slots=True)
class Offices:
    """Every office by the code of its division, and who is above them all."""

    desks: dict[str, Desk]
    checker: Actor
    supervisor: Actor
    auditor: Actor  # a second chief, for what the first has had a hand in
    treasurers: tuple[Actor, Actor]

    def desk(self, area: Region) -> Desk:
        """The office of a case."""
        return self.desks[area.code]


def open_offices(*, seed: int, now: datetime) -> Offices:
    """An officer in each league; those who check are the region's; opened once."""
    region = Region.read(WHOLE_REGION)
    supervisor = colleague("desk-region-chief", region, ("supervisor",), seed=seed, now=now)
    auditor = colleague("desk-region-auditor", region, ("supervisor",), seed=seed, now=now)
    checker = colleague("desk-region-checker", region, ("officer", "reviewer"), seed=seed, now=now)
    reviewer = colleague("desk-region-reviewer", region, ("reviewer",), seed=seed, now=now)
    general = colleague("desk-region-officer", region, ("officer",), seed=seed, now=now)
    desks = {
        region.code: Desk((general,), reviewer, supervisor),
        Region.read(HOME).code: Desk(
            (staff_actor("demo-officer"), staff_actor("demo-second")),
            staff_actor("demo-reviewer"),
            staff_actor("demo-supervisor"),
        ),
    }
    for league in POPULATION:
        area = Region.read(league)
        officer = colleague(f"desk-{league}-officer", area, ("officer",), seed=seed, now=now)
        desks[area.code] = Desk((officer,), reviewer, supervisor)
    return Offices(
        desks,
        checker,
        supervisor,
        auditor,
        (staff_actor("demo-treasurer"), staff_actor("demo-treasurer-2")),
    )


def endow_funds(*, now: datetime) -> None:
    """Each league's funds with their money at the bank, as of the year's first day here."""
    for league in POPULATION:
        area = Region.read(league).code[:6].ljust(6, "0")
        for fund, name in FUNDS.items():
            code = f"fund:{fund}:{area}"
            bank = bank_account(code)
            opened = partial(open_account, actor=SYSTEM, area=area, fund=fund, now=now)
            opened(code=code, name=name, kind="fund", floor_fen=0)
            opened(code=bank, name=f"{name}·银行存款", kind="asset")
            fen = _ENDOWMENT_FEN[fund]
            post(
                actor=SYSTEM,
                key=f"demo.endow:{code}",
                kind="ledger.endow",
                lines=[Line(bank, fen), Line(code, -fen)],
                about=f"ledger.Account:{code}",
                on=day_of(now),
                memo="年度预算拨入（演示）",
                now=now,
            )


def colleague(
    login: str,
    area: Region,
    roles: tuple[str, ...],
    *,
    office: str = "",
    seed: int,
    now: datetime,
) -> Actor:
    """A colleague nobody steps into; nobody knows the password."""
    if find_staff(login) is None:
        chance = Random(f"{seed}:staff:{login}")
        name = names.draw_name(
            chance, chance.choice(["male", "female"]), names.draw_surname(chance)
        )
        region = area.code.startswith(f"{WHOLE_REGION}0000")
        create_staff(
            login=login,
            name=name,
            office=office or (_REGION_OFFICE if region else _LEAGUE_OFFICE),
            roles=roles,
            area=area,
            password=None,
            actor=SYSTEM,
            now=now,
        )
    return staff_actor(login)


def staff_actor(login: str) -> Actor:
    """A member of staff, signed in."""
    view = find_staff(login)
    if view is None:
        raise LookupError(f"no member of staff {login}")
    return Actor(
        kind="staff",
        staff_id=view.id,
        name=view.name,
        roles=frozenset(view.roles),
        area=view.area,
        demo=True,
    )
