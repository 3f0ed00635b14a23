"""Accounts and the snapshot in every documented envelope, and what makes them Garbled.

https://docs.crosstrade.io/api/accounts/get-accounts-summary
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.errors import Garbled
from ctpanel.crosstrade.wire import accounts as wire
from ctpanel.crosstrade.wire.envelope import typed
from ctpanel.domain.instrument import Contract
from ctpanel.domain.values import AccountKind
from tests.fakes.examples import MES
from tests.unit.crosstrade.samples import ACCOUNT, LONG, NQ, POSITION, read, without

ENVELOPES = {
    "under its name": {"accounts": [ACCOUNT], "success": True},
    "a bare list": [ACCOUNT],
    "a list under data": {"success": True, "data": [ACCOUNT]},
    "named under data": {"success": True, "data": {"accounts": [ACCOUNT]}},
}


@pytest.mark.parametrize("body", ENVELOPES.values(), ids=ENVELOPES)
def test_accounts_are_read_from_every_envelope(body: object) -> None:
    (found,) = wire.accounts(read(body), on_paper=False)
    assert (found.name, found.kind, found.provider) == ("Sim101", AccountKind.SIM, "Simulator")


@pytest.mark.parametrize("body", [["Sim101", "U1"], {"accounts": ["Sim101", "U1"]}])
def test_bare_account_names_are_of_unknown_provider_and_so_live(body: object) -> None:
    found = wire.accounts(read(body), on_paper=False)
    assert [(a.name, a.kind) for a in found] == [
        ("Sim101", AccountKind.LIVE),
        ("U1", AccountKind.LIVE),
    ]


@pytest.mark.parametrize(
    "body", [{}, {"accounts": None}, {"accounts": {}}, [3], [{"provider": "x"}], "Sim101", None, 1]
)
def test_accounts_that_are_no_list_of_accounts_are_garbled(body: object) -> None:
    with pytest.raises(Garbled):
        wire.accounts(read(body), on_paper=False)


@pytest.mark.parametrize("body", [ACCOUNT, {"success": True, "data": ACCOUNT}])
def test_one_account_is_read_flat_and_under_data(body: object) -> None:
    assert wire.account(read(body), on_paper=True).kind is AccountKind.PAPER


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"connectionStatus": "ConnectionLost"}, "ConnectionLost"),
        ({"connectionStatus": "Connected"}, "Connected"),
        ({}, ""),
    ],
)
def test_how_an_account_stands_with_its_broker_is_read_where_it_is_told(
    told: dict[str, str], word: str
) -> None:
    (listed,) = wire.accounts(read([{**ACCOUNT, **told}]), on_paper=False)
    body = snapshot(entry("Sim101"))
    body["accounts"][0]["account"].update(told)
    (seen,) = wire.snapshot(read(body), on_paper=False).accounts
    assert (listed.connection, seen.connection) == (word, word)


def test_a_connection_status_that_is_no_text_is_garbled() -> None:
    with pytest.raises(Garbled):
        wire.accounts(read([{**ACCOUNT, "connectionStatus": 1}]), on_paper=False)


def test_a_providers_name_is_made_harmless() -> None:
    found = wire.account(
        read({**ACCOUNT, "provider": "Sim\u202eulator\n" + "x" * 999}), on_paper=False
    )
    assert found.kind is AccountKind.LIVE
    assert found.provider.isprintable()
    assert len(found.provider) <= 200


def entry(name: str, *positions: dict[str, Any]) -> dict[str, Any]:
    account = {**ACCOUNT, "name": name, "type": "NinjaTrader.Cbi.Account", "isAccountFlat": False}
    held = [{**position, "account": name} for position in positions]
    return {"account": account, "positions": held, "extra": [1]}


def snapshot(*entries: dict[str, Any]) -> dict[str, Any]:
    """As documented: without `success`."""
    stamp = "2026-11-23T08:30:00.1234567-06:00"
    return {
        "type": "snapshot",
        "timestamp": stamp,
        "epoch": 1795444200123,
        "accounts": list(entries),
    }


def test_a_snapshot_holds_each_accounts_own_positions() -> None:
    found = wire.snapshot(read(snapshot(entry("A", POSITION, NQ), entry("B"))), on_paper=False)
    assert [account.name for account in found.accounts] == ["A", "B"]
    assert found.held["A"][MES] == LONG
    assert found.held["A"][Contract("NQ", 2026, 12)].net == -1
    assert found.held["B"] == {}


def test_an_account_twice_in_a_snapshot_is_garbled() -> None:
    with pytest.raises(Garbled):
        wire.snapshot(read(snapshot(entry("A"), entry("A"))), on_paper=False)


@pytest.mark.parametrize("key", ["account", "positions"])
def test_a_snapshot_entry_without_a_part_is_garbled(key: str) -> None:
    with pytest.raises(Garbled):
        wire.snapshot(read(snapshot(without(entry("A"), key))), on_paper=False)


def test_watermarks_are_read_under_data_and_may_be_empty() -> None:
    inner = {"account": "Sim101", "watermarks": {}, "stats": {}}
    assert typed(read({"success": True, "data": inner}), wire.Watermarks).account == "Sim101"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["Long", "MES 12-26"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*POSITION, "data", "positions", "accounts"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_raises_anything_but_garbled(body: object) -> None:
    for reader in (lambda b: wire.positions(b, "Sim101"), wire.positions_by_account):
        try:
            reader(body)
        except Garbled:
            continue
    for listing in (wire.accounts, wire.account, wire.snapshot):
        try:
            listing(body, on_paper=False)
        except Garbled:
            continue


def test_a_position_listed_under_another_account_is_garbled() -> None:
    body = snapshot(entry("A", POSITION))
    body["accounts"][0]["positions"][0]["account"] = "B"
    with pytest.raises(Garbled):
        wire.snapshot(read(body), on_paper=False)


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "a?b", "a#b", "a%2fb", " a", "\u202ea"])
def test_an_account_that_cannot_be_put_into_a_path_is_left_out(name: str) -> None:
    body = snapshot(entry(name, POSITION), entry("B"))
    assert list(wire.snapshot(read(body), on_paper=False).held) == ["B"]
