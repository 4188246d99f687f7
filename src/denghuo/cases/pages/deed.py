"""A deed of the desk: one form, its inputs, what was typed into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from denghuo.cases.actions.accepting import Lack
from denghuo.cases.actions.reviewing import Judged
from denghuo.cases.logic.signing import Result
from denghuo.cases.queries.cases import CaseView
from denghuo.kernel.money import Money
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor

InputKind = Literal["text", "words", "lines", "money", "choice", "fields"]
Word = str | Promise


@dataclass(frozen=True, slots=True)
class Input:
    """One thing asked for. ``options`` are values and words, for a choice.

    ``rare``: folded away, for the case no rule answers.
    """

    name: str
    label: Word
    kind: InputKind = "text"
    options: tuple[tuple[str, Word], ...] = ()
    hint: Word = ""
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What the form sent, and by whom."""

    actor: Actor
    case: CaseView
    version: int
    typed: Mapping[str, str]
    picked: tuple[str, ...]
    now: datetime

    @property
    def common(self) -> dict[str, Any]:
        """What every action on one case takes."""
        return {
            "actor": self.actor, "case_id": self.case.id, "version": self.version, "now": self.now
        }  # fmt: skip

    def text(self, name: str) -> str:
        """What was typed, without the blanks around it."""
        return self.typed.get(name, "").strip()

    def money(self, name: str) -> int | None:
        """An amount in fen; nothing where nothing was typed. Raises ``NotMoneyError``."""
        return Money.from_yuan_text(self.text(name)).fen if self.text(name) else None


@dataclass(frozen=True, slots=True)
class Deed:
    """A form of the file's page. ``strong``: the usual next step, shown open as a button."""

    name: str
    label: Word
    run: Callable[[Given], object]
    inputs: tuple[Input, ...] = ()
    hint: Word = ""
    strong: bool = False


NOTE = Input("note", gettext_lazy("说明"), "words")
RESULT = Input(
    "result",
    gettext_lazy("结果"),
    "choice",
    (
        ("", gettext_lazy("请选")),
        ("approved", gettext_lazy("批准")),
        ("refused", gettext_lazy("不批准")),
    ),
)
AMOUNT = Input(
    "amount",
    gettext_lazy("金额（元）"),
    "money",
    hint=gettext_lazy("规定能算出来的不用填；没有现行规定时由人来定。"),
    rare=True,
)
JUDGED = (
    Input("condition", gettext_lazy("哪一条不符合（没有现行规定、不批准时填）"), rare=True),
    Input("basis", gettext_lazy("依据"), rare=True),
    Input("fact_label", gettext_lazy("用的是哪条信息"), rare=True),
    Input("fact_shown", gettext_lazy("这条信息怎么说"), rare=True),
    Input("fact_source", gettext_lazy("信息从哪里来"), rare=True),
)
LACKS: tuple[tuple[Lack, Word], ...] = (
    ("missing", gettext_lazy("没有交")),
    ("wrong", gettext_lazy("交错了")),
    ("outdated", gettext_lazy("过期了")),
)


class ResultNotChosenError(RefusalError):
    """Neither word was chosen: silence approves nothing."""

    code = "cases.result_not_chosen"
    template = "请先选：批准，还是不批准。"
    status = 422


def result_of(given: Given) -> Result:
    """The word chosen. Raises ``ResultNotChosenError``: neither is what a form says by itself."""
    chosen = given.text("result")
    if chosen == "approved":
        return "approved"
    if chosen == "refused":
        return "refused"
    raise ResultNotChosenError


def judged_of(given: Given) -> Judged | None:
    if not given.text("condition"):
        return None
    return Judged(
        condition="judged",
        sentence=given.text("condition"),
        basis=given.text("basis"),
        fact_label=given.text("fact_label"),
        fact_shown=given.text("fact_shown"),
        fact_source=given.text("fact_source"),
    )
