"""The cases room's part of the API: services and their forms, drafts, one's own cases, notices.

Programs of persons and firms work here for the subject of their key, as far as its scopes go;
a signed-in browser may do the same. The desk has no API: a decision is a person's.
"""

from denghuo.cases.api.filling import drafts
from denghuo.cases.api.notice_lists import notices
from denghuo.cases.api.own import cases
from denghuo.cases.api.service_items import services

__all__ = ["cases", "drafts", "notices", "services"]
