"""Tables of the desk as files, and the words of list addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from denghuo.kernel.spreadsheet import table_lines
from denghuo.platform.public import ActorRequest, sought_is_gone, words_sought

_CONTENT_TYPE = "text/csv; charset=utf-8"
_PAGE_DIGITS_MAX = 7
_WORD_LENGTH_MAX = 80
Answer = TypeVar("Answer", bound=HttpResponseBase)


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A short list as a file that spreadsheet programs open rightly and run nothing of."""
    text = "\ufeff" + "".join(table_lines([header, *rows]))
    return _named(HttpResponse(text, content_type=_CONTENT_TYPE), name)


def csv_stream(name: str, pieces: Iterable[bytes]) -> HttpResponseBase:
    """A long list, sent while it is read."""
    return _named(StreamingHttpResponse(pieces, content_type=_CONTENT_TYPE), name)


def page_number(text: str) -> int:
    """The page asked for; the first where the address says nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _PAGE_DIGITS_MAX else 1


def word_sought(text: str) -> str:
    """What stands in the search box."""
    return text.strip()[:_WORD_LENGTH_MAX]


def address(path: str, **words: object) -> str:
    """A path with those words of the query that say something."""
    query = urlencode({name: str(word) for name, word in words.items() if word})
    return f"{path}?{query}" if query else path


def _named(answer: Answer, name: str) -> Answer:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def words_of(request: ActorRequest) -> str:
    """Whom the reader looks for: posted and kept with the session, never in the address."""
    return words_sought(request, now=timezone.now())


def search_context(request: ActorRequest) -> dict[str, object]:
    """What the bar above a list needs for such a search."""
    return {
        "q": words_of(request),
        "sought_is_gone": sought_is_gone(request, now=timezone.now()),
        "private": True,
    }


def by_amount(falling: str, rising: str) -> list[dict[str, str]]:
    """The orders of a list of sums, in words."""
    return [
        {"value": "", "text": _("按文件里的顺序")},
        {"value": "-amount", "text": falling},
        {"value": "amount", "text": rising},
    ]
