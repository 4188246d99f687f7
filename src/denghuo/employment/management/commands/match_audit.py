"""``denghuo match-audit``: that who somebody is reaches no match, proved over today's rows.

Exit codes: 0 proved, 1 something protected may have changed a result, 2 there is nothing to
compare.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from denghuo.employment.queries.fairness import WISHES_MAX, MatchAudit, match_audit

FAILED, NOTHING = 1, 2
_YES = {True: "是", False: "否"}


class Command(BaseCommand):
    """Compare, count, say."""

    help = "Prove that protected attributes change no match, and count lists by group."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A seed for the deal, so that anybody can deal it again."""
        parser.add_argument("--seed", default="match-audit")
        parser.add_argument("--most", type=int, default=WISHES_MAX, help="wishes at most")
        parser.add_argument("--json", action="store_true", help="the figures alone, as JSON")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Run both lists and say what came of it."""
        found = match_audit(timezone.now(), seed=options["seed"], most=options["most"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found), ensure_ascii=False))
        else:
            for line in _lines(found):
                self.stdout.write(line)
        if not found.wishes:
            raise SystemExit(NOTHING)
        if not found.audit.passed:
            raise SystemExit(FAILED)


def _lines(found: MatchAudit) -> list[str]:
    proof = found.audit
    lines = [
        f"求职意愿 {found.wishes} 份，岗位 {found.posts} 个，依法有限制的 {found.barred} 人",
        f"没有一列写着受保护的特征：{_YES[proof.columns_clean]}",
        f"换了人，进去的数据一字节不差：{_YES[proof.same_input]}",
        f"换了人，排出来的名单一样：{_YES[proof.same_lists]}",
    ]
    for one in proof.groups:
        if one.without is None:
            lines.append(f"{one.group}：{one.seekers} 人，不满 10 人，不列")
        else:
            lines.append(
                f"{one.group}：{one.seekers} 人，没有岗位的 {one.without} 人"
                f"（千分之 {one.without_per_mille}），名单长度是全体的千分之 "
                f"{one.against_all_per_mille}"
            )
    return lines
