"""What one issue tells another is said by the loop alone."""

from pathlib import Path
from typing import get_args

from api.schemas import BODIES
from bihuan.domain import commands as do
from bihuan.domain.access.authorization import RULES
from bihuan.domain.batches.commands import BATCH_ACT_ZH
from bihuan.domain.people import Role
from bihuan.runtime.keys import demo_keys


def test_nobody_holds_a_key_of_the_loop_itself(tmp_path: Path) -> None:
    assert set(demo_keys(tmp_path)) == set(Role) - {Role.SYS}


def test_what_issues_tell_each_other_is_in_no_request() -> None:
    unasked = {*do.BETWEEN_ISSUES, *BATCH_ACT_ZH}
    assert set(BODIES) == set(RULES) - unasked
    assert len(BODIES) == len(get_args(do.Act)) - len(unasked)
    for act in do.BETWEEN_ISSUES:
        assert set(RULES[act].who) == {Role.SYS}
