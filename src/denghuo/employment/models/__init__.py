"""Tables of the employment room."""

from denghuo.employment.models.applications import Application, ApplicationEvent, PostInvite
from denghuo.employment.models.posts import (
    Advert,
    OccupationReview,
    Post,
    PostQuestion,
    UsualPay,
)
from denghuo.employment.models.sources import PostDelivery, PostDeliveryRow, Source

__all__ = [
    "Advert",
    "Application",
    "ApplicationEvent",
    "OccupationReview",
    "Post",
    "PostDelivery",
    "PostDeliveryRow",
    "PostInvite",
    "PostQuestion",
    "Source",
    "UsualPay",
]
