"""Made-up payments and bank answers for the tests of payment orders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.ledger.actions.bank_files import make_bank_file, release_bank_file
from denghuo.ledger.actions.bank_reading import read_return_file
from denghuo.ledger.actions.bank_returns import receive_return_file
from denghuo.ledger.logic.bank_formats import FileKind, bank_format
from denghuo.ledger.logic.bank_lines import FileHead, Record, draw_file, open_file
from denghuo.ledger.logic.pay_drafts import transit_account
from denghuo.ledger.public import (
    Line,
    PayOrderDraft,
    PayOrderView,
    balance,
    bank_account,
    open_account,
    order_payments,
    post,
)
from denghuo.ledger.queries.bank_files import BankFileView, ReturnFileView, draw_bank_file
from denghuo.platform.public import SYSTEM, Actor

FIXED, CSV = "fixed", "csv"
DAY = date(2026, 11, 24)


def card(number: int) -> str:
    """A made-up card of sixteen digits: prefix 0000, right check digit."""
    body = f"0000{number:011d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def pay_row(number: int, **given: str | int) -> Record:
    """One line of a payment file."""
    return {
        "reference": f"P{number:012d}",
        "account_no": card(number + 1),
        "account_name": "乌云·其木格",
        "bank": "内蒙古银行呼和浩特新城支行",
        "amount_fen": 11_184_000 + number,
        "purpose": "稳岗返还",
        **given,
    }


def return_file(
    form: str,
    answers: Sequence[tuple[str, int, str, str]],
    *,
    batch: str = "F0123456789AB",
    day: date = DAY,
    remark: str = "",
    spoil: int | None = None,
) -> bytes:
    """A bank's answer: reference, fen, code, message for each row, totals and digest right.

    ``spoil`` makes the amount of that row unreadable, as a bank's own fault would.
    """
    rows: list[Record] = [
        {"reference": reference, "amount_fen": fen, "code": code, "message": message}
        for reference, fen, code, message in answers
    ]
    head = FileHead("return", batch, day, len(rows), sum(a[1] for a in answers), remark)
    lines = list(draw_file(bank_format(form), head, rows))
    if spoil is None:
        return b"".join(lines)
    drawn = (b"%018d" if form == FIXED else b",%d.00,") % answers[spoil][1]
    wrong = b"x" * 18 if form == FIXED else b",x,"
    lines[spoil + 1] = lines[spoil + 1].replace(drawn, wrong)
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest().encode()
    lines[-1] = lines[-1].rstrip(b"\r\n")[:-64] + digest + b"\r\n"
    return b"".join(lines)


NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in China
FUND = "fund:unemployment:150100"
TRANSIT = "transit:unemployment:150100"
BANK = "bank:unemployment:150100"
HOHHOT = "150100000000"


def treasurer(name: str = "王会计", area: str = HOHHOT, *roles: str) -> Actor:
    """A member of staff of the treasury, another one each time."""
    return Actor(
        kind="staff",
        staff_id=uuid4(),
        name=name,
        roles=frozenset(roles or ("treasurer",)),
        area=Region.read(area),
    )


def endow(fen: int = 10**12, fund: str = FUND, area: str = HOHHOT) -> None:
    """A fund that has money at its bank."""
    accounts = ((fund, "fund", 0), (bank_account(fund), "asset", None))
    for code, kind, floor in (*accounts, (transit_account(fund), "liability", None)):
        open_account(
            actor=SYSTEM,
            code=code,
            name="失业保险基金",
            kind=kind,
            area=area,
            fund="unemployment",
            floor_fen=floor,
            now=NOW,
        )
    post(
        actor=SYSTEM,
        key=f"endow:{fund}",
        kind="budget",
        lines=[Line(bank_account(fund), fen), Line(fund, -fen)],
        about=f"ledger.Account:{fund}",
        on=day_of(NOW),
        now=NOW,
    )


def draft(number: int = 1, **given: object) -> PayOrderDraft:
    """A payment to a made-up person; every number another person, account and case."""
    made = PayOrderDraft(
        key=f"case:{number}",
        about=f"cases.Case:{UUID(int=number)}",
        payee=SubjectRef("person", UUID(int=number)),
        payee_name="乌云·其木格",
        account_name="乌云其木格",
        account_no=card(number),
        bank="内蒙古银行呼和浩特新城支行",
        amount_fen=100_000 + number,
        fund=FUND,
        purpose="技能提升补贴",
    )
    return replace(made, **given)  # type: ignore[arg-type]


def order(count: int = 1, first: int = 1) -> list[PayOrderView]:
    """So many payments ordered by the house."""
    drafts = [draft(number) for number in range(first, first + count)]
    return order_payments(actor=SYSTEM, drafts=drafts, now=NOW)


def books() -> tuple[int, int, int]:
    """What stands on the fund, on its way, and at the bank; and the three agree."""
    fund, transit, bank = (balance(code).balance_fen for code in (FUND, TRANSIT, BANK))
    assert bank == fund + transit, "assets are what is owed"
    return fund, transit, bank


LATER = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # the day after


def sent_file(count: int = 3, form: str = FIXED, first: int = 1) -> BankFileView:
    """So many payments ordered, in a file that a second officer has released."""
    order(count, first=first)
    made = make_bank_file(actor=treasurer("王会计"), fund=FUND, form=form, now=NOW)
    return release_bank_file(
        actor=treasurer("李会计"), file_id=made.id, sha256=made.sha256, now=NOW
    )


def content(file: BankFileView) -> bytes:
    """The file's bytes."""
    return b"".join(draw_bank_file(file))


def rows_of(file: BankFileView) -> list[tuple[str, int]]:
    """Reference and fen of each line of the file, in its order."""
    kind: FileKind = "pay" if file.kind == "pay" else "query"
    _, lines = open_file(bank_format(file.form), (kind,), [content(file)])
    return [(str(line.cells["reference"]), int(str(line.cells["amount_fen"]))) for line in lines]


def answered(
    file: BankFileView,
    codes: Sequence[str],
    *,
    extra: Sequence[tuple[str, int, str, str]] = (),
    now: datetime = LATER,
    day: date = DAY,
) -> ReturnFileView:
    """The bank answers the first rows of a file with these codes; received and read."""
    answers = [(*row, code, "") for row, code in zip(rows_of(file), codes, strict=False)]
    bytes_ = return_file(file.form, [*answers, *extra], batch=file.number, day=day)
    received = receive_return_file(
        actor=treasurer("张会计"), name="hp.txt", pieces=[bytes_], now=now
    )
    return read_return_file(return_id=received.id, now=now)
