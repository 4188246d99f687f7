"""The door of the platform: what the rooms above may import."""

from __future__ import annotations

from denghuo.platform.access import (
    ANONYMOUS,
    SYSTEM,
    Actor,
    ActorKind,
    ActorRequest,
    NotAllowedError,
    Rule,
    SignInNeededError,
    acts_within,
    allowed,
    anyone,
    demand,
    demo_only,
    resident,
    signed_in,
    staff,
    staff_with,
)
from denghuo.platform.acting import FIELD as SUBJECT_FIELD
from denghuo.platform.acting import subject_mark
from denghuo.platform.api_guard import REQUESTS_PER_MINUTE, WRITES_PER_MINUTE, Opened, opened
from denghuo.platform.api_pages import LIMIT as PAGE_LIMIT
from denghuo.platform.api_pages import (
    MARK_LENGTH_MAX,
    After,
    Limit,
    NotMarkError,
    newest_first,
    read_mark,
    read_number_mark,
    write_mark,
)
from denghuo.platform.api_replay import (
    IdempotencyKey,
    answer_once,
    answer_once_claimed,
    sent_file,
    sent_json,
    sent_parts,
)
from denghuo.platform.api_uploads import Brought, DiskFullError, spooled
from denghuo.platform.append_only import is_append_only
from denghuo.platform.audit import (
    AuditLine,
    LookUp,
    LookUpPage,
    audit_of,
    look_ups_of,
    record_audit,
    record_look_up,
    take_audit_turn,
)
from denghuo.platform.audit_marks import AuditMark, audit_marks
from denghuo.platform.body_limits import BodyTooLargeError
from denghuo.platform.calendar import YEAR_PUBLISHED, days_left_text, work_calendar
from denghuo.platform.checks import refuse_to_serve_if_unsafe
from denghuo.platform.client_address import client_address
from denghuo.platform.cluster import connect_cluster
from denghuo.platform.counted import look_ups_made, messages_sent
from denghuo.platform.counting import CountedRows, LocalDay, Met
from denghuo.platform.crypto import lookup_digest
from denghuo.platform.fields import SealedTextField
from denghuo.platform.files.removing import hold_file, needs_file, remove_file, remove_files
from denghuo.platform.files.store import FileView, NoSuchFileError, may_read_files, store_file
from denghuo.platform.jobs.desk import JobView, job_view
from denghuo.platform.jobs.queue import enqueue, publish, publish_many
from denghuo.platform.jobs.registry import LeaseLostError, RunningJob, job, on_event, scheduled
from denghuo.platform.logic.file_kinds import DOCUMENT_KINDS
from denghuo.platform.logic.file_kinds import KINDS as FILE_KINDS
from denghuo.platform.logic.workdays import (
    Deadline,
    PausedClock,
    ServiceHours,
    WorkCalendar,
    add_working_days,
    due_with_pauses,
    is_open,
    next_working_day,
    working_days_between,
)
from denghuo.platform.marks import is_demo_database, mark_as_demo
from denghuo.platform.merging import follow_merge
from denghuo.platform.messages.inbox import DemoSms, demo_sms_box, unread_messages
from denghuo.platform.messages.outside import Contact, Reached, finds_contacts
from denghuo.platform.messages.sending import Channel, send_code_by_sms, send_message
from denghuo.platform.models.record import Record
from denghuo.platform.pages.refusals import API_PREFIX, answer_refusal, expired_leads
from denghuo.platform.ratelimit import TooManyRequestsError, forgive, spend
from denghuo.platform.row_writer import RowWriter, fresh_ids, one_of, update_rows
from denghuo.platform.sheets import SheetLimits, sheet_bytes, sheet_rows
from denghuo.platform.sought import keep_sought, sought_is_gone, words_sought
from denghuo.platform.table_files import (
    FileKind,
    TableTooLongError,
    TableUnreadableError,
    column_text,
    first_rows,
    kind_of,
    open_parquet,
    sheets_of,
    table_rows,
)

__all__ = [
    "ANONYMOUS",
    "API_PREFIX",
    "DOCUMENT_KINDS",
    "FILE_KINDS",
    "MARK_LENGTH_MAX",
    "PAGE_LIMIT",
    "REQUESTS_PER_MINUTE",
    "SUBJECT_FIELD",
    "SYSTEM",
    "WRITES_PER_MINUTE",
    "YEAR_PUBLISHED",
    "Actor",
    "ActorKind",
    "ActorRequest",
    "After",
    "AuditLine",
    "AuditMark",
    "BodyTooLargeError",
    "Brought",
    "Channel",
    "Contact",
    "CountedRows",
    "Deadline",
    "DemoSms",
    "DiskFullError",
    "FileKind",
    "FileView",
    "IdempotencyKey",
    "JobView",
    "LeaseLostError",
    "Limit",
    "LocalDay",
    "LookUp",
    "LookUpPage",
    "Met",
    "NoSuchFileError",
    "NotAllowedError",
    "NotMarkError",
    "Opened",
    "PausedClock",
    "Reached",
    "Record",
    "RowWriter",
    "Rule",
    "RunningJob",
    "SealedTextField",
    "ServiceHours",
    "SheetLimits",
    "SignInNeededError",
    "TableTooLongError",
    "TableUnreadableError",
    "TooManyRequestsError",
    "WorkCalendar",
    "acts_within",
    "add_working_days",
    "allowed",
    "answer_once",
    "answer_once_claimed",
    "answer_refusal",
    "anyone",
    "audit_marks",
    "audit_of",
    "client_address",
    "column_text",
    "connect_cluster",
    "days_left_text",
    "demand",
    "demo_only",
    "demo_sms_box",
    "due_with_pauses",
    "enqueue",
    "expired_leads",
    "finds_contacts",
    "first_rows",
    "follow_merge",
    "forgive",
    "fresh_ids",
    "hold_file",
    "is_append_only",
    "is_demo_database",
    "is_open",
    "job",
    "job_view",
    "keep_sought",
    "kind_of",
    "look_ups_made",
    "look_ups_of",
    "lookup_digest",
    "mark_as_demo",
    "may_read_files",
    "messages_sent",
    "needs_file",
    "newest_first",
    "next_working_day",
    "on_event",
    "one_of",
    "open_parquet",
    "opened",
    "publish",
    "publish_many",
    "read_mark",
    "read_number_mark",
    "record_audit",
    "record_look_up",
    "refuse_to_serve_if_unsafe",
    "remove_file",
    "remove_files",
    "resident",
    "scheduled",
    "send_code_by_sms",
    "send_message",
    "sent_file",
    "sent_json",
    "sent_parts",
    "sheet_bytes",
    "sheet_rows",
    "sheets_of",
    "signed_in",
    "sought_is_gone",
    "spend",
    "spooled",
    "staff",
    "staff_with",
    "store_file",
    "subject_mark",
    "table_rows",
    "take_audit_turn",
    "unread_messages",
    "update_rows",
    "words_sought",
    "work_calendar",
    "working_days_between",
    "write_mark",
]
