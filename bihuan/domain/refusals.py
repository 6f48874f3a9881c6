"""The index of refusals, each with a name and a sentence in Chinese and English.

Refusal
├── NotPermitted      this person may not do this to this issue
│   ├── RoleNotAllowed · NotYourIssue · HandlerMayNotJudge · OwnProposal · RecusedFromOrder
│   ├── NotTheApprover · RequesterMayNotRule
│   └── ApproverNotEntitled · ApproverIsRequester · LeaderMustApprove
├── NotNow            nobody may do this at this moment
│   ├── WrongStatus · DesignatedUnitMustHandle · OrderHoldsUnit · ReturnWindowOver · OnlyDesignationLeft
│   ├── TransfersUsedUp · NotClassified · OrderNotOpen · OrderNotReplied
│   ├── OrderAlreadyReplied · PlannedStaysOpen · OrderStands · ObjectionMade · ObjectionWindowOver · ObjectionNotOpen
│   ├── AlarmNotStanding · UrgedToday · NobodyOwes · LevelUpStands · NoLevelUpAsked · ConsultationStands
│   ├── ConsultationNotOpen · DraftNotOpen · NothingLeftToPress · NoLetterYet
│   ├── NoOpenRequest · RequestAlreadyOpen · RequestNotOpen · RequestStillOpen · ClockNotRunning
│   ├── ExtensionAskedTooLate · ExtensionsUsedUp
│   ├── NoBadRating · RatingAppealedAlready · AppealWindowOver
│   ├── ParentNotOpen · LeadsOthers · NotFollowing
│   ├── MergeTargetNotOpen · MergeTargetEnding · MergeAwaited · TakesInAnother · MergesElsewhere · MergeUndecided
│   ├── MergeInRing · NotMerging
│   ├── NotAssisting · PartNotHandedIn · PartHandedIn
│   └── ClocksAreHeld · NotHeld · KeptByBatch · NotOfThatBatch · PolicyLacks
└── NotValid          the command itself is wrong; ``field`` says where
    ├── FieldMissing · ReceiptIncomplete · UnknownUnit · SameUnit · EarlierHolder · UnknownCategory · UnknownOrder
    ├── CreditCodeInvalid · UnknownCounty
    ├── UnknownDraft · UnknownConsultation
    ├── RatingOutOfRange · OutcomeNotAllowed · MergeIntoItself · MergeOtherEnterprise · NothingToChange
    ├── TextUnreadable · TextTooLong · ListTooLong · TooMuchSaid · CommandIdReused · UnknownCalendar · UnknownPolicy
    ├── UnknownRequest · OffsetMissing · DateNotAhead · ExtensionTooLong · SuspensionTooLong
    ├── FollowsItself · OtherMatter
    └── LeadMayNotAssist · AlreadyAssisting · OpenPartsNeedReason

The rules know nothing of HTTP or Temporal; each adapter translates the three families once.
"""
# ruff: noqa: F403, F405 - an index of what the concepts define; mypy knows every name

from collections.abc import Iterator, Mapping

from bihuan.domain.access.refusals import *
from bihuan.domain.batches.refusals import *
from bihuan.domain.clocks.refusals import *
from bihuan.domain.dispatch.refusals import *
from bihuan.domain.evaluation.refusals import *
from bihuan.domain.following.refusals import *
from bihuan.domain.handling.refusals import *
from bihuan.domain.intake.refusals import *
from bihuan.domain.joint.refusals import *
from bihuan.domain.ladder.refusals import *
from bihuan.domain.merging.refusals import *
from bihuan.domain.refusal import *
from bihuan.domain.requests.refusals import *


def _leaves(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in of.__subclasses__():
        yield from _leaves(child) if child.__subclasses__() else (child,)


BY_NAME: Mapping[str, type[Refusal]] = {refusal.__name__: refusal for refusal in _leaves(Refusal)}
assert all(globals()[name] is refusal for name, refusal in BY_NAME.items()), "each reason is known here by its own name"
