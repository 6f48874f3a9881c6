"""House rules that prose cannot hold."""

import inspect
import re
from importlib.metadata import packages_distributions

from activities.batches import Batcher
from activities.chat_posting import ChatPoster
from activities.delivery import Deliverer
from activities.publication import Publisher
from activities.reports import Reporter
from tests.repository.files import TOP, tracked
from workflows.ports import Batching, ChatPosting, Delivering, Publishing, Reporting

OURS = ("bihuan", "workflows", "activities", "workers", "api")
LARGEST_BYTES = 3_000_000


def test_our_package_names_belong_to_nobody_else() -> None:
    owners = packages_distributions()
    assert {name: owners[name] for name in OURS if set(owners.get(name, ())) - {"bihuan"}} == {}


def test_nothing_of_one_machine_is_in_what_we_publish() -> None:
    local = re.compile(
        rb"(^|[^a-zA-Z.])/(" + b"wor" + rb"k|farm)/[a-z]|(pypi|pythonhosted|npmjs|deb\.debian)\.(org|com)"
    )
    faults = [str(path) for path in tracked() if local.search(path.read_bytes())]
    assert faults == []
    assert not (TOP / "uv.lock").exists()


def test_nothing_is_too_large_to_be_source() -> None:
    assert [str(path) for path in tracked() if path.stat().st_size > LARGEST_BYTES] == []


def test_chinese_has_chinese_punctuation() -> None:
    """What officials read follows GB/T 15834. Tests may hold tables whose commas divide."""
    half = re.compile("[\u4e00-\u9fff][,;:][\u4e00-\u9fff]")
    read = [path for path in tracked() if path.suffix in {".py", ".md", ".yaml", ".html"}]
    ours = [path for path in read if TOP / "tests" not in path.parents]
    faults = [f"{path}: {found[0]}" for path in ours if (found := half.search(path.read_text(encoding="utf-8")))]
    assert faults == []


def test_adapters_answer_to_the_names_of_their_ports() -> None:
    pairs = (
        (Publishing, Publisher),
        (Delivering, Deliverer),
        (ChatPosting, ChatPoster),
        (Batching, Batcher),
        (Reporting, Reporter),
    )
    for port, adapter in pairs:
        for name, function in inspect.getmembers(port, inspect.isfunction):
            said = function.__temporal_activity_definition.name  # type: ignore[attr-defined]
            assert getattr(adapter, name).__temporal_activity_definition.name == said
