"""Firms whose people a visitor may step into, and the facts of a firm with nothing unusual."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from denghuo.kernel.period import add_months

Facts = Mapping[str, object]

# The last contribution year for which a refund rule is published (library: stable-jobs-refund).
# A later year would make every refund of the demo wait for its rule.
LAST_SEASON_ENDS_ON = date(2024, 12, 31)


@dataclass(frozen=True, slots=True)
class Employer:
    """A firm with its persona: the clerk who acts under a mandate, or the representative."""

    key: str
    name: str
    kind: str
    size_class: str
    industry: str
    region: str
    months_old: int
    representative: str  # the name of a person made for it, or the key of a resident
    facts: Callable[[date], Facts]
    title: str = ""
    story: str = ""
    clerk: str = ""
    branches: tuple[tuple[str, str], ...] = field(default_factory=tuple)


def ordinary(*, heads: int, area: str = "hohhot") -> dict[str, object]:
    """An insured firm of ``heads`` employees that owes nothing and wants nothing."""
    wage_fen = heads * 600_000
    return {
        "firm_kind": "enterprise",
        "insured_as_unit": True,
        "staff_count": heads,
        "dishonest": False,
        "zombie": False,
        "contribution_year_ends_on": LAST_SEASON_ENDS_ON,
        "unemployment_months_paid": 84,
        "insured_average": f"{heads}.00",
        "laid_off_count": 0,
        "unemployment_premium_paid": wage_fen * 12 // 100,
        "pool_reserve_months": 10,
        "unemployment_wage_base": wage_fen,
        "pays_unemployment_insurance": True,
        "pays_injury_insurance": True,
        "injury_area": area,
        "injury_risk_class": 3,
        "injury_rate": "0.0070",
        "injury_wage_base": wage_fen,
        "eligible_hires_12m": max(1, heads // 20),
        "wage_arrears": False,
        "insurance_arrears": False,
        "firm_loans_subsidised_before": 0,
        "firm_has_guaranteed_loan": False,
        "firm_loan_extended": False,
        "firm_interest_period_claimed": False,
        "practice_unit": False,
        "pool_bank": False,
        "minimum_wage": 198_000,
        "firm_wants_loan": False,
    }


def _dairy(_today: date) -> Facts:
    """The refund of CNY 77,600 that the region's report tells of: 129,333.33 paid, 60 %."""
    return {
        **ordinary(heads=180),
        "size_class": "medium",
        "insured_average": "178.50",
        "laid_off_count": 3,
        "unemployment_premium_paid": 12_933_333,
        "practice_unit": True,
        "trainees_now": 4,
        "trainee_months_longest": 6,
        "trainee_pay_lowest": 210_000,
        "trainees_finished_12m": 10,
        "trainees_kept_12m": 6,
    }


def _one_short(_today: date) -> Facts:
    return {
        **ordinary(heads=30, area="baotou"),
        "size_class": "small",
        "firm_wants_loan": True,
        "firm_loan_asked": 150_000_000,
        "firm_loan_term_months": 24,
        "eligible_hires_12m": 2,
        "laid_off_count": 6,
    }


def _one_too_many(_today: date) -> Facts:
    """Six of thirty-one, where the ceiling for small units ends at thirty."""
    return {**ordinary(heads=31, area="baotou"), "size_class": "small", "laid_off_count": 6}


def _column_missing(_today: date) -> Facts:
    """One office has not delivered: the refund can be said neither yes nor no."""
    facts = {**ordinary(heads=64, area="ordos"), "size_class": "small"}
    del facts["laid_off_count"]
    return facts


def _shop(_today: date) -> Facts:
    return {
        **ordinary(heads=2),
        "firm_kind": "household",
        "size_class": "micro",
        "unemployment_months_paid": 13,
        "eligible_hires_12m": 2,
    }


def _many_laid_off(_today: date) -> Facts:
    return {
        **ordinary(heads=420, area="wuhai"),
        "size_class": "large",
        "laid_off_count": 61,
        "dishonest": True,
        "insurance_arrears": True,
    }


