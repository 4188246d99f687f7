"""Files with faults, for whoever wants to see what happens to them.

Each is meant for one page of the desks. What stands in it and what must come of it is told in
``NOTES``, in the words of the person who tries.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from denghuo.ledger.public import (
    BankFileView,
    FaultRates,
    answer_payments,
    bank_format,
    draw_bank_file,
    list_bank_files,
)
from denghuo.platform.public import Actor
from denghuo.project.demo.casting import register_codes
from denghuo.project.demo.employers import EMPLOYERS
from denghuo.project.demo.identities import firm_code

GOOD, BAD, BAD_BOOK = "facts-good.csv", "facts-bad-rows.csv", "facts-bad-rows.xlsx"
OLD_BOOK, WORDS, EMPTY = "facts-old-format.xls", "facts-no-table.csv", "facts-empty.csv"
RETURNED, REPEATED = "return-two-come-back.txt", "return-repeated-row.txt"
OTHER_SUM, CHANGED, CUT = "return-other-amount.txt", "return-changed.txt", "return-cut-off.txt"
NOTES: Mapping[str, str] = {
    GOOD: "正常的参保数据（GB 18030 编码，上面有标题，下面有合计行）：四行都收，合计行不算。",
    BAD: "十行只收两行（其中一家没登记过）：代码错一位、人数写成字、三位小数、公式、日期不存在，"
    "同一单位两行不一样；每一行都说清第几行、哪一列、怎么改。",
    BAD_BOOK: "表格文件，八行里三行有错：#N/A、公式、丢了数字的长代码，逐格说明；好的行照收。",
    OLD_BOOK: "改了名字的老 .xls：不收，并说怎么另存。",
    WORDS: "不是表格：不收。",
    EMPTY: "只有表头：不收。",
    RETURNED: "银行回盘：一笔户名不符、一笔已销户退回，其余到账。",
    REPEATED: "银行回盘里同一笔出现两次：记一次，列出重复的那行。",
    OTHER_SUM: "银行回盘里一笔金额多一分：这笔不记账，列出来等人核对。",
    CHANGED: "回盘里改过一个数字：校验不符，整个不收。",
    CUT: "回盘少了最后一行：整个不收。",
}
_HEADINGS = (
    "统一社会信用代码", "单位名称", "裁员人数", "月平均参保人数", "缴费月数",
    "实缴失业保险费（元）", "数据日期",
)  # fmt: skip
_NO_DICE = FaultRates({})
_FORM = "fixed"
# The first bytes of the format before .xlsx.
_OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")


def write_trial_files(folder: Path, *, treasurer: Actor, today: date) -> list[str]:
    """Write all that can be made now; answers only where a file is at the bank. Their names."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {**fact_trials(today), **return_trials(treasurer, today)}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    lines = [f"{name}\t{NOTES[name]}\n" for name in files]
    (folder / "README.txt").write_text("".join(lines), encoding="utf-8")
    return list(files)


def fact_trials(today: date) -> dict[str, bytes]:
    """Files for the page of facts; choose the area 呼和浩特 and the office 社会保险登记."""
    return {
        GOOD: _csv([["参保情况表"], list(_HEADINGS), *_good(today), ["合计", "", "15"]], "gb18030"),
        BAD: _csv([list(_HEADINGS), *_bad(today)]),
        BAD_BOOK: _book([list(_HEADINGS), *_bad_cells(today)]),
        OLD_BOOK: _OLD_FORMAT + bytes(4_096),
        WORDS: "这不是一张表，只是一封信。".encode() + b"\x00\x01\x02",
        EMPTY: _csv([list(_HEADINGS)]),
    }


def _firms() -> dict[str, tuple[str, str]]:
    codes = register_codes()
    return {one.key: (codes[one.key].text, one.name) for one in EMPLOYERS}


def _good(today: date) -> list[list[object]]:
    firms = _firms()
    day = today.replace(day=1).isoformat()
    return [
        [*firms["dairy"], 3, "178.50", 84, "129,333.33", day],
        [*firms["bank"], 0, 260, 84, "￥187200.00", day],
        [*firms["milk-tea"], 0, 2, 13, 1440, day],
        [*firms["supermarket"], 12, 210, 84, "151200.00", day],
    ]


