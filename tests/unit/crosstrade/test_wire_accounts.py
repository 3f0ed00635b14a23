"""Accounts and positions in every documented envelope, and what makes an answer Garbled.

https://xt-docs.pages.dev/api/accounts/get-account
https://docs.crosstrade.io/api/accounts/get-accounts-summary
https://xt-docs.pages.dev/api/positions/get-all-positions
"""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.errors import Garbled
from ctpanel.crosstrade.strict_json import parse
from ctpanel.crosstrade.wire import accounts as wire
from ctpanel.crosstrade.wire.envelope import typed
from ctpanel.domain.instrument import Contract
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.values import AccountKind, Side
from tests.fakes.examples import MES

ACCOUNT = {
    "id": 1,
    "name": "Sim101",
    "displayName": "Sim101",
    "primaryUser": None,
    "provider": "Simulator",
    "denomination": "UsDollar",
    "connection": "NinjaTrader.Cbi.Connection",
    "item": {"cashValue": 100000.0000000455, "weeklyLossLimit": 0.0},
    "lastTransactionSum": 0,
}
POSITION = {
    "type": "NinjaTrader.Cbi.Position",
    "account": "Sim101",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "marketPosition": "Long",
    "quantity": 3,
    "averagePrice": 5011.000000000455,
    "marketPrice": 5012.25,
    "unrealizedProfitLoss": 18.75,
    "tag": None,
}
NQ = {**POSITION, "instrument": "NQ 12-26", "marketPosition": "Short", "quantity": 1}
LONG = Position(Side.LONG, 3, Decimal("5011.000000000455"))


def read(value: object) -> Any:  # noqa: ANN401 - JSON as the client reads it
    return parse(json.dumps(value).encode())


def without(item: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}


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


def test_a_providers_name_is_made_harmless() -> None:
    found = wire.account(
        read({**ACCOUNT, "provider": "Sim\u202eulator\n" + "x" * 999}), on_paper=False
    )
    assert found.kind is AccountKind.LIVE
    assert found.provider.isprintable()
    assert len(found.provider) <= 200


def entry(name: str, *positions: dict[str, Any]) -> dict[str, Any]:
    account = {**ACCOUNT, "name": name, "type": "NinjaTrader.Cbi.Account", "isAccountFlat": False}
    return {"account": account, "positions": list(positions), "extra": [1]}


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


@pytest.mark.parametrize(
    "body",
    [
        {"positions": [POSITION], "count": 1, "success": True},
        [POSITION],
        {"success": True, "data": {"positions": [POSITION]}},
    ],
)
def test_positions_are_read_from_every_envelope(body: object) -> None:
    assert wire.positions(read(body)) == {MES: LONG}
    assert wire.positions_by_account(read(body)) == {"Sim101": {MES: LONG}}


def test_the_same_contract_twice_is_garbled() -> None:
    with pytest.raises(Garbled):
        wire.positions(read([POSITION, {**POSITION, "marketPosition": "Short"}]))


def test_the_same_contract_in_two_accounts_is_two_positions() -> None:
    found = wire.positions_by_account(read([POSITION, {**POSITION, "account": "B", "quantity": 1}]))
    assert {name: held[MES].net for name, held in found.items()} == {"Sim101": 3, "B": 1}


def test_a_position_of_all_accounts_without_its_account_is_garbled() -> None:
    with pytest.raises(Garbled):
        wire.positions_by_account(read([without(POSITION, "account")]))


def test_the_continuous_contract_is_left_out() -> None:
    assert wire.positions(read([{**POSITION, "instrument": "ES ##-##"}, POSITION])) == {MES: LONG}


def test_a_stock_is_left_out() -> None:
    stock = {**POSITION, "instrument": "AAPL", "instrumentType": "Stock"}
    assert wire.positions(read([stock, POSITION])) == {MES: LONG}


@pytest.mark.parametrize(
    "name", ["MES", "MESZ6", "MES DEC26", "MES 13-26", "MES 00-26", "", "12-26"]
)
def test_a_future_that_is_not_dated_makes_the_list_garbled(name: str) -> None:
    with pytest.raises(Garbled):
        wire.positions(read([{**POSITION, "instrument": name}]))


@pytest.mark.parametrize("key", ["instrument", "marketPosition", "quantity"])
def test_a_position_without_a_required_key_is_garbled(key: str) -> None:
    with pytest.raises(Garbled):
        wire.position(read(without(POSITION, key)), MES)


CONTRADICTIONS = [("Long", 0), ("Short", 0), ("Flat", 4), ("Long", -3), ("Flat", -1), ("Both", 1)]


@pytest.mark.parametrize(("side", "quantity"), CONTRADICTIONS)
def test_a_position_that_contradicts_itself_is_garbled(side: str, quantity: int) -> None:
    with pytest.raises(Garbled):
        wire.position(read({**POSITION, "marketPosition": side, "quantity": quantity}), MES)


@pytest.mark.parametrize("quantity", [True, "3", 3.0, 3.5, 4.0000001, None, [3], 1e300])
def test_a_quantity_that_is_no_json_integer_is_garbled(quantity: object) -> None:
    with pytest.raises(Garbled):
        wire.position(read({**POSITION, "quantity": quantity}), MES)


@pytest.mark.parametrize(
    "price", ['"x"', "true", "1e10", "-1000000000", '"NaN"', '"Infinity"', "[]"]
)
def test_an_average_no_price_can_be_is_garbled(price: str) -> None:
    text = json.dumps({**POSITION, "averagePrice": "?"}).replace('"?"', price)
    with pytest.raises(Garbled):
        wire.position(parse(text.encode()), MES)


@pytest.mark.parametrize("side", ["Long", "LONG", "long"])
def test_a_side_is_read_in_any_case(side: str) -> None:
    assert wire.position(read({**POSITION, "marketPosition": side}), MES) == LONG


def test_an_unsigned_quantity_takes_its_sign_from_the_side() -> None:
    assert wire.position(read({**POSITION, "marketPosition": "Short"}), MES).net == -3


def test_an_average_may_be_absent() -> None:
    found = wire.position(read({**POSITION, "averagePrice": None}), MES)
    assert found == Position(Side.LONG, 3, None)


def test_a_raw_double_keeps_its_digits_and_is_no_float() -> None:
    average = wire.position(read(POSITION), MES).average_price
    assert isinstance(average, Decimal)
    assert str(average) == "5011.000000000455"


def test_a_listed_flat_position_is_flat() -> None:
    flat = {**POSITION, "marketPosition": "Flat", "quantity": 0, "averagePrice": 0.0}
    assert wire.position(read(flat), MES) == FLAT
    assert wire.positions(read([flat])) == {MES: FLAT}


def test_a_position_of_another_contract_is_garbled() -> None:
    with pytest.raises(Garbled):
        wire.position(read({**POSITION, "instrument": "MES 03-27"}), MES)


@given(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=5)
)
def test_unknown_keys_change_nothing(extra: dict[str, object]) -> None:
    assert wire.position(read({**extra, **POSITION}), MES) == LONG


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
    for reader in (wire.positions, wire.positions_by_account):
        try:
            reader(body)
        except Garbled:
            continue
    for listing in (wire.accounts, wire.account, wire.snapshot):
        try:
            listing(body, on_paper=False)
        except Garbled:
            continue
