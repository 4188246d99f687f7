"""A carrier for tests and for trying things out: a real server on this machine's own address.

It speaks the protocol of ``http_carrier``, keeps what it was given, and fails on purpose by
the last four digits of the number:

    0001  taken, then reported as not delivered (phone switched off)
    0002  refused: the person has blocked short messages
    0003  "later" the first time, taken the second
    0004  taken, but the line breaks before the answer the first time

It binds to the loopback address only and forgets everything when it stops.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import cast
from urllib.parse import parse_qs, urlsplit

from denghuo.platform.logic.sms import TEMPLATES, is_mobile
from denghuo.platform.sms.http_carrier import sign

CLOCK_SKEW_SECONDS_MAX = 300
_BODY_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class TakenMessage:
    """One message as the carrier keeps it."""

    ref: str
    client_id: str
    phone: str
    text: str
    at: datetime


@dataclass(slots=True)
class StandIn:
    """The running server: where it listens, its secret, and what it has been given."""

    url: str
    key_id: str
    secret: str = field(repr=False)
    taken: list[TakenMessage] = field(default_factory=list)
    requests: int = 0
    _seen_once: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def take(self, message: dict[str, object]) -> tuple[int, dict[str, object]] | None:
        """Status and answer for one message; ``None`` breaks the line."""
        phone, client_id = str(message.get("phone", "")), str(message.get("client_id", ""))
        template, values = TEMPLATES.get(str(message.get("template"))), message.get("values")
        if template is None or not client_id or not isinstance(values, dict):
            return 422, {"reason": "unknown_template"}
        if not is_mobile(phone):
            return 422, {"reason": "invalid_number"}
        if phone.endswith("0002"):
            return 422, {"reason": "blocked_by_person"}
        with self._lock:
            first = client_id not in self._seen_once
            self._seen_once.add(client_id)
            if phone.endswith("0003") and first:
                return 429, {"reason": "throttled"}
            known = next((one for one in self.taken if one.client_id == client_id), None)
            if known is None:
                known = TakenMessage(
                    ref=secrets.token_hex(8),
                    client_id=client_id,
                    phone=phone,
                    text=template.fill({key: str(value) for key, value in values.items()}),
                    at=datetime.now(UTC),
                )
                self.taken.append(known)
        if phone.endswith("0004") and first:
            return None
        return 200, {"message_id": known.ref}

    def reports(self, *, after: str, limit: int) -> dict[str, object]:
        """Delivery reports from a position on; the position is the count seen so far."""
        start = int(after) if after.isdecimal() else 0
        with self._lock:
            batch = self.taken[start : start + limit]
        return {
            "receipts": [
                {
                    "client_id": one.client_id,
                    "message_id": one.ref,
                    "status": "failed" if one.phone.endswith("0001") else "delivered",
                    "reason": "phone_off" if one.phone.endswith("0001") else "",
                    "at": one.at.isoformat(),
                }
                for one in batch
            ],
            "position": str(start + len(batch)),
        }


@contextmanager
def running_stand_in() -> Iterator[StandIn]:
    """A server on a free port, for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    stand_in = StandIn(
        url=f"http://127.0.0.1:{server.server_address[1]}",
        key_id="stand-in",
        secret=secrets.token_hex(16),
    )
    server.stand_in = stand_in
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """A server whose handlers reach the carrier's memory."""

    daemon_threads = True
    stand_in: StandIn


class _Handler(BaseHTTPRequestHandler):
    """One request of the protocol."""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        size = int(length) if length.isdecimal() else 0
        body = self.rfile.read(min(size, _BODY_BYTES_MAX))
        if not self._is_signed(body):
            self._answer(401, {"reason": "bad_signature"})
            return
        try:
            message = json.loads(body)
        except ValueError:
            message = None
        if self.path != "/v1/messages" or not isinstance(message, dict):
            self._answer(400, {"reason": "bad_request"})
            return
        answer = self._stand_in.take(message)
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        self._answer(*answer)

    def do_GET(self) -> None:
        if not self._is_signed(b""):
            self._answer(401, {"reason": "bad_signature"})
            return
        parts = urlsplit(self.path)
        if parts.path != "/v1/receipts":
            self._answer(404, {"reason": "no_such_address"})
            return
        query = parse_qs(parts.query)
        limit = query.get("limit", ["100"])[0]
        self._answer(
            200,
            self._stand_in.reports(
                after=query.get("after", [""])[0], limit=int(limit) if limit.isdecimal() else 100
            ),
        )

    @property
    def _stand_in(self) -> StandIn:
        return cast("_Server", self.server).stand_in

    def _is_signed(self, body: bytes) -> bool:
        self._stand_in.requests += 1
        at = self.headers.get("X-Time", "")
        fresh = at.isdecimal() and abs(time.time() - int(at)) < CLOCK_SKEW_SECONDS_MAX
        wanted = sign(
            secret=self._stand_in.secret,
            method=self.command,
            target=self.path,
            at=at,
            body=body,
        )
        given = self.headers.get("X-Signature", "")
        return fresh and hmac.compare_digest(given.encode(), wanted.encode())

    def _answer(self, status: int, body: dict[str, object]) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        """Say nothing: a request line may hold a number."""
