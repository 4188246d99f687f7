"""Where facts come from, as the registry names them: marked, so that other tongues can say it."""

from __future__ import annotations

from django.utils.translation import gettext_noop

SOURCES = (
    gettext_noop("本人填报"),
    gettext_noop("单位填报"),
    gettext_noop("市场主体登记"),
    gettext_noop("公共就业服务登记"),
    gettext_noop("学籍学历"),
    gettext_noop("社会保险登记"),
    gettext_noop("税务征收"),
    gettext_noop("婚姻登记"),
    gettext_noop("补贴发放台账"),
    gettext_noop("人力资源证书库"),
    gettext_noop("自治区急需紧缺职业（工种）目录"),
    gettext_noop("培训班登记"),
    gettext_noop("就业见习台账"),
    gettext_noop("创业大赛获奖名单"),
    gettext_noop("创业服务中心评估记录"),
    gettext_noop("创业园区入驻台账"),
    gettext_noop("青年驿站入住台账"),
    gettext_noop("创业担保贷款台账"),
    gettext_noop("银行征信查询结果"),
    gettext_noop("银行付息清单"),
    gettext_noop("银行代偿申请"),
    gettext_noop("全国银行间同业拆借中心"),
    gettext_noop("资金池合作银行名单"),
    gettext_noop("资金池账户"),
    gettext_noop("失业保险基金决算"),
    gettext_noop("信用中国失信名单"),
    gettext_noop("工业和信息化部门名单"),
    gettext_noop("劳动保障监察记录"),
    gettext_noop("自治区最低工资公告"),
)
