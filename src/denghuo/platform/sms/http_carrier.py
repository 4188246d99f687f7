"""A carrier spoken to over HTTP: signed JSON requests, our own message numbers, pulled reports.

    POST /v1/messages {client_id, phone, template, values}
        200 {"message_id"}          taken, also when this client_id was taken before
        422 {"reason"}              never: bad number, unknown template, blocked by the person
        429, 5xx                    later
    GET  /v1/receipts?after=&limit= {"receipts": [...], "position"}

Every request carries ``X-Key``, ``X-Time`` (Unix seconds) and ``X-Signature``: hex HMAC-SHA256
with the shared secret over method, path with query, time and SHA-256 of the body, a line each.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from denghuo.platform.sms.results import Accepted, CarrierAwayError, Receipt, Receipts, Refused

TIMEOUT_SECONDS = 10
RECEIPTS_PER_CALL = 200
_ANSWER_BYTES_MAX = 1024 * 1024
_REASON_LENGTH_MAX = 60


def sign(*, secret: str, method: str, target: str, at: str, body: bytes) -> str:
    """The signature both sides compute; ``target`` is path and query."""
    text = "\n".join((method, target, at, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class HttpCarrier:
    """Client of the protocol above. Nothing of a message is ever logged here."""

    url: str
    key_id: str
    secret: str = field(repr=False)
    name: str = "http"

    def send(
        self, *, client_id: str, phone: str, template: str, values: Mapping[str, str]
    ) -> Accepted | Refused:
        """See ``SmsCarrier.send``."""
        body = {
            "client_id": client_id,
            "phone": phone,
            "template": template,
            "values": dict(values),
        }
        status, answer = self._call("POST", "/v1/messages", body)
        if status == 422:
            return Refused(str(answer.get("reason", "refused"))[:_REASON_LENGTH_MAX])
        ref = answer.get("message_id")
        if not isinstance(ref, str) or not ref:
            raise CarrierAwayError("answer without a message number")
        return Accepted(ref[:80])

    def receipts(self, *, after: str) -> Receipts:
        """See ``SmsCarrier.receipts``."""
        query = urlencode({"after": after, "limit": RECEIPTS_PER_CALL})
        status, answer = self._call("GET", f"/v1/receipts?{query}", None)
        if status != 200:
            raise CarrierAwayError(f"status {status}")
        try:
            items = tuple(
                Receipt(
                    client_id=str(item["client_id"]),
                    ref=str(item["message_id"]),
                    delivered=item["status"] == "delivered",
                    reason=str(item.get("reason", ""))[:_REASON_LENGTH_MAX],
                    at=datetime.fromisoformat(item["at"]),
                )
                for item in answer["receipts"]
            )
            return Receipts(items, str(answer["position"]))
        except (KeyError, TypeError, ValueError):
            raise CarrierAwayError("reports that cannot be read") from None

    def _call(self, method: str, target: str, body: object) -> tuple[int, Mapping[str, Any]]:
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        at = str(int(time.time()))
        request = Request(  # noqa: S310  the address is the operator's own setting, not input
            self.url.rstrip("/") + target,
            data=data or None,
            method=method,
            headers={
                "Content-Type": "application/json",
                "X-Key": self.key_id,
                "X-Time": at,
                "X-Signature": sign(
                    secret=self.secret, method=method, target=target, at=at, body=data
                ),
            },
        )
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  as above
                return answer.status, _read_json(answer.read(_ANSWER_BYTES_MAX))
        except HTTPError as refused:
            with refused:
                if refused.code == 422:
                    return 422, _read_json(refused.read(_ANSWER_BYTES_MAX))
            raise CarrierAwayError(f"status {refused.code}") from None
        except (URLError, OSError, HTTPException) as away:
            raise CarrierAwayError(type(away).__name__) from None


def _read_json(text: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        raise CarrierAwayError("answer that is not JSON") from None
    if not isinstance(read, dict):
        raise CarrierAwayError("answer that is not an object")
    return read
