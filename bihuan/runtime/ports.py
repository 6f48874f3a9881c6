"""Ports for children: bound from the moment they are chosen, so that nobody else can take one before its child does."""

import random
import socket
import sys

LOWEST, HIGHEST = 20_000, 32_000
"""Below the range from which the system hands ports to outgoing connections."""
_reserved: list[socket.socket] = []


def free_port(*, count: int = 1) -> int:
    """The first of so many neighbouring ports on 127.0.0.1 that are ours from now on, until this process ends.

    Each is held by a socket that is bound and does not listen, beside which Linux lets a server bind that sets
    SO_REUSEADDR, as all of our children do. Elsewhere it is let go again at once.
    """
    while True:
        first = random.randrange(LOWEST, HIGHEST - count)  # noqa: S311 - a port, not a secret
        if reserve(first, count):
            return first


def reserve(first: int, count: int = 1) -> bool:
    """Take these ports for our children; False: one of them is somebody else's, and none is held."""
    holders: list[socket.socket] = []
    for port in range(first, first + count):
        holder = socket.socket()
        holders.append(holder)
        try:
            holder.bind(("127.0.0.1", port))
        except OSError:
            _close(holders)
            return False
    for holder in holders:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":
        _reserved.extend(holders)
    else:
        _close(holders)
    return True


def _close(holders: list[socket.socket]) -> None:
    for holder in holders:
        holder.close()
