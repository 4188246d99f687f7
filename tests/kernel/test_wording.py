"""A marked sentence is the sentence, and translators find it."""

from __future__ import annotations

import pytest

from denghuo.kernel.wording import gettext_noop
from denghuo.people.logic.mandate import SCOPES
from denghuo.web.translations import sentences

pytestmark = pytest.mark.no_postgres


def test_marking_changes_nothing() -> None:
    assert gettext_noop("看我能享受什么") == "看我能享受什么"


def test_what_pure_code_says_is_found() -> None:
    found = {sentence.first for sentence in sentences("people")}
    assert set(SCOPES.values()) <= found
