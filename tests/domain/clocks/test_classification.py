"""A class found before dispatch (docs/decisions/0014, 8), and one found late."""

from dataclasses import replace

from bihuan.domain import commands as do
from bihuan.domain.clocks.changes import Relimit
from bihuan.domain.clocks.classification import KEPT_EN, KEPT_ZH, classified
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.policy import Urgency
from bihuan.domain.stage import Status
from tests.support.small_city.acts import transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.legal import COMPLAINT, HANDOVER_DUE, SILENCE, THIRTY_DAYS, classify, complaint
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import ARREARS, D1, D2, POLICY, limit
from tests.support.small_city.rulings import AS_COMPLAINT, GENERAL, alarms
from tests.support.small_city.stages import accepted, dispatched, in_hand, told


def test_a_class_found_before_dispatch_that_lengthens_lets_every_rung_be_raised_again() -> None:
    story = accepted(urgency=Urgency.CONSULT).until("08-04 12:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1], "the triager is late with a consultation"
    story.does(COORDINATOR, AS_COMPLAINT).does(COORDINATOR, do.HandOver(unit=D1), "08-04 15:00")
    assert story.due("issue#1") == at("09-01 18:00")
    story.does(head(D1), do.Sign()).until("09-07 18:00")
    first = next(one for one in story.alarms if str(one.debtor) == f"unit:{D1}" and one.clock in ("issue#1", "solve#1"))
    assert first.rung is Rung.R0, "the unit's first word is no order"
    assert [rung for rung, who in alarms(story, "issue#1") if who == "coordination"][:2] == [Rung.R0, Rung.R1]


def test_what_is_not_ahead_under_the_later_deadline_is_not_raised_again() -> None:
    story = accepted(urgency=Urgency.URGENT).until("08-09 18:00")
    before = story.raised("issue#1")
    assert before == [Rung.R0, Rung.R1, Rung.R2]
    story.does(COORDINATOR, GENERAL)
    assert story.until("08-10 08:30").raised("issue#1") == before
    assert story.until("08-11 18:00").raised("issue#1")[3:] == [Rung.R0, Rung.R1], "due on 08-11, warned on that day"


def test_time_already_spent_counts_when_a_law_is_found_late() -> None:
    story = told().does(COORDINATOR, classify("ARREARS"), "08-04 09:00")
    assert (story.due("issue#1"), story.due("triage#1")) == (at(THIRTY_DAYS), at("08-16 18:00"))
    assert story.raised("triage#1") == [Rung.R0, Rung.R1]
    story.until("08-18 09:00")
    assert story.raised("triage#1")[2:] == [Rung.R0, Rung.R1, Rung.R2], "the later deadline is told from its beginning"
    moments = [alarm.moment for alarm in story.alarms if alarm.clock == "triage#1"][3:]
    assert moments == [at("08-16 18:00"), at("08-17 18:00")]


def test_classified_as_a_complaint_after_its_time_of_silence_it_was_accepted_back_then() -> None:
    story = told().does(COORDINATOR, classify(COMPLAINT), "08-09 09:00").until("08-09 09:00")
    assert story.issue.silence_accepted_at == at(SILENCE)
    assert story.due("triage#2") == at(HANDOVER_DUE)
    assert story.raised("triage#1") == [Rung.R0, Rung.R1, Rung.R2], "the lateness raised under the other class stands"


def test_no_longer_a_complaint_its_triage_is_judged_by_the_profile_again() -> None:
    story = complaint().does(COORDINATOR, classify("ENERGY"), "08-04 09:00").until("08-04 09:00")
    assert story.issue.status is Status.UNTRIAGED
    assert story.due("triage#1") == at("08-05 18:00"), "a day, which was over on 08-03, leaves at least the sign limit"
    assert story.until("08-05 18:00").raised("triage#1") == [Rung.R0, Rung.R1], "and no silence accepts it"


def test_after_silence_another_urgency_changes_the_profiles_limit_of_the_hand_over() -> None:
    story = complaint().until(SILENCE).does(COORDINATOR, classify(urgency=Urgency.URGENT), "08-06 08:40")
    assert story.clock("triage#2").limit == limit("1wh")
    assert story.due("triage#2") == at("08-06 18:00"), "an hour is up before the law's sign limit from now"
    assert story.due("issue#1") == at(THIRTY_DAYS)


def test_a_law_found_after_dispatch_moves_no_promised_deadline_later_and_the_issue_says_so() -> None:
    story = dispatched().does(COORDINATOR, classify("ARREARS"))
    assert story.due("issue#1") == at("08-11 18:00")
    by = story.issue.governed_by
    assert by is not None
    assert by.name == "LAW-ARREARS"
    assert by.reason_zh.endswith(KEPT_ZH)
    assert by.reason_en.endswith(KEPT_EN)
    story.does(head(D1), transfer(D2))
    assert story.due("issue#1") == at("08-11 18:00")
    assert story.clock("solve#1").limit == limit("30d"), "a new unit has the law's time in full"


def test_a_law_found_after_dispatch_does_bring_a_longer_deadline_earlier() -> None:
    story = in_hand(urgency=Urgency.COMPLEX, category="ARREARS").does(COORDINATOR, classify("FIN"))
    assert story.due("issue#1") == at(THIRTY_DAYS), "COMPLEX has thirty days too"
    story.does(COORDINATOR, classify(urgency=Urgency.GENERAL))
    assert story.due("issue#1") == at("08-11 18:00")
    by = story.issue.governed_by
    assert by is not None
    assert KEPT_ZH not in by.reason_zh


def test_a_receipt_still_to_be_completed_gets_the_laws_time_for_it_too() -> None:
    story = told(contact="")
    quick = replace(ARREARS, limits=replace(ARREARS.limits, complete=limit("4wh")))
    event = classified(
        story.issue,
        story.now,
        replace(POLICY, laws=(quick,)),
        category="ARREARS",
        service_group="LAW",
        urgency=Urgency.GENERAL,
        complex_=False,
    )
    assert Relimit(clock="complete#1", limit=limit("4wh")) in event.relimited
