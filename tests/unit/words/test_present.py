"""What the trader reads: past tense only for what is proved, values with their limits."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.domain.outcomes import (
    Accepted,
    Cause,
    Code,
    Field,
    NotSent,
    Refused,
    Unknown,
    Verdict,
    VerdictKind,
    deny,
)
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.report import (
    Act,
    ActDenied,
    ActEnded,
    ActSending,
    Attested,
    Event,
    Leg,
    Notice,
    Noticed,
    PressDenied,
    ReverseEnded,
    ReverseSending,
    ReverseStopped,
    ReverseTaken,
    ReverseUnanswered,
)
from ctpanel.domain.reverse import Correction
from ctpanel.domain.values import Action, OrderType, Side
from ctpanel.ui.present import correction, event, order_words
from tests.fakes.examples import MES, plan

PLAN = plan()
BUY_BACK = replace(
    PLAN,
    start=Position(Side.SHORT, 6),
    order=replace(PLAN.order, action=Action.BUY),
    entry=Correction("i1"),
)
SHORT_3 = Position(Side.SHORT, 3, Decimal("5011.7500000003"))


def ended(kind: VerdictKind, position: Position | None, **more: object) -> ReverseEnded:
    return ReverseEnded(PLAN, replace(Verdict(kind, position), **more), 0.94)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (
            PressDenied(deny(Code.QUANTITY_OVER_LIMIT, Field.QUANTITY, quantity=5, limit=4)),
            "Not sent: Quantity: 5 is over your limit of 4",
        ),
        (ReverseSending(PLAN), "Sending reverse LONG 3 → SHORT 3, Sim101 MES 12-26"),
        (ReverseSending(BUY_BACK), "Sending correction SHORT 6 → SHORT 3, Sim101 MES 12-26"),
        (
            ReverseTaken(BUY_BACK, 142, Leg.CORRECTION),
            (
                "NinjaTrader took the correction BUY 3 MARKET DAY (142 ms), "
                "reading back Sim101 MES 12-26"
            ),
        ),
        (
            ReverseEnded(BUY_BACK, Verdict(VerdictKind.CORRECTED, SHORT_3), 0.94),
            "Corrected: SHORT 3 @ 5011.75. Sim101 MES 12-26, checked 0.9 s after the press.",
        ),
        (
            ReverseEnded(BUY_BACK, Verdict(VerdictKind.UNCHANGED, BUY_BACK.start), 0.94),
            (
                "Unchanged: position SHORT 6, asked for SHORT 3. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ReverseEnded(BUY_BACK, Verdict(VerdictKind.FLAT_ONLY, FLAT, filled=3), 0.94),
            (
                "Flat only: position FLAT, asked for SHORT 3. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            PressDenied(deny(Code.SUGGESTION_GONE, position=FLAT)),
            "Not sent: it no longer applies; last read: FLAT",
        ),
        (
            ReverseTaken(PLAN, 142),
            "NinjaTrader took the reverse LONG 3 → SHORT 3 (142 ms), reading back Sim101 MES 12-26",
        ),
        (
            ReverseUnanswered(PLAN, Cause.DEADLINE),
            "Unknown: no answer in time. Sim101 MES 12-26 is locked, reading back",
        ),
        (
            ReverseStopped(PLAN, Refused("No position found for instrument")),
            "Refused, nothing was done: No position found for instrument (Sim101 MES 12-26)",
        ),
        (
            ReverseStopped(PLAN, NotSent(Cause.NO_CONNECTION, "ConnectError")),
            "Not sent: no connection to the server (Sim101 MES 12-26)",
        ),
        (
            ended(VerdictKind.REVERSED, SHORT_3),
            "Reversed: SHORT 3 @ 5011.75. Sim101 MES 12-26, checked 0.9 s after the press.",
        ),
        (
            ended(VerdictKind.REVERSED, SHORT_3, others=2),
            (
                "Reversed: SHORT 3 @ 5011.75. 2 other orders are working. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ended(VerdictKind.FLAT_ONLY, FLAT),
            (
                "Flat only: position FLAT, asked for SHORT 3. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ended(VerdictKind.UNCHANGED, Position(Side.LONG, 3), filled=3),
            (
                "Unchanged: the entry filled 3, yet the position is LONG 3. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ended(VerdictKind.UNCHANGED, Position(Side.LONG, 3), filled=0),
            ("Unchanged: position LONG 3. Sim101 MES 12-26, checked 0.9 s after the press."),
        ),
        (
            ended(VerdictKind.PARTIAL, Position(Side.SHORT, 1), filled=1),
            (
                "Partial: position SHORT 1, asked for SHORT 3. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ended(VerdictKind.PARTIAL, Position(Side.SHORT, 3), filled=0),
            (
                "Partial: position SHORT 3, but not by the entry alone. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ended(VerdictKind.FLAT_ONLY, FLAT, filled=3),
            (
                "Flat only: the entry filled 3, yet the position is FLAT. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ended(VerdictKind.FLAT_ONLY, FLAT, filled=0),
            (
                "Flat only: LONG 3 closed, the entry did not fill; position FLAT. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ended(VerdictKind.OVERSIZED, Position(Side.SHORT, 6)),
            (
                "Oversized: position SHORT 6, asked for SHORT 3. Sim101 MES 12-26, checked 0.9 s "
                "after the press. Look at Positions and Orders in NinjaTrader."
            ),
        ),
        (
            ended(VerdictKind.WORKING, FLAT, resting_at=Decimal("5020.00"), filled=0),
            (
                "Working: LONG 3 closed, SELL 3 at 5020.00 rests; position FLAT. "
                "Sim101 MES 12-26, checked 0.9 s after the press."
            ),
        ),
        (
            ended(VerdictKind.UNKNOWN, None, cause=Cause.DEADLINE),
            (
                "Unknown: no answer in time, and reading back proved nothing. "
                "Sim101 MES 12-26 is locked."
            ),
        ),
        (
            ActSending(Act.FLATTEN, "Sim101", None),
            "Flatten account Sim101: sending",
        ),
        (
            ActEnded(Act.CLOSE, "Sim101", MES, Accepted(), FLAT, 0),
            "Close position Sim101 MES 12-26: FLAT.",
        ),
        (
            ActEnded(Act.CLOSE, "Sim101", MES, Accepted(), None, None),
            (
                "Close position Sim101 MES 12-26: taken, but nothing could be read back. "
                "Look at Positions and Orders in NinjaTrader."
            ),
        ),
        (
            ActEnded(Act.CANCEL, "Sim101", MES, Accepted(), FLAT, 2),
            "Cancel orders Sim101 MES 12-26: 2 still working.",
        ),
        (
            ActEnded(Act.FLATTEN, "Sim101", None, Unknown(Cause.CONNECTION_LOST)),
            (
                "Flatten account Sim101: unknown: the connection broke. "
                "Look at Positions and Orders in NinjaTrader."
            ),
        ),
        (
            ActDenied(Act.CLOSE, deny(Code.NO_POSITION, contract=MES)),
            "Close position not sent: no position in MES 12-26",
        ),
        (
            Attested(PLAN, "I checked NinjaTrader: position is FLAT"),
            "Released Sim101 MES 12-26: I checked NinjaTrader: position is FLAT",
        ),
        (
            Noticed(Notice.SETTINGS_NOT_SAVED, "No space left on device"),
            "Settings could not be saved: No space left on device.",
        ),
    ],
)
def test_each_event_is_one_exact_sentence(happened: Event, words: str) -> None:
    assert event(happened) == words


@pytest.mark.parametrize("kind", VerdictKind)
@pytest.mark.parametrize("position", [None, FLAT, SHORT_3])
def test_every_verdict_has_words_with_and_without_a_position(
    kind: VerdictKind, position: Position | None
) -> None:
    assert "None" not in event(ended(kind, position))


@pytest.mark.parametrize("kind", [k for k in VerdictKind if k is not VerdictKind.REVERSED])
def test_only_a_proved_reverse_is_called_reversed(kind: VerdictKind) -> None:
    assert "Reversed" not in event(ended(kind, SHORT_3))


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_words(cause: Cause) -> None:
    assert event(ReverseUnanswered(PLAN, cause))


@pytest.mark.parametrize("noticed", Notice)
def test_every_notice_has_words(noticed: Notice) -> None:
    assert "{" not in event(Noticed(noticed, "x"))


def test_server_text_with_braces_is_only_text() -> None:
    assert "{0}" in event(ReverseStopped(PLAN, Refused("{0} {held}")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "SELL 3 MARKET DAY"),
        (
            {"order_type": OrderType.LIMIT, "limit_price": "5013"},
            "SELL 3 LIMIT 5013.00 DAY",
        ),
        (
            {"order_type": OrderType.STOPLIMIT, "stop_price": "5010", "limit_price": "5009.75"},
            "SELL 3 STOP 5010.00 LIMIT 5009.75 DAY",
        ),
        (
            {"strategy": "Runner 3", "oco_id": "a1"},
            "SELL 3 MARKET DAY with Runner 3 OCO a1",
        ),
    ],
)
def test_an_order_is_written_in_one_line(changes: dict[str, object], words: str) -> None:
    made = plan(**changes)
    assert order_words(made.order, made.tick_size) == words


@pytest.mark.parametrize(
    ("start", "target", "words"),
    [
        (0, -3, "Enter SHORT 3"),
        (-1, -3, "Sell 2 more"),
        (-6, -3, "Buy 3 back"),
        (1, 3, "Buy 2 more"),
        (6, 3, "Sell 3 off"),
    ],
)
def test_a_correction_is_named_by_its_result(start: int, target: int, words: str) -> None:
    assert correction(Position.of_net(start), Position.of_net(target)) == words
