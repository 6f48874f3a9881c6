"""What must hold of a thousand notices once all have ended."""

import statistics
from collections import Counter
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

from bihuan.ledger.views import Delivery
from bihuan.wire import NoticeOrder
from tests.chaos.notice_city import WELL, World
from tests.support.bystander import Bystander

P95_ROUNDS = 20
"""Of a bystander by the same workers, half a second each on a quiet machine: what a sound channel may take."""
IN_HAND = 1
"""What one kill may add: a message whose answer was on its way to a worker that is no more. To the other side that is a
cut like any other. Without the word an attempt gives the server when it arrived, a kill added five (measured).
"""


def judged(world: World, told: list[NoticeOrder], rows: list[Delivery | None], beside: Bystander) -> dict[str, Any]:
    """What holds of it, and what does not. A digest sent twice is one message twice, whatever it holds."""
    hooks = [(one.id, one.text) for hook in (world.shaky, world.down) for one in hook.taken]
    mails = [(id_, id_) for id_ in map(_mailed_id, world.office.mails)]
    chats = [(robot_ref, one.text) for robot_ref, robot in world.robots.items() for one in robot.taken]
    said = {id_ for id_, _ in (*hooks, *mails)}
    lines = Counter(
        order.id for order in told for ref, text in set(chats) if ref == order.to.ref and f"{order.id}\n" in f"{text}\n"
    )
    missing = [order.id for order in told if order.id not in said and not lines[order.id]]
    by_kind = {name: len(sent) - len(set(sent)) for name, sent in (("hooks", hooks), ("mail", mails), ("chat", chats))}
    doubled = sum(by_kind.values())
    states = Counter(row.state if row else "NEVER" for row in rows)
    well = [row for order, row in zip(told, rows, strict=True) if row and row.ended_at and order.to == WELL]
    took = [(row.first_at, row.ended_at) for row in well if row.ended_at]
    rounds = p95_of([beside.between(*stretch) for stretch in took])
    breaches = {
        "not delivered": missing[:5],
        "otherwise on record": [state for state in states if state != "DELIVERED"],
        "copies that differ": [id_ for id_, count in Counter(id_ for id_, _ in set(hooks)).items() if count > 1][:5],
        "in two digests": [id_ for id_, count in lines.items() if count > 1][:5],
        "beyond a robot's limit": [ref for ref, robot in world.robots.items() if robot.over],
        "more doubled than cut": [doubled] if doubled > world.cuts + IN_HAND * world.kills else [],
        "a sound channel held up": [rounds] if rounds > P95_ROUNDS else [],
    }
    return {
        "notices": len(told),
        "delivered": len(told) - len(missing),
        "states": dict(states),
        "messages": len(hooks) + len(mails) + len(chats),
        "doubled": by_kind,
        "cuts": world.cuts,
        "kills": world.kills,
        "chat_messages": len(chats),
        "over_the_limit": sum(robot.over for robot in world.robots.values()),
        "mail_p95_s": p95_of([(ended - first).total_seconds() for first, ended in took]),
        "mail_p95_rounds": rounds,
        "breaches": {name: found for name, found in breaches.items() if found},
    }


def p95_of(late: Sequence[float]) -> float:
    """0 where there are too few for one in twenty to be any."""
    return round(statistics.quantiles(late, n=20)[-1], 1) if len(late) >= 20 else 0.0


def _mailed_id(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    return next((line.removeprefix("编号 ") for line in text.splitlines() if line.startswith("编号 ")), "")
