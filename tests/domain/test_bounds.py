"""What may be said is bounded field by field, and the sums of it stay within what Temporal carries."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from temporalio.contrib.pydantic import pydantic_data_converter

from api.limits import BODY_BYTES_MAX
from bihuan.domain import commands as do
from bihuan.domain.bounds import BOUNDS, CHARACTER_BYTES_MAX, KEY, LISTS, SUMMARY_BYTES, blank, check, cut, texts
from bihuan.domain.following.decisions import FOLLOWERS_MAX
from bihuan.domain.loop.step import Receipt, execute, open_issue
from bihuan.domain.parties import Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import FieldMissing, ListTooLong, Refusal, TextTooLong, TextUnreadable, TooMuchSaid
from bihuan.domain.sizes import BACKLOG_BYTES, ISSUE_BYTES, PIECE_BYTES, POLICY_BYTES, RUN_BYTES, SHARE, weight
from bihuan.domain.stage import Outcome
from bihuan.wire import Entry, notice_id
from tests.support.puyang import COORDINATOR, ENTERPRISE, HEAD, MONDAY, Told, at, in_hand, policy, submission
from workflows.messages import Life, Opening, Publication
from workflows.names import cross_issue_id
from workflows.receipts import IDS_KEPT, RECEIPTS_KEPT, ReceiptDropped, Receipts

WORST = "𠮷"
"""A sign of four bytes, which JSON may write in twelve."""
SAID = {get_args(get_type_hints(kind)["act"])[0]: kind for kind in (*get_args(do.Act), do.Submit)}
ID_BYTES_MAX, ATTRIBUTE_BYTES_MAX, SUMMARY_BYTES_MAX, HISTORY_BYTES_MAX = 1000, 2048, 400, 52_428_800
"""What Temporal takes."""
BY_ITSELF = 50_000
"""What the clock adds to an issue while nobody may: some hundred alarms."""


def longest(kind: type[Any], sign: str = WORST) -> Any:
    """The command of this kind that says as much as may be said."""
    hints = get_type_hints(kind)
    said: dict[str, Any] = {}
    for field in fields(kind):
        hint = hints[field.name]
        if field.name in LISTS:
            said[field.name] = (sign * BOUNDS[field.name],) * LISTS[field.name]
        elif hint is str:
            said[field.name] = sign * BOUNDS[field.name]
        elif hint is do.Enterprise:
            said[field.name] = longest(do.Enterprise, sign)
        elif hint is Actor:
            said[field.name] = Actor(Role.COO, sign * BOUNDS["person"], sign * BOUNDS["org"])
        elif field.name not in ("act", "policy", "calendar"):
            options = [one for one in get_args(hint) or (hint,) if one is not type(None)]
            said[field.name] = next(iter(options[0])) if hasattr(options[0], "__members__") else _some(options[0])
    return kind(**said)


def _some(kind: type[Any]) -> Any:
    return {bool: True, int: 1, datetime: MONDAY}.get(kind, MONDAY.date())


def on_the_wire(value: Any) -> int:
    return pydantic_data_converter.payload_converter.to_payloads([value])[0].ByteSize()


@pytest.mark.parametrize("act", sorted(SAID))
def test_the_longest_of_every_act_is_taken_and_one_sign_more_is_refused_by_name(act: str) -> None:
    whole = longest(SAID[act])
    check(whole)
    hints = get_type_hints(SAID[act])
    for field in fields(whole):
        said, is_list = getattr(whole, field.name), field.name in LISTS
        if not is_list and hints[field.name] is not str:
            continue
        with pytest.raises(ListTooLong if is_list else TextTooLong) as refused:
            check(replace(whole, **{field.name: (*said, "x") if is_list else said + "x"}))
        assert refused.value.field == field.name


@pytest.mark.parametrize("act", sorted(SAID))
def test_no_act_is_more_than_an_empty_issue_takes_at_once_or_than_a_body_may_hold(act: str) -> None:
    whole = longest(SAID[act])
    room = ISSUE_BYTES - weight(in_hand().issue) - weight(longest(do.Submit))
    assert weight(whole) < room // SHARE
    assert on_the_wire(whole) < PIECE_BYTES // 10, "Temporal takes ten at once"
    assert 3 * weight(whole) < BODY_BYTES_MAX, "as JSON that writes every sign as two escapes"


def test_the_next_run_a_publication_and_an_answer_can_be_carried_at_their_largest() -> None:
    """The sum of the bounds: the issue, what waits for the ledger with the act that came last, and the receipts.

    The events of that act and what it adds to the issue take half of the room that was left, so both are within the
    bound of the issue; the act beside them is not.
    """
    one_receipt = weight(replace(receipt(), command_id=WORST * KEY))
    last_act = max(weight(longest(kind)) for kind in get_args(do.Act))
    issue, backlog = ISSUE_BYTES, BACKLOG_BYTES + last_act + one_receipt
    receipts = RECEIPTS_KEPT * weight(replace(receipt(), command_id="x" * 200)) + IDS_KEPT * len('"123456789012",')
    assert issue + backlog + BY_ITSELF + 2 * POLICY_BYTES < PIECE_BYTES, "a publication"
    assert issue + backlog + BY_ITSELF + receipts + 2 * POLICY_BYTES < PIECE_BYTES, "continue-as-new"
    assert RUN_BYTES + 2 * (issue + backlog) < HISTORY_BYTES_MAX // 2, "the history of a run"
    assert 2 * weight(policy()) < POLICY_BYTES, "a city twice as large"


RESULT = replace(longest(do.SubmitResult), outcome=Outcome.SOLVED)


def receipt(command_id: str = "c", revision: int = 2) -> Receipt:
    from bihuan.domain.loop.step import receipt as answer

    return replace(answer(in_hand().issue, command_id, "f" * 32, "r" * 36, MONDAY, policy()), revision=revision)


def test_what_waits_for_the_ledger_is_among_the_answers_that_are_kept_whole() -> None:
    smallest = weight((Entry.of(in_hand().recorded[-1]), receipt("k")))
    assert BACKLOG_BYTES / smallest < RECEIPTS_KEPT


def test_a_weight_is_never_less_than_the_bytes_on_the_wire() -> None:
    told = in_hand().then(at("07-05 16:00"), HEAD, replace(RESULT, text='"\\\n' * 3000))
    opening = Opening(policy(), None, None, MONDAY, life=Life(told.issue, tuple(map(Entry.of, told.recorded))))
    for value in (told.issue, policy(), opening, receipt(), Publication(told.issue, opening.life.unpublished)):  # type: ignore[union-attr]
        assert on_the_wire(value) <= weight(value) + 100


def test_an_issue_never_grows_beyond_what_can_be_carried_however_much_is_said() -> None:
    """Long texts first, then ever shorter ones; what moves it is taken to the end."""
    told = in_hand()
    taken = [_filled(told, size) for size in (10_000, 2_000, 400, 80)]
    assert all(taken)
    told.then(at("07-05 17:00"), HEAD, do.SubmitResult(outcome=Outcome.SOLVED, text="已办结"))
    assert on_the_wire(told.issue) < ISSUE_BYTES


def _filled(told: Told, size: int) -> int:
    """How many texts of this size it takes, until it refuses one; a hundred at most."""
    for taken in range(100):
        long = do.AskTermination(ground=do.TerminationGround.UNLAWFUL, reason="长" * size)
        try:
            told.then(at("07-05 16:00"), HEAD, long)
        except TooMuchSaid:
            return taken
        told.then(at("07-05 16:00"), HEAD, do.WithdrawRequest(request=told.issue.requests[-1].no))
        assert weight(told.issue) < ISSUE_BYTES
    return 100


def test_an_id_an_attribute_and_a_summary_hold_whatever_may_be_said() -> None:
    code = WORST * BOUNDS["liaison"]
    assert CHARACTER_BYTES_MAX * BOUNDS["county"] < ATTRIBUTE_BYTES_MAX
    for name in (
        notice_id("BH" + "7" * 16, 10_000, Party.parse(f"city-leader:{code}")),
        cross_issue_id(code, 10_000, code),
    ):
        assert len(f"{name}:back".encode()) < ID_BYTES_MAX
    assert 2 * SUMMARY_BYTES < SUMMARY_BYTES_MAX
    assert FOLLOWERS_MAX * len(WORST.encode()) * BOUNDS["child"] < ISSUE_BYTES // SHARE


@given(st.text(max_size=400), st.integers(0, 300))
def test_a_text_is_cut_between_two_signs(text: str, size: int) -> None:
    short = cut(text, size)
    assert len(short.encode()) <= size
    assert " ".join(text.split()).encode(errors="replace").decode().startswith(short)
    assert "\n" not in short


UNSEEN = "\u200b\ufeff\u2060\u3000\u00a0 \t\n\u00ad\u202e\u2800\u3164\ufe0f\u180e\u2028"


@given(st.text(UNSEEN, min_size=1, max_size=10), st.sampled_from("文a1！𠮷👍"))
def test_what_nobody_can_see_says_nothing(unseen: str, seen: str) -> None:
    assert blank(unseen)
    assert not blank(unseen + seen)
    with pytest.raises(FieldMissing) as refused:
        Told().then(at("07-05 10:00"), COORDINATOR, do.AskInfo(question=unseen))
    assert refused.value.field == "question"
    for lacking in ({"description": unseen}, {"enterprise": do.Enterprise(name=unseen)}):
        with pytest.raises(Refusal) as missing:
            open_issue("BH-1", submission(**lacking), ENTERPRISE, MONDAY, policy())
        assert missing.value.field == next(iter(lacking)) or missing.value.name == "NotYourIssue"


ODD = st.one_of(
    st.text(st.characters(codec=None), max_size=30),
    st.sampled_from(("长" * 10_001, WORST * 65, "\ud800", "\udfff半", UNSEEN, "\x00", "x" * 201, "\x7f", "'; DROP")),
)


@given(st.data())
def test_whatever_is_said_is_refused_by_name_or_can_be_written(data: st.DataObject) -> None:
    """Every text of every act, those to come included."""
    kind = SAID[data.draw(st.sampled_from(sorted(SAID)))]
    named = sorted({name for name, _ in texts(kind)} & {field.name for field in fields(kind)})
    assume(named)
    field, odd = data.draw(st.sampled_from(named)), data.draw(ODD)
    act = replace(longest(kind, "字"), **{field: (odd,) if field in LISTS else odd})
    refused = refusal_of(act)
    if refused is None:
        on_the_wire(act)
    else:
        assert refused.field.partition("/")[0] == field
        assert isinstance(refused, TextTooLong | TextUnreadable)


def refusal_of(act: Any) -> Refusal | None:
    try:
        check(act)
    except Refusal as refusal:
        return refusal
    return None


def test_a_person_is_bounded_as_what_is_said() -> None:
    for who in (Actor(Role.COO, "长" * 65), Actor(Role.COO, "\ud800"), Actor(Role.COO, "c", "长" * 65)):
        with pytest.raises(TextTooLong if len(who.person + who.org) > 1 else TextUnreadable) as refused:
            execute(Told().issue, do.Command("c", who, do.Note(text="好")), at("07-05 10:00"), policy())
        assert refused.value.field == ("org" if who.org else "person")


def test_an_old_command_is_known_to_have_been_obeyed_and_the_intake_is_never_let_go() -> None:
    answers = Receipts()
    for place in range(RECEIPTS_KEPT + 50):
        answers.add(receipt(f"c{place}", place + 1))
    again = Receipts(answers.receipts, answers.obeyed)
    assert len(again.receipts) == RECEIPTS_KEPT
    assert again.receipts[0].command_id == "c0"
    with pytest.raises(ReceiptDropped):
        again.first(do.Command("c1", ENTERPRISE, do.Note(text="x")))
    assert again.first(do.Command("new", ENTERPRISE, do.Note(text="x"))) is None
