"""The tables of ``notify/``: who is reached where, who is on leave, who has the duty."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bihuan.city.configuration import City
from bihuan.domain.clocks.workdays import WEEKDAYS_ZH
from bihuan.domain.codes import normalize
from bihuan.domain.parties import Desk, Party
from bihuan.files.tables import read_table
from bihuan.files.validation import Faults, Line, any_of
from bihuan.notify.addresses import address_of
from bihuan.notify.deputies import Absence, cycles
from bihuan.notify.kinds import Kind
from bihuan.notify.routing import COMMON, WEBHOOK, ChannelEntry, Shift, contact_key

CONTACT_COLUMNS = ("desk", "ref", "channel", "address")
ABSENCE_COLUMNS = ("desk", "ref", "from", "until", "deputy_desk", "deputy_ref")
DUTY_COLUMNS = ("desk", "ref", "day", "hours", "channel", "address")
DAILY = ("每天", "daily")
WEEKDAYS = {
    **{name: str(number) for number, name in enumerate(WEEKDAYS_ZH)},
    **{name: str(number) for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    **dict.fromkeys(DAILY, ""),
}
DAY_MINUTES = 24 * 60
CHANNELS = "channels.yaml"
A_DAY = (
    "星期如 周六 或 sat、日期如 2026-10-01、或 每天、daily · "
    "a weekday such as 周六 or sat, a date such as 2026-10-01, or 每天 or daily"
)
HOURS = "时段，如 18:00-08:30，多段以空格分开 · hours such as 18:00-08:30, several with spaces between"
OTHER_CHANNEL = "上文未给此席的渠道 · a channel that no row above gives this desk"
OTHER_DAYS = "上文此席未休假的日子 · days on which no row above has this desk on leave"
OTHER_HOURS = "上文此席在此渠道未值班的时段 · hours that no row above gives this desk on this channel"
ONE_DEPUTY = "一个常设代理，且是别人 · one standing deputy, who is somebody else"
NO_CYCLE = "其代理不绕回本席的人 · somebody whose own deputies do not lead back to this desk"
A_DEPUTY = "一席：此席没有常设代理 · a desk; this one has no standing deputy"
Channels = Mapping[str, ChannelEntry]


@dataclass
class Contacts:
    """Addresses by their key, and the keys by desk and channel. One address has one key, however many share it."""

    addresses: dict[str, str] = field(default_factory=dict)
    by_desk: dict[tuple[str, str], str] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def keep(self, key: str, channel: str, address: str) -> str:
        """The key it is kept under: so a chat's limit is kept whoever is told there, and nobody is told twice."""
        key = self.keys.setdefault((channel, address), key)
        self.addresses[key] = address
        return key


def read_contacts(folder: Path, city: City, channels: Channels, webhook_url: str, faults: Faults) -> Contacts:
    """What the table says goes before the addresses of units.csv and its like, and these before everybody's."""
    contacts = Contacts()
    met = set()
    for line in read_table(folder / "contacts.csv", CONTACT_COLUMNS, faults):
        party = _party(line, city, all_of_a_kind=True)
        channel = _channel(line, channels)
        if party is None or channel is None:
            continue
        place = str(party), channel.name
        if place in met:
            line.fault("channel", OTHER_CHANNEL)
        met.add(place)
        contacts.by_desk[place] = contacts.keep(contact_key(*place), channel.name, address_of(line, channel.kind))
    for desk, entry in city.desks.items():
        if entry.address and (desk, WEBHOOK) not in met:  # one key with two addresses would mislead those sharing it
            contacts.by_desk[desk, WEBHOOK] = contacts.keep(contact_key(desk, WEBHOOK), WEBHOOK, entry.address)
    if webhook_url:
        everybody = contact_key(COMMON, WEBHOOK)
        contacts.by_desk[COMMON, WEBHOOK] = contacts.keep(everybody, WEBHOOK, webhook_url)
    return contacts


def read_absences(folder: Path, city: City, faults: Faults) -> tuple[tuple[Absence, ...], dict[Party, Party]]:
    """Who is on leave, and the standing deputies: rows without a day. No deputy named: the standing one."""
    lines = read_table(folder / "absences.csv", ABSENCE_COLUMNS, faults)
    rows = [(line, _party(line, city)) for line in lines]
    deputies: dict[Party, Party] = {}
    for line, party in ((line, party) for line, party in rows if not _dated(line)):
        deputy = _party(line, city, "deputy_")
        if party is None or deputy is None:
            continue
        if party in deputies or deputy == party:
            line.fault("deputy_desk", ONE_DEPUTY)
        deputies[party] = deputy
    absences: dict[int, tuple[Line, Absence]] = {}
    for line, party in ((line, party) for line, party in rows if _dated(line)):
        absence = _absence(line, party, city, deputies)
        if absence is None:
            continue
        if any(_overlap(absence, other) for _, other in absences.values()):
            line.fault("from", OTHER_DAYS)
        absences[id(absence)] = line, absence
    every = tuple(absence for _, absence in absences.values())
    for absence in cycles(every):
        absences[id(absence)][0].fault("deputy_desk", NO_CYCLE)
    return every, deputies


