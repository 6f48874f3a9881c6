"""The words of notices: for every event, in both languages, with nothing in them that the audience may not see."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bihuan.city.notification_files import Notifying, load_notifying
from bihuan.domain import commands as do
from bihuan.domain.ladder import events as lev
from bihuan.domain.notifications.registry import ROWS, facts
from bihuan.domain.notifications.samples import ALWAYS, FACTS, STANDING
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Status
from bihuan.files.validation import FilesInvalid
from bihuan.notify.samples import EVENTS, sample
from bihuan.notify.templates import LINE_BYTES, Templates
from bihuan.wire import NoticeOrder
from tests.support.invalid_files import english
from tests.support.notify_files import G1, UNIT, folder_of
from tests.support.puyang import Told, city, delivered, handed_over
from tests.support.small_city.orders import order_no, under_order
from tests.support.small_city.policy import D1, D2

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAME, CONTACT, PHONE = "恒捷化工有限公司", "经办人钱多多", "13812345678"
ENTERPRISE = Party(Desk.ENTERPRISE, "91410902MA00000001")


@pytest.fixture
def templates(told: Notifying) -> Templates:
    return told.templates


def said(templates: Templates, order: NoticeOrder) -> str:
    message = templates.render(order, "某席", "https://loop.example.org/n/1")
    return "\n".join((message.title, message.text, message.html, templates.line(order)))


def test_there_are_words_for_every_event_that_a_desk_is_told_of() -> None:
    assert set(EVENTS) == {row.name for row in ROWS.values() if row.recipients}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("carried", ["usual", "all", "least"])
def test_each_event_is_told_in_chinese_first_and_in_english_beneath(
    templates: Templates, event: str, carried: str
) -> None:
    carries = {"usual": None, "all": FACTS, "least": {name: FACTS[name] for name in ALWAYS}}[carried]
    for to in EVENTS[event]:
        order = sample(event, to, carries)
        message = templates.render(order, "某席", "https://loop.example.org/n/1")
        zh, _, en = message.text.partition("\n\n")
        assert CHINESE.search(message.title)
        assert CHINESE.search(zh)
        assert order.issue_no in message.title
        assert order.issue_no in en
        assert "\n" not in message.title
        assert (message.id, message.link, message.urgent) == (order.id, "https://loop.example.org/n/1", order.urgent)
        assert f"编号 {order.id}" not in message.text
        assert "编号" not in message.html
        assert ("紧急" in message.html) == order.urgent
        assert "#" not in message.text, "clocks are told in words"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\x85"])
def test_a_title_of_several_lines_adds_none_to_what_the_city_says(templates: Templates, end: str) -> None:
    for event in EVENTS:
        for to in EVENTS[event]:
            order = sample(event, to)
            forged = replace(order, title=f"增容{end}2026-11-30 解除督办，无需办理。")
            lines = said(templates, replace(order, title="增容")).splitlines()
            assert len(said(templates, forged).splitlines()) == len(lines), event


@pytest.mark.parametrize("event", EVENTS)
def test_a_line_of_a_digest_is_short_and_holds_the_id(templates: Templates, event: str) -> None:
    for to in EVENTS[event]:
        order = replace(sample(event, to), title="厂区扩产用电增容" * 20)
        line = templates.line(order)
        assert line.endswith(f"编号 {order.id}")
        assert "\n" not in line
        assert len(line.encode()) <= LINE_BYTES


def test_a_line_with_a_long_id_keeps_the_id(templates: Templates) -> None:
    order = replace(sample("alarm_raised", G1), id="x" * 200)
    assert templates.line(order).endswith("x" * 200)


def test_a_digest_holds_every_line(templates: Templates) -> None:
    lines = [templates.line(replace(sample("alarm_raised", G1), id=f"n{number}")) for number in range(30)]
    digest = templates.digest(lines, "第一专项督导组")
    assert digest.items == tuple(lines)
    assert digest.title == "第一专项督导组：30 条通知 · 30 notices"


def test_the_webhooks_body_is_what_it_always_was(templates: Templates) -> None:
    order = sample("alarm_raised", G1, {"rung": "R2", "clock": "issue#1"})
    assert templates.render(order, "第一专项督导组", "https://l/1").data == (
        '{"at": "2026-11-23T18:00:00+08:00", "facts": {"clock": "issue#1", "rung": "R2"}, '
        '"id": "BH2026112300001:12:group:G1", "issue_no": "BH2026112300001", "revision": 12, '
        '"title": "厂区扩产用电增容", "to": {"desk": "group", "name": "第一专项督导组", "ref": "G1"}, '
        '"type": "issue.alarm_raised", "urgent": true}'
    )


def test_the_page_of_a_mail_escapes_what_others_wrote(templates: Templates) -> None:
    order = replace(sample("urged", UNIT, {**FACTS, "text": "<img src=x>"}), title="<script>alert(1)</script>")
    page = templates.render(order, "某席", "").html
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_what_others_wrote_is_never_run_as_a_template(templates: Templates) -> None:
    order = replace(sample("alarm_raised", UNIT), title="{{ 7 * 7 }}{% for x in y %}")
    assert "{{ 7 * 7 }}{% for x in y %}" in templates.render(order, "某席", "").title


def told_by(life: Told) -> list[NoticeOrder]:
    """Every notice of an issue's life, as the publisher makes it."""
    orders = []
    for number, recorded in enumerate(life.recorded, 1):
        for to in recorded.tell:
            order = NoticeOrder(
                id=f"{life.issue.issue_no}:{number}:{to}",
                issue_no=life.issue.issue_no,
                seq=number,
                to=to,
                event=recorded.event.event,
                at=recorded.at,
                title=life.issue.title,
                facts=facts(recorded.event, life.issue),
            )
            orders.append(order)
    return orders


