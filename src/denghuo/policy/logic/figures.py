"""A policy text with some of its dated figures changed: what a simulation runs.

Only the figures' own characters are replaced, so that the rest of the text, comments included,
stays as it was written; the changed text is loaded and checked like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.logic.definition import PolicyDefinition

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIGURE_LENGTH_MAX = 40

# A figure is named by its version's key and its own name.
Changes = Mapping[tuple[str, str], str]


class NoSuchFigureError(RefusalError):
    """The text has no such version or figure."""

    code = "policy.no_such_figure"
    template = "这份规则里没有“{version}”的“{name}”这个数。"


class NotAFigureError(RefusalError):
    """What was typed is not one plain value."""

    code = "policy.not_a_figure"
    template = "“{text}”不能当一个数用。请写数字、日期或代码。"


def with_figures(text: str, definition: PolicyDefinition, changes: Changes) -> str:
    """The text with figures replaced. Raises ``NoSuchFigureError``, ``NotAFigureError``.

    ``definition`` is what ``text`` loads to: its versions stand in the order of the file.
    """
    root = yaml.compose(text, Loader=_LOADER)
    numbers = {version.key: number for number, version in enumerate(definition.versions)}
    cuts: list[tuple[int, int, str]] = []
    for (version, name), value in changes.items():
        plain = value.strip()
        if not plain or len(plain) > _FIGURE_LENGTH_MAX or not _one_scalar(plain):
            raise NotAFigureError(field=f"{version}.{name}", text=value[:_FIGURE_LENGTH_MAX])
        node = _figure(root, numbers.get(version), name)
        if node is None:
            raise NoSuchFigureError(version=version, name=name)
        cuts.append((node.start_mark.index, node.end_mark.index, plain))
    changed = text
    for start, end, plain in sorted(cuts, reverse=True):
        changed = changed[:start] + plain + changed[end:]
    return changed


def _one_scalar(plain: str) -> bool:
    """Whether the text is one bare word: nothing that could open a new line, key or comment."""
    return all(char.isascii() and (char.isalnum() or char in "._-") for char in plain)


def _figure(root: Any, number: int | None, name: str) -> Any | None:
    if number is None:
        return None
    versions = _of(root, "versions")
    if not isinstance(versions, yaml.SequenceNode) or number >= len(versions.value):
        return None
    param = _of(_of(versions.value[number], "params"), name)
    value = _of(param, "value")
    return value if isinstance(value, yaml.ScalarNode) else None


def _of(node: Any, key: str) -> Any | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)
