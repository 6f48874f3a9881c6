"""Lists filter and page; an issue on its way is waited for."""

from datetime import datetime

import pytest

from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import IssueRow
from tests.support.api import Caller


async def test_lists_filter_and_page_through_everything_once(api: Caller) -> None:
    numbers = {await api.submit(title=f"第{i}件", category="LOGI") for i in range(5)}
    for number in numbers:
        await api.get(f"/issues/{number}", at_least=1)
    seen, cursor = [], ""
    while True:
        page = (await api.get("/issues", limit=2, cursor=cursor, status="UNTRIAGED", category="LOGI")).json()
        seen += [item["issue_no"] for item in page["items"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted(numbers)
    assert (await api.get("/issues", stage="CLOSED", category="LOGI")).json()["items"] == []
    assert (await api.get("/pipeline")).json()["open"] >= 5
    assert (await api.get("/orders", open="true")).json()["items"] == []
    for path in ("/issues", "/orders", "/inbox", f"/issues/{numbers.pop()}/deliveries"):
        for cursor in ("nonsense", "WzEsICJ4Il0x", "🏭"):
            assert (await api.get(path, cursor=cursor)).status_code == 400, path


async def test_an_issue_nobody_knows_is_unknown_at_once_and_one_on_its_way_is_waited_for(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    look = LedgerReader.issue

    async def late(self: LedgerReader, issue_no: str, now: datetime) -> IssueRow | None:
        nonlocal looked
        looked += 1
        return None if looked < 3 else await look(self, issue_no, now)

    number = await api.submit()
    monkeypatch.setattr(LedgerReader, "issue", late)
    assert (await api.get(f"/issues/{number}", at_least=1)).status_code == 200
    for unknown in ("BHNOSUCHISSUE", "x" * 64):
        for part in ("", "/clock"):
            looked = 0
            answer = await api.get(f"/issues/{unknown}{part}", at_least=1)
            assert (answer.status_code, answer.json()["name"]) == (404, "issue-unknown")
            assert looked == 1
