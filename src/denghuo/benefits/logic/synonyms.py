"""What offices call things in the headings of their tables."""

from __future__ import annotations

from collections.abc import Mapping

from denghuo.benefits.logic.targets import DIVISION, ENTITY, NAME, OBSERVED_ON, SubjectKind
from denghuo.kernel.table_text import squeezed

_KEY_WORDS: Mapping[SubjectKind, tuple[str, ...]] = {
    "firm": (
        "统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "企业代码", "单位代码",
        "纳税人识别号", "税号", "uscc", "credit_code", "entity",
    ),
    "person": (
        "身份证号", "身份证号码", "公民身份号码", "公民身份证号码", "证件号码", "证件号",
        "居民身份证号", "id_number", "idcard", "entity",
    ),
}  # fmt: skip
_SPECIAL_WORDS: Mapping[str, tuple[str, ...]] = {
    OBSERVED_ON: (
        "数据日期", "统计日期", "截止日期", "数据截止日期", "更新日期", "更新时间", "核定日期",
        "observed_on", "as_of",
    ),
    NAME: ("单位名称", "企业名称", "公司名称", "纳税人名称", "名称", "市场主体名称"),
    DIVISION: ("区划代码", "行政区划代码", "所属区划", "登记地区划代码", "所在区划"),
}  # fmt: skip
_FACT_WORDS: Mapping[str, tuple[str, ...]] = {
    "firm_kind": ("企业类型", "主体类型", "市场主体类型", "单位性质"),
    "size_class": ("企业划型", "企业规模", "规模", "规模类型", "划型结果", "企业规模类型"),
    "insured_as_unit": ("以单位参保", "单位参保", "是否单位参保"),
    "staff_count": ("职工人数", "在职人数", "在职职工数", "从业人数", "员工人数", "现有职工"),
    "dishonest": ("严重失信", "失信名单", "是否失信", "严重违法失信", "失信被执行人"),
    "zombie": ("僵尸企业", "是否僵尸企业"),
    "contribution_year_ends_on": ("缴费年度", "缴费年度末", "缴费年度截止", "所属年度末"),
    "unemployment_months_paid": (
        "失业保险缴费月数", "足额缴费月数", "缴费月数", "累计缴费月数", "实缴月数",
    ),
    "insured_average": (
        "月平均参保人数", "平均参保人数", "平均参保职工人数", "上年平均参保人数", "年均参保人数",
    ),
    "laid_off_count": ("裁员人数", "裁员数", "上年裁员人数", "减员人数", "裁减人数"),
    "unemployment_premium_paid": (
        "实缴失业保险费", "失业保险费", "失业保险实缴金额", "上年失业保险费", "缴费金额",
        "上年度实缴失业保险费", "失业保险费实缴额", "实缴金额",
    ),
    "unemployment_wage_base": ("失业保险缴费基数", "失业保险缴费工资", "失业保险工资总额"),
    "injury_wage_base": ("工伤保险缴费基数", "工伤保险缴费工资", "工伤保险工资总额"),
    "pays_unemployment_insurance": ("失业保险参保", "是否参加失业保险"),
    "pays_injury_insurance": ("工伤保险参保", "是否参加工伤保险"),
    "injury_risk_class": ("风险类别", "行业风险类别", "工伤风险类别"),
    "injury_rate": ("工伤保险费率", "工伤费率", "现行费率"),
    "insurance_arrears": ("社保欠费", "是否欠费", "欠缴社保", "欠缴社会保险费"),
    "wage_arrears": ("拖欠工资", "欠薪", "是否欠薪"),
    "has_skill_certificate": ("有证书", "持证", "是否持证"),
    "certificate_on": ("发证日期", "证书日期", "核发日期", "证书核发日期"),
    "certificate_level": ("证书等级", "技能等级", "等级", "职业技能等级"),
    "certificate_in_shortage": ("急需紧缺", "是否急需紧缺", "紧缺职业"),
    "person_insured_months": ("累计缴费月数", "失业保险缴费月数", "参保月数", "缴费月数"),
    "employed_insured": ("在职参保", "是否在职参保", "参保状态", "企业职工参保"),
    "drawing_unemployment_benefit": ("领取失业保险金", "是否领取失业金", "领金人员"),
    "graduated_on": ("毕业日期", "毕业时间"),
    "is_graduate": ("高校毕业生", "是否高校毕业生"),
    "venture_registered_on": ("成立日期", "注册日期", "登记日期", "执照日期"),
    "skill_paid_this_year": ("今年已领次数", "本年已领补贴次数"),
}  # fmt: skip
_UNITS: Mapping[str, str] = {
    "元": "yuan", "人民币元": "yuan", "万元": "wan_yuan", "分": "fen", "%": "percent",
}  # fmt: skip


def words_for(target: str, subject: SubjectKind, label: str = "") -> tuple[str, ...]:
    """All words for a target, squeezed; the fact's own name and label among them."""
    if target == ENTITY:
        words = _KEY_WORDS[subject]
    elif target.startswith("@"):
        words = _SPECIAL_WORDS[target]
    else:
        words = (target, label, *_FACT_WORDS.get(target, ()))
    return tuple(dict.fromkeys(squeezed(word) for word in words if word))


def unit_way(heading: str) -> str:
    """How a heading says its column is counted: 金额（万元）; empty where it does not say."""
    tail = heading.replace("（", "(").replace("）", ")").rstrip()
    for unit, way in sorted(_UNITS.items(), key=lambda each: -len(each[0])):
        if tail.endswith((f"({unit})", f"/{unit}", f"，{unit}", f":{unit}", f"单位:{unit}")):
            return way
    return ""


def without_unit(heading: str) -> str:
    """The heading without what stands in brackets at its end."""
    text = heading.replace("（", "(").replace("）", ")")
    return text[: text.rindex("(")] if text.rstrip().endswith(")") and "(" in text else heading
