"""The question that is answered with files: bring, choose again, take out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from denghuo.cases.actions.documents import (
    DocumentNotFoundError,
    attach_document,
    remove_document,
    reuse_document,
)
from denghuo.cases.actions.drafts import HandedInError, pass_page
from denghuo.cases.forms import FileForm
from denghuo.cases.logic.forms import Field
from denghuo.cases.pages.apply_walk import Walk, again, posted_draft
from denghuo.cases.pages.citizen_words import page, reader_language, sentence_of, step_address
from denghuo.cases.queries.documents import documents_named, reusable
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import DOCUMENT_KINDS, FILE_KINDS, ActorRequest

FILE_BYTES_MAX = max(kind.bytes_max for kind in FILE_KINDS if kind.kind in DOCUMENT_KINDS)


def file_page(
    request: ActorRequest, walk: Walk, one: Field, context: dict[str, Any]
) -> HttpResponseBase:
    """The page, and what its buttons do."""
    form = FileForm()
    if request.method == "POST":
        # A press of "next" with a chosen file brings the file first: nobody presses twice.
        form = FileForm(request.POST, request.FILES)
        try:
            answered = _act(request, walk, one, form)
        except HandedInError as gone:
            messages.info(request, sentence_of(gone))
            return redirect("cases_apply", walk.item)
        except RefusalError as refusal:
            if refusal.status == 404:
                raise
            form.add_error("file", sentence_of(refusal, one))
            answered = None
        if answered is not None:
            return answered
    form.fields["file"].help_text = _hint(form, one)
    listed = _listed(walk, one)
    context = {
        **context,
        "form": form,
        "documents": list(documents_named(listed).values()),
        "room": one.files_max - len(listed),
        "limit": one.files_max,
        "reusable": reusable(walk.draft.subject, but=listed) if len(listed) < one.files_max else [],
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "cases/citizen/files.html", context, status=status)


def _act(request: ActorRequest, walk: Walk, one: Field, form: FileForm) -> HttpResponseBase | None:
    here = redirect(step_address(walk.item, one.name))
    draft_id = posted_draft(request)
    if "remove" in request.POST:
        remove_document(
            actor=request.actor,
            draft_id=draft_id,
            document_id=_id(request.POST["remove"]),
            now=walk.now,
        )
        return here
    if "reuse" in request.POST:
        reuse_document(
            actor=request.actor,
            draft_id=draft_id,
            field=one.name,
            document_id=_id(request.POST["reuse"]),
            now=walk.now,
        )
        return here
    upload = request.FILES.get("file")
    if upload is None and "next" in request.POST and (_listed(walk, one) or not one.required):
        if not _listed(walk, one):
            pass_page(actor=request.actor, draft_id=draft_id, name=one.name, now=walk.now)
        return redirect("cases_apply", walk.item)
    if not form.is_valid() or not isinstance(upload, UploadedFile):
        return None
    before = set(_listed(walk, one))
    draft = attach_document(
        actor=request.actor, draft_id=draft_id, field=one.name, upload=upload, now=walk.now
    )
    if set(_listed(again(walk, draft), one)) == before:
        messages.info(request, _("这份文件已经在下面了，不用再传。"))
    elif "next" in request.POST:
        return redirect("cases_apply", walk.item)
    return here


def _listed(walk: Walk, one: Field) -> list[str]:
    value = walk.draft.answers.get(one.name)
    return list(value) if isinstance(value, list) else []


def _hint(form: FileForm, one: Field) -> str:
    own = one.help.in_language(reader_language()) if one.help else ""
    return f"{own} {form.fields['file'].help_text}".strip()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise DocumentNotFoundError from None
