"""What an issue is about, as it was received and classified."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.bounds import blank
from bihuan.domain.intake.commands import Enterprise
from bihuan.domain.people import Actor
from bihuan.domain.policy import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the enterprise brought, and its class. ``keyed_by``: who entered it; ``liaison`` answers for the enterprise.

    ``service_group``: the group of its category.
    """

    enterprise: Enterprise
    title: str
    description: str
    county: str
    contact: str
    channel: str
    category: str
    service_group: str
    urgency: Urgency
    complex: bool
    keyed_by: Actor
    liaison: str
    received_at: datetime

    @property
    def incomplete(self) -> bool:
        """Not all is known that its triage needs."""
        return any(blank(one) for one in (self.county, self.contact, self.channel))

    def heading(self, characters: int = 40) -> str:
        """The title; without one, so many characters from the start of the description."""
        return self.title or self.description[:characters]
