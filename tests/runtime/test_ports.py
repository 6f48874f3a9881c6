"""A port that was chosen stays ours until the child that is to have it binds it, and whenever that is born again."""

import socket

import pytest

from bihuan.runtime.ports import free_port, reserve

HOST = "127.0.0.1"


def served(port: int) -> socket.socket:
    """As our children bind: SO_REUSEADDR, then listen."""
    return socket.create_server((HOST, port))


def test_nobody_else_is_given_a_port_that_was_chosen_and_its_child_gets_it_again_and_again() -> None:
    port = free_port()
    assert not reserve(port), "chosen a second time"
    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.bind((HOST, port))
    for _ in range(2):
        with served(port), socket.create_connection((HOST, port), timeout=5):
            assert not reserve(port)


def test_where_one_of_the_neighbours_is_taken_the_next_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    first, further = free_port(count=4), [free_port() for _ in range(20)]
    tried = iter([first - 2, first + 1, *(port + 1 for port in further)])
    monkeypatch.setattr("bihuan.runtime.ports.random.randrange", lambda *_: next(tried))
    assert free_port(count=3) - 1 in further


def test_nobody_answers_at_a_port_that_is_only_held() -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, free_port()), timeout=5)
