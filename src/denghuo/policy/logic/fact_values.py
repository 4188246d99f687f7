"""Values of facts: read from files, programs and people, checked, and kept with their source."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum

from denghuo.kernel.money import Money, NotMoneyError
from denghuo.kernel.refusal import RefusalError
from denghuo.policy.logic.lexer import CODE
from denghuo.policy.logic.registry import FactKind, FactSpec
from denghuo.policy.logic.scope import Value

EXACT_FLOAT_MAX = 2**53
TEXT_LENGTH_MAX = 60


class WhyUnknown(Enum):
    """Why a fact has no usable value."""

    MISSING = "missing"
    BELOW = "below"
    ABOVE = "above"
    STALE = "stale"

    @property
    def sentence(self) -> str:
        """In plain Chinese."""
        return {
            WhyUnknown.MISSING: "还没有这项信息",
            WhyUnknown.BELOW: "登记的数小得不合理，需要核实",
            WhyUnknown.ABOVE: "登记的数大得不合理，需要核实",
            WhyUnknown.STALE: "登记的信息太旧，需要更新",
        }[self]

    def in_language(self, language: str) -> str:
        """The sentence in English; other languages read the Chinese."""
        if language != "en":
            return self.sentence
        return {
            WhyUnknown.MISSING: "not known yet",
            WhyUnknown.BELOW: "what is registered is too small to be true and must be checked",
            WhyUnknown.ABOVE: "what is registered is too large to be true and must be checked",
            WhyUnknown.STALE: "what is registered is too old and must be renewed",
        }[self]


class FactValueError(RefusalError):
    """Input for a fact that cannot be read as its kind."""

    code = "policy.fact_value"
    template = "“{label}”写的是“{text}”，读不懂。{allowed}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as held, or None with the reason."""

    value: Value | None
    why: WhyUnknown | None = None


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A value as held (fen, unscaled decimal, day, code), who says so, and as of which day.

    ``value=None`` says the source was asked and has nothing usable; ``why`` keeps the reason.
    """

    value: Value | None
    source: str = ""
    observed_on: date | None = None
    why: WhyUnknown | None = None


def read_value(spec: FactSpec, raw: object) -> Reading:
    """Read what a file or a program gives: text in a strict form, or a JSON value.

    Money is whole fen, in text too. Nothing given is unknown, or FALSE in a closed world.
    Out of ``min``..``max`` is unknown with the reason. Raises ``FactValueError`` when the value is
    not of the kind at all (that row is wrong, not merely incomplete).
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if spec.world == "closed":
            return Reading(value=False)
        return Reading(None, WhyUnknown.MISSING)
    value = _READERS[spec.kind](spec, raw.strip() if isinstance(raw, str) else raw)
    if value is None:
        raise FactValueError(
            field=spec.name,
            label=spec.labels.zh,
            text=str(raw)[:TEXT_LENGTH_MAX],
            allowed=_ALLOWED[spec.kind] + _listed(spec),
        )
    return within_bounds(spec, value)


