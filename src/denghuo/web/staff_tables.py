"""Lists of the desk as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from denghuo.kernel.spreadsheet import table_lines


def csv_table(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A list that spreadsheet programs open rightly and run nothing of."""
    text = "\ufeff" + "".join(table_lines([header, *rows]))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
