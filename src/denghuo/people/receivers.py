"""What the people room tells the platform: where people are reached, who may read the photo of
a paper mandate, and that it is needed as long as there is the mandate."""

from __future__ import annotations

from uuid import UUID

from denghuo.people.queries.contacts import contacts_of
from denghuo.people.queries.mandates import is_paper, paper_may_be_read
from denghuo.platform.public import Actor, FileView, finds_contacts, may_read_files, needs_file

finds_contacts(contacts_of)


@may_read_files
def counter_reads_papers(actor: Actor, file: FileView) -> str:
    """Staff of the giver's area may check the paper an errand rests on."""
    return "核对委托书" if paper_may_be_read(actor, file.id) else ""


@needs_file
def mandates_rest_on_papers(file_id: UUID) -> bool:
    """Also those that have ended: by what right somebody acted is asked afterwards."""
    return is_paper(file_id)
