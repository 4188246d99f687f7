"""The columns a list of posts may have, and a first guess from the words above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from denghuo.kernel.table_text import squeezed
from denghuo.kernel.wording import gettext_noop as _

Column = Literal[
    "key",
    "employer_code",
    "employer",
    "title",
    "body",
    "wage",
    "wage_low",
    "wage_high",
    "place",
    "address",
    "url",
    "openings",
    "schooling",
    "years",
    "certificates",
    "open_from",
    "open_until",
]
COLUMNS: Mapping[Column, str] = {
    "key": _("岗位编号"),
    "employer_code": _("统一社会信用代码"),
    "employer": _("单位名称"),
    "title": _("岗位名称"),
    "body": _("岗位说明"),
    "wage": _("工资"),
    "wage_low": _("最低月工资（元）"),
    "wage_high": _("最高月工资（元）"),
    "place": _("工作地点"),
    "address": _("详细地址"),
    "url": _("网址"),
    "openings": _("招几个人"),
    "schooling": _("学历要求"),
    "years": _("工作年限"),
    "certificates": _("证书"),
    "open_from": _("开始日期"),
    "open_until": _("截止日期"),
}
NEEDED: tuple[Column, ...] = ("title", "employer")
# Other words for a column, the closest first; squeezed as headings are.
_WORDS: Mapping[Column, tuple[str, ...]] = {
    "key": ("岗位编号", "职位编号", "职位自编号", "岗位id", "职位id", "jobid", "positionid",
            "编号", "identifier", "sourcekey"),
    "employer_code": ("统一社会信用代码", "信用代码", "社会信用代码", "单位代码", "机构代码",
                      "uscc", "creditcode"),
    "employer": ("单位名称", "企业名称", "公司名称", "用人单位", "招聘单位", "公司", "企业",
                 "单位", "招聘公司", "companyfullname", "company", "employer",
                 "hiringorganization"),
    "title": ("岗位名称", "职位名称", "招聘岗位", "岗位", "职位", "工种", "招聘工种",
              "positionname", "title", "jobtitle"),
    "body": ("岗位说明", "职位描述", "岗位职责", "工作内容", "岗位描述", "岗位要求", "任职要求",
             "职位详情", "jobdetail", "description", "body"),
    "wage": ("工资", "薪资", "薪酬", "工资待遇", "薪资待遇", "月薪", "待遇", "薪水", "salary",
             "basesalary", "wage", "pay"),
    "wage_low": ("最低薪资", "最低工资", "最低月薪", "薪资下限", "月薪下限", "salarymin"),
    "wage_high": ("最高薪资", "最高工资", "最高月薪", "薪资上限", "月薪上限", "salarymax"),
    "place": ("工作地点", "工作地", "地区", "所在地", "工作区域", "旗县区", "城市", "city",
              "joblocation", "place", "地点"),
    "address": ("详细地址", "地址", "工作地址", "上班地址", "district", "address"),
    "url": ("网址", "链接", "岗位链接", "职位链接", "url", "link"),
    "openings": ("招几个人", "招聘人数", "人数", "需求人数", "招聘数量", "岗位数", "openings",
                 "totaljobopenings"),
    "schooling": ("学历要求", "学历", "文化程度", "最低学历", "education", "schooling",
                  "educationrequirements"),
    "years": ("工作年限", "工作经验", "所需经验", "经验要求", "经验", "workyear", "years",
              "experiencerequirements"),
    "certificates": ("证书", "证书要求", "资格证", "职业资格", "持证要求", "certificates"),
    "open_from": ("开始日期", "发布日期", "发布时间", "首次发布时间", "开始时间", "createtime",
                  "dateposted", "openfrom"),
    "open_until": ("截止日期", "有效期", "有效期至", "截止时间", "结束日期", "报名截止",
                   "validthrough", "openuntil"),
}  # fmt: skip
_LIKE_LEAST = 0.6


def known_headings() -> frozenset[str]:
    """Every squeezed word by which a heading row is recognised."""
    return frozenset(squeezed(word) for words in _WORDS.values() for word in words)


def guess_columns(headings: Sequence[str]) -> dict[Column, str]:
    """Which heading is which column; no heading and no column twice.

    The same word counts most, then the likest by shared pairs of signs.
    """
    scored: list[tuple[float, int, Column]] = []
    for at, heading in enumerate(headings):
        said = squeezed(heading)
        for column, words in _WORDS.items():
            likeness = _likeness(said, words)
            if likeness >= _LIKE_LEAST:
                scored.append((-likeness, at, column))
    found: dict[Column, str] = {}
    taken: set[int] = set()
    for _score, at, column in sorted(scored):
        if column not in found and at not in taken:
            found[column] = headings[at]
            taken.add(at)
    return {column: found[column] for column in COLUMNS if column in found}


def _likeness(said: str, words: tuple[str, ...]) -> float:
    if said in words:
        return 2.0 - words.index(said) * 0.01
    pairs = {said[at : at + 2] for at in range(len(said) - 1)}
    best = 0.0
    for word in words:
        others = {word[at : at + 2] for at in range(len(word) - 1)}
        if pairs and others:
            best = max(best, 2 * len(pairs & others) / (len(pairs) + len(others)))
    return best
