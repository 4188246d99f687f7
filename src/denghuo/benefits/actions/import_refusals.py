"""Why a step of an import is refused."""

from __future__ import annotations

from denghuo.kernel.refusal import RefusalError


class ImportMovedOnError(RefusalError):
    """The import is not where the page that was open believed it."""

    code = "benefits.import_moved_on"
    template = "这份文件已经到了下一步，请刷新再看。"
    status = 409


class SecondPersonNeededError(RefusalError):
    """Who brought a large file does not confirm it; who confirmed one does not take it back."""

    code = "benefits.second_person_needed"
    template = "这一步要由另一位同事来办。"
    status = 409


class NothingToImportError(RefusalError):
    """No row could be read."""

    code = "benefits.nothing_to_import"
    template = "没有一行能导入。请先按错误清单改好列或文件。"


class TooLateToTakeBackError(RefusalError):
    """Decisions have been made by it since."""

    code = "benefits.too_late_to_take_back"
    template = "导入已经超过 {days} 天，不能整份撤回了。有错的请逐条更正。"
    status = 409


class RecordsTooManyError(RefusalError):
    """A file for sweeps is not written row by row."""

    code = "benefits.records_too_many"
    template = "行数太多，只能作批量核算用的数据表，不逐户写档案。"


class ReasonNeededError(RefusalError):
    """Taking back says why."""

    code = "benefits.reason_needed"
    template = "请写一句为什么撤回。"


class OfficeUnknownError(RefusalError):
    """A source nobody declared."""

    code = "benefits.office_unknown"
    template = "没有登记过这个来源部门。"


class DayAheadError(RefusalError):
    """No office can speak of tomorrow."""

    code = "benefits.day_ahead"
    template = "数据日期 {day} 还没有到。"


class NoRoomForFileError(RefusalError):
    """The disk is full."""

    code = "benefits.no_room"
    template = "服务器的磁盘满了，文件没有收下。请联系运维人员腾出空间，再传一次。"
    status = 507
