"""What a season refuses, and why."""

from __future__ import annotations

from denghuo.kernel.refusal import RefusalError


class SeasonNotFoundError(RefusalError):
    """No such season, or of an area that is not the reader's."""

    code = "benefits.season_not_found"
    template = "没有找到这一批。"
    status = 404


class SeasonExistsError(RefusalError):
    """One season per benefit, period and area."""

    code = "benefits.season_exists"
    template = "这项业务、这个期间、这个地区已经有一批了。"
    status = 409


class SeasonItemError(RefusalError):
    """A service no season can be made of."""

    code = "benefits.season_item"
    template = "这项业务不能批量办：要有规则、要付款，而且按对象发放。"


class SeasonPeriodError(RefusalError):
    """A period that cannot be read."""

    code = "benefits.season_period"
    template = "期间请写年份，例如 2024。"


class SamePersonInSeasonError(RefusalError):
    """Starting, checking and signing are three people's."""

    code = "benefits.season_same_person"
    template = "您已经经手过这一批的另一步。发起、抽查、签字要三个人。"
    status = 403


class SampleNotDoneError(RefusalError):
    """Every row of the sample is looked at."""

    code = "benefits.sample_not_done"
    template = "还有 {left} 条没有抽查。"
    status = 409


class SampleReasonError(RefusalError):
    """Whoever says wrong says why."""

    code = "benefits.sample_reason"
    template = "请写明哪里不对，最多 300 个字。"


class SampleRowError(RefusalError):
    """No such row in the sample."""

    code = "benefits.sample_row"
    template = "抽查里没有这一条。"
    status = 404


class BudgetShortError(RefusalError):
    """The fund cannot pay the whole list."""

    code = "benefits.budget_short"
    template = "基金不够付这一批：{funds}。请先调拨，再重新冻结。"
    status = 409


class StopReasonError(RefusalError):
    """Whoever stops a season says why."""

    code = "benefits.stop_reason"
    template = "请写明为什么停，最多 300 个字。"


class NoticeStillOpenError(RefusalError):
    """Nothing is paid before the notice is over."""

    code = "benefits.notice_still_open"
    template = "公示到 {last}，公示结束后才能付款。"
    status = 409


class SeasonPendingError(RefusalError):
    """Something is still on its way."""

    code = "benefits.season_pending"
    template = "还有 {left} 件没有办完，不能结束。"
    status = 409


class NoProposalsError(RefusalError):
    """Nobody on the list."""

    code = "benefits.no_proposals"
    template = "名单上没有可以发放的对象。"
    status = 409


class NoKnownAccountError(RefusalError):
    """No office told us an account."""

    code = "benefits.no_known_account"
    template = "没有查到您单位缴社保费的账户，请自己填一个。"
    status = 409


class NotUnderpaidError(RefusalError):
    """The newer tables do not say that more is due."""

    code = "benefits.not_underpaid"
    template = "按新的数据算，应发的不比已发的多，不用补发。"
    status = 409
