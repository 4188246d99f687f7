"""Write a message and ask for its deliveries, in the transaction of the event it tells of.

The inbox holds the whole message. E-mail and SMS say only its title and where to read it:
they lie open on locked screens and pass through other people's machines.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.access import SYSTEM, Actor
from denghuo.platform.audit import record_audit
from denghuo.platform.jobs.queue import enqueue
from denghuo.platform.logic.sms import (
    CODE_TEMPLATES,
    NEWS_TEMPLATE,
    OFFICE_LENGTH_MAX,
    TEMPLATES,
    CodePurpose,
    earliest_sending,
    is_demo_number,
    is_mobile,
)
from denghuo.platform.messages.outside import Contact, reached
from denghuo.platform.models.messages import Delivery, Message

Channel = Literal["inbox", "email", "sms"]
DELIVER = "platform.deliver"
_DEMO_MAIL_ENDING = ".invalid"  # RFC 2606: such an address can never exist
_MINUTE_SECONDS = 60


NO_CONTACT = Contact()
INBOX_ONLY: tuple[Channel, ...] = ("inbox",)


@transaction.atomic
def send_message(
    *,
    to: SubjectRef,
    kind: str,
    title: str,
    body: str,
    key: str,
    channels: Collection[Channel] = INBOX_ONLY,
    contact: Contact | None = None,
    link: str = "",
    about: str = "",
    actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> UUID:
    """Put a message in the inbox of ``to`` and on its way by the other ``channels``.

    ``kind`` is ``room.what_happened``; ``key`` makes it idempotent: the second call with the
    same key writes nothing and returns the first message's id. ``title`` names the matter
    and nothing personal; ``link`` is a path of ours. A channel without an address in
    ``contact`` is kept as refused, so that staff see that nobody was reached by it.

    ``about`` (like ``cases.Case:<id>``) says that it is news of something going on: whoever is
    told of the subject's affairs gets a word outside the inbox, once a day about one thing.
    """
    if link and not (link.startswith("/") and not link.startswith("//")):
        raise ValueError("a message links to a path of this site")
    now = now or timezone.now()
    contact = contact or NO_CONTACT
    message = Message(
        to=str(to), kind=kind, title=title, body=body, link=link, key=key, created_at=now
    )
    # Two events told at once: the unique key lets one row in, and both callers find it.
    Message.objects.bulk_create([message], ignore_conflicts=True)
    message_id = Message.objects.values_list("id", flat=True).get(key=key)
    if message_id != message.id:
        return message_id
    wanted = sorted({*channels, *INBOX_ONLY})
    for channel in wanted:
        _add_delivery(message, channel, contact, now=now)
    outside = _tell_outside(message, to, about, now=now) if about else set()
    record_audit(
        actor=actor,
        action="platform.send_message",
        subject=to,
        entity=f"platform.message:{message.id}",
        detail={"kind": kind, "channels": ",".join(sorted({*wanted, *outside}))},
        at=now,
    )
    return message.id


@transaction.atomic
def send_code_by_sms(
    *,
    phone: str,
    code: str,
    purpose: CodePurpose,
    key: str,
    expires_at: datetime,
    office: str = "",
    now: datetime | None = None,
) -> UUID:
    """Send a code with the words of its purpose: no inbox, no quiet hours, wiped once it is sent.

    ``office`` is who asks, named in the code that is read out at a counter (``assisted_mandate``).
    A code that could not be handed over before ``expires_at`` is not sent any more. Returns
    the delivery's id; the same ``key`` again sends nothing.
    """
    now = now or timezone.now()
    minutes = max(1, round((expires_at - now).total_seconds() / _MINUTE_SECONDS))
    values = {"code": code, "minutes": str(minutes)}
    if purpose == "assisted_mandate":
        values["office"] = office[:OFFICE_LENGTH_MAX]
    return _queue(
        Delivery(
            channel="sms",
            template=CODE_TEMPLATES[purpose],
            address=phone,
            values=_values(values),
            key=key,
            expires_at=expires_at,
            created_at=now,
        ),
        now=now,
    )


def refusal_before_sending(channel: str, address: str | None) -> str:
    """Why this must not even be tried, as a short code; empty if it may be.

    People of the demo region have numbers and addresses that cannot exist. They are refused
    in every mode: a demo row in a real database must not reach a stranger some day.
    """
    if not address:
        return "no_address"
    if channel == "email":
        if address.endswith(_DEMO_MAIL_ENDING):
            return "demo_address"
        return "" if settings.EMAIL_HOST else "no_carrier"
    if is_demo_number(address):
        return "demo_number"
    if not is_mobile(address):
        return "bad_number"
    return "" if settings.SMS_URL else "no_carrier"


def _add_delivery(message: Message, channel: str, contact: Contact, *, now: datetime) -> None:
    delivery = Delivery(
        message=message, channel=channel, key=f"{channel}:{message.id}", created_at=now
    )
    if channel == "inbox":
        delivery.state = Delivery.DELIVERED
        delivery.ended_at = now
        delivery.save(force_insert=True)
        return
    delivery.address = contact.email if channel == "email" else contact.phone
    if channel == "sms":
        delivery.template = "notice"
        delivery.values = _values({"title": message.title})
    _queue(delivery, now=now)


def _tell_outside(message: Message, to: SubjectRef, about: str, *, now: datetime) -> set[str]:
    """By which channels. Race: two messages about one thing; the key lets one word out a day."""
    told: set[str] = set()
    for one in reached(to, now=now):
        delivery = Delivery(message=message, created_at=now)
        if one.contact.email:
            delivery.channel, delivery.address = "email", one.contact.email
        else:
            delivery.channel, delivery.address = "sms", one.contact.phone
            delivery.template, delivery.values = NEWS_TEMPLATE, _values({})
        day = day_of(sending_time(delivery, now=now))
        delivery.key = f"news:{about}:{one.person}:{day}"
        _queue(delivery, now=now)
        told.add(delivery.channel)
    return told


def _queue(delivery: Delivery, *, now: datetime) -> UUID:
    refused = refusal_before_sending(delivery.channel, delivery.address)
    if refused:
        delivery.state, delivery.failure, delivery.ended_at = Delivery.REFUSED, refused, now
        wipe_secrets(delivery)
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    kept = Delivery.objects.values_list("id", flat=True).get(key=delivery.key)
    if kept == delivery.id and not refused:
        enqueue(
            DELIVER,
            {"delivery": str(delivery.id)},
            key=f"{DELIVER}:{delivery.id}",
            run_at=sending_time(delivery, now=now),
        )
    return kept


def sending_time(delivery: Delivery, *, now: datetime) -> datetime:
    """Now, or in the morning for a short message that can wait."""
    if delivery.channel != "sms" or TEMPLATES[delivery.template].urgent:
        return now
    return earliest_sending(now)


def wipe_secrets(delivery: Delivery) -> None:
    """Forget a code as soon as nobody needs it. The demo keeps it, to show it on its own page."""
    template = TEMPLATES.get(delivery.template)
    if template is not None and template.secret and not settings.DEMO:
        delivery.values = None


def _values(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False)
