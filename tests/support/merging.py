"""Several issues and the word between them, carried as the errands carry it, but one put at a time and in any order."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bihuan.domain import commands as do
from bihuan.domain.cross_issue import AGAIN, ELSEWHERE, Errand, errands, heard
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Recorded, obey
from bihuan.domain.people import SYSTEM, Actor
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Outcome
from tests.support.small_city.calendar import MONDAY
from tests.support.small_city.policy import POLICY
from tests.support.small_city.stages import told


@dataclass(frozen=True, slots=True)
class Word:
    """An errand on its way: ``at`` is whom it is put to next, ``been`` who sent it on."""

    id: str
    sender: str
    errand: Errand
    at: str
    been: frozenset[str] = frozenset()

    def anew(self) -> "Word":
        return replace(self, at=self.errand.to, been=frozenset())


@dataclass
class World:
    """Issues by number, and the words that nobody has carried to their end."""

    issues: dict[str, Issue]
    words: list[Word] = field(default_factory=list)
    recorded: dict[str, list[Recorded]] = field(default_factory=dict)
    heard: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, numbers: Iterable[str]) -> "World":
        received = told().issue
        return cls({number: replace(received, issue_no=number) for number in numbers})

    def does(self, number: str, who: Actor, act: do.Act, id_: str = "by hand") -> None:
        """Raises the Refusal. What is heard under an id that is known changes nothing."""
        if (number, id_) in self.heard:
            return
        step = obey(self.issues[number], do.Command(id_, who, act), MONDAY, POLICY)
        self.issues[number] = step.issue
        self.recorded.setdefault(number, []).extend(step.recorded)
        if who == SYSTEM:
            self.heard.add((number, id_))
        for one in step.recorded:
            for errand in errands(one.event, number, one.seq):
                if errand.to in self.issues:  # of a parent outside nothing is asked here
                    self.words.append(Word(f"{number}:{one.seq}:{errand.to}", number, errand, errand.to))

    def carry(self, place: int, *, lost: bool = False) -> None:
        """Put one word once. ``lost``: its answer does not come back, so it sets out again."""
        word = self.words.pop(place)
        try:
            self.does(word.at, SYSTEM, word.errand.act, word.id)
        except Refusal as refusal:
            self._refused(word, refusal, lost=lost)
        else:
            self.words += [word.anew()] if lost else []

    def _refused(self, word: Word, refusal: Refusal, *, lost: bool) -> None:
        been = word.been | {word.at}
        if lost or refusal.name == AGAIN or (refusal.name == ELSEWHERE and refusal.facts["into"] in been):
            self.words.append(word.anew())
        elif refusal.name == ELSEWHERE:
            self.words.append(replace(word, at=refusal.facts["into"], been=been))
        elif word.errand.if_refused is not None:
            back = Errand(word.sender, heard(word.errand.if_refused, refusal.name))
            self.words.append(Word(f"{word.id}:back", word.at, back, word.sender))

    def settle(self) -> None:
        """Carry all there is, the oldest first, until nothing is on its way."""
        for _ in range(2000):
            if not self.words:
                return
            self.carry(0)
        raise AssertionError(f"these words never come to an end: {self.words}")

    def ends(self, number: str) -> str:
        """Where the merges of an issue lead. Raises AssertionError where they lead around."""
        been: list[str] = []
        while self.issues[number].closed and self.issues[number].outcome is Outcome.MERGED:
            assert number not in been, f"merged into each other: {been}"
            been.append(number)
            number = self.issues[number].merged_into
        return number

    @property
    def open(self) -> list[str]:
        return sorted(number for number, issue in self.issues.items() if not issue.closed)
