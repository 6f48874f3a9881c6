"""Which hosts may be contacted: public ones, and those that the operator has named."""

import asyncio
import socket
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Ip = IPv4Address | IPv6Address

TRANSLATED = ip_network("64:ff9b::/96")
"""NAT64 (RFC 6052): the last 32 bits are an IPv4 address."""


class HostNotAllowed(Exception):
    """The name resolves to a network that is not allowed. The message contains neither."""


class Hosts:
    """``private_allowed``: True allows private and loopback addresses; a collection, the names and networks in it.

    Link-local addresses, and so the metadata service of every cloud, are allowed only where they are named.
    """

    def __init__(self, private_allowed: bool | Collection[str] = False) -> None:
        assert not isinstance(private_allowed, str)
        self._private = private_allowed is True
        named = () if isinstance(private_allowed, bool) else private_allowed
        self._networks = [ip_network(one, strict=False) for one in named if _numeric(one)]
        self._names = {one.lower() for one in named if not _numeric(one)}

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of the name now. Raises HostNotAllowed unless all are allowed, OSError where it has none."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if host.lower() not in self._names and not all(map(self._allowed, addresses)):
            raise HostNotAllowed
        return addresses

    def _allowed(self, address: str) -> bool:
        meant = _embedded_ipv4(ip_address(address.partition("%")[0]))
        if any(meant in network for network in self._networks):
            return True
        if meant.is_multicast or meant.is_reserved or meant.is_unspecified or meant.is_link_local:
            return False
        return meant.is_global or (self._private and meant.is_private)


def _embedded_ipv4(address: Ip) -> Ip:
    """The IPv4 address that an IPv6 address only wraps; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _numeric(one: str) -> bool:
    try:
        ip_network(one, strict=False)
    except ValueError:
        return False
    return True
