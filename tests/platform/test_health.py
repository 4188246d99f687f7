"""Health endpoints."""

from __future__ import annotations

from django.test import Client


def test_live_says_the_process_answers(client: Client) -> None:
    answer = client.get("/health/live")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
