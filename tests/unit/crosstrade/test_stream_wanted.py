"""Subscriptions: what is said to the server, and how often it may be."""

import json
from typing import Any

import pytest

from ctpanel.crosstrade.stream.wanted import Subscriptions
from ctpanel.domain.instrument import Contract
from ctpanel.domain.stream import Wanted
from tests.fakes.clocks import ManualClock
from tests.fakes.examples import MES

NQ = Contract("NQ", 2026, 12)


class Server:
    """A server that counts what is said to it; 20 a minute as documented, five at once."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.subscriptions = Subscriptions(self.clock.monotonic)
        self.heard: list[dict[str, Any]] = []
        self.times: list[float] = []

    def want(self, **wanted: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - fields of Wanted
        """What is said until all of it is said, waiting as long as it takes."""
        before = len(self.heard)
        self.subscriptions.wanted = Wanted(**wanted)
        while not self.subscriptions.is_done:
            if wait := self.subscriptions.wait():
                self.clock.seconds += wait
                continue
            self.heard.append(json.loads(self.subscriptions.next()))
            self.times.append(self.clock.seconds)
        return self.heard[before:]


def test_contracts_are_subscribed_by_their_dated_names_in_one_frame() -> None:
    said = Server().want(quotes=frozenset({NQ, MES}))
    assert said == [{"action": "subscribe", "instruments": ["MES 12-26", "NQ 12-26"]}]


def test_only_the_difference_is_said() -> None:
    server = Server()
    server.want(quotes=frozenset({MES}))
    assert server.want(quotes=frozenset({NQ})) == [
        {"action": "subscribe", "instruments": ["NQ 12-26"]},
        {"action": "unsubscribe", "instruments": ["MES 12-26"]},
    ]
    assert server.want(quotes=frozenset({NQ})) == []


def test_profit_and_changes_are_asked_for_and_given_up() -> None:
    server = Server()
    assert server.want(pnl_every=1000, changes=True) == [
        {"action": "subscribe", "events": ["orders", "executions", "positions"]},
        {"action": "streamPnl", "enabled": True, "interval": 1000},
    ]
    assert server.want() == [
        {"action": "unsubscribe", "events": ["orders", "executions", "positions"]},
        {"action": "streamPnl", "enabled": False},
    ]


def test_a_new_connection_is_told_everything_again() -> None:
    server = Server()
    wanted = {"quotes": frozenset({MES}), "pnl_every": 500, "changes": True}
    first = server.want(**wanted)
    server.subscriptions.begin()
    assert server.want(**wanted) == first
    assert len(first) == 3


@pytest.mark.parametrize("reconnects", [False, True])
def test_no_minute_sees_more_changes_than_the_server_takes(*, reconnects: bool) -> None:
    server = Server()
    for number in range(200):
        if reconnects:
            server.subscriptions.begin()
        server.want(pnl_every=1000 + number % 2)
    for start in server.times:
        inside = [at for at in server.times if start <= at < start + 60]
        assert len(inside) <= 5 + 20


def test_what_changes_back_while_it_waits_is_never_said() -> None:
    server = Server()
    for number in range(5):
        server.want(pnl_every=1000 + number)
    server.subscriptions.wanted = Wanted(pnl_every=7)
    assert server.subscriptions.wait() > 0
    assert server.want(pnl_every=1004) == []