def _cooperative(today: date) -> Facts:
    return {
        **ordinary(heads=12, area="bayannur"),
        "firm_kind": "cooperative",
        "size_class": "small",
        "firm_has_guaranteed_loan": True,
        "firm_loan_contract_on": add_months(today, -14),
        "firm_loan_rate": "4.60",
        "firm_loan_lpr": "3.10",
        "firm_interest_countable": 9_200_000,
        "firm_interest_own_part": 4_600_000,
        "firm_loans_subsidised_before": 1,
        "firm_earlier_loans_on_time": True,
    }


def _supermarket(_today: date) -> Facts:
    return {**ordinary(heads=210, area="chifeng"), "size_class": "medium"}


def _bank(_today: date) -> Facts:
    return {
        **ordinary(heads=260),
        "size_class": "large",
        "pool_bank": True,
        "pool_loan_overdue_days": 95,
        "pool_loan_unpaid": 24_000_000,
        "pool_bank_overdue_ratio": "0.0200",
        "pool_balance": 10_000_000_000,
    }


EMPLOYERS = (
    Employer(
        "dairy", "敕勒川乳品（演示）有限公司", "company", "medium", "C14", "150121", 132,
        "乔立新", _dairy, clerk="郝春梅",
        title="乳品企业的人事经办",
        story="中型企业，足额交了失业保险，裁员很少。稳岗返还 7.76 万元，不用申请，正在公示；"
        "缴费用的账户部门有，点一下确认就行。",
    ),
    Employer(
        "machines", "北梁机械加工（演示）有限公司", "company", "small", "C34", "150203", 71,
        "武永胜", _one_short, clerk="贾晓红",
        title="差一名新员工的机械厂",
        story="三十个人，近一年新招了两名重点人群，想贷 150 万元，再招一名就够比例了。去年走了"
        "六个，正好 20%，稳岗返还批了；户名不对，钱退了回来，要改账户。",
    ),
    Employer(
        "printer", "昆都仑印刷（演示）有限公司", "company", "small", "C23", "150203", 96,
        "邢德胜", _one_too_many, clerk="郭艳",
        title="三十一个人的印刷厂",
        story="和机械厂一样去年走了六个，可是多一个人：三十人以上的裁员率上限低得多，稳岗返还没有份。"
        "看系统怎么把这条线说清楚。",
    ),
    Employer(
        "logistics", "东胜恒通物流（演示）有限公司", "company", "small", "G54", "150602", 58,
        "范海军", _column_missing, clerk="任静",
        title="缺一项信息的物流公司",
        story="裁员人数那一项，部门还没有送来。系统不猜：不说行，也不说不行，只说差什么；名单上单列。",
    ),
    Employer(
        "glass", "海勃湾玻璃（演示）有限公司", "company", "large", "C30", "150302", 214,
        "石振华", _many_laid_off, clerk="温倩",
        title="裁员超过上限的玻璃厂",
        story="去年裁了六十多人，又在失信名单上。每一条没过的条件，都写着依据和在哪里说理。",
    ),
    Employer(
        "milk-tea", "赛罕区萨如拉奶茶店（演示）", "household", "micro", "H62", "150105", 13,
        "founder", _shop,
    ),
    Employer(
        "cooperative", "河套肉羊（演示）专业合作社", "cooperative", "small", "A03",
        "150802", 49, "partner", _cooperative,
    ),
    Employer(
        "restaurant", "临河玉兰小饭馆（演示）", "household", "micro", "H62", "150802", 88,
        "partner-wife", _shop,
    ),
    Employer(
        "supermarket", "四季鲜超市（演示）有限公司", "company", "medium", "F52",
        "150402", 160, "任国庆", _supermarket, clerk="朱敏",
        title="有三家分店的超市",
        story="总公司下面有三家分店，一名经办替四个单位看待遇。去年的稳岗返还没申请就到账了。",
        branches=(
            ("supermarket-1", "松山店"), ("supermarket-2", "元宝山店"), ("supermarket-3", "宁城店"),
        ),
    ),
    Employer(
        "bank", "青城农村商业银行（演示）", "company", "large", "J66", "150102", 240,
        "于学文", _bank, clerk="周文静",
        title="合作银行的客户经理",
        story="一笔担保贷款逾期 95 天，向风险补偿资金池申请代偿前，先看条件够不够。",
    ),
)  # fmt: skip
