"""A form of a service item: typed fields, when each is shown, what is known without asking.

A form has dated versions. A field that names a fact is not asked while an office holds that
fact: it is shown with its source and date. Whether a field is shown depends on earlier answers
and on facts, by a closed grammar: is one of these values, or is (not) known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.words import Words

FieldKind = Literal[
    "text",
    "money",
    "date",
    "number",
    "choice",
    "boolean",
    "certificate",
    "uscc",
    "bank_account",
    "family_person",
    "division",
    "file",
]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)
# Pages of the flow that are no question; no field may have their names.
PAGES = frozenset({"known", "check", "read", "start", "drop", "submit"})

# Money in fen, a day as ISO text, a code, an account in parts, files by document id.
Answer = bool | int | str | dict[str, str] | list[str]
Answers = Mapping[str, Answer]
# How long one takes, in seconds. Assumed: our own walk through the forms on a phone, not measured
# on the people of the region; what is known already is only read.
_SECONDS: dict[FieldKind, int] = {
    "text": 40,
    "money": 20,
    "date": 20,
    "number": 15,
    "choice": 10,
    "boolean": 8,
    "certificate": 40,
    "uscc": 40,
    "bank_account": 75,
    "family_person": 20,
    "division": 20,
    "file": 75,
}
_KNOWN_SECONDS = 5
_CHECK_SECONDS = 45


class NoFormError(RefusalError):
    """No version of the form is in force on that day."""

    code = "cases.no_form"
    template = "这项服务现在没有可填的表。请到窗口办理，或打 12345 问一问。"
    status = 409


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from."""

    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class ShownWhen:
    """One condition: an earlier field, or a fact, has one of ``values``; or is known or not.

    Exactly one of ``values`` and ``known`` is given. An unanswered field or an unknown fact has
    none of the values.
    """

    about: Literal["field", "fact"]
    name: str
    values: tuple[bool | int | str, ...] = ()
    known: bool | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    ``low`` and ``high`` are inclusive: fen for money, whole numbers, days. ``length_max`` is for
    text. ``files_max`` and ``pages_max`` are for files: how many, and how many pages each.
    ``not_after_today`` refuses a day in the future. ``tells`` is a yes-or-no fact that any answer
    says yes to: whoever writes a certificate's number says that they hold one. ``scope`` is what
    a mandate must cover beside filling in: an account is the holder's to confirm.
    """

    name: str
    kind: FieldKind
    label: Words
    short: Words | None = None
    help: Words | None = None
    why: Words | None = None
    required: bool = True
    fact: str = ""
    choices: tuple[Choice, ...] = ()
    low: int | date | None = None
    high: int | date | None = None
    not_after_today: bool = False
    length_max: int = 200
    files_max: int = 3
    pages_max: int = 30
    tells: str = ""
    when: tuple[ShownWhen, ...] = ()

    @property
    def title(self) -> Words:
        """The few words of a list or an error, where ``label`` is the whole question."""
        return self.short or self.label

    @property
    def scope(self) -> Literal["apply", "documents", "money"]:
        """What a mandate must name for this answer to be given by another."""
        match self.kind:
            case "bank_account":
                return "money"
            case "file":
                return "documents"
            case _:
                return "apply"


# The account of a case in work: asked beside any form, read as a form's own question.
ACCOUNT_FIELD = Field("account", "bank_account", Words("钱打到哪个账户？", "Which account?"))


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One version: in force on the half-open days ``[start, until)``."""

    version: int
    start: date
    until: date | None
    fields: tuple[Field, ...]
    declaration: Words
    _by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {one.name: one for one in self.fields})

    def __getitem__(self, name: str) -> Field:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact the form reads, in order, each once."""
        named = [
            name
            for one in self.fields
            for name in (one.fact, *(each.name for each in one.when if each.about == "fact"))
            if name
        ]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class HeldFact:
    """What an office holds, in its strict form; ``value`` None is asked but not known."""

    value: bool | int | str | None
    source: str = ""
    observed_on: date | None = None
    disputed: bool = False


Facts = Mapping[str, HeldFact]


def form_on(versions: Iterable[FormVersion], day: date) -> FormVersion:
    """The version in force on a day. Raises ``NoFormError``."""
    for one in versions:
        if one.start <= day and (one.until is None or day < one.until):
            return one
    raise NoFormError


def form_numbered(versions: Iterable[FormVersion], version: int) -> FormVersion:
    """A version by its number, in force or not. Raises ``NoFormError``."""
    for one in versions:
        if one.version == version:
            return one
    raise NoFormError


def is_known(one: Field, facts: Facts) -> bool:
    """Whether an office has answered this field, so that nobody is asked."""
    return bool(one.fact) and one.fact in facts and facts[one.fact].value is not None


def value_of(one: Field, answers: Answers, facts: Facts) -> Answer | None:
    """The office's word where there is one, else the person's."""
    if is_known(one, facts):
        return facts[one.fact].value
    return answers.get(one.name)


def shown_fields(form: FormVersion, answers: Answers, facts: Facts) -> tuple[Field, ...]:
    """The fields that concern this person now, in order.

    A condition on a field that is itself not shown does not hold: what was answered before the
    way forked must not reach over to the other branch.
    """
    values: dict[str, Answer | None] = {}
    shown = []
    for one in form.fields:
        if all(_holds(each, values, facts) for each in one.when):
            shown.append(one)
            values[one.name] = value_of(one, answers, facts)
    return tuple(shown)


def asked_fields(form: FormVersion, answers: Answers, facts: Facts) -> tuple[Field, ...]:
    """The shown fields that the person is asked, in order."""
    return tuple(one for one in shown_fields(form, answers, facts) if not is_known(one, facts))


def known_fields(form: FormVersion, answers: Answers, facts: Facts) -> tuple[Field, ...]:
    """The shown fields that an office has answered, in order."""
    return tuple(one for one in shown_fields(form, answers, facts) if is_known(one, facts))


def open_fields(
    form: FormVersion, answers: Answers, facts: Facts, passed: Iterable[str] = ()
) -> tuple[Field, ...]:
    """What is still to be asked: required and unanswered, or optional and not yet ``passed``."""
    behind = frozenset(passed)
    return tuple(
        one
        for one in asked_fields(form, answers, facts)
        if one.name not in answers and (one.required or one.name not in behind)
    )


def settled_answers(form: FormVersion, answers: Answers, facts: Facts) -> dict[str, Answer]:
    """What is handed in: the person's answers to the fields shown. The rest was another branch."""
    return {
        one.name: answers[one.name]
        for one in asked_fields(form, answers, facts)
        if one.name in answers
    }


