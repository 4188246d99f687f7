"""The tables two offices send before a season: the firms of the database, as a spreadsheet has
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from denghuo.kernel.spreadsheet import table_lines
from denghuo.policy.public import FactKind, FactSpec
from denghuo.project.demo.casting import Stage, register_codes
from denghuo.project.demo.columns import Column, strict_form
from denghuo.project.demo.employers import EMPLOYERS
from denghuo.project.demo.fact_files import held_columns
from denghuo.project.demo.filling import firm_blocks, new_firms
from denghuo.project.demo.spread import Spread

INSURANCE, DISHONESTY = "社会保险登记", "信用中国失信名单"
_MONTHS_PAID = "unemployment_months_paid"
# Which office's table tells what; the insurance office has the size and kind from the register.
COLUMNS = {
    INSURANCE: (
        "firm_kind", "size_class", "insured_as_unit", "insured_average", "laid_off_count",
        _MONTHS_PAID, "unemployment_premium_paid",
    ),
    DISHONESTY: ("dishonest", "zombie"),
}  # fmt: skip
_HEADINGS = {"unemployment_premium_paid": "实缴失业保险费（元）"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One firm of a list: who, and where its facts stand in their columns."""

    code: str
    name: str
    region: str
    columns: dict[str, Column]
    row: int


def listed_firms(stage: Stage, spread: Spread, count: int, *, seed: int) -> Iterator[Listed]:
    """The firms a visitor may step into, then the others."""
    codes = register_codes()
    held = held_columns(stage.registry, [one.facts(stage.today) for one in EMPLOYERS])
    for row, one in enumerate(EMPLOYERS):
        region = stage.region(one.region).code
        yield Listed(codes[one.key].text, one.name, region, held, row)
    for first, block in firm_blocks(stage, spread, count, seed=seed):
        for row, firm in enumerate(new_firms(stage, spread, block, first, seed=seed)):
            yield Listed(firm.uscc.text, firm.name, firm.region.code, block.columns, row)


def office_file(
    stage: Stage, firms: Sequence[Listed], office: str, *, years_before: int = 0
) -> bytes:
    """The office's table as CSV. ``years_before``: of an earlier year, when fewer months had been
    paid."""
    specs = [stage.registry[name] for name in COLUMNS[office]]
    headings = ["统一社会信用代码", "单位名称"]
    headings += [_HEADINGS.get(spec.name, spec.labels.zh) for spec in specs]
    rows = (
        [one.code, one.name, *(_cell(spec, one, years_before) for spec in specs)] for one in firms
    )
    return "".join(table_lines([headings, *rows])).encode()


def _cell(spec: FactSpec, one: Listed, years_before: int) -> str:
    column = one.columns[spec.name]
    if not column.known[one.row]:
        return ""
    form = strict_form(spec, column.values[one.row])
    if spec.name == _MONTHS_PAID:
        return str(max(0, int(str(form)) - 12 * years_before))
    match spec.kind:
        case FactKind.BOOL:
            return "是" if form else "否"
        case FactKind.CODE:
            return spec.values[str(form)].zh
        case FactKind.MONEY:
            return format(Decimal(int(str(form))).scaleb(-2), "f")
        case _:
            return str(form)
