"""Places where people are served, named so that nobody takes them for real ones.

Points lie near the township's own point, as far off as ``accuracy_m`` says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from denghuo.places.public import DivisionView, FacilityRow, read_hours
from denghuo.project.demo.spread import EMPTY_BANNER

REGISTER = "演示机构名录"
SOURCE = "演示数据：由程序编造，不是真实机构"
HOSTELS = 10
INCUBATORS = 8
_SCATTER_M = 900
_METRES_PER_DEGREE = 111_320
_OFFICE = "周一至周五 08:30-12:00 14:30-17:30; 节假日 休息"
_HOURS = {
    "station": _OFFICE,
    "hall": "周一至周五 09:00-17:00; 周六 09:00-12:00; 节假日 休息",
    "hospital": "全天",
    "clinic": "每天 08:00-18:00",
    "hostel": "全天",
    "incubator": _OFFICE,
    "training": "周一至周六 09:00-18:00",
    "care": "每天 07:00-20:00",
}
_SERVICES = {
    "station": ("招聘登记", "政策咨询", "零工信息", "帮办代办"),
    "hall": ("社会保险", "就业创业", "补贴申领"),
    "hospital": ("挂号", "检查", "住院", "工伤救治"),
    "clinic": ("门诊", "慢病取药"),
    "hostel": ("免费住宿五晚", "求职指导"),
    "incubator": ("工位", "注册代办", "导师见面"),
    "training": ("技能培训", "创业培训"),
    "care": ("老年食堂", "日间照料"),
}
_WORDS = {
    "station": "就业服务驿站", "hall": "政务服务大厅", "hospital": "医院", "clinic": "卫生院",
    "hostel": "青年驿站", "incubator": "创业园", "training": "职业培训学校",
    "care": "养老服务中心",
}  # fmt: skip


def make_facilities(
    townships: Sequence[DivisionView],
    banners: Sequence[DivisionView],
    *,
    stations: int,
    seed: int,
    today: date,
) -> list[FacilityRow]:
    """``stations`` stations first to every township, then to the larger ones; halls, hospitals,
    clinics, hostels and the rest as many as there are seats for them."""
    makers = _Maker(seed, today)
    lived_in = [view for view in townships if view.code[:6] != EMPTY_BANNER and view.point]
    streets = [view for view in lived_in if view.name.endswith(("街道", "镇"))]
    rows = []
    for order in range(stations):
        if order < len(lived_in):
            rows.append(makers.row("station", lived_in[order], 1))
        else:
            at = streets[(order - len(lived_in)) % len(streets)]
            rows.append(makers.row("station", at, 2))
    # A small region gets its share of everything else.
    share = min(1.0, stations / len(lived_in))
    seats = _seats(lived_in, banners)[: max(3, math.ceil(share * len(banners)))]
    for view in seats:
        rows += [makers.row(kind, view, 1) for kind in ("hall", "hospital", "training", "care")]
    rows += [makers.row("clinic", view, 1) for view in lived_in[: int(share * len(lived_in))]]
    rows += [makers.row("hostel", view, 1) for view in _apart(seats, HOSTELS)]
    rows += [makers.row("incubator", view, 1) for view in _apart(seats, INCUBATORS)]
    return rows


def _seats(
    townships: Sequence[DivisionView], banners: Sequence[DivisionView]
) -> list[DivisionView]:
    """One town of each banner, streets before towns before sumus."""
    order = ("街道", "镇")
    best: dict[str, DivisionView] = {}
    for view in sorted(
        townships,
        key=lambda one: (
            next((rank for rank, end in enumerate(order) if one.name.endswith(end)), len(order)),
            one.code,
        ),
    ):
        best.setdefault(view.code[:6], view)
    return [best[view.code[:6]] for view in banners if view.code[:6] in best]


def _apart(seats: Sequence[DivisionView], count: int) -> list[DivisionView]:
    """So many seats, in different leagues as far as they go."""
    firsts = list({view.code[:4]: view for view in reversed(seats)}.values())
    others = [view for view in seats if view not in firsts]
    return [*sorted(firsts, key=lambda view: view.code), *others][:count]


class _Maker:
    def __init__(self, seed: int, today: date) -> None:
        self.seed = seed
        self.today = today

    def row(self, kind: str, view: DivisionView, order: int) -> FacilityRow:
        """One facility; the same for the same place and order."""
        key = f"{kind}-{view.code}-{order}"
        chance = Random(f"{self.seed}:facility:{key}")
        point = view.point
        if point is None:
            raise ValueError("only divisions with a point get facilities")
        north, east = chance.gauss(0, _SCATTER_M / 2), chance.gauss(0, _SCATTER_M / 2)
        narrowing = math.cos(math.radians(point.lat))
        # A list nobody has looked at for half a year is shown as overdue: one in fifty is.
        overdue = chance.random() < 0.02
        review_in = -chance.randint(1, 90) if overdue else chance.randint(20, 180)
        number = "" if order == 1 else f"第{order}"
        return FacilityRow(
            external_key=key,
            name=f"{view.name}{number}{_WORDS[kind]}（演示）",
            kind=kind,
            division=view.code,
            source=SOURCE,
            owner=f"{view.path[-2] if len(view.path) > 1 else view.name}（演示）",
            review_on=self.today + timedelta(days=review_in),
            services=_SERVICES[kind],
            hours=read_hours(_HOURS[kind]),
            address=f"{view.full_name}（演示地址）",
            lon=round(point.lon + east / (_METRES_PER_DEGREE * narrowing), 6),
            lat=round(point.lat + north / _METRES_PER_DEGREE, 6),
            datum="wgs84",
            accuracy_m=(view.point_accuracy_m or 0) + _SCATTER_M,
        )
