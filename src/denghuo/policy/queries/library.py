"""The library: texts shipped with the product, under those published here since.

As known at an instant: of each policy the last text published by then and not withdrawn by
then speaks; where there is none, the shipped text does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from threading import Lock
from uuid import UUID

from django.db.models import Q

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.loading import load_definition
from denghuo.policy.logic.registry import FactRegistry, load_registry
from denghuo.policy.models import PolicyText

_FOLDER = "library"
_REGISTRY_FILE = "facts.yaml"
_LOADED_MAX = 512

_loaded: dict[str, PolicyDefinition] = {}
_loading = Lock()


class PolicyNotFoundError(RefusalError):
    """No policy of that name in the library."""

    code = "policy.not_found"
    template = "没有找到这项政策。它可能换了名字，请到政策库里找。"
    status = 404


class TextNotFoundError(RefusalError):
    """No policy text of that number."""

    code = "policy.text_not_found"
    template = "没有找到这份规则文本。"
    status = 404


@dataclass(frozen=True, slots=True)
class ShippedText:
    """One file of the package."""

    policy: str
    text: str
    definition: PolicyDefinition


@dataclass(frozen=True, slots=True)
class TextView:
    """One text on its way, as the desk shows it."""

    id: UUID
    policy: str
    digest: str
    text: str
    note: str
    state: str
    author: UUID
    author_name: str
    created_at: datetime
    proposed_at: datetime | None
    returned_because: str
    publisher_name: str
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_because: str


@cache
def registry() -> FactRegistry:
    """The fact registry shipped with the product."""
    return load_registry(_read(_REGISTRY_FILE))


@cache
def shipped() -> Mapping[str, ShippedText]:
    """The shipped policies by id, sorted by id."""
    folder = files("denghuo.policy") / _FOLDER
    names = sorted(
        item.name
        for item in folder.iterdir()
        if item.name.endswith(".yaml") and item.name != _REGISTRY_FILE
    )
    texts = [_read(name) for name in names]
    loaded = [ShippedText(each.id, text, each) for text in texts for each in [read_text(text)]]
    return {each.policy: each for each in sorted(loaded, key=lambda one: one.policy)}


def read_text(text: str) -> PolicyDefinition:
    """One text against the registry. Raises ``DocumentError`` with line and place."""
    return load_definition(text, registry())


def library(known_on: datetime | None = None) -> dict[str, PolicyDefinition]:
    """The policies that speak, by id, as known at ``known_on`` (now, when None)."""
    found = {policy: each.definition for policy, each in shipped().items()}
    for policy, digest, text_id in _published(known_on):
        found[policy] = _definition(digest, text_id)
    return dict(sorted(found.items()))


def policy(policy_id: str, known_on: datetime | None = None) -> PolicyDefinition:
    """One policy. Raises ``PolicyNotFoundError``."""
    found = library(known_on).get(policy_id)
    if found is None:
        raise PolicyNotFoundError
    return found


def speaking_text(policy_id: str, known_on: datetime | None = None) -> str:
    """The text of the policy that speaks, as written. Raises ``PolicyNotFoundError``."""
    for each, _, text_id in _published(known_on):
        if each == policy_id:
            return PolicyText.objects.get(id=text_id).text
    found = shipped().get(policy_id)
    if found is None:
        raise PolicyNotFoundError
    return found.text


def texts_of(policy_id: str) -> list[TextView]:
    """Every text of the policy that was ever drafted here, newest first."""
    rows = PolicyText.objects.filter(policy=policy_id).order_by("-created_at")
    return [_view(row) for row in rows]


def texts_in(state: str) -> list[TextView]:
    """Texts in one state, oldest first: what waits at the desk."""
    return [_view(row) for row in PolicyText.objects.filter(state=state).order_by("created_at")]


def text(text_id: UUID) -> TextView:
    """One text. Raises ``TextNotFoundError``."""
    row = PolicyText.objects.filter(id=text_id).first()
    if row is None:
        raise TextNotFoundError
    return _view(row)


def _published(known_on: datetime | None) -> list[tuple[str, str, UUID]]:
    """Policy, digest and row of the last text published and still standing, one per policy."""
    rows = PolicyText.objects.filter(published_at__isnull=False)
    if known_on is None:
        rows = rows.filter(state="published")
    else:
        standing = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_on)
        rows = rows.filter(standing, published_at__lte=known_on)
    latest = {
        each: (each, digest, text_id)
        for each, digest, text_id in rows.order_by("published_at").values_list(
            "policy", "digest", "id"
        )
    }
    return list(latest.values())


def _definition(digest: str, text_id: UUID) -> PolicyDefinition:
    """Parsed once per process and digest.

    Race: two threads may parse the same text; both results are equal and one is kept.
    """
    found = _loaded.get(digest)
    if found is None:
        found = read_text(PolicyText.objects.get(id=text_id).text)
        with _loading:
            if len(_loaded) >= _LOADED_MAX:
                _loaded.clear()
            _loaded[digest] = found
    return found


def _read(name: str) -> str:
    return (files("denghuo.policy") / _FOLDER / name).read_text(encoding="utf-8")


def _view(row: PolicyText) -> TextView:
    return TextView(
        id=row.id,
        policy=row.policy,
        digest=row.digest,
        text=row.text,
        note=row.note,
        state=row.state,
        author=row.author,
        author_name=row.author_name,
        created_at=row.created_at,
        proposed_at=row.proposed_at,
        returned_because=row.returned_because,
        publisher_name=row.publisher_name,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_because=row.withdrawn_because,
    )
