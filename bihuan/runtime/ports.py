"""Ports for child processes: reserved from the moment they are chosen, so that no other process takes them first."""

import random
import socket
import sys

LOWEST, HIGHEST = 20_000, 32_000
"""Below the range from which the system assigns ports to outgoing connections."""
_reserved: list[socket.socket] = []


def free_port(*, count: int = 1) -> int:
    """Reserve ``count`` consecutive ports on 127.0.0.1 until this process ends; returns the first.

    Each is reserved by a socket that is bound but does not listen. Linux lets a server with SO_REUSEADDR, which all our
    children set, bind beside it. On other systems the reservation is released at once.
    """
    while True:
        first = random.randrange(LOWEST, HIGHEST - count)  # noqa: S311 - a port, not a secret
        if reserve(first, count):
            return first


def reserve(first: int, count: int = 1) -> bool:
    """Reserve these ports for our children; False if one of them is taken, and then none is reserved."""
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
