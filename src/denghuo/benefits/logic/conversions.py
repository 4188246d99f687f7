"""One cell of another office's file to a value of ours, or the reason why not.

Everything arrives as text (``reading.cell_text``), trimmed, blank as None. What a value is held
as is what the policy room reads: bool, whole number, fen, unscaled decimal, day, code. Nothing is
guessed that could be money or a day twice: two decimals of yuan, a month without a day, a day and
month in an order nobody can know are refused with what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from denghuo.benefits.logic.targets import How, Target
from denghuo.kernel.id_number import IdNumber, NotIdNumberError
from denghuo.kernel.table_text import plain, squeezed
from denghuo.kernel.uscc import NotUsccError, Uscc

Held = bool | int | date | str
_SHOWN_MAX = 30
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIAL_MIN, _SERIAL_MAX = 20_000, 80_000  # 1954 to 2119: no other reading of five digits is a day
YES = frozenset({"是", "有", "对", "y", "yes", "true", "t", "1", "√", "✓", "✔", "在", "已", "正常"})
NO = frozenset({"否", "无", "没有", "不是", "n", "no", "false", "f", "0", "×", "✗", "未", "不在"})
_FAILED_FORMULAS = ("#ref!", "#value!", "#n/a", "#name?", "#div/0!", "#null!", "#num!")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_SCIENTIFIC = re.compile(r"-?\d+(\.\d+)?e[+-]?\d+", re.IGNORECASE)
_MARKS = re.compile(r"[\s()（）【】\[\]_\-—:：、，,。.*/]")
_DAY_SHAPES = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ t]00:00(?::00(?:\.0+)?)?)?"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: 0?0:00(?::00)?)?"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a cell cannot be taken: a word for counting, the sentence, what to do about it."""

    code: str
    template: str
    next_step: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The filled Chinese sentence."""
        return self.template.format(**self.values)

    @property
    def advice(self) -> str:
        """What to do about it, filled."""
        return self.next_step.format(**self.values)


Read = Held | Trouble | None


def read_cell(
    how: How,
    text: str | None,
    *,
    target: Target | None = None,
    words: Mapping[str, str] | None = None,
    today: date,
) -> Read:
    """One cell. ``words`` are the officer's own meanings of codes and of yes and no."""
    tidy = plain(text)
    if tidy is None:
        return None
    if (trouble := unusable(tidy)) is not None:
        return trouble
    if how in ("uscc", "id_number", "text"):
        return _KEYS[how](tidy)
    if how == "date":
        return _within(read_day(tidy, today=today), target)
    if target is None:
        raise ValueError(f"{how} needs a fact")
    if how == "yes_no":
        return _yes_no(tidy, words or {})
    if how == "code":
        return _code(tidy, target, words or {})
    return _within(_quantity(how, tidy, target), target)


def _quantity(how: How, tidy: str, target: Target) -> int | Trouble:
    match how:
        case "integer" | "fen":
            return _number(tidy, 0, units=(target.unit, "分"))
        case "yuan":
            return _number(_money(tidy), 2)
        case "wan_yuan":
            return _number(_money(tidy), 6)
        case _:
            return _decimal(how, tidy, target)


def unusable(tidy: str) -> Trouble | None:
    """What no column may hold: a formula (it is never run, nor its result believed)."""
    if tidy.startswith(("=", "@")) or tidy[:2] in ("+=", "-="):
        return Trouble(
            "formula",
            "这一格是公式“{text}”，没有用。",
            "请把这一列复制，选择性粘贴成“数值”，再传一次。",
            {"text": tidy[:_SHOWN_MAX]},
        )
    if tidy.lower() in _FAILED_FORMULAS:
        return Trouble(
            "failed_formula",
            "这一格是出错的公式“{text}”。",
            "请在原表里改好公式，粘贴成“数值”，再传一次。",
            {"text": tidy},
        )
    return None


def read_uscc(tidy: str) -> str | Trouble:
    """A firm's code with both check characters true."""
    if _SCIENTIFIC.fullmatch(tidy):
        return _eaten()
    try:
        return Uscc.read(tidy.replace(" ", "").replace("-", "")).text
    except NotUsccError as error:
        return Trouble(
            "not_uscc",
            "统一社会信用代码有误：{why}。",
            "请对照营业执照改正这一格。",
            {"why": error.values["why"]},
        )


