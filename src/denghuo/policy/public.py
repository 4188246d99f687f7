"""The door of the policy room: what the rooms above may import.

Frozen values only: definitions, answers, facts held. Nothing here decides a case.
"""

from __future__ import annotations

from denghuo.policy.actions.disputes import (
    Correction,
    DisputeOpenError,
    FactNotFoundError,
    answer_dispute,
    dispute_fact,
)
from denghuo.policy.actions.exports import names_subjects
from denghuo.policy.actions.facts import NewFact, Recorded, record_facts
from denghuo.policy.actions.kernels import ask_for_kernels
from denghuo.policy.actions.sweeps import DayNotPastError
from denghuo.policy.actions.table_sweeps import SweptTable, sweep_table
from denghuo.policy.actions.taking_back import TakenBack, ToldFact, take_back_facts
from denghuo.policy.logic.answer_json import answer_json
from denghuo.policy.logic.answer_json import value_json as strict_form
from denghuo.policy.logic.answer_texts import AnswerWriter, FactRead
from denghuo.policy.logic.definition import PolicyDefinition, PolicyVersion
from denghuo.policy.logic.display import show_fact
from denghuo.policy.logic.explain import Answer, ConditionAnswer, FactUsed, answer
from denghuo.policy.logic.fact_values import (
    FactValueError,
    KnownFact,
    WhyUnknown,
    known_facts,
    read_answer,
    read_value,
    usable,
)
from denghuo.policy.logic.json_shapes import (
    POLICIES_MAX,
    AnswerOut,
    FactName,
    Facts,
    Language,
    PolicyName,
    QuestionOut,
)
from denghuo.policy.logic.near import NearMiss
from denghuo.policy.logic.policy_forms import facts_schema, search_text
from denghuo.policy.logic.questions import Question, next_question
from denghuo.policy.logic.registry import Ask, FactKind, FactRegistry, FactSpec
from denghuo.policy.logic.scope import Value
from denghuo.policy.logic.succession import OWN_SOURCES, OWN_WORDS
from denghuo.policy.logic.verdict import Verdict
from denghuo.policy.logic.versions import LookBack
from denghuo.policy.queries.answers import (
    answers_for,
    base_rates,
    concerns,
    end_of,
    facts_known,
    laid_over,
    looks_back,
    register_facts,
)
from denghuo.policy.queries.counted import disputes_raised, sweeps_finished
from denghuo.policy.queries.facts import (
    CurrentFact,
    DisputeView,
    HeldFact,
    current_facts,
    dispute_of,
    disputed_fact,
    disputes_of,
    facts_of,
    open_disputes,
)
from denghuo.policy.queries.library import PolicyNotFoundError, library, policy, registry

__all__ = [
    "OWN_SOURCES",
    "OWN_WORDS",
    "POLICIES_MAX",
    "Answer",
    "AnswerOut",
    "AnswerWriter",
    "Ask",
    "ConditionAnswer",
    "Correction",
    "CurrentFact",
    "DayNotPastError",
    "DisputeOpenError",
    "DisputeView",
    "FactKind",
    "FactName",
    "FactNotFoundError",
    "FactRead",
    "FactRegistry",
    "FactSpec",
    "FactUsed",
    "FactValueError",
    "Facts",
    "HeldFact",
    "KnownFact",
    "Language",
    "LookBack",
    "NearMiss",
    "NewFact",
    "PolicyDefinition",
    "PolicyName",
    "PolicyNotFoundError",
    "PolicyVersion",
    "Question",
    "QuestionOut",
    "Recorded",
    "SweptTable",
    "TakenBack",
    "ToldFact",
    "Value",
    "Verdict",
    "WhyUnknown",
    "answer",
    "answer_dispute",
    "answer_json",
    "answers_for",
    "ask_for_kernels",
    "base_rates",
    "concerns",
    "current_facts",
    "dispute_fact",
    "dispute_of",
    "disputed_fact",
    "disputes_of",
    "disputes_raised",
    "end_of",
    "facts_known",
    "facts_of",
    "facts_schema",
    "known_facts",
    "laid_over",
    "library",
    "looks_back",
    "names_subjects",
    "next_question",
    "open_disputes",
    "policy",
    "read_answer",
    "read_value",
    "record_facts",
    "register_facts",
    "registry",
    "search_text",
    "show_fact",
    "strict_form",
    "sweep_table",
    "sweeps_finished",
    "take_back_facts",
    "usable",
]
