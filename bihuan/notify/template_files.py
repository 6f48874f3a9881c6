"""The folder ``notify/templates/``: read, and every template checked by rendering it."""

import traceback
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bihuan.domain.notifications.samples import ALWAYS, FACTS
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy
from bihuan.files.mappings import read_entries, read_mapping
from bihuan.files.texts import read_text
from bihuan.files.validation import Findings, Line
from bihuan.language.filters import filters
from bihuan.language.phrases import Language
from bihuan.notify.samples import NOTIFIED, REPORT_FACTS, REPORTS, facts_of, sample
from bihuan.notify.templates import ALL_FACTS, PARTS, Templates, Words, template_values

DEFAULT, LAYOUT, VERSION = "default", "message.html", "version.yaml"
TEMPLATE_ERRORS = (
    TemplateError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    AssertionError,
    SyntaxError,
)
"""What an invalid template may raise when it is compiled or rendered."""
LEAST_FACTS = {name: FACTS[name] for name in ALWAYS}
"""The facts that every notice has."""
OUTPUT_MAX = 4000
"""The most characters that a template may yield for a sample."""
AN_EVENT = "通知席位的事件，各一次，或 default · an event that desks are notified of, once, or default"
A_DEFAULT = "未单列事件的文字 · words for every event that has none of its own"
A_PAGE = "用到 zh_title、zh、en_title、en、link、urgent 的页面 · a page of zh_title, zh, en_title, en, link and urgent"
SAYS_SOMETHING = (
    f"有话可说且至多 {OUTPUT_MAX} 字的模板 · a template that says something, in {OUTPUT_MAX} characters at most"
)
RENDERS = "可以套用的模板 · a template that renders"


def read_templates(folder: Path, policy: Policy, faults: Findings) -> Templates | None:
    """The templates, each checked with all facts its events carry and with the fewest. None: something is invalid."""
    head = read_mapping(folder / VERSION, ("version",), faults)
    version = head.text("version") if head.values else ""
    reader = _TemplateReader(policy, faults)
    events: dict[str, Words] = {}
    for line, names in _entries(folder, faults):
        words = reader.words(line, names)
        for event in (one.strip() for one in names.split(",")):
            if event not in (*NOTIFIED, DEFAULT) or event in events:
                faults.add(line.at(names), "event", event, AN_EVENT)
            events[event] = words
    if DEFAULT not in events:
        faults.add(folder.name, DEFAULT, None, A_DEFAULT)
    layout = reader.layout(folder / LAYOUT)
    if faults.found or layout is None:
        return None
    default = events.pop(DEFAULT)
    return Templates(version, events, default, layout)


def _entries(folder: Path, faults: Findings) -> Iterator[tuple[Line, str]]:
    for path in sorted(folder.glob("*.yaml")):
        if path.name != VERSION:
            line = read_entries(path, faults)
            yield from ((line, names) for names in line.values)


class _TemplateReader:
    """Compiles templates in a sandbox, where they see only what they are given."""

    def __init__(self, policy: Policy, faults: Findings) -> None:
        self._faults = faults
        self._environments = {language: _environment() for language in Language}
        for language, environment in self._environments.items():
            environment.filters.update(filters(policy, language))

    def words(self, line: Line, names: str) -> Words:
        """The parts of an entry that are valid; there are four."""
        entry = line.mapping(names, PARTS)
        words: dict[str, Template] = {}
        for part in (part for part in PARTS if part in entry.values):
            source = entry.text(part)
            template = self._compiled(
                self._environments[Language.EN if part.startswith("en") else Language.ZH], entry, part
            )
            if source and template is not None and self._check(template, entry, part, names):
                words[part] = template
        return words

    def layout(self, path: Path) -> Template | None:
        """The HTML page around a message; what is put into it is escaped."""
        source = read_text(path, self._faults)
        if source is None:
            return None
        try:
            template = _environment(autoescape=True).from_string(source)
            template.render(
                zh_title="题", zh="文", en_title="title", en="text", link="https://example.org/", urgent=True
            )
        except TEMPLATE_ERRORS as trouble:
            place = f"{path.name}:{trouble.lineno}" if isinstance(trouble, TemplateSyntaxError) else path.name
            self._faults.add(place, "template", _reason(trouble), A_PAGE)
            return None
        return template

    def _compiled(self, environment: ImmutableSandboxedEnvironment, entry: Line, part: str) -> Template | None:
        try:
            return environment.from_string(str(entry.values[part]))
        except TEMPLATE_ERRORS as wrong:
            self._fault(entry, part, wrong, getattr(wrong, "lineno", 1))
            return None

    def _check(self, template: Template, entry: Line, part: str, names: str) -> bool:
        events = [event for event in (one.strip() for one in names.split(",")) if event in NOTIFIED]
        event = next(iter(events), "alarm_raised")
        all_ = facts_of(*(events or NOTIFIED))
        least = REPORT_FACTS if event in REPORTS else LEAST_FACTS
        for to, facts in product((*NOTIFIED[event], Party(Desk.BULLETIN)), (all_, least)):
            values = template_values(sample(event, to, facts), "某席", "https://example.org/")
            for name in set(ALL_FACTS) - all_.keys():  # no notice of these events has it
                del values[name]
            try:
                text = template.render(values)
            except TEMPLATE_ERRORS as wrong:
                self._fault(entry, part, wrong, _line_of(wrong))
                return False
            if not text.strip() or len(text) > OUTPUT_MAX:
                entry.reject(part, SAYS_SOMETHING)
                return False
        return True

    def _fault(self, entry: Line, part: str, wrong: Exception, line: int) -> None:
        """Add a finding by line; a block of text begins on the line below its name."""
        first = entry.lines.get(part, 1)
        block = "\n" in str(entry.values[part])
        self._faults.add(f"{entry.file}:{first + line - 1 + block}", part, _reason(wrong), RENDERS)


def _reason(wrong: Exception) -> str:
    return f"{type(wrong).__name__}: {wrong}"[:200]


def _line_of(wrong: Exception) -> int:
    """The line of the template, which Jinja puts into the traceback."""
    frames = traceback.extract_tb(wrong.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == "<template>"), 1)


def _environment(*, autoescape: bool = False) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=autoescape, trim_blocks=True, lstrip_blocks=True
    )
