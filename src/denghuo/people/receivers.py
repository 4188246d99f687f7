"""What the people room tells the platform: who may read the photo of a paper mandate."""

from __future__ import annotations

from denghuo.people.queries.mandates import paper_may_be_read
from denghuo.platform.public import Actor, FileView, may_read_files


@may_read_files
def counter_reads_papers(actor: Actor, file: FileView) -> str:
    """Staff of the giver's area may check the paper an errand rests on."""
    return "核对委托书" if paper_may_be_read(actor, file.id) else ""
