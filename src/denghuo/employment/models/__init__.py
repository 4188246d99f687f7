"""Tables of the employment room."""

from denghuo.employment.models.applications import Application, ApplicationEvent, PostInvite
from denghuo.employment.models.posts import (
    Advert,
    OccupationReview,
    Post,
    PostQuestion,
    UsualPay,
)
from denghuo.employment.models.scenarios import Scenario
from denghuo.employment.models.searches import SavedSearch
from denghuo.employment.models.sources import PostDelivery, PostDeliveryRow, Source
from denghuo.employment.models.wishes import PostAsked, Resume, Wish, WishedWork

__all__ = [
    "Advert",
    "Application",
    "ApplicationEvent",
    "OccupationReview",
    "Post",
    "PostAsked",
    "PostDelivery",
    "PostDeliveryRow",
    "PostInvite",
    "PostQuestion",
    "Resume",
    "SavedSearch",
    "Scenario",
    "Source",
    "UsualPay",
    "Wish",
    "WishedWork",
]
