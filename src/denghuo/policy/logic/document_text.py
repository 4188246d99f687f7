"""YAML text to plain values with the line of each, for files that people write by hand.

A narrow YAML: one document, no anchors, aliases or tags, no key twice, 64 KiB, 12 levels.
A number with decimals stays an exact ``Decimal`` with the decimals as written. Words that YAML
readers disagree about (``yes``, ``on``, ``1e5``, ``1_000``) are refused rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from pydantic import ValidationError

from denghuo.kernel.refusal import RefusalError

SIZE_MAX = 64 * 1024
LEVELS_MAX = 12

Path = tuple[str | int, ...]
Plain = None | bool | int | Decimal | date | str | list[Any] | dict[str, Any]

# The C reader is several times faster and gives the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER_LIKE = re.compile(
    r"[-+]?(?:\.?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+)"
)
_AMBIGUOUS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false"})


class DocumentError(RefusalError):
    """A policy or registry file that cannot be read, with the place and the line."""

    code = "policy.document"
    template = "第 {line} 行（{place}）：{problem}"

    def __init__(self, line: int, path: Path, problem: str) -> None:
        self.line = line
        self.path = path
        self.problem = problem
        super().__init__(line=line, place=place_of(path), problem=problem)


def place_of(path: Path) -> str:
    """``versions[1].params.cap``; the document itself is ``文件``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".") or "文件"


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and on which line each part of it starts."""

    data: Plain
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """The line of a part, or of the nearest part around it that exists."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def refusal(self, path: Path, problem: str) -> DocumentError:
        """A refusal of the part at ``path``."""
        return DocumentError(self.line_of(path), path, problem)


def read_document(text: str, size_max: int = SIZE_MAX) -> Document:
    """Read one YAML document. Raises ``DocumentError``."""
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > size_max:
        raise DocumentError(1, (), f"文件有 {size} 字节，最多 {size_max} 字节。")
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.read(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise DocumentError(line, (), "格式不对。请检查缩进、冒号和引号。") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise DocumentError(1, (), "文件里有读不出的字符。请用 UTF-8 保存。") from error
    return Document(reader.data, reader.lines)


@dataclass(slots=True)
class _Open:
    """A list or mapping being filled; ``key`` waits for its value."""

    path: Path
    holder: list[Any] | dict[str, Any]
    key: str | None = None


@dataclass(slots=True)
class _Reader:
    """Builds values from parser events without recursion."""

    data: Plain = None
    lines: dict[Path, int] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0

    def read(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise DocumentError(line, (), "一个文件只能写一份内容，请去掉“---”。")
        elif isinstance(event, yaml.AliasEvent):
            raise DocumentError(line, self._path(), "不能用 * 引用别处，请写全。")
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def _node(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            raise DocumentError(line, self._path(), "不能用 & 起别名，请写全。")
        if event.tag is not None and event.tag != "!":
            raise DocumentError(line, self._path(), "不能用 ! 标记类型。")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.holder, dict) and top.key is None:
            self._key(top, event, line)
            return
        if isinstance(event, yaml.ScalarEvent):
            self._put(_scalar(event, line, self._path()), line)
            return
        if len(self.stack) >= LEVELS_MAX:
            raise DocumentError(line, self._path(), f"套得太深，最多 {LEVELS_MAX} 层。")
        holder: list[Any] | dict[str, Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._path()
        self._put(holder, line)
        self.stack.append(_Open(path, holder))

    def _key(self, top: _Open, event: Any, line: int) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise DocumentError(line, top.path, "名字要是一个词。")
        if event.value in top.holder:
            raise DocumentError(line, (*top.path, event.value), "这个名字写了两次。")
        top.key = event.value
        self.lines[(*top.path, event.value)] = line

    def _path(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        step = len(top.holder) if isinstance(top.holder, list) else top.key
        return top.path if step is None else (*top.path, step)

    def _put(self, value: Plain, line: int) -> None:
        # A value keeps the line of its key; items of a list have only their own.
        self.lines.setdefault(self._path(), line)
        if not self.stack:
            self.data = value
            return
        top = self.stack[-1]
        if isinstance(top.holder, list):
            top.holder.append(value)
        else:
            assert top.key is not None  # noqa: S101 - _node reads the key first
            top.holder[top.key] = value
            top.key = None


def _scalar(event: Any, line: int, path: Path) -> Plain:
    text: str = event.value
    # The C reader writes a plain scalar's style as '', the other as None.
    if event.style:
        return text
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise DocumentError(line, path, f"没有“{text}”这一天。") from error
    if text.lower() in _AMBIGUOUS:
        raise DocumentError(line, path, f"“{text}”有两种读法。请写 true、false，或者加引号。")
    if _NUMBER_LIKE.fullmatch(text):
        raise DocumentError(
            line, path, f"“{text[:30]}”有两种读法。数字写成 1000、0.055，代码请加引号。"
        )
    return text


_PROBLEMS = {
    "missing": "缺少这一项。",
    "extra_forbidden": "没有这一项，可能写错了名字。",
    "string_type": "这里要写文字。",
    "int_type": "这里要写整数。",
    "bool_type": "这里要写 true 或 false。",
    "date_type": "这里要写日期，例如 2025-01-01。",
    "list_type": "这里要写一列，每行以“- ”开头。",
    "dict_type": "这里要写“名字: 值”。",
    "model_type": "这里要写“名字: 值”。",
    "model_attributes_type": "这里要写“名字: 值”。",
    "string_too_short": "这里不能是空的。",
    "string_too_long": "这里写得太长。",
    "too_short": "这里至少要有一项。",
    "too_long": "这里的项太多。",
    "string_pattern_mismatch": "这里的写法不对：名字用小写英文字母、数字和下划线，字母开头。",
}


def first_problem(error: ValidationError, document: Document, root: Path = ()) -> DocumentError:
    """The first of the shape's problems, as a refusal with its line."""
    found = error.errors(include_url=False)[0]
    path = (*root, *_existing(found["loc"], document, root))
    context = found.get("ctx", {})
    match found["type"]:
        case "literal_error":
            expected = str(context.get("expected", "")).replace("'", "")
            problem = f"这里只能写：{expected.replace(' or ', '、').replace(', ', '、')}。"
        case "value_error":
            problem = str(context.get("error", found["msg"]))
        case "missing":
            problem = f"缺少“{found['loc'][-1]}”。"
        case kind:
            problem = _PROBLEMS.get(kind, "这里的值不对。")
    return document.refusal(path, problem)


def _existing(location: Path, document: Document, root: Path) -> Path:
    """Drop the steps that name a union's choice rather than a place in the file."""
    kept: Path = ()
    for step in location:
        if (*root, *kept, step) in document.lines:
            kept = (*kept, step)
    return kept
