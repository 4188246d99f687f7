"""The door of the employment room: a post read, checked, coded; adverts joined to posts; lists
brought in, wishes said, posts applied for."""

from __future__ import annotations

from denghuo.employment.actions.applications import (
    accept,
    apply,
    decline,
    invite,
    lapse_offers,
    look_at,
    offer,
    refuse,
    withdraw,
)
from denghuo.employment.actions.coder_training import train_if_news
from denghuo.employment.actions.deliveries import (
    confirm_delivery,
    map_columns,
    open_source,
    receive_delivery,
)
from denghuo.employment.actions.delivery_applying import apply_delivery
from denghuo.employment.actions.delivery_reading import check_delivery, look_at_delivery
from denghuo.employment.actions.posts import publish_post
from denghuo.employment.actions.questions import (
    accept_wording,
    give_occupation,
    leave_wording,
)
from denghuo.employment.actions.resumes import add_entry, write_about
from denghuo.employment.actions.searches import save_search
from denghuo.employment.actions.usual_pay import count_usual_pay
from denghuo.employment.actions.wishes import (
    answer_held,
    answer_pay,
    answer_what,
    answer_when,
    answer_where,
    choose_work,
    pause_wish,
    publish_wish,
    withdraw_wish,
)
from denghuo.employment.logic.dated import NoTextInForceError
from denghuo.employment.logic.duplicates import Advert, MergedPost, merge_adverts
from denghuo.employment.logic.feeds import FeedRow
from denghuo.employment.logic.fraud import FraudReading, Signal
from denghuo.employment.logic.localities import PlaceReading, PlaceTable, resolve_place
from denghuo.employment.logic.occupations import Coder, Coding, Review, remembered
from denghuo.employment.logic.occupations.table import UnknownOccupationError
from denghuo.employment.logic.posts import PostReading, RawPost, Readers, read_post
from denghuo.employment.logic.wages import Wage, read_wage, wage_line, why_sentence
from denghuo.employment.logic.wording import Finding, check_wording, reworded
from denghuo.employment.queries.applications import ApplicationView
from denghuo.employment.queries.asking import suggest_occupations
from denghuo.employment.queries.deliveries import delivery_of, sources_for
from denghuo.employment.queries.library import fraud_text, wage_text, wording
from denghuo.employment.queries.localities import region_places
from denghuo.employment.queries.matches import looking_today
from denghuo.employment.queries.occupations import (
    OccupationsMissingError,
    occupation_table,
    train_coder,
)
from denghuo.employment.queries.post_search import read_query
from denghuo.employment.queries.questions import questions_for

__all__ = [
    "Advert",
    "ApplicationView",
    "Coder",
    "Coding",
    "FeedRow",
    "Finding",
    "FraudReading",
    "MergedPost",
    "NoTextInForceError",
    "OccupationsMissingError",
    "PlaceReading",
    "PlaceTable",
    "PostReading",
    "RawPost",
    "Readers",
    "Review",
    "Signal",
    "UnknownOccupationError",
    "Wage",
    "accept",
    "accept_wording",
    "add_entry",
    "answer_held",
    "answer_pay",
    "answer_what",
    "answer_when",
    "answer_where",
    "apply",
    "apply_delivery",
    "check_delivery",
    "check_wording",
    "choose_work",
    "confirm_delivery",
    "count_usual_pay",
    "decline",
    "delivery_of",
    "fraud_text",
    "give_occupation",
    "invite",
    "lapse_offers",
    "leave_wording",
    "look_at",
    "look_at_delivery",
    "looking_today",
    "map_columns",
    "merge_adverts",
    "occupation_table",
    "offer",
    "open_source",
    "pause_wish",
    "publish_post",
    "publish_wish",
    "questions_for",
    "read_post",
    "read_query",
    "read_wage",
    "receive_delivery",
    "refuse",
    "region_places",
    "remembered",
    "resolve_place",
    "reworded",
    "save_search",
    "sources_for",
    "suggest_occupations",
    "train_coder",
    "train_if_news",
    "wage_line",
    "wage_text",
    "why_sentence",
    "withdraw",
    "withdraw_wish",
    "wording",
    "write_about",
]
