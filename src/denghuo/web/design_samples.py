"""What the component book shows: made-up people, firms and sums."""

from __future__ import annotations

from typing import Any

COLOURS = (
    "paper", "sheet", "shade", "ink", "quiet", "lamp", "glow", "yes", "wait", "no", "fact",
)  # fmt: skip

CALLS = (
    ("A 017", "娜*图雅", "3 号窗口"),
    ("B 042", "王*", "1 号窗口"),
    ("A 016", "苏*", "2 号窗口"),
)

SAMPLES: dict[str, Any] = {
    "conditions": [
        {
            "state": "pass",
            "sentence": "去年给职工交满了 12 个月失业保险。",
            "facts": [
                {
                    "name": "缴费月数",
                    "value": "12 个月",
                    "source": "社会保险登记",
                    "on": "2026 年 10 月 31 日（周六）",
                    "dispute_url": "#conditions",
                }
            ],
        },
        {
            "state": "fail",
            "sentence": "去年裁员率 20.1%，30 人以下的单位要求不高于 20%。",
            "facts": [
                {
                    "name": "年末参保人数",
                    "value": "24 人",
                    "source": "社会保险登记",
                    "on": "2025 年 12 月 31 日（周三）",
                    "dispute_url": "#conditions",
                }
            ],
        },
        {
            "state": "unknown",
            "sentence": "还不知道有没有被列入严重失信名单。",
            "facts": [{"name": "严重失信", "value": "", "source": "信用中国", "on": ""}],
        },
    ],
    "lines": [
        {"left": "去年实际交的失业保险费", "right": "129,333.33 元"},
        {"left": "中小微企业返还 60%", "right": "× 60%"},
        {"left": "可以返还", "right": "77,600.00 元"},
    ],
    "choices": [
        {"value": "yes", "label": "有", "note": "证书在有效期内"},
        {"value": "no", "label": "没有"},
    ],
    "timeline": [
        {"state": "done", "title": "收到申请", "when": "11 月 16 日（周一）"},
        {"state": "now", "title": "核对社保记录", "when": "还有 3 个工作日"},
        {
            "state": "overdue",
            "title": "等驿站回话",
            "when": "应在 11 月 20 日（周五）前，已超 1 个工作日",
            "note": "我们已经催了；您不用做什么。",
        },
        {"state": "next", "title": "打款到账户", "when": "12 月 4 日（周五）前"},
    ],
    "receipt_rows": [
        {"name": "接下来", "value": "工作人员核对社保记录，您不用再跑。"},
        {"name": "什么时候", "value": "12 月 4 日（周五）前有结果"},
        {"name": "找谁问", "value": "天山镇灯火驿站，或打 12333"},
    ],
    "rows": [
        {"name": "姓名", "value": "娜仁图雅"},
        {"name": "身份证号", "value": "159901********0015"},
        {"name": "住址", "value": "赤峰市 阿鲁科尔沁旗 天山镇", "note": "户籍登记，2026 年 3 月"},
    ],
    "tabs": [
        {"href": "?tab=yes", "text": "能享的", "count": 3, "current": True},
        {"href": "?tab=wait", "text": "还差一点", "count": 2},
        {"href": "?tab=no", "text": "不符合的", "count": 9},
    ],
    "filters": [
        {
            "name": "league",
            "label": "盟市",
            "chosen": "chifeng",
            "options": [
                {"value": "chifeng", "text": "赤峰市"},
                {"value": "tongliao", "text": "通辽市"},
            ],
        }
    ],
    "sorts": [
        {"value": "due", "text": "快到期的在前"},
        {"value": "amount", "text": "金额大的在前"},
    ],
    "columns": [
        {"name": "单位"},
        {"name": "盟市"},
        {"name": "参保人数", "number": True},
        {"name": "可返还", "number": True},
    ],
    "table_rows": [
        {"href": "#list", "cells": ["草原恒泰乳业", "赤峰市", "186", "77,600.00 元"]},
        {"href": "#list", "cells": ["阿拉坦皮艺坊", "通辽市", "7", "2,184.00 元"]},
        {"href": "#list", "cells": ["北疆数据服务", "呼和浩特市", "41", "19,032.50 元"]},
    ],
    "bars": [("呼和浩特市", 412), ("赤峰市", 388), ("通辽市", 251), ("阿拉善盟", 37)],
    "line": [
        ("1 月", 120),
        ("2 月", 80),
        ("3 月", 310),
        ("4 月", 290),
        ("5 月", 360),
        ("6 月", 402),
    ],
}