def before(fields: Sequence[Field], name: str) -> str:
    """The field before this one; empty for the first, the last one's name for one not listed."""
    names = [one.name for one in fields]
    place = names.index(name) if name in names else len(names)
    return names[place - 1] if place else ""


def minutes(form: FormVersion, answers: Answers, facts: Facts) -> int:
    """About how long it takes from here, at least one minute.

    Branches not yet decided count: it is better to be done early than late.
    """
    possible = [
        one
        for one in form.fields
        if _may_show(one, form, answers, facts) and one.name not in answers
    ]
    seconds = sum(
        _KNOWN_SECONDS if is_known(one, facts) else _SECONDS[one.kind] for one in possible
    )
    return max(1, -(-(seconds + _CHECK_SECONDS) // 60))


def _may_show(one: Field, form: FormVersion, answers: Answers, facts: Facts) -> bool:
    """Shown, or could become so by answering a field still open before it."""
    shown = {each.name for each in shown_fields(form, answers, facts)}
    if one.name in shown:
        return True
    for each in one.when:
        if each.about == "fact":
            if not _holds(each, {}, facts):
                return False
        elif each.name in shown:
            value = value_of(form[each.name], answers, facts)
            if value is not None and not _holds(each, {each.name: value}, facts):
                return False
        elif not _may_show(form[each.name], form, answers, facts):
            return False
    return True


def _holds(each: ShownWhen, values: Mapping[str, Answer | None], facts: Facts) -> bool:
    if each.about == "fact":
        held = facts.get(each.name)
        value: Answer | None = held.value if held else None
    else:
        value = values.get(each.name)
    if each.known is not None:
        return (value is not None) is each.known
    # True == 1 in Python; a yes is not the number one.
    return any(type(value) is type(want) and value == want for want in each.values)
