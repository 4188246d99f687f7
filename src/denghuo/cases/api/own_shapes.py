"""Bodies and answers of one's own cases."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_noop as _
from pydantic import Field

from denghuo.cases.actions.accepting import ITEMS_MAX
from denghuo.cases.api.shapes import CaseOut
from denghuo.kernel.json_shapes import Sent, Told

_DOCUMENTS_MAX = 20
_WORDS_MAX = 2_000
Version = Annotated[
    int,
    Field(
        ge=0,
        le=1_000_000,
        description=_("看到的那一版；别人刚办过就不收，请再看一次"),
    ),
]
Words = Annotated[str, Field(max_length=_WORDS_MAX, description=_("说明，写几句"))]
Part = Annotated[str, Field(min_length=1, max_length=100)]


class CasesOut(Told):
    """One page of cases; ``next`` is null on the last."""

    cases: list[CaseOut]
    next: str | None


class CaseChangeOut(Told):
    """One step; ``version`` is the case's after it, so that a step is known when seen again."""

    number: str
    item: str
    version: int
    kind: str
    text: str
    at: datetime
    state: str
    reason_code: str


class ChangesOut(Told):
    """What is new, and the mark to come back with."""

    changes: list[CaseChangeOut]
    next: str
    more: bool


class SuppliedBody(Sent):
    """The answer to one thing asked for."""

    asked: Annotated[UUID, Field(description=_("要补的那一样的编号"))]
    words: Words = ""
    documents: Annotated[
        list[UUID],
        Field(max_length=_DOCUMENTS_MAX, description=_("先传好的材料的编号")),
    ] = []


class CorrectionBody(Sent):
    """Answers to what was asked for."""

    version: Version
    answers: Annotated[
        list[SuppliedBody],
        Field(min_length=1, max_length=ITEMS_MAX, description=_("每样一条")),
    ]


class WithdrawBody(Sent):
    """Why it is taken back, if one likes to say."""

    version: Version
    note: Annotated[str, Field(max_length=500, description=_("为什么撤回，可以不写"))] = ""


class AccountBody(Sent):
    """An account in the applicant's own name."""

    version: Version
    bank: Annotated[Part, Field(description=_("开户银行，写到支行"))]
    number: Annotated[Part, Field(description=_("账号或卡号"))]
    holder: Annotated[Part, Field(description=_("户名，要和申请人一样"))]


class AppealBody(Sent):
    """What is wrong with the decision."""

    version: Version
    words: Annotated[Words, Field(min_length=1)]


class RatingBody(Sent):
    """One of five levels."""

    level: Annotated[int, Field(ge=1, le=5, description=_("1 很不满意，5 很满意"))]
    words: Annotated[str, Field(max_length=500, description=_("想说的话，可以不写"))] = ""


def example(value: dict[str, Any]) -> dict[str, Any]:
    """An operation's body to paste."""
    return {"requestBody": {"content": {"application/json": {"example": value}}}}
