"""Bring queued deliveries to their carriers, and read back what became of them.

At least once, with our own id: the row says "queued" until the carrier has answered, so a
worker that dies between the two asks again. The carrier of short messages folds equal ids
into one message; an e-mail carries the id as its ``Message-ID``, which mail programs fold.
No call leaves the house inside a transaction.
"""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from denghuo.platform.jobs.queue import enqueue
from denghuo.platform.messages.sending import (
    DELIVER,
    refusal_before_sending,
    sending_time,
    wipe_secrets,
)
from denghuo.platform.models.messages import Delivery, Message, ReceiptCursor
from denghuo.platform.sms.port import SmsCarrier, carrier
from denghuo.platform.sms.results import Accepted, CarrierAwayError, Receipts, Refused

RECEIPT_PAGES_MAX = 50


def deliver(delivery_id: UUID, *, now: datetime) -> None:
    """One attempt. Raises ``CarrierAwayError`` when another attempt is worth it.

    Does nothing for a delivery whose fate is known already.
    """
    delivery = Delivery.objects.filter(id=delivery_id, state=Delivery.QUEUED).first()
    if delivery is None:
        return
    if delivery.expires_at is not None and now >= delivery.expires_at:
        _settle(delivery, Delivery.FAILED, failure="too_late", now=now)
        return
    later = sending_time(delivery, now=now)
    if later > now:  # the worker was away until the quiet hours had begun
        enqueue(DELIVER, {"delivery": str(delivery.id)}, run_at=later)
        return
    # Again, because a setting may have changed since it was queued.
    refused = refusal_before_sending(delivery.channel, delivery.address)
    if refused:
        _settle(delivery, Delivery.REFUSED, failure=refused, now=now)
        return
    Delivery.objects.filter(id=delivery.id).update(attempts=F("attempts") + 1)
    answer = _hand_over(delivery)
    if isinstance(answer, Refused):
        _settle(delivery, Delivery.FAILED, failure=answer.reason, now=now)
    else:
        _settle(delivery, Delivery.SENT, ref=answer.ref, now=now)


def read_receipts(*, now: datetime) -> int:
    """Read the carrier's delivery reports to their end; return how many rows changed."""
    chosen = carrier()
    changed = 0
    if chosen is None:
        return changed
    for _page in range(RECEIPT_PAGES_MAX):
        cursor, _new = ReceiptCursor.objects.get_or_create(carrier=chosen.name)
        receipts = chosen.receipts(after=cursor.position)
        if not receipts.items:
            break
        changed += _write_receipts(chosen, receipts, now=now)
    return changed


def _write_receipts(chosen: SmsCarrier, receipts: Receipts, *, now: datetime) -> int:
    """Rows and position together: a reader that dies in between reads the page again."""
    changed = 0
    with transaction.atomic():
        for receipt in receipts.items:
            try:
                delivery_id = UUID(receipt.client_id)
            except ValueError:
                continue  # not one of ours: the account may serve other systems too
            # Also "queued": the report may be quicker than our own note that it was taken.
            found = Delivery.objects.filter(
                id=delivery_id, state__in=[Delivery.QUEUED, Delivery.SENT]
            ).first()
            if found is None:
                continue
            found.state = Delivery.DELIVERED if receipt.delivered else Delivery.FAILED
            found.failure = "" if receipt.delivered else receipt.reason or "not_delivered"
            found.provider_ref, found.ended_at = receipt.ref, now
            wipe_secrets(found)
            found.save(update_fields=["state", "failure", "provider_ref", "ended_at", "values"])
            changed += 1
        ReceiptCursor.objects.filter(carrier=chosen.name).update(position=receipts.position)
    return changed


def _hand_over(delivery: Delivery) -> Accepted | Refused:
    if delivery.channel == "email":
        return _send_email(delivery)
    chosen = carrier()
    if chosen is None or delivery.address is None or delivery.values is None:
        return Refused("no_carrier")
    return chosen.send(
        client_id=str(delivery.id),
        phone=delivery.address,
        template=delivery.template,
        values=json.loads(delivery.values),
    )


def _send_email(delivery: Delivery) -> Accepted | Refused:
    message = Message.objects.get(id=cast("UUID", delivery.message_id))
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    ref = f"<{delivery.id}@{domain}>"
    with override(settings.LANGUAGE_CODE):  # a worker has no reader's language
        text = _("{title}\n\n请登录灯火，在“消息”里看全文。{address}").format(
            title=message.title,
            address=f"\n{settings.SITE_URL}/inbox/{message.id}/" if settings.SITE_URL else "",
        )
    letter = EmailMessage(
        subject=message.title,
        body=text,
        to=[delivery.address or ""],
        headers={"Message-ID": ref, "Auto-Submitted": "auto-generated"},
    )
    try:
        letter.send()
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _text in refused.recipients.values()]
        if all(code >= 500 for code in codes):
            return Refused("recipient_refused")
        raise CarrierAwayError("recipient refused for now") from None
    except (SMTPException, OSError) as away:
        raise CarrierAwayError(type(away).__name__) from None
    return Accepted(ref[:80])


def _settle(
    delivery: Delivery, state: str, *, now: datetime, failure: str = "", ref: str = ""
) -> None:
    delivery.state, delivery.failure, delivery.ended_at = state, failure, now
    delivery.provider_ref = ref
    wipe_secrets(delivery)
    # Only from "queued": a delivery report may have been quicker and knows better.
    Delivery.objects.filter(id=delivery.id, state=Delivery.QUEUED).update(
        state=state, failure=failure, ended_at=now, provider_ref=ref, values=delivery.values
    )
