"""From whom a request really came, when proxies of our own stand before the site.

Each proxy appends the address it saw to ``X-Forwarded-For``; what stands left of the entries
our own proxies wrote was sent by the client and may say anything. So the list is read from the
right, and only as far as our own proxies reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
# What one household or one office is given; a caller may use every address inside it.
_ONE_SUBSCRIBER_BITS = 64
_PROXIES_MAX = 9


class BadProxiesError(ValueError):
    """The text is neither a count nor a list of addresses and networks."""


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """How far the list is believed: ``count`` proxies, or those with an address in ``networks``."""

    count: int = 0
    networks: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> TrustedProxies:
        """``""``, ``2`` or ``10.0.0.0/8, ::1``. Raises ``BadProxiesError``."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) == 1 and parts[0].isascii() and parts[0].isdecimal():
            count = int(parts[0])
            if count > _PROXIES_MAX:
                raise BadProxiesError(f"{count} proxies; more than {_PROXIES_MAX} is a mistake")
            return cls(count=count)
        try:
            return cls(networks=tuple(str(ip_network(part)) for part in parts))
        except ValueError as bad:
            raise BadProxiesError(str(bad)) from bad

    def trusts(self, hop: Address, *, place: int) -> bool:
        """Whether the proxy at ``place`` (0 is the nearest to us) is one of ours."""
        if self.networks:
            return any(hop in ip_network(network) for network in self.networks)
        return place < self.count


def client_of(peer: str, forwarded: Sequence[str], trusted: TrustedProxies) -> str:
    """The address of the nearest hop that is not a proxy of ours, as one counts visitors by.

    ``peer`` is who holds the connection, ``forwarded`` the entries of ``X-Forwarded-For`` from
    left to right. An IPv6 address is answered as its /64. Where an entry cannot be read the
    proxy that wrote it is answered: everything behind it counts as one, and nobody is let off.
    """
    here = _read(peer)
    if here is None:
        return peer  # a socket file or nothing at all: said as it is
    for place, entry in enumerate(reversed(forwarded)):
        if not trusted.trusts(here, place=place):
            break
        before = _read(entry)
        if before is None:
            break
        here = before
    return _counted_as(here)


def _read(text: str) -> Address | None:
    """An address, without the port or the brackets some proxies write around it."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _counted_as(address: Address) -> str:
    if isinstance(address, IPv6Address) and not address.is_loopback:
        return str(IPv6Network((address, _ONE_SUBSCRIBER_BITS), strict=False))
    return str(address)
