"""Open and close accounts."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.ledger.access import AccountNotFoundError
from denghuo.ledger.logic.accounts import FloorAboveNothingError, read_code, read_kind
from denghuo.ledger.models import Account, Balance
from denghuo.ledger.queries.accounts import AccountView, account_of
from denghuo.platform.public import Actor, record_audit, take_audit_turn


class AccountDiffersError(RefusalError):
    """The code is taken by an account of another kind or other dimensions."""

    code = "ledger.account_differs"
    template = "账户 {account} 已经开过，但“{part}”和现在要开的不一样。"
    status = 409


class AccountNotEmptyError(RefusalError):
    """Money or holds still stand on it."""

    code = "ledger.account_not_empty"
    template = "账户 {account} 上还有余额或冻结的钱，不能销户。"
    status = 409


_PARTS = {
    "kind": "类别",
    "area": "地区",
    "fund": "基金",
    "institution": "机构",
    "person": "个人",
    "floor_fen": "最低余额",
}


def open_account(
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: str,
    area: str = "",
    fund: str = "",
    institution: str = "",
    person: str = "",
    floor_fen: int | None = None,
    now: datetime,
) -> AccountView:
    """Open an account, or give the one of this code back as it stands.

    ``kind`` is asset, liability, income, expense or fund; ``area`` any division code or empty
    for the whole region; ``floor_fen`` (0 or below) the least that may be available on the
    account's own side. Raises ``AccountDiffersError`` when the code is taken by another kind
    or other dimensions; the name may differ and stays as it was.
    """
    wanted = {
        "kind": read_kind(kind),
        "area": Region.read(area).code if area else "",
        "fund": fund,
        "institution": institution,
        "person": person,
        "floor_fen": floor_fen,
    }
    read_code(code)
    if floor_fen is not None and floor_fen > 0:
        raise FloorAboveNothingError(field="floor_fen")
    if not Account.objects.filter(code=code).exists():
        try:
            _open(actor=actor, code=code, name=name, wanted=wanted, now=now)
        except IntegrityError:
            # Race: somebody opened it between the look and the write.
            if not Account.objects.filter(code=code).exists():
                raise
    found = account_of(code)
    for part, value in wanted.items():
        if getattr(found, part) != value:
            raise AccountDiffersError(account=code, part=_PARTS[part])
    return found


@transaction.atomic
def _open(
    *, actor: Actor, code: str, name: str, wanted: dict[str, str | int | None], now: datetime
) -> None:
    take_audit_turn()
    Account.objects.bulk_create([Account(code=code, name=name[:120], opened_at=now, **wanted)])
    record_audit(actor=actor, action="ledger.open_account", entity=f"ledger.Account:{code}", at=now)


@transaction.atomic
def close_account(*, actor: Actor, code: str, now: datetime) -> AccountView:
    """Nothing is posted to it any more. Raises ``AccountNotEmptyError`` while money or holds
    stand on it, ``AccountNotFoundError`` where there is none; a closed one stays closed."""
    take_audit_turn()
    row = Account.objects.filter(code=code).first()
    if row is None:
        raise AccountNotFoundError
    if row.closed_at is None:
        standing = Balance.objects.select_for_update().get(pk=row.pk)
        if standing.balance_fen or standing.held_fen:
            raise AccountNotEmptyError(account=code)
        Account.objects.filter(pk=row.pk).update(closed_at=now)
        record_audit(
            actor=actor, action="ledger.close_account", entity=f"ledger.Account:{code}", at=now
        )
    return account_of(code)
