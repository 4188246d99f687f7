"""What the platform's own tables count: messages sent, looks at personal data."""

from __future__ import annotations

from django.db.models import Q

from denghuo.platform.audit import LOOK_UP
from denghuo.platform.counting import CountedRows
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.messages import Message

# A message has no place of its own: it belongs to whoever reads it. Its title is not shown.
messages_sent = CountedRows(
    key="platform.Message",
    rows=Message.objects.all,
    at="created_at",
    subject="to",
    met=Q(read_at__isnull=False),
)
# The chain says who looked, at whom, when; the pages of a person say the rest to that person.
look_ups_made = CountedRows(
    key="platform.AuditEntry",
    rows=lambda: AuditEntry.objects.filter(action=LOOK_UP),
    at="at",
    subject="subject",
)