def _bad(today: date) -> list[list[object]]:
    firms = _firms()
    day = today.replace(day=1).isoformat()
    code, name = firms["dairy"]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    stranger = firm_code(999_999, kind="91").text
    return [
        [*firms["bank"], 0, 260, 84, "187200.00", day],
        [wrong, name, 3, "178.50", 84, "129333.33", day],
        [*firms["machines"], "二十来人", 30, 71, "21600.00", day],
        [*firms["logistics"], 0, 64, 58, "46080.005", day],
        [*firms["glass"], "=1+60", 420, 84, "302400.00", day],
        [*firms["cooperative"], 0, "十二", 49, "8640.00", day],
        [*firms["restaurant"], 0, 2, 13, "1440.00", "2026-02-30"],
        [*firms["supermarket"], 12, 210, 84, "151200.00", day],
        [*firms["supermarket"], 13, 210, 84, "151200.00", day],
        [stranger, "谁也没登记过的（演示）有限公司", 0, 5, 24, "3600.00", day],
    ]


def _bad_cells(today: date) -> list[list[object]]:
    firms = _firms()
    day = today.replace(day=1).isoformat()
    return [
        [*firms["bank"], 0, 260, 84, 187200.0, day],
        [*firms["milk-tea"], 0, 2, 13, 1440, day],
        [*firms["supermarket"], 12, 210, 84, 151200, day],
        [*firms["restaurant"], 0, 2, 60, 1440, day],
        [*firms["logistics"], 1, 64, 58, 46080, day],
        [*firms["dairy"], "#N/A", 178.5, 84, 129333.33, day],
        [9.115991e17, firms["machines"][1], 6, 30, 71, 21600, day],
        [*firms["printer"], "=5+1", 31, 84, 22320, day],
    ]


def _csv(rows: list[list[object]], encoding: str = "utf-8") -> bytes:
    """As a careless program writes it: formulas stay formulas."""
    lines = (",".join(_quoted(cell) for cell in row) for row in rows)
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def _quoted(cell: object) -> str:
    text = str(cell)
    return f'"{text}"' if "," in text else text


def _book(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def return_trials(treasurer: Actor, today: date) -> dict[str, bytes]:
    """The bank's answers to the newest file that waits for one; nothing where none does."""
    waiting, _ = list_bank_files(treasurer, state="released")
    sent = [one for one in waiting if one.kind == "pay" and one.form == _FORM]
    return answers_with_faults(sent[0], today) if sent else {}


def answers_with_faults(sent: BankFileView, today: date) -> dict[str, bytes]:
    """One file to the bank, answered five ways."""
    first, second = (*_references(sent), "", "")[:2]
    whole = _answer(sent, today, {})
    lines = whole.splitlines(keepends=True)
    body = lines[1]
    place = len(body) // 2
    digit = b"1" if body[place : place + 1] != b"1" else b"2"
    changed = body[:place] + digit + body[place + 1 :]
    return {
        RETURNED: _answer(sent, today, {first: "wrong_name", second: "closed_account"}),
        REPEATED: _answer(sent, today, {first: "repeated"}),
        OTHER_SUM: _answer(sent, today, {first: "amount_differs"}),
        CHANGED: b"".join([lines[0], changed, *lines[2:]]),
        CUT: b"".join(lines[:-1]),
    }


def _answer(sent: BankFileView, today: date, chosen: Mapping[str, str]) -> bytes:
    pieces = answer_payments(
        bank_format(sent.form),
        partial(draw_bank_file, sent),
        rates=_NO_DICE,
        seed=0,
        day=max(today, sent.day),
        chosen=chosen,
    )
    return b"".join(pieces)


def _references(sent: BankFileView) -> Iterator[str]:
    """In the order of the file's lines; the reference is the first column of a row."""
    for line in b"".join(draw_bank_file(sent)).splitlines()[1:-1]:
        yield line[1:33].decode("gb18030").strip()