def read_id_number(tidy: str) -> str | Trouble:
    """An identity number with a true check character. The trouble never quotes it."""
    if _SCIENTIFIC.fullmatch(tidy):
        return _eaten()
    try:
        return IdNumber.read(tidy.replace(" ", "")).text
    except NotIdNumberError as error:
        return Trouble(
            "not_id_number",
            "身份证号有误：{why}。",
            "请对照证件改正这一格；Excel 里要先把这一列设成“文本”。",
            {"why": error.values["why"]},
        )


_KEYS: Mapping[str, Callable[[str], str | Trouble]] = {
    "uscc": read_uscc,
    "id_number": read_id_number,
    "text": str,
}


def _eaten() -> Trouble:
    return Trouble(
        "eaten_by_spreadsheet",
        "编号被表格软件变成了科学计数法，后几位已经丢了。",
        "请在原表里把这一列设成“文本”，重新导出。",
    )


def read_day(tidy: str, *, today: date) -> date | Trouble:
    """A day in any of the ways offices write one; never a guess between day and month."""
    text = tidy.lower()
    for shape in _DAY_SHAPES:
        if found := shape.fullmatch(text):
            try:
                day = date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return _no_day(tidy, "没有这一天。")
            return _not_future(day, today)
    if text.isascii() and text.isdigit() and _SERIAL_MIN <= int(text) <= _SERIAL_MAX:
        return _not_future(_EXCEL_EPOCH + timedelta(days=int(text)), today)
    if re.fullmatch(r"\d{4}[-/.年]?\d{1,2}月?", text):
        return _no_day(tidy, "只有年月，缺哪一日。")
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", text):
        return _no_day(tidy, "看不出哪个是年、哪个是月。")
    return _no_day(tidy, "不是日期。")


def _no_day(tidy: str, why: str) -> Trouble:
    return Trouble(
        "not_a_day",
        "“{text}”{why}",
        "请写成 2025-06-10 这样。",
        {"text": tidy[:_SHOWN_MAX], "why": why},
    )


def _not_future(day: date, today: date) -> date | Trouble:
    if day > today:
        return Trouble(
            "future_day",
            "{day} 还没有到。",
            "请核对年份；数据要等到那一天以后才能报。",
            {"day": day.isoformat()},
        )
    return day


def _yes_no(tidy: str, words: Mapping[str, str]) -> bool | Trouble:
    said = words.get(tidy, tidy).lower()
    if said in YES:
        return True
    if said in NO:
        return False
    return Trouble(
        "not_yes_no",
        "“{text}”看不出是“是”还是“否”。",
        "请写“是”或“否”，或者在“对照”里写明，例如 {text}=是。",
        {"text": tidy[:_SHOWN_MAX]},
    )


def _code(tidy: str, target: Target, words: Mapping[str, str]) -> str | Trouble:
    said = words.get(tidy, tidy)
    if not target.values or said in target.values:
        return said
    wanted = squeezed(said)
    for value, label in target.values.items():
        if squeezed(label) == wanted:
            return value
    near = [
        value
        for value, label in target.values.items()
        if CODE_WORDS.get((target.name, wanted)) == value or _same_stem(squeezed(label), wanted)
    ]
    if len(near) == 1:
        return near[0]
    return Trouble(
        "not_a_code",
        "“{text}”不在“{label}”的几种写法里。",
        "可以写：{known}；也可以在“对照”里写明，例如 {text}={first}。",
        {
            "text": tidy[:_SHOWN_MAX],
            "label": target.label,
            "known": "、".join(list(target.values.values())[:10]),
            "first": next(iter(target.values.values())),
        },
    )


