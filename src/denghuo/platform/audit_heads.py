"""Heads of the audit chain, kept outside the database.

Whoever can write to the database can also cut the chain short or compute it anew from the
first row; the chain alone would look whole. A hash kept elsewhere betrays both. Each line of
``audit-heads.jsonl`` is signed with the site's secret; send a copy to another machine.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from denghuo.platform.audit import chain_head
from denghuo.platform.logic.audit_chain import canonical_json

FILE_NAME = "audit-heads.jsonl"
_SALT = "denghuo.platform.audit_heads"


class ForgedHeadError(ValueError):
    """A line of the file of heads is not signed by this site."""


def signed_head(*, now: datetime) -> str:
    """The last link as one signed line of JSON."""
    head = chain_head()
    content = {"seq": head.seq, "hash": head.hash, "kept_at": now.isoformat()}
    return canonical_json({**content, "signature": _signature(canonical_json(content))})


def keep_head(*, now: datetime) -> Path:
    """Append the last link to the file of heads; nothing on an empty chain."""
    file = Path(settings.DATA_DIR) / FILE_NAME
    line = signed_head(now=now)
    if json.loads(line)["seq"] > 0:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
    return file


def read_heads(file: Path) -> dict[int, str]:
    """Kept hashes by number. Raises ``ForgedHeadError`` with the line's number."""
    heads: dict[int, str] = {}
    if not file.exists():
        return heads
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            seq, kept = _read_line(line, number)
            heads[seq] = kept
    return heads


def _read_line(line: str, number: int) -> tuple[int, str]:
    try:
        content = json.loads(line)
        signature = content.pop("signature")
        seq, kept = int(content["seq"]), str(content["hash"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ForgedHeadError(f"line {number} cannot be read") from None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    expected = [_signature(canonical_json(content), secret=secret) for secret in secrets]
    if not any(constant_time_compare(signature, one) for one in expected):
        raise ForgedHeadError(f"line {number} is not signed by this site")
    return seq, kept


def _signature(text: str, *, secret: str | bytes | None = None) -> str:
    return salted_hmac(_SALT, text, secret=secret, algorithm="sha256").hexdigest()
