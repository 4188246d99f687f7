"""Why an answer cannot be kept: one sentence each, naming the field it belongs to."""

from __future__ import annotations

from denghuo.kernel.refusal import RefusalError


class AnswerMissingError(RefusalError):
    """A required field is empty."""

    code = "cases.answer_missing"
    template = "请填“{label}”。"


class ChoiceMissingError(RefusalError):
    """Nothing is chosen."""

    code = "cases.choice_missing"
    template = "请选一个：{label}。"


class AnswerTooLongError(RefusalError):
    """More text than the field takes."""

    code = "cases.answer_too_long"
    template = "“{label}”最多写 {limit} 个字，现在有 {length} 个。"


class NotAmountError(RefusalError):
    """No amount in yuan."""

    code = "cases.not_amount"
    template = "“{label}”没看懂。请只写多少元，例如 1234.50。"


class NotDayError(RefusalError):
    """No day of the calendar."""

    code = "cases.not_day"
    template = "“{label}”没看懂。请写年月日，例如 20250301 或 2025年3月1日。"


class NotNumberError(RefusalError):
    """No whole number."""

    code = "cases.not_number"
    template = "“{label}”请写整数，例如 12。"


class TooSmallError(RefusalError):
    """Under the least allowed."""

    code = "cases.too_small"
    template = "“{label}”太小了，最小是 {bound}。"


class TooLargeError(RefusalError):
    """Over the most allowed."""

    code = "cases.too_large"
    template = "“{label}”太大了，最大是 {bound}。"


class TooEarlyError(RefusalError):
    """Before the first day allowed."""

    code = "cases.too_early"
    template = "“{label}”太早了，最早是 {bound}。"


class TooLateError(RefusalError):
    """After the last day allowed."""

    code = "cases.too_late"
    template = "“{label}”太晚了，最晚是 {bound}。"


class DayToComeError(RefusalError):
    """A day that has not come yet."""

    code = "cases.day_to_come"
    template = "“{label}”还没到。请写今天或以前的日期。"


class NotChoiceError(RefusalError):
    """None of the choices."""

    code = "cases.not_choice"
    template = "“{label}”请在下面选一个。"


class NotCertificateError(RefusalError):
    """No certificate number."""

    code = "cases.not_certificate"
    template = "“{label}”请照证书上的写：字母和数字，5 到 40 位，不要写汉字。"


class NotCompanyCodeError(RefusalError):
    """No unified social credit code."""

    code = "cases.not_company_code"
    template = "“{label}”有误：{why}。请对照营业执照再看一遍。"


class NotCardError(RefusalError):
    """The card number is mistyped."""

    code = "cases.not_card"
    template = "卡号有误，可能抄错了一位。请对照卡面再看一遍，一般是 16 到 19 位数字。"


class NotAccountError(RefusalError):
    """No account of a firm."""

    code = "cases.not_account"
    template = "账号请写 8 到 32 位数字。请对照开户许可证再看一遍。"


class BankMissingError(RefusalError):
    """An account without its bank."""

    code = "cases.bank_missing"
    template = "请写开户银行，例如“中国农业银行”。最多 60 个字。"


class NotHolderError(RefusalError):
    """The account is somebody else's."""

    code = "cases.not_holder"
    template = "户名要和办事人一样：{subject}。补贴只能发到本人（本单位）的账户。"


class NotFamilyError(RefusalError):
    """Nobody of the confirmed family."""

    code = "cases.not_family"
    template = "请在下面选一位家人。没有的话，先在“家人和委托”里请对方确认关系。"


class NotDivisionError(RefusalError):
    """No division that is offered."""

    code = "cases.not_division"
    template = "“{label}”请在下面选一个旗县。"


class FileMissingError(RefusalError):
    """No file was brought."""

    code = "cases.file_missing"
    template = "请先选一个文件，或者拍一张照片：{label}。"
