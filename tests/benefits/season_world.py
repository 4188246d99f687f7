"""A small season: firms, three offices' files, a fund, three officers, a made-up bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from denghuo.benefits.actions.season_work import work_season
from denghuo.benefits.actions.seasons import (
    announce_season,
    create_season,
    draw_sample,
    finish_sample,
    judge_row,
    pay_season,
    sign_season,
    start_season,
)
from denghuo.benefits.models import SampleCheck, Season
from denghuo.benefits.queries.season_figures import season_key
from denghuo.cases.actions.bulk.following import follow_settled
from denghuo.cases.public import SaidAccount, confirm_accounts_in_bulk, season_rows
from denghuo.kernel.region import Region
from denghuo.ledger.models import ReturnFile
from denghuo.ledger.public import (
    FaultRates,
    answer_payments,
    bank_format,
    draw_bank_file,
    make_bank_file,
    read_return_file,
    receive_return_file,
    release_bank_file,
)
from denghuo.people.public import firms_of
from denghuo.platform.public import SYSTEM, Actor
from tests.benefits import offices
from tests.cases import world as cases_world
from tests.factories.people import HOHHOT, as_staff, make_staff

NOW = datetime(2025, 9, 1, 2, 0, tzinfo=UTC)
DAY = date(2025, 8, 31)
AFTER_NOTICE = NOW + timedelta(days=9)
FUND = "fund:unemployment:150100"
HEADINGS = (
    "统一社会信用代码", "裁员人数", "月平均参保人数", "缴费月数",
    "企业划型", "实缴失业保险费（元）", "单位类型", "是否严重失信", "是否僵尸企业",
)  # fmt: skip
GOOD = (0, 42, 12, "小型", "1000", "企业", "否", "否")
REFUND_FEN = 90_000


@dataclass
class SeasonWorld:
    """Who acts in the season, and which codes are on the list."""

    officer: Actor
    checker: Actor
    signer: Actor
    codes: list[str] = field(default_factory=list)
    season: UUID = field(default_factory=uuid4)

    @property
    def row(self) -> Season:
        return Season.objects.get(pk=self.season)

    @property
    def key(self) -> str:
        return season_key(self.season)


def person(login: str, *roles: str, area: Region = HOHHOT) -> Actor:
    return as_staff(make_staff(login, roles=roles, area=area), roles=roles, area=area)


def make_world(
    rows: Sequence[tuple[object, ...]] = (GOOD,) * 5, *, period: str = "2024", fen: int = 10**12,
    first: int = 1,
) -> SeasonWorld:  # fmt: skip
    """A season before its start: one firm for each row of facts."""
    made = SeasonWorld(
        person("season-officer", "officer"),
        person("season-checker", "reviewer"),
        person("season-signer", "reviewer"),
    )
    cases_world.fund(FUND, fen)
    made.codes = [offices.firm(first + at) for at in range(len(rows))]
    bring(made, [(code, *row) for code, row in zip(made.codes, rows, strict=True)])
    made.season = create_season(
        actor=made.officer,
        item="stable-jobs-refund",
        period=period,
        area=HOHHOT,
        as_of=NOW.date(),
        constants={"pool_reserve_months": 24},
        now=NOW,
    )
    return made


def bring(made: SeasonWorld, rows: Sequence[tuple[object, ...]], now: datetime = NOW) -> None:
    """The insurance office's file with everything in it."""
    content = offices.csv_bytes([HEADINGS, *rows])
    offices.applied(made.officer, content, mode="table", now=now, area=HOHHOT, observed_on=DAY)


def work(made: SeasonWorld, *, now: datetime = NOW, chunk: int = 3) -> Season:
    """The job of the present step."""
    work_season(
        made.season,
        attempt=made.row.attempt,
        progress=offices.silent,
        clock=lambda: now,
        chunk=chunk,
    )
    return made.row


def proposed(made: SeasonWorld) -> Season:
    start_season(actor=made.officer, season_id=made.season, now=NOW)
    return work(made)


def judged(made: SeasonWorld, *, wrong: Sequence[int] = ()) -> Season:
    """Drawn and looked at, row by row."""
    draw_sample(actor=made.checker, season_id=made.season, now=NOW)
    for place in SampleCheck.objects.filter(season=made.season).values_list("place", flat=True):
        judge_row(
            actor=made.checker,
            season_id=made.season,
            place=place,
            wrong=place in wrong,
            reason="参保人数和系统不一样" if place in wrong else "",
            now=NOW,
        )
    finish_sample(actor=made.checker, season_id=made.season, now=NOW)
    return made.row


def opened(made: SeasonWorld, *, wrong: Sequence[int] = ()) -> Season:
    proposed(made)
    judged(made, wrong=wrong)
    return work(made)


def signed(made: SeasonWorld) -> Season:
    sign_season(actor=made.signer, season_id=made.season, now=NOW)
    return work(made)


def announced(made: SeasonWorld) -> Season:
    announce_season(actor=made.officer, season_id=made.season, now=NOW)
    return work(made)


def confirm_all(made: SeasonWorld, *, but: int = 0) -> int:
    """Every firm but the last few says where its money goes."""
    rows = season_rows(made.key, after_row=-1, limit=1_000)
    rows = rows[: len(rows) - but]
    names = {pk: one.name for pk, one in firms_of([one.subject.id for one in rows]).items()}
    said = [
        SaidAccount(one.id, names[one.subject.id], f"{10_000_000 + one.row}", "内蒙古银行")
        for one in rows
    ]
    return confirm_accounts_in_bulk(
        actor=SYSTEM, key=made.key, accounts=said, said_in="办税软件", now=NOW
    ).kept


def paid(made: SeasonWorld, *, now: datetime = AFTER_NOTICE) -> Season:
    pay_season(actor=made.officer, season_id=made.season, now=now)
    return work(made, now=now)


def bank(
    made: SeasonWorld, *, rates: dict[str, int] | None = None, now: datetime = AFTER_NOTICE
) -> UUID:
    """The file to the bank, released by another, and its answer read, with so many faults in a
    million. The answer's id."""
    number = Season.objects.count() + ReturnFile.objects.count() + 1
    maker, other = (person(f"treasurer{number}{who}", "treasurer") for who in "ab")
    file = make_bank_file(actor=maker, fund=FUND, form="fixed", now=now)
    release_bank_file(actor=other, file_id=file.id, sha256=file.sha256, now=now)
    answer = answer_payments(
        bank_format("fixed"),
        lambda: draw_bank_file(file),
        rates=FaultRates(rates or {}),
        seed=1,
        day=now.date(),
    )
    received = receive_return_file(actor=maker, name="回盘", pieces=answer, now=now)
    read_return_file(return_id=received.id, now=now)
    follow_settled(return_id=received.id, after=0, until=received.rows + 2, now=now)
    return received.id
