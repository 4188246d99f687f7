"""What the room refuses to match on, each with its sentence."""

from __future__ import annotations

from denghuo.kernel.refusal import RefusalError


class UnknownWordError(RefusalError):
    """A word that the vocabulary does not have: it could never match, so it is not kept."""

    code = "matching.unknown_word"
    template = "“{word}”不在“{listed}”的词表里。"


class OutOfRangeError(RefusalError):
    """A number that the columns do not hold."""

    code = "matching.out_of_range"
    template = "{name} 是 {value}，应当在 {low} 和 {high} 之间。"


class TooManyError(RefusalError):
    """More words than a column has room for."""

    code = "matching.too_many"
    template = "{name} 最多 {most} 个，这里有 {count} 个。"


class DoubledError(RefusalError):
    """The same id or word twice."""

    code = "matching.doubled"
    template = "{name} 里“{value}”出现了两次。"


class NothingWantedError(RefusalError):
    """Who wants nothing can be offered nothing."""

    code = "matching.nothing_wanted"
    template = "至少要写一项想找的。"


class TextError(RefusalError):
    """A text of limits and weights that cannot be read or does not add up."""

    code = "matching.text"
    template = "匹配规则 {place}：{problem}"


class NoTextInForceError(RefusalError):
    """No version of the text is in force on the day: a person decides, not the last known one."""

    code = "matching.no_text_in_force"
    template = "{day} 没有生效的匹配规则，请人工办理。"
    status = 409


class NotHereError(RefusalError):
    """An id that the lists do not know, or no longer."""

    code = "matching.not_here"
    template = "编号 {id} 不在名单里。"
    status = 404


class SnapshotDamagedError(RefusalError):
    """Something in a snapshot is not what was written."""

    code = "matching.snapshot_damaged"
    template = "岗位快照 {name} 已损坏（{part}）。请删掉这个文件夹，重新生成。"
    status = 409


class BatchShapeError(RefusalError):
    """A batch without a column, or with one of another type or with gaps."""

    code = "matching.batch_shape"
    template = "数据列“{name}”应当是 {type}。"
