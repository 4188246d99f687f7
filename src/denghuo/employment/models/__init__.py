"""Tables of the employment room."""

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
    "OccupationReview",
    "Post",
    "PostDelivery",
    "PostDeliveryRow",
    "PostQuestion",
    "Source",
    "UsualPay",
]
