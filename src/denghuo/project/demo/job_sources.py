"""Where the demo's posts come from: bureaux, boards and projects, each with its own table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from denghuo.employment.public import (
    apply_delivery,
    check_delivery,
    confirm_delivery,
    delivery_of,
    look_at_delivery,
    map_columns,
    open_source,
    receive_delivery,
)
from denghuo.kernel.clock import SHANGHAI
from denghuo.kernel.region import Region
from denghuo.kernel.spreadsheet import table_lines
from denghuo.platform.public import Actor
from denghuo.project.demo.casting import Stage, register_codes
from denghuo.project.demo.employers import EMPLOYERS
from denghuo.project.demo.filling import FIRST_CODE, firm_blocks, new_firms
from denghuo.project.demo.identities import firm_code
from denghuo.project.demo.job_rows import Hirer, JobRow, Teller, make_rows
from denghuo.project.demo.spread import POPULATION, Spread

_BOARDS = ("草原招聘网（演示）", "塞上人才网（演示）", "青城直聘（演示）", "北疆蓝领网（演示）")
_PROJECTS = ("零工驿站用工平台（演示）", "东西部劳务协作岗位（演示）")
_BANNERS = 22
_REGION = "15"
_FIRMS_ELSEWHERE = 260
_BRING_WITHIN_DAYS = 24
_CREDIBLE_HOUR = time(10)
# How each kind of source heads its columns; the house guesses what they are.
_HEADINGS = {
    "bureau": ("岗位编号", "统一社会信用代码", "单位名称", "岗位名称", "岗位说明", "工资待遇",
               "工作地点", "招聘人数", "学历要求", "截止日期"),
    "board": ("职位ID", "信用代码", "公司名称", "职位名称", "职位描述", "薪资", "工作地", "人数",
              "学历", "有效期至", "链接"),
    "project": ("编号", "单位代码", "用人单位", "工种", "工作内容", "待遇", "地区", "需求人数",
                "文化程度", "截止时间"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlet:
    """One source of the demo and what it speaks for."""

    name: str
    kind: str
    teller: Teller
    area: str


def outlets(spread: Spread, today: date, *, most: int) -> list[Outlet]:
    """About forty: every league's bureau, the bureaux of populous banners, boards, projects."""
    leagues = {code[:4]: name.split()[-3] for code, name in zip(spread.codes, spread.names,
                                                                  strict=True)}  # fmt: skip
    shares: dict[str, float] = {}
    banners: dict[str, str] = {}
    for code, name, share in zip(spread.codes, spread.names, spread.shares, strict=True):
        shares[code[:6]] = shares.get(code[:6], 0.0) + float(share)
        banners[code[:6]] = name.split()[-2]
    populous = sorted(shares, key=lambda one: (-shares[one], one))[:_BANNERS]
    told: list[tuple[str, str, str, float]] = [
        *((one, "board", _REGION, 4.0) for one in _BOARDS),
        *((one, "project", _REGION, 1.0) for one in _PROJECTS),
        *((f"{leagues[one]}就业服务中心（演示）", "bureau", one, 3.0)
          for one in POPULATION if one in leagues),
        *((f"{banners[one]}就业服务局（演示）", "bureau", one, 9.0) for one in populous),
    ]  # fmt: skip
    chosen = told if most >= len(told) else told[:most]
    return [
        Outlet(name, kind, Teller(areas, weight, _brings_on(at, today)), areas)
        for at, (name, kind, areas, weight) in enumerate(chosen)
    ]


def _brings_on(at: int, today: date) -> date:
    return today - timedelta(days=1 + at * 7 % _BRING_WITHIN_DAYS)


