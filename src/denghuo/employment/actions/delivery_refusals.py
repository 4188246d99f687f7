"""Why a step of a delivery is refused."""

from __future__ import annotations

from denghuo.kernel.refusal import RefusalError


class SourcePausedError(RefusalError):
    """Nothing is taken from a paused source."""

    code = "employment.source_paused"
    template = "这个来源已经暂停，先恢复它再收岗位。"
    status = 409


class SourceNameTakenError(RefusalError):
    """Another source has this name, or the firm has one already."""

    code = "employment.source_name_taken"
    template = "已经有一个叫这个名字的来源。"
    status = 409


class ColumnsMissingError(RefusalError):
    """Columns without which a row is no post."""

    code = "employment.columns_missing"
    template = "还有列没有对好：{columns}。"


class DeliveryMovedOnError(RefusalError):
    """Somebody was faster, or the step does not fit the state."""

    code = "employment.delivery_moved_on"
    template = "这份报送已经往下走了。请刷新页面再看。"
    status = 409


class NothingToTakeError(RefusalError):
    """No good row."""

    code = "employment.nothing_to_take"
    template = "没有一行能收。请改列的对照，或者把错误清单发回去。"
    status = 409


class LossNotConfirmedError(RefusalError):
    """A whole list that would withdraw more than half of what the source has."""

    code = "employment.loss_not_confirmed"
    template = (
        "这份名单里少了 {missing} 个岗位，超过现有 {standing} 个的一半。"
        "请先核对文件是不是完整；确实要撤，请勾选后再确认。"
    )
    status = 409


class OtherAtWorkError(RefusalError):
    """Another delivery of the source is being taken in."""

    code = "employment.other_at_work"
    template = "这个来源的另一份报送正在收。等它收完再确认这一份。"
    status = 409
