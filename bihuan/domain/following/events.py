"""What happened between issues of one matter."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.stage import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    event: Literal["followed"] = "followed"
    parent: str
    parent_category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollowed:
    """It waits for the parent no longer: it is to be handed over, or over itself."""

    event: Literal["unfollowed"] = "unfollowed"
    parent: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerTold:
    """Another issue said, as of its event ``seq``, that it follows this one or no longer does."""

    event: Literal["follower_told"] = "follower_told"
    child: str
    seq: int
    follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersServed:
    """The result passed, and goes to all that wait for it."""

    event: Literal["followers_served"] = "followers_served"
    children: tuple[str, ...]
    outcome: Outcome
    text: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersReleased:
    """There will be no result for those that wait; each goes on alone."""

    event: Literal["followers_released"] = "followers_released"
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """The parent's result is this issue's too; its unit holds the issue and informs the enterprise."""

    event: Literal["inherited"] = "inherited"
    parent: str
    outcome: Outcome
    text: str
    unit: str
    group: str


FollowingEvent = Followed | Unfollowed | FollowerTold | FollowersServed | FollowersReleased | Inherited
