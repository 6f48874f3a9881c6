"""Side requests asked, ruled on, taken back and waited out, at random."""

from datetime import timedelta

from hypothesis import event
from hypothesis import strategies as st

from bihuan.domain.refusals import Refusal
from tests.support.any_history import AnyHistory
from tests.support.any_open_act import now_open

GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 30, 200, 700, 1440, 2900, 9000)])
WISHES = ("ask_extension", "ask_suspension", "approve", "resume", "appeal_rating", "beside", "along")
BESIDE_THE_LINE = frozenset(
    {
        "ask_extension",
        "ask_suspension",
        "resume",
        "ask_termination",
        "appeal_rating",
        "rule_request",
        "withdraw_request",
    }
)
MOVES = st.lists(st.tuples(GAPS, st.sampled_from(WISHES), st.integers(0, 10_000)), min_size=6, max_size=20)


def do_as_wished(life: AnyHistory, wish: str, pick: int) -> None:
    """What is wished for where it is open; else anything beside the line, and else anything at all."""
    every = now_open(life.story, rare=False)
    beside = [one for one in every if one[1].act in BESIDE_THE_LINE]
    wished = [one for one in beside if wish in (one[1].act, getattr(one[1], "ruling", None))]
    choices = every if wish == "along" else wished or beside or every
    if not choices:
        return
    person, act = choices[pick % len(choices)]
    before, last = life.story.issue, len(life.story.recorded)
    try:
        life.story.does(person, act, life.story.now)
    except Refusal:
        assert life.story.issue is before
        return
    for name in life.story.names[last:]:
        event(name)
    life.no_deadline_later(before, last)
