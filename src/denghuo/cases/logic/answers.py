"""What a person typed or chose, read to the typed answer of a field, or refused in a sentence.

Strict on what is kept, generous in what is read: full-width digits, blanks, 2025年3月1日,
1,234.5 元. Every refusal names its field, so that the page can lead there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from denghuo.cases.logic.answers_refused import (
    AnswerMissingError,
    AnswerTooLongError,
    BankMissingError,
    ChoiceMissingError,
    DayToComeError,
    FileMissingError,
    NotAccountError,
    NotAmountError,
    NotCardError,
    NotCertificateError,
    NotChoiceError,
    NotCompanyCodeError,
    NotDayError,
    NotDivisionError,
    NotFamilyError,
    NotHolderError,
    NotNumberError,
    TooEarlyError,
    TooLargeError,
    TooLateError,
    TooSmallError,
)
from denghuo.cases.logic.forms import Answer, Field
from denghuo.kernel.money import FEN_PER_YUAN, Money, NotMoneyError
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectKind
from denghuo.kernel.uscc import NotUsccError, Uscc

YES, NO = "true", "false"
BANK_PARTS = ("bank", "number", "holder")
RAW_MAX = 4_000
_DAY = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))")
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_CERTIFICATE = re.compile(r"[A-Z0-9][A-Z0-9-]{4,39}")
# Cards begin with 62 (the demo's made-up ones with 0000) and end with a check digit (ISO/IEC
# 7812-1). Passbooks and firms' accounts follow each bank's own scheme and have no common check;
# what a bank file can carry, the ledger says when the answer is kept.
_CARD = re.compile(r"(?=62|0000)[0-9]{16,19}")
_ACCOUNT = re.compile(r"[0-9]{8,32}")
_BANK_MAX = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What reading needs to know of whom and when: all given, nothing looked up."""

    subject_kind: SubjectKind
    subject_name: str
    today: date
    family: frozenset[str] = field(default_factory=frozenset)
    divisions: frozenset[str] = field(default_factory=frozenset)


Raw = Mapping[str, str]
"""One field's own inputs: ``answer``, or the parts of an account."""


def read_answer(one: Field, raw: Raw, asked: Asked) -> Answer | None:
    """The typed answer; None for an optional field left empty. Files are read elsewhere.

    Raises the refusals above, each with ``field``.
    """
    if one.kind == "bank_account":
        return _read_account(one, raw, asked)
    text = _plain(raw.get("answer", ""), lines=one.kind == "text")
    if not text:
        if not one.required:
            return None
        chosen = one.kind in ("choice", "boolean", "division", "family_person")
        refusal = ChoiceMissingError if chosen else AnswerMissingError
        raise refusal(field=one.name, label=one.title.zh)
    return _READERS[one.kind](one, text, asked)


def typed_form(one: Field, value: Answer) -> str:
    """The answer as one would type it again: what stands in the input when one comes back."""
    if isinstance(value, bool):
        return YES if value else NO
    if one.kind == "money" and isinstance(value, int):
        yuan, fen = divmod(abs(value), FEN_PER_YUAN)
        sign = "-" if value < 0 else ""
        return f"{sign}{yuan}.{fen:02d}" if fen else f"{sign}{yuan}"
    return str(value)


def same_holder(holder: str, subject: str) -> bool:
    """Names agree but for blanks, width, case and the kind of dot in a long name."""
    return _bare_name(holder) == _bare_name(subject) != ""


