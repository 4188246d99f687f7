"""``denghuo policy check | explain | sweep | diff``: policies from the command line.

Exit codes: 0 done, 1 the policy or the input is refused, 2 the call's words are off, 3 a sweep
finished with rows set aside (they are counted and named, nothing is dropped in silence).
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from denghuo.kernel.refusal import RefusalError
from denghuo.policy.engines.results import Shape
from denghuo.policy.engines.summary import SweepSummary
from denghuo.policy.engines.sweep import EngineMaker, sweep
from denghuo.policy.logic.answer_json import answer_json
from denghuo.policy.logic.cases import run_cases
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.difference import differences
from denghuo.policy.logic.explain import Answer, answer
from denghuo.policy.logic.fact_values import known_facts
from denghuo.policy.logic.verdict import Verdict
from denghuo.policy.queries.library import read_text, registry, shipped

REFUSED = 1
ROWS_SET_ASIDE = 3
_MARKS = {True: "✓", False: "✗", None: "?"}
_PROGRESS_STEP = 0.05


class Command(BaseCommand):
    """Check, explain, sweep and compare policy texts."""

    help = "Check, explain, sweep and compare policy texts."
    requires_system_checks: list[str] = []  # needs no database and no keys

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Four verbs, each with its own words."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="read policy files and run their worked cases")
        check.add_argument("files", nargs="*", type=Path, help="none: the shipped library")
        explain = verbs.add_parser("explain", help="answer one subject with reasons")
        explain.add_argument("policies", nargs="*", help="ids or files; none: the whole library")
        explain.add_argument("--facts", required=True, help="YAML/JSON file, or - for input")
        explain.add_argument("--as-of", type=date.fromisoformat, default=None)
        explain.add_argument("--known-on", type=date.fromisoformat, default=None)
        explain.add_argument("--language", choices=["zh", "en", "mn"], default="zh")
        explain.add_argument("--json", action="store_true", help="one JSON object a policy")
        swept = verbs.add_parser("sweep", help="answer a whole file of subjects")
        swept.add_argument("source", type=Path, help=".parquet or .csv with one row a subject")
        swept.add_argument("--policies", nargs="*", default=[], help="ids or files")
        swept.add_argument("--out", type=Path, help=".parquet or .csv for the answers")
        swept.add_argument("--bad-rows", type=Path, help=".csv for the rows set aside")
        swept.add_argument("--engine", choices=["columns", "duckdb", "spark"], default="columns")
        swept.add_argument(
            "--cluster", default="", metavar="sc://HOST:PORT", help="for --engine spark"
        )
        swept.add_argument("--shape", choices=["pairs", "subjects"], default="pairs")
        swept.add_argument("--entity", default="entity", help="the column that names the subject")
        swept.add_argument("--as-of", type=date.fromisoformat, default=None)
        swept.add_argument("--known-on", type=date.fromisoformat, default=None)
        diff = verbs.add_parser("diff", help="what changed between two texts, by rule")
        diff.add_argument("before", type=Path)
        diff.add_argument("after", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run one verb; a refusal is its sentence on the error stream and exit code 1."""
        verbs: dict[str, Callable[..., None]] = {
            "check": self._check,
            "explain": self._explain,
            "sweep": self._sweep,
            "diff": self._diff,
        }
        try:
            verbs[options["verb"]](options)
        except RefusalError as refused:
            self._refuse(refused.sentence)
        except OSError as error:
            self._refuse(f"读不了文件“{error.filename}”：{error.strerror}。")

    def _refuse(self, sentence: str) -> NoReturn:
        raise CommandError(sentence, returncode=REFUSED)

    # check

    def _check(self, options: dict[str, Any]) -> None:
        failed = 0
        if not options["files"]:
            for each in shipped().values():
                failed += self._report(each.policy, each.definition)
        for file in options["files"]:
            try:
                definition = read_text(file.read_text(encoding="utf-8"))
            except RefusalError as refused:
                failed += 1
                self.stderr.write(f"✗ {file}: {refused.sentence}")
                continue
            except UnicodeDecodeError:
                failed += 1
                self.stderr.write(f"✗ {file}: 不是 UTF-8 编码。请另存为 UTF-8 再试。")
                continue
            failed += self._report(str(file), definition)
        if failed:
            raise CommandError(f"{failed} 处不对。", returncode=REFUSED)

    def _report(self, name: str, definition: PolicyDefinition) -> int:
        results = run_cases(definition)
        wrong = [result for result in results if result.problems]
        mark = "✗" if wrong else "✓"
        self.stdout.write(
            f"{mark} {name}: {definition.names.zh}，{len(definition.versions)} 个版本，"
            f"{len(results)} 个算例，{definition.status} {definition.digest[:12]}"
        )
        for result in wrong:
            self.stderr.write(f"  ✗ 算例“{result.case.name}”：{'；'.join(result.problems)}")
        return len(wrong)

    # explain

    def _explain(self, options: dict[str, Any]) -> None:
        given = _read_facts(options["facts"])
        facts = known_facts(registry(), given, source="命令行")
        as_of = options["as_of"] or timezone.localdate()
        for definition in _chosen(options["policies"]):
            found = answer(
                definition,
                {name: fact for name, fact in facts.items() if name in definition.specs},
                as_of,
                known_on=options["known_on"],
                language=options["language"],
            )
            if options["json"]:
                self.stdout.write(
                    json.dumps(answer_json(found, options["language"]), ensure_ascii=False)
                )
            else:
                self._tell(found, options["language"])

    def _tell(self, found: Answer, language: str) -> None:
        write = self.stdout.write
        amount = f"  {found.amount_shown}" if found.amount_shown else ""
        write(f"{found.definition.names.in_language(language)}: {found.verdict.word}{amount}")
        for condition in found.conditions:
            write(f"  {_MARKS[condition.result]} {condition.sentence}")
            for comparison in condition.comparisons:
                write(f"      {comparison.text}")
        for line in found.arithmetic:
            write(f"  = {line}")
        for near in found.near_misses:
            write(f"  → {near.change}")
        if found.missing:
            labels = [found.definition.specs[name].labels.zh for name in found.missing]
            write(f"  还缺：{'、'.join(labels)}")

    # sweep

    def _sweep(self, options: dict[str, Any]) -> None:
        definitions = _chosen(options["policies"])
        if not options["policies"]:
            definitions = [each for each in definitions if each.audience == "firm"]
        began = sys.stderr.isatty()
        summary = sweep(
            definitions,
            source=options["source"],
            as_of=options["as_of"] or timezone.localdate(),
            engine=_engine(options["engine"], options["cluster"]),
            out=options["out"],
            shape=Shape(options["shape"]),
            bad_rows_out=options["bad_rows"],
            entity_column=options["entity"],
            known_on=options["known_on"],
            kernel_folder=Path(settings.KERNEL_DIR),
            progress=_Bar(self.stderr.write, live=began).show,
        )
        self._sum_up(summary)
        if summary.bad_row_count:
            raise CommandError(
                f"有 {summary.bad_row_count} 行没有算，原因见上。其余都算完了。",
                returncode=ROWS_SET_ASIDE,
            )

    def _sum_up(self, summary: SweepSummary) -> None:
        write = self.stdout.write
        write(
            f"读了 {summary.rows_read:,} 行，算了 {summary.rows_answered:,} 行，"
            f"用时 {summary.seconds:.2f} 秒（{summary.engine}）"
        )
        for name, each in summary.policies.items():
            counts = "，".join(
                f"{verdict.word.split('，')[0]} {each.by_verdict[verdict]:,}" for verdict in Verdict
            )
            write(f"{name}: {counts}；只差一条 {each.near_misses:,}；合计 {each.amount:,}")
        for office, pairs in summary.worth_by_office[:5]:
            write(f"补上“{office}”的数据，能再判断 {pairs:,} 个")
        for column in summary.absent_columns:
            write(f"文件里没有“{column}”这一列，按不知道算")
        repeats = summary.repeats
        if repeats.entities:
            rows = "；".join(f"第 {'、'.join(map(str, each))} 行" for each in repeats.rows[:3])
            self.stderr.write(
                f"有 {repeats.entities:,} 个编号不止出现一次，每一行都算了。例如{rows}"
            )
        if not repeats.complete:
            write(f"编号有没有重复，只查了前 {repeats.rows_compared:,} 行")
        for bad in summary.bad_rows:
            self.stderr.write(f"第 {bad.row} 行 {bad.column}: {bad.reason}")

    # diff

    def _diff(self, options: dict[str, Any]) -> None:
        before, after = (
            read_text(options[side].read_text(encoding="utf-8")) for side in ("before", "after")
        )
        found = differences(before, after)
        if not found:
            self.stdout.write("规则、文字和算例都一样。")
        weights = {"rule": "规则", "words": "文字", "cases": "算例"}
        for change in found:
            was, now = change.before or "（没有）", change.after or "（没有）"
            self.stdout.write(f"[{weights[change.weight]}] {change.place}: {was} → {now}")


