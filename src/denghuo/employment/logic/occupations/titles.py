"""The work in a title, without the firm before 招聘, pay, perks, shifts and how many are wanted."""

from __future__ import annotations

import re

from denghuo.employment.logic.numerals import normal_text

TITLE_MAX = 120
_SHORTEST = 2
_BRACKETS = re.compile(r"[(\[【<《][^)\]】>》]*[)\]】>》]?")
_GAPS = re.compile(r"[^\w+#.]+|_")
# 蓝岸饮品店招聘咖啡师 is a barista; 招聘专员 is a recruiter.
_HIRING = re.compile(
    r"(?:急|直|诚|高薪|现|公司|集团|代|厂家)*"
    r"(?:招聘|直聘|诚聘|招募|急聘|急招|直招|聘请|代招|招工|特招|急需|招)"
    r"(?!聘|专员|师|经理|助理|顾问|专家|主管|文员|实习|总监|hr|生|商|标|投|牌|待|部|岗|负责|运营|"
    r"主任|官|培|行政|人事|与|及|[/)]|$)"
)
_PAY = re.compile(
    r"(?:无责)?(?:保底|底薪|月薪|日薪|时薪|年薪|月入|薪资|待遇|工资|收入|日结|保障|周薪|综合|提成|结算|"
    r"费用)*[:：]?[过约]?\d[\d.,]*\s*[-~—到至/]*\s*[\d.,]*\s*"
    r"(?:k|w|千|万|元|块|%|\+|起|以上|左右|/?[天日月时年]|小时|个?点)*\+?"
)
_PERKS = re.compile(
    "|".join(
        (
            r"(?:提供|包|管|免费|有|含|带|可)*(?:食宿|吃住|吃包住|住宿|宿舍|员工餐|[三两一]餐|工作餐)",
            r"[包管][吃住]",
            r"(?:周末)?(?:双休|单休|大小周|轮休|法休|周休|月休[\d一二三四五六七八九天-]*)",
            r"上[\d一二三四五六七]+休[\d一二三]+|做[五六]休[一二]",
            r"[三四五六七]险[一二两]?金?|社保|公积金|[餐饭房话车]补|全勤|年终奖|年底双薪",
            r"带薪(?:培训|年假|休假)?|(?:无|不限|零|0)(?:经验|基础|学历|门槛)",
            r"(?:接受|可|招)?小白(?:[均皆]?可)?|生熟手(?:[均皆都]?可)?|新手(?:均?可)?",
            r"应届生?(?:均可|可|优先|亦可)?|(?:学历|经验|男女)不限",
            r"不加班|不内卷|不销售|非销售|无销售性?质?|无需外出|不打卡|无需?坐班|坐班",
            r"(?:工作|时间)(?:轻松|自由|弹性|稳定)|轻松(?:易?上手)?|易上手",
            r"长?白班|夜班|两班倒|早[\d一二三四五六七八九十]+晚[\d一二三四五六七八九十]+|朝九晚[五六]",
            r"高(?:薪资?|工资|提成|底薪|收入|福利|待遇|奖金)|[大小]厂|上市(?:公司|企业)",
            r"(?:世界)?[五5][百0]{1,2}0?强|[国央外名]企|就近(?:安排|分配)|(?:晋升|上升|发展)空间大?",
            r"无责(?:任)?|保底|底薪|提成|薪资|待遇|面议|从优|直签|可?[日周月]结|长期|稳定",
            r"包[培教会]训?|师傅带|专业培训|完善培训(?:体系)?|团建|弹性工作|就业|分红|福利好|氛围好",
            r"急[!~]*$|[年月]薪",
        )
    )
)
_LONG_CODES = re.compile(r"(?<=[一-鿿])[a-z]?\d{3,}\w*")
_COUNTED = re.compile(r"\d+(?:名|人|位)")


def title_core(title: str) -> str:
    """What is left of a title when everything that is not the work is taken away.

    Parts stand apart by one blank. A title that consists of nothing else comes back as it was,
    normalised: a guess on it is still better than none.
    """
    plain = normal_text(title[:TITLE_MAX])
    core = plain
    for found in _HIRING.finditer(plain):
        if len(plain) - found.end() >= _SHORTEST:
            core = plain[found.end() :]
    core = _BRACKETS.sub(" ", core)
    for noise in (_COUNTED, _PAY, _PERKS, _LONG_CODES):
        core = noise.sub(" ", core)
    core = _GAPS.sub(" ", core).strip()
    if len(core) < _SHORTEST:
        core = _GAPS.sub(" ", _BRACKETS.sub(" ", plain)).strip()
    return core or _GAPS.sub(" ", plain).strip()


def whole_title(title: str) -> str:
    """The title normalised, its parts apart by one blank."""
    return _GAPS.sub(" ", normal_text(title[:TITLE_MAX])).strip()
