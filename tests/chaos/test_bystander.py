"""Who stands still while others go on is seen; who is only slow is waited for."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support import bystander
from tests.support.bystander import ROUNDS, Bystander
from tests.support.waiting import Stuck

NO_SERVER: Any = None


class Walking(Bystander):
    """Goes so many rounds whenever it is asked where the other stands."""

    def looking_at(self, stands: Callable[[], object]) -> Callable[[], Awaitable[object]]:
        async def look() -> object:
            self.rounds += ROUNDS
            return stands()

        return look


@pytest.fixture(autouse=True)
def _looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bystander, "LOOKS_EVERY_S", 0)


async def test_one_that_stands_still_while_others_go_on_is_stuck() -> None:
    beside = Walking(NO_SERVER)
    with pytest.raises(Stuck, match="BH-1 answers no more: stood at 7"):
        await beside.while_it_moves(asyncio.Event().wait(), beside.looking_at(lambda: 7), "BH-1 answers no more")


async def test_one_that_moves_is_waited_for_however_long() -> None:
    beside, places, answered = Walking(NO_SERVER), itertools.count(), asyncio.Event()

    def moves() -> int:
        place = next(places)
        if place == 20:
            answered.set()
        return place

    assert await beside.while_it_moves(answered.wait(), beside.looking_at(moves), "BH-1") is True


async def test_nobody_is_stuck_while_the_bystander_stands_too() -> None:
    beside, looks, answered = Bystander(NO_SERVER), itertools.count(), asyncio.Event()

    async def stands() -> int:
        if next(looks) == 20:
            answered.set()
        return 7

    assert await beside.while_it_moves(answered.wait(), stands, "BH-1") is True
