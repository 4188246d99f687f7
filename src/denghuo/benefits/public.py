"""The door of the benefits room: what other floors may import."""

from __future__ import annotations

from denghuo.benefits.actions.accounts import Learnt, ToldAccount, learn_accounts
from denghuo.benefits.actions.import_applying import apply_import
from denghuo.benefits.actions.import_reading import check_file, look_at_file
from denghuo.benefits.actions.imports import confirm_import, receive_file, set_mapping
from denghuo.benefits.actions.season_work import work_season
from denghuo.benefits.actions.seasons import (
    announce_season,
    create_season,
    draw_sample,
    finish_sample,
    judge_row,
    pay_season,
    sign_season,
    start_season,
)
from denghuo.benefits.logic.season_refusals import NoProposalsError, NoticeStillOpenError
from denghuo.benefits.logic.season_states import SeasonState
from denghuo.benefits.queries.imports import ImportView, import_of
from denghuo.benefits.queries.seasons import SeasonStanding, season_standing
from denghuo.benefits.queries.tables import (
    JoinedTable,
    TableView,
    entity_key,
    join_tables,
    latest_tables,
)

__all__ = [
    "ImportView",
    "JoinedTable",
    "Learnt",
    "NoProposalsError",
    "NoticeStillOpenError",
    "SeasonStanding",
    "SeasonState",
    "TableView",
    "ToldAccount",
    "announce_season",
    "apply_import",
    "check_file",
    "confirm_import",
    "create_season",
    "draw_sample",
    "entity_key",
    "finish_sample",
    "import_of",
    "join_tables",
    "judge_row",
    "latest_tables",
    "learn_accounts",
    "look_at_file",
    "pay_season",
    "receive_file",
    "season_standing",
    "set_mapping",
    "sign_season",
    "start_season",
    "work_season",
]
