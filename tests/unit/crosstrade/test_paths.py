"""No account name, whatever its text, can make a path that reaches another account, or all."""

from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.app.ports import TokenHolder
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.orders import CrossTradeOrders
from ctpanel.crosstrade.paths import NotListed, Paths, is_safe_segment
from ctpanel.crosstrade.transport import Channel, Reply, Request, trusted_context
from ctpanel.domain.outcomes import Cause, NotSent
from tests.unit.crosstrade.clients import ORDERS, Call

CLIMBING = ("..", ".", "...", " ..", ".. ", "../", "..\\", "%2e%2e", "..%2f", "a/..", "", " ")
TEXT = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="./\\%?#;:@ \t\r\n\x00a2eE\u2024\uff0e\u2215", max_size=12),
    st.sampled_from(CLIMBING),
)


def paths(*names: str) -> Paths:
    made = Paths()
    made.list_accounts(names)
    return made


def segments(path: str) -> list[str]:
    """The path's segments as httpx puts them on the wire."""
    url = httpx.URL("https://host.example").copy_with(raw_path=path.encode())
    return url.raw_path.decode().split("/")


@given(TEXT)
def test_an_account_is_one_segment_of_its_path_or_has_none(account: str) -> None:
    try:
        path = paths(account).of_account(account, "positions", "flatten")
    except NotListed:
        return
    *before, name, positions, flatten = segments(path)
    assert before == ["", "v1", "api", "accounts"]
    assert unquote(name) == account
    assert account.strip(". ")
    assert (positions, flatten) == ("positions", "flatten")


@given(TEXT)
def test_a_joined_address_keeps_the_account_segment(account: str) -> None:
    try:
        path = paths(account).of_account(account, "positions", "flatten")
    except NotListed:
        return
    joined = httpx.URL("https://host.example/v1/api/").join(path)
    assert joined.raw_path == path.encode()
    assert joined.host == "host.example"


@pytest.mark.parametrize("account", CLIMBING)
def test_a_listed_name_that_climbs_is_never_a_path(account: str) -> None:
    with pytest.raises(NotListed):
        paths(account).of_account(account, "positions", "flatten")


@given(TEXT, TEXT)
def test_only_the_exact_listed_spelling_is_taken(listed: str, account: str) -> None:
    if account == listed:
        return
    with pytest.raises(NotListed):
        paths(listed).of_account(account)


@given(TEXT)
def test_the_rest_of_a_path_is_plain_words_and_ids(part: str) -> None:
    try:
        path = paths("Sim101").of_account("Sim101", "orders", part, "cancel")
    except ValueError:
        return
    assert segments(path) == ["", "v1", "api", "accounts", "Sim101", "orders", part, "cancel"]


@pytest.mark.parametrize("name", ["Sim101", "LIVE-001", "U1234567 (live)", "Konto Ä", "a.b", "..x"])
def test_an_ordinary_name_is_safe(name: str) -> None:
    assert is_safe_segment(name)
    assert paths(name).of_account(name)


def test_a_new_list_replaces_the_old_one() -> None:
    made = paths("Sim101")
    made.list_accounts(["Sim102"])
    with pytest.raises(NotListed):
        made.of_account("Sim101")


class NoChannel(Channel):
    """A channel nothing may reach."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", TokenHolder(), trusted_context())

    async def exchange(self, request: Request) -> Reply:
        raise AssertionError(f"sent: {request}")


@pytest.mark.parametrize("account", CLIMBING)
async def test_an_account_of_two_dots_can_never_flatten_everything(account: str) -> None:
    channel = NoChannel()
    orders = CrossTradeOrders(channel, paths(account, "Sim101"), Budget(lambda: 0.0))
    outcome = await orders.flatten(account)
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.NOT_LISTED
    await channel.close()


@pytest.mark.parametrize("call", ORDERS.values(), ids=ORDERS)
async def test_an_order_for_an_account_that_is_not_listed_is_not_sent(call: Call) -> None:
    channel = NoChannel()
    budget = Budget(lambda: 0.0)
    outcome = await call(CrossTradeOrders(channel, paths("Sim102"), budget))
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.NOT_LISTED
    assert budget.level == Budget(lambda: 0.0).level
    await channel.close()
