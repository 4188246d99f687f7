"""Whom money may go to: the name on the account is the subject's own, the number can be one.

A bank compares the name letter by letter and sends the money back days later. Comparing here,
before ordering, says it at once, and an order for somebody else's account never leaves.
"""

from __future__ import annotations

import re
import unicodedata

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.spreadsheet import FORMULA_STARTS
from denghuo.kernel.subject import SubjectKind

NAME_BYTES_MAX = 120
BANK_BYTES_MAX = 80
BANK_ENCODING = "gb18030"
# Many code points are typed for the dot in 乌云·其木格, and a bank may leave it out.
_DOTS = re.compile("[·•‧・⋅∙.]")
_NUMBER_JOINTS = re.compile(r"[\s-]")
_NUMBER = re.compile(r"[0-9]{8,32}")
# Cards in mainland China begin with 62; the demo's made-up ones with 0000, which no bank issues.
_CARD = re.compile(r"(?=62|0000)[0-9]{16,19}")


# Letters that no folding changes and every bank writes: nearly all names are of these alone.
_FOLDED = re.compile(r"[\u4e00-\u9fa5a-z0-9]+")
_PLAIN = re.compile(r"[\u4e00-\u9fa5A-Za-z0-9（）]+")


class AccountNameError(RefusalError):
    """The account is not the payee's own."""

    code = "ledger.account_name"
    template = "账户的户名和收款人不一样。钱只能付到本人（本单位）名下的账户，请换一个账户。"


class AccountNumberError(RefusalError):
    """The number cannot be an account's."""

    code = "ledger.account_number"
    template = "账号不对：应是 8 到 32 位数字；银行卡号请再核对一遍，可能有一位写错了。"


class PersonalAccountError(RefusalError):
    """A personal card for a firm."""

    code = "ledger.personal_account"
    template = "这是个人银行卡。给单位的钱只能付到单位的对公账户。"


class BankTextError(RefusalError):
    """A name that no bank file can carry."""

    code = "ledger.bank_text"
    template = "{what}不能用：{why}。请照银行的写法填写。"


def fold_name(name: str) -> str:
    """What must be equal for two writings to be one name.

    Full and half width, dots, blanks, case and invisible marks do not make another name.
    """
    if _FOLDED.fullmatch(name):
        return name
    folded = ""
    while folded != name:  # a folded letter may fold again; twice is the most seen
        folded = name
        text = _DOTS.sub("", unicodedata.normalize("NFKC", name)).casefold()
        name = "".join(char for char in text if unicodedata.category(char)[0] not in "CZ")
    return folded


def read_bank_text(text: str, *, what: str, bytes_max: int) -> str:
    """Text for a bank file, blanks trimmed. Raises ``BankTextError``.

    Nothing is cut: a shortened name is another name to a bank.
    """
    kept = text.strip()
    if not kept:
        raise BankTextError(what=what, why="没有填写")
    if not _PLAIN.fullmatch(kept) and (
        kept.startswith(FORMULA_STARTS)
        or any(unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for char in kept)
    ):
        raise BankTextError(what=what, why="有不认得的符号")
    if len(kept.encode(BANK_ENCODING)) > bytes_max:
        raise BankTextError(what=what, why=f"太长，最多 {bytes_max // 2} 个汉字")
    return kept


def read_account_number(raw: str, kind: SubjectKind) -> str:
    """The digits alone. Raises ``AccountNumberError``, ``PersonalAccountError``."""
    number = _NUMBER_JOINTS.sub("", unicodedata.normalize("NFKC", raw))
    if not _NUMBER.fullmatch(number) or set(number) == {"0"}:
        raise AccountNumberError(field="account_no")
    if _CARD.fullmatch(number):
        if not passes_luhn(number):
            # One wrong digit pays a stranger or comes back: no card number fails this sum.
            if kind == "person":
                raise AccountNumberError(field="account_no")
        elif kind == "firm":
            raise PersonalAccountError(field="account_no")
    return number


def demand_own_account(*, payee_name: str, account_name: str) -> None:
    """Raises ``AccountNameError`` unless both are one name."""
    own = fold_name(payee_name)
    if not own or own != fold_name(account_name):
        raise AccountNameError(field="account_name")


def passes_luhn(number: str) -> bool:
    """The check digit of a card is right."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