def luhn_holds(digits: str) -> bool:
    """The check digit of a card number (ISO/IEC 7812-1)."""
    doubled = [
        sum(divmod(int(digit) * (2 if place % 2 else 1), 10))
        for place, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def _plain(text: str, *, lines: bool = False) -> str:
    """NFKC, no control characters, blanks trimmed; a text keeps its line breaks."""
    kept = unicodedata.normalize("NFKC", text[:RAW_MAX].replace("\r\n", "\n").replace("\r", "\n"))
    clean = "".join(
        " " if char == "\t" else char
        for char in kept
        if (char == "\n" and lines) or char == "\t" or unicodedata.category(char) not in _CONTROL
    )
    return clean.strip()


# Control, surrogate, private and unassigned. Not "Cf": Mongolian script joins by such characters.
_CONTROL = frozenset({"Cc", "Cs", "Co", "Cn"})


def _read_text(one: Field, text: str, _asked: Asked) -> Answer:
    if len(text) > one.length_max:
        raise AnswerTooLongError(
            field=one.name, label=one.title.zh, limit=one.length_max, length=len(text)
        )
    return text


def _read_money(one: Field, text: str, _asked: Asked) -> Answer:
    try:
        fen = Money.from_yuan_text(text.removesuffix("元").strip()).fen
    except NotMoneyError as error:
        raise NotAmountError(field=one.name, label=one.title.zh) from error
    return _within(one, fen)


def _read_number(one: Field, text: str, _asked: Asked) -> Answer:
    if not _INTEGER.fullmatch(text):
        raise NotNumberError(field=one.name, label=one.title.zh)
    return _within(one, int(text))


def _within(one: Field, value: int) -> int:
    shown = str if one.kind == "number" else lambda fen: str(Money(fen))
    if isinstance(one.low, int) and value < one.low:
        raise TooSmallError(field=one.name, label=one.title.zh, bound=shown(one.low))
    if isinstance(one.high, int) and value > one.high:
        raise TooLargeError(field=one.name, label=one.title.zh, bound=shown(one.high))
    return value


def _read_date(one: Field, text: str, asked: Asked) -> Answer:
    found = _DAY.fullmatch(re.sub(r"\s", "", text)) if len(text) <= 20 else None
    if found is None:
        raise NotDayError(field=one.name, label=one.title.zh)
    try:
        day = date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    except ValueError:
        raise NotDayError(field=one.name, label=one.title.zh) from None
    if isinstance(one.low, date) and day < one.low:
        raise TooEarlyError(field=one.name, label=one.title.zh, bound=one.low.isoformat())
    if isinstance(one.high, date) and day > one.high:
        raise TooLateError(field=one.name, label=one.title.zh, bound=one.high.isoformat())
    if one.not_after_today and day > asked.today:
        raise DayToComeError(field=one.name, label=one.title.zh)
    return day.isoformat()


def _read_choice(one: Field, text: str, _asked: Asked) -> Answer:
    if text not in {each.code for each in one.choices}:
        raise NotChoiceError(field=one.name, label=one.title.zh)
    return text


def _read_boolean(one: Field, text: str, _asked: Asked) -> Answer:
    if text not in (YES, NO):
        raise NotChoiceError(field=one.name, label=one.title.zh)
    return text == YES


def _read_certificate(one: Field, text: str, _asked: Asked) -> Answer:
    number = re.sub(r"\s", "", text).upper()
    if not _CERTIFICATE.fullmatch(number) or not any(char.isdigit() for char in number):
        raise NotCertificateError(field=one.name, label=one.title.zh)
    return number


def _read_uscc(one: Field, text: str, _asked: Asked) -> Answer:
    try:
        return Uscc.read(re.sub(r"\s", "", text)).text
    except NotUsccError as error:
        why = str(error.values["why"])
        raise NotCompanyCodeError(field=one.name, label=one.title.zh, why=why) from error


def _read_family(one: Field, text: str, asked: Asked) -> Answer:
    if text not in asked.family:
        raise NotFamilyError(field=one.name)
    return text


def _read_division(one: Field, text: str, asked: Asked) -> Answer:
    if text not in asked.divisions:
        raise NotDivisionError(field=one.name, label=one.title.zh)
    return text


def _read_account(one: Field, raw: Raw, asked: Asked) -> Answer | None:
    parts = {name: _plain(raw.get(name, "")) for name in BANK_PARTS}
    if not parts["bank"] and not parts["number"] and not one.required:
        return None
    if not parts["bank"] or len(parts["bank"]) > _BANK_MAX or parts["bank"].isdigit():
        raise BankMissingError(field="bank")
    number = re.sub(r"[\s-]", "", parts["number"])
    if asked.subject_kind == "person":
        mistyped = _CARD.fullmatch(number) and not luhn_holds(number)
        if mistyped or not _ACCOUNT.fullmatch(number):
            raise NotCardError(field="number")
    elif not _ACCOUNT.fullmatch(number):
        raise NotAccountError(field="number")
    # The holder is not believed from the form: it must be the subject's own name.
    if not same_holder(parts["holder"], asked.subject_name):
        raise NotHolderError(field="holder", subject=asked.subject_name)
    return {"bank": parts["bank"], "number": number, "holder": asked.subject_name}


def _bare_name(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).upper()
    return re.sub(r"[\s·•・‧.。()（）]", "", plain)


def _read_file(one: Field, _text: str, _asked: Asked) -> Answer:
    raise FileMissingError(field=one.name, label=one.title.zh)


_READERS = {
    "text": _read_text,
    "money": _read_money,
    "number": _read_number,
    "date": _read_date,
    "choice": _read_choice,
    "boolean": _read_boolean,
    "certificate": _read_certificate,
    "uscc": _read_uscc,
    "family_person": _read_family,
    "division": _read_division,
    "file": _read_file,
}


def problems_of(
    fields: Sequence[Field], answers: Mapping[str, Answer], asked: Asked
) -> dict[str, RefusalError]:
    """What stands against handing in, by field: empty where required, or no longer fitting."""
    found: dict[str, RefusalError] = {}
    for one in fields:
        value = answers.get(one.name)
        if value is None or value == []:
            if one.required:
                refusal = FileMissingError if one.kind == "file" else AnswerMissingError
                found[one.name] = refusal(field=one.name, label=one.title.zh)
        elif one.kind != "file":
            raw = value if isinstance(value, dict) else {"answer": typed_form(one, value)}
            try:
                read_answer(one, raw, asked)
            except RefusalError as refused:
                found[one.name] = refused
    return found
