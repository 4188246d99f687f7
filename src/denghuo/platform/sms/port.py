"""What we ask of a carrier of short messages, whoever it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from denghuo.platform.sms.http_carrier import HttpCarrier
from denghuo.platform.sms.results import Accepted, Receipts, Refused


class SmsCarrier(Protocol):
    """A carrier. ``client_id`` is our own: the same one sent twice is one message."""

    @property
    def name(self) -> str:
        """A short constant name."""

    def send(
        self, *, client_id: str, phone: str, template: str, values: Mapping[str, str]
    ) -> Accepted | Refused:
        """Hand over one message. Raises ``CarrierAwayError`` when it is worth trying again."""

    def receipts(self, *, after: str) -> Receipts:
        """The next delivery reports after a position. Raises ``CarrierAwayError``."""


def carrier() -> SmsCarrier | None:
    """The carrier that the settings name, or none."""
    if not settings.SMS_URL:
        return None
    if not settings.SMS_URL.startswith(("http://", "https://")):
        raise ImproperlyConfigured("DENGHUO_SMS_URL must begin with http:// or https://")
    return HttpCarrier(url=settings.SMS_URL, key_id=settings.SMS_KEY_ID, secret=settings.SMS_SECRET)