def test_no_contact_and_no_enterprise_is_named_in_any_notice_of_a_life(templates: Templates) -> None:
    lives = (
        delivered(),
        Told(enterprise=do.Enterprise(NAME, ENTERPRISE.ref), contact=f"{CONTACT} {PHONE}"),
        handed_over(contact=f"{CONTACT} {PHONE}"),
    )
    orders = [order for life in lives for order in told_by(life)]
    assert {order.event for order in orders} >= {"submitted", "dispatched", "delivered"}
    for order in orders:
        message = said(templates, order)
        assert not any(token in message for token in (NAME, CONTACT, PHONE)), order


def test_every_fact_that_may_be_told_has_a_sample() -> None:
    assert {name for row in ROWS.values() for name in row.facts} | set(STANDING) == set(FACTS)


BULLETIN, OTHER, ITS_HEAD = Party(Desk.BULLETIN), Party(Desk.UNIT, "D01"), Party(Desk.UNIT_HEAD, "D01")
PLANTED = {"reason": f"{NAME}来函", "question": f"请{CONTACT}补充", "text": f"请回电 {PHONE} 或 11010119900307123X"}


@pytest.mark.parametrize("event", sorted(set(EVENTS) - {"draft_signed"}))
@pytest.mark.parametrize("to", [BULLETIN, OTHER, ITS_HEAD], ids=str)
def test_what_somebody_wrote_is_kept_from_the_board_and_from_other_units(
    templates: Templates, event: str, to: Party
) -> None:
    title = f"{NAME}用电增容" if to == BULLETIN else "用电增容"
    message = said(templates, replace(sample(event, to, {**FACTS, **PLANTED}), title=title))
    assert not any(token in message for token in (NAME, CONTACT, PHONE, "11010119900307123X"))


def test_who_deals_with_it_reads_what_was_written(templates: Templates) -> None:
    for to in (UNIT, Party(Desk.UNIT, "D05"), G1):
        assert "设备到货推迟" in said(templates, sample("suspended", to, FACTS))


def test_the_unit_of_an_order_reads_what_was_written_though_it_holds_the_issue_no_more(templates: Templates) -> None:
    story = under_order(Status.DISPATCHED)
    returned = lev.OrderReplyReturned(order=order_no(story), reason="未附整改材料")
    carried = facts(returned, replace(story.issue, holder=D2))
    assert "未附整改材料" in said(templates, sample("order_reply_returned", Party(Desk.UNIT_HEAD, D1), carried))
    assert "未附整改材料" not in said(templates, sample("order_reply_returned", Party(Desk.UNIT_HEAD, D2), carried))