def hirers_of(stage: Stage, spread: Spread, firms: int, *, seed: int) -> list[Hirer]:
    """The firms of the database, and firms elsewhere that no visitor stands for."""
    place = {code: name.split()[-3:] for code, name in zip(spread.codes, spread.names,
                                                           strict=True)}  # fmt: skip
    found = []
    codes = register_codes()
    for one in EMPLOYERS:
        code = stage.region(one.region).code
        if code in place:
            found.append(_hirer(codes[one.key].text, one.name, one.industry, code, place[code]))
    for first, block in firm_blocks(stage, spread, firms, seed=seed):
        for firm in new_firms(stage, spread, block, first, seed=seed):
            town = firm.region.code
            found.append(_hirer(firm.uscc.text, firm.name, firm.industry or "", town, place[town]))
    own = list(found)
    elsewhere = min(_FIRMS_ELSEWHERE, len(own))
    for order in range(elsewhere):
        like = own[order * len(own) // elsewhere]
        code = firm_code(FIRST_CODE + 2 * firms + order).text
        found.append(
            Hirer(code, f"{like.banner}外来用工{order + 1}号（演示）有限公司", like.section,
                  like.area, like.league, like.banner, like.town)
        )  # fmt: skip
    return found


def _hirer(code: str, name: str, section: str, town: str, place: Sequence[str]) -> Hirer:
    league, banner, township = place
    return Hirer(code, name, section, town, league, banner, township)


def bring_posts(
    hirers: Sequence[Hirer], chosen: Sequence[Outlet], count: int, clerk: Actor, *, seed: int
) -> Iterator[int]:
    """``count`` adverts through every source's own table, in the order of their days; after each
    table how many there are so far."""
    rows = make_rows(hirers, [one.teller for one in chosen], count, seed=seed)
    done = 0
    for outlet, told in sorted(
        zip(chosen, rows, strict=True), key=lambda pair: (pair[0].teller.brings_on, pair[0].name)
    ):
        if told:
            _bring(outlet, told, clerk)
        done += len(told)
        yield done


def _bring(outlet: Outlet, rows: Sequence[JobRow], clerk: Actor) -> None:
    now = datetime.combine(outlet.teller.brings_on, _CREDIBLE_HOUR, SHANGHAI)
    source = open_source(
        actor=clerk,
        name=outlet.name,
        kind=outlet.kind,
        area=Region.read(outlet.area),
        days_valid=45,
        firm_id=None,
        keeper_id=clerk.staff_id,
        now=now,
    )
    delivery = receive_delivery(
        actor=clerk,
        source_id=source,
        name=f"岗位{now:%Y%m%d}.csv",
        chunks=partial(_whole, _table(outlet, rows)),
        whole=False,
        now=now,
    )
    look_at_delivery(delivery, attempt=0)
    held = delivery_of(clerk, delivery)
    map_columns(actor=clerk, delivery_id=delivery, columns=held.columns, whole=False, now=now)
    attempt = delivery_of(clerk, delivery).attempt
    check_delivery(delivery, attempt=attempt, progress=_silent, now=now)
    confirm_delivery(
        actor=clerk, delivery_id=delivery, attempt=attempt, loss_confirmed=False, now=now
    )
    apply_delivery(delivery, progress=_silent, clock=lambda: now)


def _table(outlet: Outlet, rows: Sequence[JobRow]) -> bytes:
    cells = [list(_cells(outlet, one)) for one in rows]
    # A clerk's slip: one row of a longer list has no title.
    if len(cells) > 100:
        cells[50][3] = ""
    return "".join(table_lines([_HEADINGS[outlet.kind], *cells])).encode()


def _cells(outlet: Outlet, row: JobRow) -> Iterator[object]:
    yield from (row.key, row.code, row.employer, row.title, row.body, row.wage, row.place)
    yield from (row.openings, row.schooling, row.last_on or "")
    if outlet.kind == "board":
        yield f"https://jobs.demo.invalid/{row.key}"


def _whole(content: bytes) -> Sequence[bytes]:
    """An upload in one piece."""
    return [content]


def _silent(_done: int, _total: int) -> None:
    """Nobody waits for the single file."""
