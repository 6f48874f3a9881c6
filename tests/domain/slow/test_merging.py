"""Issues merged into each other: however the words cross, one of each that belong together stays to be handled."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain.people import Actor
from bihuan.domain.refusals import Refusal
from tests.support.merging import World
from tests.support.small_city.acts import UNFOLLOW
from tests.support.small_city.people import COORDINATOR, ENTERPRISE
from tests.support.small_city.policy import D1

NUMBERS = [f"BH-{n}" for n in range(1, 7)]
OTHERS: list[tuple[Actor, do.Act]] = [
    (ENTERPRISE, do.Withdraw()),
    (ENTERPRISE, do.Reopen(reason="复发")),
    (COORDINATOR, do.Accept()),
    (COORDINATOR, do.HandOver(unit=D1)),
    (COORDINATOR, do.Answer(text="按某条", how="电话")),
    (COORDINATOR, do.AskInfo(question="容量多少")),
    (COORDINATOR, do.Follow(parent="BH-PARENT", parent_open=True, parent_category="ENERGY")),
    (COORDINATOR, UNFOLLOW),
]


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, str]:
    """Which issue is merged into which: chains, trees and rings, and tails that lead into them."""
    count = draw(st.integers(2, len(NUMBERS)))
    into = st.one_of(st.none(), st.sampled_from(NUMBERS[:count]))
    drawn = {number: draw(into) for number in NUMBERS[:count]}
    return {child: target for child, target in drawn.items() if target is not None and target != child}


def together(merges: Mapping[str, str], numbers: list[str]) -> list[set[str]]:
    """The issues that merges bring together."""
    groups = [{number} for number in numbers]
    for child, into in merges.items():
        met = [group for group in groups if child in group or into in group]
        groups = [group for group in groups if group not in met] + [set().union(*met)]
    return groups


def one_step(world: World, data: st.DataObject) -> None:
    world.carry(data.draw(st.integers(0, len(world.words) - 1), "word"), lost=data.draw(st.booleans(), "lost"))
    _sound(world)


def _sound(world: World) -> None:
    for number, issue in world.issues.items():
        assert not (issue.merging and issue.absorbing), f"{number} asks and takes in"
        world.ends(number)


@settings(max_examples=150)
@given(graphs(), st.data())
def test_of_issues_merged_together_exactly_one_stays_open_however_the_words_cross(
    merges: dict[str, str], data: st.DataObject
) -> None:
    world, asked = World.of(NUMBERS), dict[str, str]()
    for child in data.draw(st.permutations(sorted(merges)), "order"):
        while bool(world.words) and data.draw(st.booleans(), "first a word"):
            one_step(world, data)
        try:
            world.does(child, COORDINATOR, do.Merge(into=merges[child]))
        except Refusal:
            continue
        asked[child] = merges[child]
    for _ in range(data.draw(st.integers(0, 40), "steps")):
        if world.words:
            one_step(world, data)
    world.settle()
    assert not any(issue.merging or issue.absorbing for issue in world.issues.values())
    for group in together(asked, NUMBERS):
        (stays,) = sorted(group & set(world.open))
        assert {world.ends(number) for number in group} == {stays}


@settings(max_examples=50)
@given(st.permutations(NUMBERS), st.integers(2, len(NUMBERS)), st.data())
def test_where_all_of_a_ring_have_asked_the_smallest_stays_and_is_told(
    order: list[str], length: int, data: st.DataObject
) -> None:
    ring = order[:length]
    world = World.of(ring)
    for child, into in zip(ring, [*ring[1:], ring[0]], strict=True):
        world.does(child, COORDINATOR, do.Merge(into=into))
    for _ in range(data.draw(st.integers(0, 40), "steps")):
        if world.words:
            one_step(world, data)
    world.settle()
    assert world.open == [min(ring)]
    refused = [one.event.event for entries in world.recorded.values() for one in entries].count("merge_refused")
    assert refused == 1


@settings(max_examples=100)
@given(st.data())
def test_whatever_else_is_done_meanwhile_no_merge_hangs_and_none_leads_around(data: st.DataObject) -> None:
    numbers = NUMBERS[:4]
    world = World.of(numbers)
    merges = [(COORDINATOR, do.Merge(into=into)) for into in numbers]
    for _ in range(data.draw(st.integers(5, 40), "steps")):
        if bool(world.words) and data.draw(st.booleans(), "a word"):
            one_step(world, data)
            continue
        who, act = data.draw(st.sampled_from([*merges, *merges, *OTHERS]), "act")
        try:
            world.does(data.draw(st.sampled_from(numbers), "of"), who, act)
        except Refusal:
            continue
        _sound(world)
    world.settle()
    _sound(world)
    assert not any(issue.merging or issue.absorbing for issue in world.issues.values())