def test_a_paper_that_was_signed_to_be_published_is_published(templates: Templates) -> None:
    assert FACTS["text"] in said(templates, sample("draft_signed", BULLETIN))


def test_why_a_merge_was_refused_is_told_in_each_language(templates: Templates) -> None:
    zh, _, en = templates.render(sample("merge_refused", G1), "某席", "").text.partition("\n\n")
    assert "理由：拟并入的问题 BH2026112000007 已了结，不能再并入。" in zh
    assert "Reason: Issue BH2026112000007 is over" in en
    assert "Issue" not in zh
    assert "理由" not in en


def test_the_grounds_of_a_paper_are_told_in_words(templates: Templates) -> None:
    message = templates.render(sample("draft_opened", G1), "某席", "")
    assert "事由：逾期未办、督办单逾期未复" in message.text
    assert "Grounds: overdue, reply late" in message.text


def test_numbers_of_people_reach_only_who_deals_with_the_enterprise(templates: Templates) -> None:
    order = sample("urged", UNIT, {**FACTS, **PLANTED})
    message = said(templates, replace(order, title=f"增容 {PHONE}"))
    assert PHONE not in message
    assert "138****5678" in message
    assert "110101********123X" in message
    assert PHONE in said(templates, sample("delivered", ENTERPRISE, {**FACTS, **PLANTED}))
    assert ENTERPRISE.ref in said(templates, sample("delivered", ENTERPRISE))


FAULTS = [
    (
        "alarms.yaml",
        "{{ count }}",
        "{{ cuont }}",
        "alarms.yaml:23: zh_title: found \"UndefinedError: 'cuont' is undefined",
    ),
    ("alarms.yaml", "{{ owes|party }}，请", "{{ owes|prty }}，请", 'alarms.yaml:8: zh: found "TemplateRuntimeError'),
    ("alarms.yaml", "    {% if late %}\n    本", "    {% if late\n    本", "alarms.yaml:"),
    ("alarms.yaml", "urged:", "urgd:", "alarms.yaml:30: event: found 'urgd', expected an event that desks are told of"),
    ("alarms.yaml", "urged:", "order_done:", "orders.yaml:"),
    ("alarms.yaml", '  en_title: "Urged', '  en_titel: "Urged', "en_titel"),
    (
        "alarms.yaml",
        "催办意见：{{ text }}",
        "催办意见：{{ task }}",
        "alarms.yaml:36: zh: found \"UndefinedError: 'task' is undefined",
    ),
    ("default.yaml", "default:", "defualt:", "default: found None, expected words for every event"),
    (
        "alarms.yaml",
        "再次{{ rung|rung }}",
        "{{ ''.__class__.__mro__ }}",
        'alarms.yaml:23: zh_title: found "SecurityError',
    ),
    ("alarms.yaml", "再次{{ rung|rung }}", "{{ 'x' * 9999 }}", "alarms.yaml:23: zh_title: found"),
    ("alarms.yaml", "再次{{ rung|rung }}", "{% include 'x' %}", "alarms.yaml:23: zh_title: found"),
    ("version.yaml", '"2026-11.5"', '""', "version.yaml:2: version: found '', expected a text"),
    ("message.html", "{{ zh_title }}", "{{ title }}", 'message.html: template: found "UndefinedError'),
]


@pytest.mark.parametrize(("file", "old", "new", "named"), FAULTS)
def test_a_template_that_does_not_render_is_refused_by_file_line_and_part(
    tmp_path: Path, file: str, old: str, new: str, named: str
) -> None:
    folder = folder_of(tmp_path)
    path = folder / "notify" / "templates" / file
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    with pytest.raises(FilesInvalid) as refused:
        load_notifying(folder, city())
    assert named in english(refused.value)


def test_a_city_may_word_an_event_as_it_likes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    own = "rated:\n  zh_title: 评价 {{ issue_no }}\n  zh: 见 {{ link }}\n  en_title: Rated\n  en: see {{ link }}\n"
    (folder / "notify" / "templates" / "own.yaml").write_text(own)
    message = load_notifying(folder, city()).templates.render(sample("rated", UNIT), "某席", "https://l/1")
    assert message.text == "见 https://l/1\n\nRated\nsee https://l/1"
