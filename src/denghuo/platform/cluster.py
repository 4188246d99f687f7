"""A session on a Spark Connect server, Apache Spark or Sail.

Only the client library is needed (``pyspark-client``, the extra ``cluster``, not installed by
default). Sweeps of rules and lists of matches go over the same one.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from denghuo.kernel.refusal import RefusalError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_CONNECT_SECONDS = 5


class ClusterClientMissingError(RefusalError):
    """The optional extra ``cluster`` is not installed."""

    code = "platform.cluster_client_missing"
    template = "没有装集群客户端。请先装：pip install 'denghuo[cluster]'，再试一次。"


class NotClusterAddressError(RefusalError):
    """A cluster is named by host and port."""

    code = "platform.not_cluster_address"
    template = "“{text}”不是集群地址。请写成 sc://主机:端口，例如 sc://127.0.0.1:15002。"


class ClusterAwayError(RefusalError):
    """Nobody answers there."""

    code = "platform.cluster_away"
    template = "连不上集群 {address}：{reason}。请确认 Spark Connect 服务已经启动。"


def connect_cluster(address: str) -> SparkSession:
    """A session on ``sc://host:port``.

    Raises ``ClusterClientMissingError``, ``NotClusterAddressError``, ``ClusterAwayError``. The
    port is tried first, because the client itself keeps trying for minutes without a word.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - not always installed
    except ImportError:
        raise ClusterClientMissingError from None
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme != "sc" or not host or not port:
        raise NotClusterAddressError(field="cluster", text=address[:80])
    try:
        socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ClusterAwayError(address=address[:80], reason=reason) from error
    return SparkSession.builder.remote(address).getOrCreate()
