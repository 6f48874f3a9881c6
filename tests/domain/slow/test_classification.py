"""Whenever a class is found, no deadline moves later; and acceptance by silence has one moment."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain.loop.step import fold
from bihuan.domain.policy import Urgency
from bihuan.domain.stage import Stage, Status
from tests.support.small_city.calendar import CALENDAR, MONDAY, at
from tests.support.small_city.legal import ASK, COMPLAINT, SILENCE, complaint
from tests.support.small_city.people import COORDINATOR
from tests.support.small_city.policy import HUBBED
from tests.support.small_city.stages import dispatched, told
from tests.support.small_city.story import Story

CATEGORIES = ("ENERGY", "FIN", "ARREARS", COMPLAINT)


UNHURRIED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CLASSES = st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(Urgency), st.booleans())
Class = tuple[str, Urgency, bool]


def of_class(of: Class) -> dict[str, object]:
    return dict(zip(("category", "urgency", "complex"), of, strict=True))


def became(story: Story, of: Class, when: datetime) -> Story:
    """Classified so at this moment, where it is not so already."""
    issue = story.issue
    if (issue.category, issue.urgency, issue.complex) == of:
        return story.until(when)
    return story.does(COORDINATOR, do.Classify(category=of[0], urgency=of[1], complex=of[2]), when).until(when)


def moments(story: Story) -> dict[str, datetime | None]:
    """When what runs is due, and since when."""
    return {clock.key: clock.due(CALENDAR) for clock in story.issue.clocks if clock.open}


@UNHURRIED
@given(
    first=CLASSES,
    then=CLASSES,
    waits=st.lists(st.tuples(st.integers(1, 2000), st.integers(1, 9000)), max_size=2),
    minutes=st.integers(1, 12_000),
    complete=st.booleans(),
)
def test_classified_before_dispatch_an_issue_stands_as_if_it_had_been_of_that_class_from_the_start(
    first: Class, then: Class, waits: list[tuple[int, int]], minutes: int, *, complete: bool
) -> None:
    """But that what would be over leaves the sign limit from now. Where silence accepted only one of the two on the
    way, their triage differs; the issue's clock never does."""
    contact = "经办人" if complete else ""
    late, early = (told(contact=contact, **of_class(of)) for of in (first, then))  # type: ignore[arg-type]
    for work, wait in waits:
        for story in (late, early):
            story.until(story.now + timedelta(minutes=work))
        if {late.issue.status, early.issue.status} == {Status.UNTRIAGED}:
            for story in (late, early):
                story.does(COORDINATOR, ASK, story.now).until(story.now + timedelta(minutes=wait))
    moment = late.now + timedelta(minutes=minutes)
    was = moments(late.copy().until(moment))
    became(late, then, moment)
    early.until(moment)
    stands = {key: not_behind(due, was.get(key), late) for key, due in moments(early).items()}
    assert late.due("issue#1") == stands["issue#1"]
    assert late.issue.limits == early.issue.limits
    assert late.issue.governed_by == early.issue.governed_by
    if late.issue.silence_accepted_at == early.issue.silence_accepted_at:
        assert of_the_loop(moments(late)) == of_the_loop(stands)


def of_the_loop(dues: dict[str, datetime | None]) -> dict[str, datetime | None]:
    """Without papers: a later deadline is told from its beginning, and so calls for more of them."""
    return {key: due for key, due in dues.items() if not key.startswith("sign_draft")}


def not_behind(due: datetime | None, was: datetime | None, story: Story) -> datetime | None:
    """Shortened now, it is due when its sign limit from now is over, or when it was."""
    if due is None or was is None:
        return due
    return max(due, min(was, CALENDAR.after(story.now, story.issue.limits.sign)))


@UNHURRIED
@given(
    first=CLASSES,
    edits=st.lists(st.tuples(CLASSES, st.integers(1, 4000)), min_size=1, max_size=4),
    start=st.integers(0, 20_000),
)
def test_after_dispatch_no_classification_ever_moves_a_deadline_later_or_raises_a_rung_twice(
    first: Class, edits: list[tuple[Class, int]], start: int
) -> None:
    story = dispatched(when=MONDAY + timedelta(minutes=start), **of_class(first))  # type: ignore[arg-type]
    for of, minutes in edits:
        before = moments(story)
        became(story, of, story.now + timedelta(minutes=minutes))
        after = moments(story)
        for key in set(before) & set(after):
            was, now = before[key], after[key]
            assert was is not None
            assert now is not None
            assert now <= was, key
    keys = [alarm.key for alarm in story.alarms]
    assert len(keys) == len(set(keys))
    assert fold(story.issue.issue_no, story.recorded) == story.issue


@UNHURRIED
@given(
    looks=st.lists(st.integers(1, 3000), max_size=10),
    urgency=st.sampled_from(Urgency),
    county=st.sampled_from(["", HUBBED]),
)
def test_however_seldom_or_often_we_look_silence_accepts_at_the_same_moment(
    looks: list[int], urgency: Urgency, county: str
) -> None:
    about: dict[str, object] = {"urgency": urgency} | ({"county": county} if county else {})
    often, seldom, end = complaint(**about), complaint(**about), MONDAY + timedelta(days=12)
    for minutes in looks:
        often.until(min(often.now + timedelta(minutes=minutes), end))
    for story in (often.until(end), seldom.until(end)):
        assert story.issue.silence_accepted_at == at(SILENCE)
        assert story.names.count("accepted_by_silence") == 1
        assert story.issue.stage is Stage.TRIAGE
    assert moments(often).keys() == moments(seldom).keys()
    assert often.due("triage#2") == seldom.due("triage#2")
