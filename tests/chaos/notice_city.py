"""A city whose desks are shaky, sound or down, and the notices that go there."""

import random
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bihuan.domain.parties import Desk, Party
from bihuan.wire import NoticeOrder, notice_id
from tests.support.endpoints import Down, Endpoint, Fault, serving
from tests.support.mail_server import PostOffice, post_office
from tests.support.platforms import Hook, WeComRobot
from tests.support.puyang import CITY_FOLDER
from workflows.timeouts import Patience

GROUPS = tuple(Party(Desk.GROUP, f"G{number}") for number in range(1, 9))
SHAKY, WELL, DOWN = Party(Desk.UNIT, "D16"), Party(Desk.UNIT, "D05"), Party(Desk.UNIT, "D06")
FAULTS = (Fault.NONE,) * 13 + (Fault.BUSY, Fault.BUSY, Fault.RESET, Fault.CUT, Fault.CUT, Fault.HANG, Fault.DRIP)
PATIENCE = Patience(first_s=1, longest_s=8)
A_SECOND = 20
"""How fast they come: the load that the fault programme asks for."""
HOOK = Hook()


@dataclass
class World:
    """Every place a notice may come to."""

    shaky: Hook = field(default_factory=Hook)
    down: Hook = field(default_factory=Hook)
    office: PostOffice = field(default_factory=PostOffice)
    robots: dict[str, WeComRobot] = field(default_factory=lambda: {group.ref: WeComRobot() for group in GROUPS})
    cuts: int = 0
    kills: int = 0


def shaking(world: World, dice: random.Random) -> Iterator[Fault]:
    while True:
        fault = dice.choice(FAULTS)
        world.cuts += fault is Fault.CUT
        yield fault


@asynccontextmanager
async def standing(world: World, dice: random.Random) -> AsyncIterator[tuple[Down, dict[str, str]]]:
    """The endpoints, and where each is."""
    outage, at = Down(Fault.RESET), dict[str, str]()
    async with AsyncExitStack() as stack:
        sites: dict[str, Endpoint] = {
            "SHAKY": await stack.enter_async_context(serving(world.shaky, shaking(world, dice))),
            "DOWN": await stack.enter_async_context(serving(world.down, iter(outage))),
        }
        at |= {name: f"{site.site}/hook" for name, site in sites.items()}
        for ref, robot in world.robots.items():
            site = await stack.enter_async_context(serving(robot))
            at[ref] = f"{site.site}/cgi-bin/webhook/send?key={robot.key}"
        office = await stack.enter_async_context(post_office(world.office))
        at["MAIL"] = str(office.port)
        yield outage, at


def city(folder: Path, at: dict[str, str]) -> Path:
    """The sample city, telling its desks at our places."""
    own = folder / "city"
    shutil.copytree(CITY_FOLDER, own)
    (own / "notify" / "channels.yaml").write_text(
        "channels:\n  chat: {kind: wecom_bot, give_up: 3d}\n  shaky: {kind: webhook, give_up: 3d}\n"
        "  down: {kind: webhook, give_up: 3d}\n"
        f"  mail: {{kind: email, host: 127.0.0.1, port: {at['MAIL']}, sender: loop@example.org, security: none}}\n"
    )
    (own / "notify" / "routes.yaml").write_text(
        "routes:\n  - {to: [group], channels: [chat]}\n"
        + "".join(f'  - {{to: ["{to}"], channels: [{name}]}}\n' for to, name in _routes())
    )
    contacts = [f"group,{ref},chat,secret:{ref.lower()}" for ref in at if ref.startswith("G")]
    contacts += [f"unit,{SHAKY.ref},shaky,{at['SHAKY']}", f"unit,{DOWN.ref},down,{at['DOWN']}"]
    contacts += [f"unit,{WELL.ref},mail,well@example.org"]
    (own / "notify" / "contacts.csv").write_text("\n".join(["desk,ref,channel,address", *contacts, ""]))
    return own


def _routes() -> Sequence[tuple[Party, str]]:
    return ((SHAKY, "shaky"), (DOWN, "down"), (WELL, "mail"))


def orders(count: int, *, storm: bool) -> list[NoticeOrder]:
    """What is to be told, each to its desk."""
    places = GROUPS if storm else (*GROUPS, *(SHAKY,) * 8, *(WELL,) * 5, *(DOWN,) * 3)
    return [_order(number, places[number % len(places)]) for number in range(count)]


def _order(number: int, to: Party) -> NoticeOrder:
    issue = f"BH{number:014}"
    return NoticeOrder(
        id=notice_id(issue, 9, to),
        issue_no=issue,
        seq=9,
        to=to,
        event="alarm_raised",
        at=datetime.now(UTC),
        title="用电增容",
        facts={"rung": "R2", "clock": "issue#1"},
        urgent=True,
    )
