"""What the web room tells the rooms below: whom a file's word for a subject stands for."""

from __future__ import annotations

import re

from denghuo.kernel.id_number import IdNumber, NotIdNumberError
from denghuo.kernel.subject import NotSubjectError, SubjectRef
from denghuo.kernel.uscc import NotUsccError, Uscc
from denghuo.people.public import person_key, registered_firms, registered_persons
from denghuo.policy.public import names_subjects

_PERSON_KEY = re.compile("[0-9a-f]{64}")


@names_subjects
def registered_subject(entity: str) -> SubjectRef | None:
    """The person or firm a row of a file is about, where the registers know them.

    A file names its subjects by a reference, a firm's code, an identity number or its keyed
    digest, perhaps with a name beside it.
    """
    for word in entity.split():
        found = _reference(word) or _firm(word) or _person(word)
        if found is not None:
            return found
    return None


def _reference(word: str) -> SubjectRef | None:
    try:
        return SubjectRef.read(word)
    except NotSubjectError:
        return None


def _firm(word: str) -> SubjectRef | None:
    try:
        code = Uscc.read(word).text
    except NotUsccError:
        return None
    found = registered_firms([code]).get(code)
    return found.ref if found else None


def _person(word: str) -> SubjectRef | None:
    if _PERSON_KEY.fullmatch(word):
        key = word
    else:
        try:
            key = person_key(IdNumber.read(word))
        except NotIdNumberError:
            return None
    found = registered_persons([key]).get(key)
    return found.ref if found else None
