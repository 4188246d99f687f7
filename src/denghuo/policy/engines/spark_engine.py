"""The same programs as one query on a cluster, over Spark Connect.

Only the client library is needed (``pyspark-client``, not installed by default); the server may be
Apache Spark or Sail. Facts that lie in the cluster are swept there, unmoved: ``sweep_table``.
``evaluate`` sends batches along, to check that a cluster answers as our kernels do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from denghuo.platform.public import connect_cluster
from denghuo.policy.engines.answers import PolicyAnswers
from denghuo.policy.engines.tables import ROW_KEY, answers_from_table, arrow_table
from denghuo.policy.logic.columns.layout import FactColumns, Layout, layout_for
from denghuo.policy.logic.columns.program import RuleProgram
from denghuo.policy.logic.sql import SPARK, sweep_query

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_VIEW = "facts_given"


class SparkEngine:
    """Answers programs on a Spark Connect server. See ``answers.Engine``."""

    name = "spark"

    def __init__(
        self, programs: Sequence[RuleProgram], as_of: date, *, session: SparkSession
    ) -> None:
        self.programs = tuple(programs)
        self.as_of = as_of
        self.layout: Layout = layout_for(self.programs)
        self._session = session

    def close(self) -> None:
        """The session belongs to the caller."""

    def evaluate(self, facts: FactColumns) -> list[PolicyAnswers]:
        """Answers for each program, in row order."""
        self._session.createDataFrame(arrow_table(facts, self.layout)).createOrReplaceTempView(
            _VIEW
        )
        table = self._session.sql(self._query(_VIEW, [ROW_KEY], guard=False)).toArrow()
        return answers_from_table(table, self.programs, facts.rows)

    def sweep_table(self, table: str, keys: Sequence[str]) -> DataFrame:
        """Answers for every row of a table or view of the cluster, as a lazy frame to be written
        or counted there. Columns are the facts' names; numbers out of bounds count as unknown."""
        return self._session.sql(self._query(table, keys, guard=True))

    def _query(self, table: str, keys: Sequence[str], *, guard: bool) -> str:
        return sweep_query(
            self.programs, dialect=SPARK, as_of=self.as_of, table=table, keys=keys, guard=guard
        )


class _OwnSessionEngine(SparkEngine):
    """Ends its session with itself: an open one would keep the whole process from ending."""

    def close(self) -> None:
        self._session.stop()


def spark_maker(address: str) -> Callable[[Sequence[RuleProgram], date], SparkEngine]:
    """A maker of one engine for ``sweep``, with a session of its own. Raises what
    ``connect_cluster`` raises, before anything is read."""
    session = connect_cluster(address)
    return lambda programs, as_of: _OwnSessionEngine(programs, as_of, session=session)