# Words that offices use and the declared label does not hold.
CODE_WORDS: Mapping[tuple[str, str], str] = {
    ("size_class", "微"): "micro",
    ("size_class", "小"): "small",
    ("size_class", "中"): "medium",
    ("size_class", "大"): "large",
    ("firm_kind", "有限责任公司"): "enterprise",
    ("firm_kind", "股份有限公司"): "enterprise",
    ("firm_kind", "公司"): "enterprise",
    ("firm_kind", "个体"): "household",
    ("firm_kind", "个体户"): "household",
    ("firm_kind", "社团"): "association",
    ("firm_kind", "民办非企业单位"): "service_org",
    ("firm_kind", "律所"): "law_office",
    ("certificate_level", "五级"): "level_5",
    ("certificate_level", "四级"): "level_4",
    ("certificate_level", "三级"): "level_3",
    ("certificate_level", "二级"): "level_2",
    ("certificate_level", "一级"): "level_1",
    ("certificate_level", "初级"): "level_5",
    ("certificate_level", "中级"): "level_4",
    ("certificate_level", "高级"): "level_3",
    ("certificate_level", "技师"): "level_2",
    ("certificate_level", "高级技师"): "level_1",
    ("certificate_level", "初级工"): "level_5",
    ("certificate_level", "中级工"): "level_4",
    ("certificate_level", "高级工"): "level_3",
    ("certificate_level", "5"): "level_5",
    ("certificate_level", "4"): "level_4",
    ("certificate_level", "3"): "level_3",
    ("certificate_level", "2"): "level_2",
    ("certificate_level", "1"): "level_1",
}
_STEMS = ("企业", "型企业", "型", "工", "级")


def _same_stem(label: str, wanted: str) -> bool:
    """微型 is 微型企业; nothing shorter than two signs counts."""
    return any(
        wanted == label + tail or (len(wanted) > 1 and label == wanted + tail) for tail in _STEMS
    )


def _money(tidy: str) -> str:
    return re.sub(r"^[¥￥]|(人民币)?(万元|元整|元)$", "", tidy.replace(" ", ""))


def _number(tidy: str, places: int, units: tuple[str, ...] = ()) -> int | Trouble:
    """The number as whole units of ``10 ** -places``; digits beyond are never dropped unseen."""
    text = tidy.replace(" ", "")
    for unit in units:
        text = text.removesuffix(unit) if unit else text
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if _SCIENTIFIC.fullmatch(text):
        return Trouble(
            "scientific",
            "“{text}”是科学计数法，可能丢了位数。",
            "请在原表里把这一列设成“数值”，写出全部位数。",
            {"text": tidy[:_SHOWN_MAX]},
        )
    if not _NUMBER.fullmatch(text) or len(text) > 24:
        return _no_number(tidy)
    held = Decimal(text).scaleb(places)
    if held != held.to_integral_value():
        return Trouble(
            "too_many_places",
            "“{text}”的小数位太多。",
            "请核对是不是单位弄错了；最多 {places} 位小数。",
            {"text": tidy[:_SHOWN_MAX], "places": places},
        )
    return int(held)


def _no_number(tidy: str) -> Trouble:
    return Trouble("not_a_number", "“{text}”不是数。", "请只写数字。", {"text": tidy[:_SHOWN_MAX]})


def _decimal(how: How, tidy: str, target: Target) -> int | Trouble:
    """A share or an average at the fact's scale. A % sign in the cell speaks for itself."""
    text, said = tidy.replace(" ", ""), how
    if text.endswith("%"):
        text, said = text[:-1], "percent"
    shift = 0
    if said == "percent" and target.unit != "%":
        shift = -2
    elif said == "fraction" and target.unit == "%":
        shift = 2
    return _number(text, target.scale + shift, units=(target.unit,) if target.unit != "%" else ())


def _within(read: Held | Trouble, target: Target | None) -> Held | Trouble:
    """Inside what the fact may be; a minus sign gets a word of its own."""
    if isinstance(read, Trouble) or target is None or target.low is None or target.high is None:
        return read
    if isinstance(read, int) and isinstance(target.low, int) and read < 0 <= target.low:
        return Trouble(
            "negative",
            "“{label}”不能是负数。",
            "请核对；冲回、退款的数不要和应缴的数放在一列。",
            {"label": target.label},
        )
    if target.low <= read <= target.high:  # type: ignore[operator]  # both days or both numbers
        return read
    return Trouble(
        "out_of_bounds",
        "“{label}”应在 {low} 和 {high} 之间。",
        "请核对数值和单位。",
        {
            "label": target.label,
            "low": shown(target.low, target),
            "high": shown(target.high, target),
        },
    )


def shown(value: Held, target: Target) -> str:
    """A held value as an officer reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        places = {"money": 2, "decimal": target.scale}.get(target.kind, 0)
        number = format(Decimal(value).scaleb(-places), f",.{places}f")
        return f"{number} {target.unit}".strip()
    if isinstance(value, date):
        return value.isoformat()
    return target.values.get(value, value)