def _engine(name: str, cluster: str) -> str | EngineMaker:
    if name != "spark":
        return name
    from denghuo.policy.engines.spark_engine import spark_maker  # noqa: PLC0415 - rarely wanted

    return spark_maker(cluster)


class _Bar:
    """A progress line: redrawn on a terminal, one line in twenty elsewhere."""

    def __init__(self, write: Callable[..., Any], *, live: bool) -> None:
        self._write = write
        self._live = live
        self._shown = -1.0

    def show(self, done: int, total: int | None) -> None:
        share = done / total if total else 0.0
        if total and share - self._shown < _PROGRESS_STEP and done < total:
            return
        self._shown = share
        text = f"{done:,} / {total:,} 行 {share:.0%}" if total else f"{done:,} 行"
        self._write(f"\r{text}" if self._live else text, ending="" if self._live else "\n")


def _read_facts(where: str) -> dict[str, object]:
    text = sys.stdin.read() if where == "-" else Path(where).read_text(encoding="utf-8")
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CommandError("事实文件不是 YAML 或 JSON。", returncode=REFUSED) from error
    if not isinstance(given, dict):
        raise CommandError("事实文件应是“名字: 值”的对照表。", returncode=REFUSED)
    return {str(name): value for name, value in given.items()}


def _chosen(names: Iterable[str]) -> list[PolicyDefinition]:
    """Ids of shipped policies or files; none means the shipped library."""
    found: list[PolicyDefinition] = []
    for name in names:
        if name in shipped():
            found.append(shipped()[name].definition)
        elif Path(name).exists():
            found.append(read_text(Path(name).read_text(encoding="utf-8")))
        else:
            known = "、".join(shipped())
            raise CommandError(f"没有“{name}”这项政策。有：{known}", returncode=REFUSED)
    return found or [each.definition for each in shipped().values()]
