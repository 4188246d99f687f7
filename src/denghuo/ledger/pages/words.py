"""How the books read on screen and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from denghuo.kernel.money import Money
from denghuo.kernel.spreadsheet import table_lines
from denghuo.ledger.access import AccountNotFoundError
from denghuo.ledger.queries.accounts import account_of
from denghuo.ledger.queries.entries import EntryView

_PAGE_DIGITS_MAX = 7
# Kinds of entries that the house posts; another is shown by its code.
_KINDS = {
    "reversal": gettext_noop("冲正"),
    "grant": gettext_noop("发放"),
    "ledger.endow": gettext_noop("拨入"),
    "pay.ordered": gettext_noop("付款开单"),
    "pay.settled": gettext_noop("付款到账"),
    "pay.repaid": gettext_noop("退回款项"),
}
_ACTIONS = {
    "ledger.post": gettext_noop("记账"),
    "ledger.reverse": gettext_noop("冲正"),
    "ledger.ask_reversal": gettext_noop("申请冲正"),
    "ledger.confirm_reversal": gettext_noop("复核冲正"),
    "ledger.decline_reversal": gettext_noop("不同意冲正"),
    "ledger.withdraw_reversal": gettext_noop("撤回申请"),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days a page is about, both shown days included; ``until`` is the day after."""

    since: date
    last: date

    @property
    def until(self) -> date:
        return self.last + timedelta(days=1)

    @property
    def query(self) -> dict[str, str]:
        """The words of an address that say it again."""
        return {"from": self.since.isoformat(), "to": self.last.isoformat()}


def stretch_of(asked: QueryDict, *, today: date) -> Stretch:
    """The days the address asks for: this year so far where it says nothing that makes sense."""
    since = _day(asked.get("from", "")) or date(today.year, 1, 1)
    last = _day(asked.get("to", "")) or max(today, since)
    return Stretch(since, last) if since <= last else Stretch(last, since)


def page_number(text: str) -> int:
    """The page asked for; the first where the address says nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _PAGE_DIGITS_MAX else 1


def yuan(fen: int) -> str:
    """A sum for a column; nothing where there is none."""
    return Money(fen).yuan_text if fen else ""


def sided(fen: int) -> str:
    """Debits less credits in a bookkeeper's words: ``借 5.00``, ``贷 5.00``, ``平``."""
    if fen == 0:
        return _("平")
    side = _("借") if fen > 0 else _("贷")
    return f"{side} {Money(abs(fen)).yuan_text}"


def plain_yuan(fen: int) -> Decimal:
    """A sum for a spreadsheet: a number, exact, so that a credit can be added up."""
    return Decimal(fen).scaleb(-2)


def kind_words(kind: str) -> str:
    """What an entry is for."""
    return _(_KINDS[kind]) if kind in _KINDS else kind


def action_words(action: str) -> str:
    """What somebody did."""
    return _(_ACTIONS[action]) if action in _ACTIONS else action


def actor_words(label: str) -> str:
    """Who, as far as the books know: names are kept by another room."""
    kind, _colon, number = label.partition(":")
    words = {
        "system": _("系统"),
        "staff": _("工作人员"),
        "resident": _("居民"),
        "program": _("程序"),
    }
    return f"{words.get(kind, kind)} {number[:8]}".strip()


def area_words(area: str) -> str:
    """A division's significant digits."""
    return area.rstrip("0").ljust(6, "0") if area else _("全区")


# What the rooms above book and order money for; a voucher names it as people do.
_ABOUT = {
    "cases.Case": gettext_noop("办件"),
    "benefits.Season": gettext_noop("免申即享批次"),
    "ledger.Account": gettext_noop("账户"),
    "ledger.PayOrder": gettext_noop("付款单"),
}


def about_words(about: str) -> str:
    """What an entry is about: its kind in words and enough of its number to tell it by."""
    name, _colon, number = about.partition(":")
    if name == "ledger.Account":
        return account_name(number) or about
    return f"{_(_ABOUT[name])} {number[:8]}" if name in _ABOUT else about


def account_name(code: str) -> str:
    """The account's name, or nothing where there is none."""
    try:
        return account_of(code).name
    except AccountNotFoundError:
        return ""


def about_path(about: str) -> str:
    """The page of what an entry is about, where its room names a route ``about_room_model``."""
    name, _colon, number = about.partition(":")
    if name == "ledger.Account":
        return reverse("ledger_account", args=[number])
    try:
        return reverse(f"about_{name.replace('.', '_').lower()}", args=[number])
    except NoReverseMatch:
        return ""


def address(name: str, *args: object, **words: object) -> str:
    """A page of ours with those words of the query that say something."""
    query = urlencode({key: str(word) for key, word in words.items() if word})
    path = reverse(name, args=args)
    return f"{path}?{query}" if query else path


def entry_rows(entries: Iterable[EntryView]) -> list[tuple[EntryView, str, str, str, str]]:
    """Entries for a list: with their kind, sum and what they are about in words."""
    return [
        (
            one,
            kind_words(one.kind),
            Money(one.total_fen).yuan_text,
            about_path(one.about),
            about_words(one.about),
        )
        for one in entries
    ]


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> HttpResponseBase:
    """A table that spreadsheet programs open rightly and run nothing of, sent while it is read."""

    def marked() -> Iterator[str]:
        yield "\ufeff"  # Excel reads Chinese only with it
        yield from table_lines(rows)

    answer = StreamingHttpResponse(marked(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def today() -> date:
    """The day on the reader's wall."""
    return timezone.localdate()


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # A day at the very end of the calendar has no day after it.
    return found if 1900 <= found.year <= 2999 else None
