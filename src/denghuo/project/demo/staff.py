"""Members of staff a visitor may step into: one for each kind of desk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clerk:
    """A member of staff with their area and story."""

    key: str
    name: str
    office: str
    roles: tuple[str, ...]
    area: str
    group: str
    title: str
    story: str


# The elder lives in this sumu, so this clerk may act for him and no other clerk may.
STATION_AREA = "152525200000"

STAFF = (
    Clerk(
        "station", "娜仁", "呼热图淖尔苏木便民服务站（演示）", ("station",), STATION_AREA,
        "station",
        "苏木便民站工作人员",
        "替没有手机的老人办事，凭签字的委托书；只看得到本苏木的人。",
    ),
    Clerk(
        "officer", "郭丽娟", "赛罕区人力资源和社会保障局（演示）", ("officer",), "150105", "office",
        "旗县区经办人员",
        "管赛罕区。看谁的资料都要写明用途，本人能看到这一条记录。",
    ),
    Clerk(
        "reviewer", "马俊峰", "赛罕区人力资源和社会保障局（演示）", ("reviewer",), "150105",
        "office",
        "复核人员",
        "经办的人不能自己复核，复核的人是他。",
    ),
    Clerk(
        "second", "赵慧", "赛罕区人力资源和社会保障局（演示）", ("officer", "reviewer"), "150105",
        "office",
        "又经办又复核的同事",
        "人手少，两样都干。自己经办过的，系统不让她再复核；换一件同事经办的，她就能签。",
    ),
    Clerk(
        "supervisor", "朝格图", "赛罕区人力资源和社会保障局（演示）", ("supervisor",), "150105",
        "office",
        "科室负责人",
        "看谁手里有多少件、哪些快到期；大额的最后签字，复查由他定，也能再给一次补正。",
    ),
    Clerk(
        "season", "苏日娜", "自治区失业保险经办中心（演示）", ("officer",), "15", "office",
        "稳岗返还经办人员",
        "企业不用申请：导入部门数据、比对、出名单、公示、下付款单。鄂尔多斯的名单刚出来，等别人抽查；"
        "呼和浩特的在公示，有一条异议。",
    ),
    Clerk(
        "season-checker", "王海燕", "自治区失业保险经办中心（演示）", ("reviewer",), "15", "office",
        "名单抽查人员",
        "巴彦淖尔的名单抽查到一半：一条一条看事实、来源和算式，说对还是不对。错得多，整批停下。",
    ),
    Clerk(
        "season-signer", "特木尔", "自治区失业保险经办中心（演示）", ("reviewer",), "15", "office",
        "名单签批人员",
        "通辽的名单抽查合格，等他签字。出名单、抽查、签字，是三个人。",
    ),
    Clerk(
        "treasurer", "孙秀英", "自治区社会保险基金中心（演示）", ("treasurer",), "15", "office",
        "基金财务人员",
        "生成付款文件，读银行回盘；退回的款等申请人改了账户再付。自己生成的文件自己不能放行。",
    ),
    Clerk(
        "treasurer-2", "布和", "自治区社会保险基金中心（演示）", ("treasurer",), "15", "office",
        "第二位财务人员",
        "核对同事生成的付款文件，核对无误再放行。",
    ),
    Clerk(
        "policy", "田文博", "自治区政策处（演示）", ("policy_officer",), "15", "office",
        "政策管理人员",
        "对一百万家企业筛一遍谁符合条件；改一个数，看谁多得、谁少得、要多少钱，再提交。",
    ),
    Clerk(
        "publisher", "斯琴高娃", "自治区政策处（演示）", ("policy_publisher",), "15", "office",
        "政策发布人员",
        "别人写的政策文本，由她核对以后发布。自己写的不能自己发布。",
    ),
    Clerk(
        "operator", "徐涛", "自治区信息中心（演示）", ("operator",), "15", "office",
        "系统运维人员",
        "看没办成的后台任务，重新跑；导入机构名录。看不到任何人的资料。",
    ),
    Clerk(
        "leader", "白玉山", "呼和浩特市人力资源和社会保障局（演示）", ("leader",), "1501", "office",
        "单位负责人",
        "看全市的情况，不看个人资料。",
    ),
    Clerk(
        "region-leader", "额尔敦", "自治区人力资源和社会保障厅（演示）", ("leader",), "15",
        "office",
        "全区负责人",
        "看全区：办了多少件、快不快、付了多少钱、少跑多少趟，一层层点到旗县。",
    ),
    Clerk(
        "admin", "任立新", "自治区信息中心（演示）", ("admin",), "15", "office",
        "账号管理人员",
        "开账号、给岗位。",
    ),
)  # fmt: skip