def read_answer(spec: FactSpec, text: str) -> Reading:
    """Read what a person types: yuan for money, 是 or 否, 2025年3月1日, 5.5%, a code's label."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if spec.kind is FactKind.MONEY and plain:
        try:
            return within_bounds(spec, Money.from_yuan_text(plain.removesuffix("元").strip()).fen)
        except NotMoneyError as error:
            raise FactValueError(
                field=spec.name,
                label=spec.labels.zh,
                text=text[:TEXT_LENGTH_MAX],
                allowed="请写多少元，例如 1234.50。",
            ) from error
    return read_value(spec, _person_text(spec, plain))


def within_bounds(spec: FactSpec, value: Value) -> Reading:
    """The value, or unknown when it lies outside ``min``..``max``."""
    if spec.low is None or spec.high is None:
        return Reading(value)
    # Both are days or both are numbers: the registry and the readers see to it.
    if value < spec.low:  # type: ignore[operator]
        return Reading(None, WhyUnknown.BELOW)
    if value > spec.high:  # type: ignore[operator]
        return Reading(None, WhyUnknown.ABOVE)
    return Reading(value)


def usable(spec: FactSpec, known: KnownFact | None, as_of: date) -> Reading:
    """The value that may be used on ``as_of``: there, within bounds, and not too old."""
    if known is None or known.value is None:
        why = known.why if known is not None else None
        return Reading(None, why or WhyUnknown.MISSING)
    too_old = (
        spec.max_age_days is not None
        and known.observed_on is not None
        and known.observed_on + timedelta(days=spec.max_age_days) < as_of
    )
    if too_old:
        return Reading(None, WhyUnknown.STALE)
    return within_bounds(spec, known.value)


def known_facts(
    specs: Mapping[str, FactSpec],
    given: Mapping[str, object],
    *,
    source: str = "",
    observed_on: date | None = None,
) -> dict[str, KnownFact]:
    """Read a mapping of raw values, e.g. one JSON object. Names outside ``specs`` are refused."""
    found: dict[str, KnownFact] = {}
    for name, raw in given.items():
        spec = specs.get(name)
        if spec is None:
            raise FactValueError(
                field=name, label=name, text=str(raw)[:60], allowed="没有登记过这个名字。"
            )
        reading = read_value(spec, raw)
        found[name] = KnownFact(reading.value, source or spec.source, observed_on, reading.why)
    return found


_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,12})?")
_YES = frozenset({"true", "1", "是", "yes"})
_NO = frozenset({"false", "0", "否", "no"})
_ALLOWED = {
    FactKind.BOOL: "请写“是”或“否”。",
    FactKind.INT: "请写整数。",
    FactKind.MONEY: "请写以分为单位的整数。",
    FactKind.DECIMAL: "请写数字，小数位不要太多。",
    FactKind.DATE: "请写日期，例如 2025-03-01。",
    FactKind.CODE: "请写代码值",
}


def _listed(spec: FactSpec) -> str:
    if spec.kind is not FactKind.CODE:
        return ""
    return "：" + "、".join([*spec.values][:12]) + "。" if spec.values else "。"


def _read_bool(_spec: FactSpec, raw: object) -> Value | None:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int):
        return bool(raw) if raw in (0, 1) else None
    text = raw.lower() if isinstance(raw, str) else None
    if text in _YES:
        return True
    return False if text in _NO else None


def _read_integer(_spec: FactSpec, raw: object) -> Value | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return raw
    if isinstance(raw, float):
        whole = math.isfinite(raw) and raw.is_integer() and abs(raw) <= EXACT_FLOAT_MAX
        return int(raw) if whole else None
    if isinstance(raw, Decimal):
        return int(raw) if raw.is_finite() and raw == raw.to_integral_value() else None
    if isinstance(raw, str) and _INTEGER.fullmatch(raw):
        return int(raw)
    return None


def _read_decimal(spec: FactSpec, raw: object) -> Value | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        return None
    if isinstance(raw, str) and not _DECIMAL.fullmatch(raw):
        return None
    try:
        # repr of a float is the shortest text that reads back the same: what its writer meant.
        exact = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    except InvalidOperation:
        return None
    if not exact.is_finite() or exact.adjusted() > 18:
        return None
    scaled = exact.scaleb(spec.scale)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def _read_date(_spec: FactSpec, raw: object) -> Value | None:
    if isinstance(raw, datetime):
        # A day stored as midnight is a day; any other instant needs a time zone to be one.
        return raw.date() if raw == datetime.combine(raw.date(), datetime.min.time()) else None
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}", raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            return None
    return None


def _read_code(spec: FactSpec, raw: object) -> Value | None:
    if not isinstance(raw, str) or not CODE.fullmatch(raw):
        return None
    return raw if not spec.values or raw in spec.values else None


_READERS = {
    FactKind.BOOL: _read_bool,
    FactKind.INT: _read_integer,
    FactKind.MONEY: _read_integer,
    FactKind.DECIMAL: _read_decimal,
    FactKind.DATE: _read_date,
    FactKind.CODE: _read_code,
}
_CHINESE_DAY = re.compile(r"([0-9]{4})\s*[年/.-]\s*([0-9]{1,2})\s*[月/.-]\s*([0-9]{1,2})\s*日?")
_PERCENT = re.compile(r"(-?[0-9]{1,12}(?:\.[0-9]{1,9})?)\s*%")
_SAID = {"有": "是", "没有": "否", "不是": "否", "对": "是", "无": "否"}


def _person_text(spec: FactSpec, plain: str) -> str:
    """The strict form of what a person may well write."""
    match spec.kind:
        case FactKind.BOOL:
            return _SAID.get(plain, plain)
        case FactKind.DATE:
            found = _CHINESE_DAY.fullmatch(plain)
            return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else plain
        case FactKind.CODE:
            labels = {
                label: value
                for value, words in spec.values.items()
                for label in (words.zh, words.en, words.mn)
                if label
            }
            return labels.get(plain, plain)
        case FactKind.DECIMAL:
            percent = _PERCENT.fullmatch(plain)
            if percent and spec.unit == "%":
                return percent[1]
            if percent:
                return format(Decimal(percent[1]).scaleb(-2), "f")
            return plain.replace(",", "")
        case _:
            return (
                plain.replace(",", "").removesuffix(spec.unit).strip()
                if spec.unit
                else plain.replace(",", "")
            )
