"""Who asks, seen through proxies; what a client writes itself is never believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.forwarded import BadProxiesError, TrustedProxies, client_of

pytestmark = pytest.mark.no_postgres
PROXY, CLIENT, FORGED = "10.0.0.1", "203.0.113.7", "198.51.100.9"


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "answer"),
    [
        ("", CLIENT, [FORGED], CLIENT),
        ("1", PROXY, [CLIENT], CLIENT),
        ("1", PROXY, [FORGED, CLIENT], CLIENT),
        ("2", PROXY, [FORGED, CLIENT, "10.0.0.2"], CLIENT),
        ("1", PROXY, [], PROXY),
        ("2", PROXY, [CLIENT], CLIENT),
        ("10.0.0.0/8", PROXY, [FORGED, CLIENT, "10.0.0.2"], CLIENT),
        ("10.0.0.1, ::1", "::1", [FORGED, CLIENT, PROXY], CLIENT),
        ("10.0.0.0/8", CLIENT, [FORGED], CLIENT),
        ("1", PROXY, [FORGED, "unknown"], PROXY),
        ("1", PROXY, [f"{CLIENT}:51234"], CLIENT),
        ("1", PROXY, ["[2001:db8:1:2:3:4:5:6]:443"], "2001:db8:1:2::/64"),
        ("1", "::ffff:10.0.0.1", [f"::ffff:{CLIENT}"], CLIENT),
        ("1", "", [CLIENT], ""),
        ("", "2001:db8:1:2:ffff::1", [], "2001:db8:1:2::/64"),
        ("", "::1", [], "::1"),
    ],
)
def test_the_nearest_hop_that_is_not_ours(
    trusted: str, peer: str, forwarded: list[str], answer: str
) -> None:
    assert client_of(peer, forwarded, TrustedProxies.read(trusted)) == answer


@given(st.lists(st.text(max_size=40), max_size=6), st.integers(1, 3))
def test_nothing_a_client_sends_changes_whom_it_counts_as(sent: list[str], proxies: int) -> None:
    ours = [CLIENT, *(f"10.0.0.{number}" for number in range(2, proxies + 1))]
    trusted = TrustedProxies.read(str(proxies))
    assert client_of(PROXY, [*sent, *ours], trusted) == CLIENT


@pytest.mark.parametrize("text", ["yes", "10", "-1", "10.0.0.1/8", "10.0.0.0/99", "1,2x", "½"])
def test_a_mistake_in_the_setting_is_refused(text: str) -> None:
    with pytest.raises(BadProxiesError):
        TrustedProxies.read(text)


def test_the_setting_is_a_count_or_a_list() -> None:
    assert TrustedProxies.read(" ") == TrustedProxies()
    assert TrustedProxies.read("2") == TrustedProxies(count=2)
    listed = TrustedProxies.read("10.0.0.0/8, ::1")
    assert listed == TrustedProxies(networks=("10.0.0.0/8", "::1/128"))