def _dated(line: Line) -> bool:
    return bool(line.maybe("from") or line.maybe("until"))


def _absence(line: Line, party: Party | None, city: City, deputies: Mapping[Party, Party]) -> Absence | None:
    since = line.parsed("from", date.fromisoformat, "首日，如 2026-10-01 · the first day, such as 2026-10-01")
    until = line.parsed("until", date.fromisoformat, "末日，如 2026-10-08 · the last day, such as 2026-10-08")
    deputy = _party(line, city, "deputy_") if line.maybe("deputy_desk") else deputies.get(party) if party else None
    if party and deputy is None and not line.maybe("deputy_desk"):
        line.fault("deputy_desk", A_DEPUTY)
    if since and until and until < since:
        line.fault("until", "不早于 from 的日子 · a day not before from")
    return Absence(party, since, until, deputy) if party and since and until and deputy else None


def _overlap(one: Absence, other: Absence) -> bool:
    return one.party == other.party and one.since <= other.until and other.since <= one.until


def read_duties(folder: Path, city: City, channels: Channels, contacts: Contacts, faults: Faults) -> tuple[Shift, ...]:
    """One turn for each stretch of hours of a row."""
    shifts: list[Shift] = []
    met: set[str] = set()
    for line in read_table(folder / "duty.csv", DUTY_COLUMNS, faults):
        party, channel = _party(line, city), _channel(line, channels)
        day = line.parsed("day", _day, A_DAY)
        hours = line.parsed("hours", _hours, HOURS)
        if party is None or channel is None or day is None or hours is None:
            continue
        address = address_of(line, channel.kind)
        for start, end in hours:
            key = f"{contact_key(party, channel.name)}/duty-{day or DAILY[1]}-{start // 60:02}{start % 60:02}"
            if key in met:
                line.fault("hours", OTHER_HOURS)
            met.add(key)
            shifts.append(Shift(party, day, start, end, channel.name, contacts.keep(key, channel.name, address)))
    return tuple(shifts)


def _day(text: str) -> str:
    """The number of a weekday, a date, or nothing for every day."""
    known = WEEKDAYS.get(text.lower())
    return date.fromisoformat(text).isoformat() if known is None else known


def _hours(text: str) -> tuple[tuple[int, int], ...]:
    """In minutes; those that end at or before their beginning end on the next day."""
    if not text:
        raise ValueError("no hours")
    return tuple(_stretch(one) for one in text.split())


def _stretch(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)-(24:00|([01]?\d|2[0-3]):[0-5]\d)", text, re.ASCII)
    if found is None:
        raise ValueError(text)
    start, end = (int(hour) * 60 + int(minute) for hour, minute in (one.split(":") for one in text.split("-")))
    return start, end if end > start else end + DAY_MINUTES


def _channel(line: Line, channels: Channels) -> ChannelEntry | None:
    named = [name for name, channel in channels.items() if channel.kind is not Kind.INBOX]
    return channels.get(line.listed("channel", named, CHANNELS, "渠道 · a channel"))


def _party(line: Line, city: City, prefix: str = "", *, all_of_a_kind: bool = False) -> Party | None:
    """A desk of this city. ``all_of_a_kind``: without a ref it stands for every desk of its kind."""
    desk = line.parsed(f"{prefix}desk", Desk, any_of(Desk))
    ref = line.maybe(f"{prefix}ref")
    party = Party(desk, ref if desk is Desk.LIAISON else normalize(ref)) if desk else None
    if party is None or (all_of_a_kind and not party.ref) or is_of(city, party):
        return party
    line.fault(
        f"{prefix}ref", f"本市此类席位之一（{party.desk}） · one of the city's desks of this kind ({party.desk})"
    )
    return None


def is_of(city: City, party: Party) -> bool:
    match party.desk:
        case Desk.LIAISON:
            return party.ref in city.officials
        case Desk.ENTERPRISE | Desk.CITY_LEADER if party.ref:
            return party.ref in city.enterprises
        case _:
            return str(party) in city.desks
