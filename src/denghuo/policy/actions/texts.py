"""The way of a policy text: draft, propose, return, publish, withdraw, discard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import Actor, NotAllowedError, record_audit
from denghuo.policy.access import answers_for_region
from denghuo.policy.actions.kernels import ask_for_kernels
from denghuo.policy.logic.publishing import Hand, Move, TextState, next_state
from denghuo.policy.models import PolicyText
from denghuo.policy.queries.library import TextNotFoundError, read_text


class AnotherProposedError(RefusalError):
    """One proposed text per policy at a time."""

    code = "policy.another_proposed"
    template = "这项政策已有一份等待发布的文本，请先处理那一份。"
    status = 409


class TextChangedError(RefusalError):
    """What is decided about is the text that was read, not one put in its place meanwhile."""

    code = "policy.text_changed"
    template = "您看过之后，这份文本又改过了。请看一遍现在的，再决定。"
    status = 409


class OtherPolicyError(RefusalError):
    """A draft stays the draft of its policy: its readers have looked at that one."""

    code = "policy.other_policy"
    template = "这份草稿写的是“{policy}”，不能改成另一项政策。请另写一份。"


class RegionWideOnlyError(RefusalError):
    """A rule speaks for the whole region."""

    code = "policy.region_wide_only"
    template = "规则管全区，只有自治区一级的同事能写、能发布。"
    status = 403


class WorkedCaseFailsError(RefusalError):
    """A text whose own worked cases come out otherwise is not proposed."""

    code = "policy.worked_case_fails"
    template = "算例“{case}”的结果和写的不一样：{difference}"


# The caller gives the check that runs a text's worked cases and names the first that fails:
# (case, difference), or None. It lives a floor of files above, beside the evaluators.
CaseCheck = Callable[[str], tuple[str, str] | None]


def draft_text(*, actor: Actor, text: str, note: str, now: datetime) -> UUID:
    """Keep a new draft. Raises ``DocumentError`` when the text is no policy."""
    definition = read_text(text)
    staff_id = _staff(actor)
    with transaction.atomic():
        row = PolicyText.objects.create(
            policy=definition.id,
            digest=definition.digest,
            text=text,
            note=note.strip()[:500],
            author=staff_id,
            author_name=actor.name,
            created_at=now,
        )
        _audit(actor, "policy.draft_text", row, now)
    return row.id


def edit_text(*, actor: Actor, text_id: UUID, text: str, note: str, now: datetime) -> None:
    """Change one's own draft; the policy it is about stays the same (``OtherPolicyError``)."""
    definition = read_text(text)
    with transaction.atomic():
        row = _moved(actor, text_id, "edit")
        if definition.id != row.policy:
            raise OtherPolicyError(field="text", policy=row.policy)
        row.digest, row.text = definition.digest, text
        row.note = note.strip()[:500]
        row.save()
        _audit(actor, "policy.edit_text", row, now)


def propose_text(
    *, actor: Actor, text_id: UUID, digest: str, check: CaseCheck, now: datetime
) -> None:
    """Put a draft before a second person. Raises ``WorkedCaseFailsError`` first if one fails.

    ``digest`` names the text that was read (``TextChangedError`` for another), here and in the
    moves below.
    """
    seen = _next(actor, PolicyText.objects.filter(id=text_id).first(), "propose", digest=digest)
    # Before any row is locked: running the cases may take a second.
    failure = check(seen.text)
    if failure is not None:
        raise WorkedCaseFailsError(case=failure[0], difference=failure[1])
    with transaction.atomic():
        # Race: two officers propose a text of one policy at once. All rows of the policy are
        # locked, in one order, so the second waits and then sees the first.
        rows = list(
            PolicyText.objects.select_for_update().filter(policy=seen.policy).order_by("id")
        )
        mine = next((each for each in rows if each.id == seen.id), None)
        row = _next(actor, mine, "propose", digest=digest)
        if any(other.state == TextState.PROPOSED.value for other in rows if other is not row):
            raise AnotherProposedError
        row.proposed_at, row.returned_because = now, ""
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:  # one_proposed_text: a row made and proposed since ours were read
            raise AnotherProposedError from None
        _audit(actor, "policy.propose_text", row, now)


def return_text(*, actor: Actor, text_id: UUID, digest: str, reason: str, now: datetime) -> None:
    """Give a proposed text back to its author with a reason."""
    with transaction.atomic():
        row = _moved(actor, text_id, "return", reason, digest=digest)
        row.returned_because, row.proposed_at = reason.strip()[:500], None
        row.save()
        _audit(actor, "policy.return_text", row, now)


def publish_text(*, actor: Actor, text_id: UUID, digest: str, now: datetime) -> None:
    """Let a proposed text speak from ``now`` on; never by its author."""
    with transaction.atomic():
        row = _moved(actor, text_id, "publish", digest=digest)
        row.publisher, row.publisher_name = _staff(actor), actor.name
        row.published_at = now
        row.save()
        _audit(actor, "policy.publish_text", row, now)
        # The first sweep by the new text shall not wait for the compiler.
        ask_for_kernels(key=f"{row.id}")


def withdraw_text(*, actor: Actor, text_id: UUID, digest: str, reason: str, now: datetime) -> None:
    """Take a published text back; what spoke before it speaks again from ``now`` on."""
    with transaction.atomic():
        row = _moved(actor, text_id, "withdraw", reason, digest=digest)
        row.withdrawn_at, row.withdrawn_because = now, reason.strip()[:500]
        row.save()
        _audit(actor, "policy.withdraw_text", row, now)


def discard_text(*, actor: Actor, text_id: UUID, now: datetime) -> None:
    """Lay one's own draft aside; the row stays."""
    with transaction.atomic():
        row = _moved(actor, text_id, "discard")
        row.save()
        _audit(actor, "policy.discard_text", row, now)


def _moved(
    actor: Actor, text_id: UUID, move: Move, reason: str = "", *, digest: str | None = None
) -> PolicyText:
    """The row, locked, with its next state set (not yet saved).

    Race: two publishers press at once. The row is locked; the second finds it published and
    is refused with the state it is in now.
    """
    row = PolicyText.objects.select_for_update().filter(id=text_id).first()
    return _next(actor, row, move, reason, digest=digest)


def _next(
    actor: Actor, row: PolicyText | None, move: Move, reason: str = "", *, digest: str | None
) -> PolicyText:
    """The row with its next state set. Says first who may not, then what has changed: a text
    returned and mended while a publisher read it stands proposed again, with other words."""
    if row is None:
        raise TextNotFoundError
    hand = Hand(_staff(actor), actor.roles)
    row.state = next_state(
        TextState(row.state), move, author=row.author, hand=hand, reason=reason
    ).value
    if digest is not None and digest != row.digest:
        raise TextChangedError
    return row


def _staff(actor: Actor) -> UUID:
    if actor.staff_id is None:
        raise NotAllowedError
    if not answers_for_region(actor):
        raise RegionWideOnlyError
    return actor.staff_id


def _audit(actor: Actor, action: str, row: PolicyText, now: datetime) -> None:
    record_audit(
        actor=actor,
        action=action,
        entity=f"policy.PolicyText:{row.id}",
        detail={"policy": row.policy, "digest": row.digest[:8], "state": row.state},
        at=now,
    )
