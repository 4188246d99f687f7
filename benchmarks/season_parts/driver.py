"""The people of a measured season, simulated, and the laws that must hold at its end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

LEAGUES = (
    "150102", "150202", "150302", "150402", "150502", "150602",
    "150702", "150802", "150902", "152201", "152501", "152921",
)  # fmt: skip
CHUNK = 2_000


class Driver:
    """The people of the season, simulated; begun again it goes on from what the database says."""

    def __init__(self, folder: Path) -> None:
        from datetime import UTC, date, datetime, timedelta  # noqa: PLC0415

        from denghuo.kernel.region import Region  # noqa: PLC0415

        self.folder = folder
        self.now = datetime(2025, 9, 1, 2, 0, tzinfo=UTC)
        self.after = self.now + timedelta(days=12)
        self.day = date(2025, 8, 31)
        self.area = Region.read("15")
        self.began = time.perf_counter()
        self.times: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    def tick(self, moment: Any) -> Any:
        """The moment as a clock on the wall tells it: it goes on. Identifiers rise with it; one
        that stood still would scatter each chunk's among all those before it."""
        from datetime import timedelta  # noqa: PLC0415

        return moment + timedelta(seconds=time.perf_counter() - self.began)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        began, worked = time.perf_counter(), time.process_time()
        yield
        self.times[name] = self.times.get(name, 0.0) + time.perf_counter() - began
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - worked

    def staff(self, number: int, *roles: str) -> Any:
        from uuid import UUID  # noqa: PLC0415

        from denghuo.platform.public import Actor  # noqa: PLC0415

        return Actor(
            kind="staff",
            staff_id=UUID(int=number),
            name=f"经办{number}",
            roles=frozenset(roles),
            area=self.area,
        )

    def run(self) -> None:
        from denghuo.benefits.models import FactImport, Season  # noqa: PLC0415
        from denghuo.platform.public import is_demo_database, mark_as_demo  # noqa: PLC0415

        if not is_demo_database():
            mark_as_demo(at=self.now)
        self.funds()
        for name, office in (
            ("register.csv", "市场主体登记"),
            ("insurance.csv", "社会保险登记"),
            ("tax.csv", "税务征收"),
        ):
            if not FactImport.objects.filter(file_name=name, state="applied").exists():
                with self.timed(f"import {name}"):
                    self.bring(name, office)
        if not Season.objects.exists():
            self.create()
        while self.step():
            pass
        with self.timed("bank"):
            self.bank()

    def funds(self) -> None:
        from denghuo.ledger.public import Line, open_account, post  # noqa: PLC0415
        from denghuo.platform.public import SYSTEM  # noqa: PLC0415

        for division in LEAGUES:
            area = f"{division[:4]}00"
            codes = {"fund": f"fund:unemployment:{area}", "asset": f"bank:unemployment:{area}"}
            for kind, code in codes.items():
                open_account(
                    actor=SYSTEM, code=code, name="失业保险基金"
                    + ("" if kind == "fund" else "·银行存款"), kind=kind, area=area,
                    fund="unemployment", floor_fen=0 if kind == "fund" else None, now=self.now,
                )  # fmt: skip
            post(
                actor=SYSTEM, key=f"bench:{area}", kind="bench.open",
                about="ledger.Account:" + codes["fund"],
                lines=[Line(codes["asset"], 10**15), Line(codes["fund"], -(10**15))],
                on=self.day, now=self.now,
            )  # fmt: skip

    def bring(self, name: str, office: str) -> None:
        from denghuo.benefits.actions.import_applying import apply_import  # noqa: PLC0415
        from denghuo.benefits.actions.import_reading import (  # noqa: PLC0415
            check_file,
            look_at_file,
        )
        from denghuo.benefits.actions.imports import (  # noqa: PLC0415
            confirm_import,
            pieces_of,
            receive_file,
            set_mapping,
        )
        from denghuo.benefits.queries.imports import import_of  # noqa: PLC0415
        from denghuo.platform.public import SYSTEM  # noqa: PLC0415

        pieces = lambda: pieces_of(self.folder / name)  # noqa: E731
        import_id = receive_file(
            actor=SYSTEM, name=name, chunks=pieces, subject="firm", office=office,
            legal_basis="measured", area=self.area, observed_on=self.day, now=self.now,
        )  # fmt: skip
        look_at_file(import_id, attempt=0, now=self.now)
        view = import_of(SYSTEM, import_id)
        set_mapping(
            actor=SYSTEM, import_id=import_id, mapping=view.mapping, observed_on=self.day,
            save_as="", now=self.now,
        )  # fmt: skip
        check_file(import_id, attempt=1, progress=silent, now=self.now)
        confirm_import(
            actor=SYSTEM, import_id=import_id, mode="table", registers=name == "register.csv",
            attempt=1, now=self.now,
        )  # fmt: skip
        apply_import(import_id, progress=silent, clock=lambda: self.tick(self.now))

    def create(self) -> None:
        from denghuo.benefits.actions.seasons import create_season  # noqa: PLC0415

        create_season(
            actor=self.staff(1, "officer"), item="stable-jobs-refund", period="2024",
            area=self.area, as_of=self.now.date(), constants={"pool_reserve_months": 24},
            now=self.now,
        )  # fmt: skip

    def step(self) -> bool:
        """The next step of whoever's turn it is; False when the orders are out."""
        from denghuo.benefits.actions import seasons as acts  # noqa: PLC0415
        from denghuo.benefits.actions.season_work import work_season  # noqa: PLC0415
        from denghuo.benefits.logic.season_states import WORKING  # noqa: PLC0415
        from denghuo.benefits.models import SampleCheck, Season  # noqa: PLC0415

        row = Season.objects.get()
        officer, checker = self.staff(1, "officer"), self.staff(2, "reviewer")
        given: dict[str, Any] = {"season_id": row.pk, "now": self.now}
        if row.state in WORKING:
            moment = self.after if row.state == "paying" else self.now
            with self.timed(row.state):
                work_season(
                    row.pk,
                    attempt=row.attempt,
                    progress=silent,
                    clock=lambda: self.tick(moment),
                    chunk=CHUNK,
                )
            return True
        with self.timed(f"people: {row.state}"):
            match row.state:
                case "draft":
                    acts.start_season(actor=officer, **given)
                case "proposed":
                    acts.draw_sample(actor=checker, **given)
                case "sampling":
                    left = SampleCheck.objects.filter(season=row, verdict="")
                    for place in left.values_list("place", flat=True):
                        acts.judge_row(actor=checker, place=place, wrong=False, **given)
                    acts.finish_sample(actor=checker, **given)
                case "opened":
                    acts.sign_season(actor=self.staff(3, "reviewer"), **given)
                case "signed":
                    acts.announce_season(actor=officer, **given)
                case "announced":
                    self.confirm(row)
                    acts.pay_season(actor=officer, season_id=row.pk, now=self.after)
                case "paid_out":
                    return False
                case other:
                    raise RuntimeError(f"the season stands at {other}")
        return True

    def confirm(self, row: Any) -> None:
        """Every firm says yes, in the order of the list."""
        from denghuo.benefits.queries.season_figures import season_key  # noqa: PLC0415
        from denghuo.cases.public import (  # noqa: PLC0415
            SaidAccount,
            confirm_accounts_in_bulk,
            season_rows,
        )
        from denghuo.people.public import firm_names  # noqa: PLC0415
        from denghuo.platform.public import SYSTEM  # noqa: PLC0415

        after, key = -1, season_key(row.pk)
        while found := season_rows(key, after_row=after, limit=CHUNK):
            names = firm_names([one.subject.id for one in found])
            said = [
                SaidAccount(
                    one.id, names[one.subject.id], f"{150_000_000_000 + one.row}", "内蒙古银行"
                )
                for one in found
            ]
            confirm_accounts_in_bulk(
                actor=SYSTEM,
                key=key,
                accounts=said,
                said_in="模拟的单位",
                now=self.tick(self.now),
            )
            after = found[-1].row

    def bank(self) -> None:
        """Every fund's files made, released, answered, read and followed."""
        from denghuo.benefits.actions.imports import pieces_of  # noqa: PLC0415
        from denghuo.cases.actions.bulk.following import follow_settled  # noqa: PLC0415
        from denghuo.ledger.models import BankFile, PayOrder, ReturnFile  # noqa: PLC0415
        from denghuo.ledger.public import (  # noqa: PLC0415
            FaultRates,
            answer_payments,
            bank_format,
            download_bank_file,
            make_bank_file,
            read_return_file,
            receive_return_file,
            release_bank_file,
        )
        from denghuo.ledger.queries.bank_files import bank_file  # noqa: PLC0415

        maker, other = self.staff(4, "treasurer"), self.staff(5, "treasurer")
        form = bank_format("fixed")
        while fund := (
            PayOrder.objects.filter(state="ordered").values_list("fund", flat=True).first()
        ):
            make_bank_file(actor=maker, fund=fund, form="fixed", now=self.after)
        for pk in BankFile.objects.filter(state="made").values_list("pk", flat=True):
            release_bank_file(actor=other, file_id=pk, sha256=bank_file(pk).sha256, now=self.after)
        answered = ReturnFile.objects.values("answers_id")
        for pk in (
            BankFile.objects.filter(state="released")
            .exclude(pk__in=answered)
            .values_list("pk", flat=True)
        ):
            view, sent = download_bank_file(actor=maker, file_id=pk, now=self.after)
            path = self.folder / f"{view.number}.txt"
            with path.open("wb") as file:
                file.writelines(sent)
            answer = answer_payments(
                form, partial(pieces_of, path),
                rates=FaultRates({"wrong_name": 2_000, "repeated": 1_000}), seed=1,
                day=self.after.date(),
            )  # fmt: skip
            receive_return_file(actor=maker, name="回盘", pieces=answer, now=self.after)
        for pk, rows in ReturnFile.objects.values_list("pk", "rows"):
            read_return_file(return_id=pk, now=self.after)
            for first in range(0, rows + 3, CHUNK):
                follow_settled(return_id=pk, after=first, until=first + CHUNK, now=self.after)

    def found(self) -> dict[str, Any]:
        """What the database says at the end; ``faults`` is empty when all laws hold."""
        from django.apps import apps  # noqa: PLC0415
        from django.db.models import Count, Sum  # noqa: PLC0415

        from denghuo.benefits.models import Proposal, Season  # noqa: PLC0415
        from denghuo.benefits.queries.season_figures import figures_of  # noqa: PLC0415
        from denghuo.cases.models import Case  # noqa: PLC0415
        from denghuo.ledger.models import BankAnswer, PayOrder  # noqa: PLC0415
        from denghuo.ledger.public import trial_balance  # noqa: PLC0415
        from denghuo.platform.public import SYSTEM  # noqa: PLC0415

        season = Season.objects.get()
        figures = figures_of(season)
        paid = PayOrder.objects.filter(state="paid")
        fen = {
            "orders": paid.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
            "cases": Case.objects.aggregate(fen=Sum("paid_fen"))["fen"] or 0,
            "bank": BankAnswer.objects.filter(outcome="paid").aggregate(fen=Sum("amount_fen"))[
                "fen"
            ] or 0,
        }  # fmt: skip
        books = trial_balance(SYSTEM, since=self.day, until=self.after.date().replace(day=28))
        faults = []
        if not figures.agrees:
            faults.append("the parts are not the whole")
        if len(set(fen.values())) != 1:
            faults.append(f"paid differs: {fen}")
        if not books.whole or books.debit_fen != books.credit_fen:
            faults.append("the books do not balance")
        for rows, column, what in (
            (Case.objects.filter(holds_place=True), "subject_id", "two cases"),
            (PayOrder.objects.all(), "about", "two orders"),
        ):
            if rows.values(column).annotate(n=Count("pk")).filter(n__gt=1).exists():
                faults.append(what)
        return {
            "firms": season.counts["rows"],
            "entitled": figures.proposed.count,
            "paid": figures.paid.count,
            "pending": figures.pending.count,
            "taken_out": figures.taken_out.count,
            "listed": Proposal.objects.count(),
            "rows": sum(
                model._default_manager.count()  # noqa: SLF001  Django's public name
                for model in apps.get_models()
            ),
            "faults": faults,
        }


def silent(_done: int, _total: int) -> None:
    """A job that keeps no lease."""
