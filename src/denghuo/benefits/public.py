"""The door of the benefits room: what other floors may import."""

from __future__ import annotations

from denghuo.benefits.actions.accounts import Learnt, ToldAccount, learn_accounts
from denghuo.benefits.actions.import_applying import apply_import
from denghuo.benefits.actions.import_reading import check_file, look_at_file
from denghuo.benefits.actions.imports import (
    confirm_import,
    drop_import,
    receive_file,
    set_mapping,
    take_back,
)
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
from denghuo.benefits.queries.imports import ImportView, import_of, imports_for
from denghuo.benefits.queries.seasons import SeasonStanding, season_standing
from denghuo.benefits.queries.tables import (
    JoinedTable,
    NoTableError,
    TableFact,
    TableView,
    entity_key,
    facts_in_table,
    join_tables,
    latest_table,
    latest_tables,
    subjects_of,
    table_of,
)

__all__ = [
    "ImportView",
    "JoinedTable",
    "Learnt",
    "NoProposalsError",
    "NoTableError",
    "NoticeStillOpenError",
    "SeasonStanding",
    "SeasonState",
    "TableFact",
    "TableView",
    "ToldAccount",
    "announce_season",
    "apply_import",
    "check_file",
    "confirm_import",
    "create_season",
    "draw_sample",
    "drop_import",
    "entity_key",
    "facts_in_table",
    "finish_sample",
    "import_of",
    "imports_for",
    "join_tables",
    "judge_row",
    "latest_table",
    "latest_tables",
    "learn_accounts",
    "look_at_file",
    "pay_season",
    "receive_file",
    "season_standing",
    "set_mapping",
    "sign_season",
    "start_season",
    "subjects_of",
    "table_of",
    "take_back",
    "work_season",
]
