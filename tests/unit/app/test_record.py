"""The record's vocabulary: what was written of a reverse is enough to know it again."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.app.record import (
    DamagedRecord,
    Row,
    facts_of_intent,
    facts_of_outcome,
    facts_of_verdict,
    intent_of,
)
from ctpanel.app.reopen import open_intents
from ctpanel.domain.outcomes import (
    Accepted,
    Cause,
    NotSent,
    Refused,
    Unknown,
    Verdict,
    VerdictKind,
    WireOutcome,
)
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.reverse import Correction, Intent
from ctpanel.domain.values import OrderType, TimeInForce
from ctpanel.domain.verdict import Awaited
from tests.fakes.examples import MES, intent, plan

HERE = "https://app.example.test"
FACTS = facts_of_intent(intent(), HERE)
SENDING: Row = ("i1", "SENDING", FACTS)


def kept(sent: Intent) -> Intent:
    """What of an intent is written down: not what only the screen needed."""
    account = replace(sent.plan.account, provider="")
    start = Position(sent.plan.start.side, sent.plan.start.quantity)
    return replace(sent, plan=replace(sent.plan, account=account, start=start, questions=()))


SENT = {
    "at the market": intent(),
    "with every field": intent(
        plan(
            order_type=OrderType.STOPLIMIT,
            limit_price="5000.25",
            stop_price="5001.50",
            time_in_force=TimeInForce.GTC,
            oco_id="pair 7",
            strategy="Scalp 3",
        )
    ),
    "after others": intent(None, a=3, b=0),
    "a correction": intent(replace(plan(), entry=Correction("i0"))),
    "a correction from flat": intent(replace(plan(), start=FLAT, entry=Correction("i0"))),
}


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
def test_an_intent_is_known_again_from_its_facts(sent: Intent) -> None:
    assert intent_of(sent.intent_id, facts_of_intent(sent, HERE)) == kept(sent)


def test_what_is_about_to_be_sent_is_written_in_these_words() -> None:
    assert facts_of_intent(SENT["with every field"], HERE) == {
        "server": HERE,
        "pressed_at": "2026-11-23T14:30:00+00:00",
        "account": "Sim101",
        "kind": "PAPER",
        "contract": "MES 12-26",
        "from": "LONG 3",
        "to": "SHORT 3",
        "entry": "One call",
        "action": "SELL",
        "quantity": "3",
        "order_type": "STOPLIMIT",
        "time_in_force": "GTC",
        "limit_price": "5000.25",
        "stop_price": "5001.50",
        "oco_id": "pair 7",
        "strategy": "Scalp 3",
        "tick_size": "0.25",
    }


def test_the_orders_from_before_are_written_in_the_order_of_their_ids() -> None:
    assert facts_of_intent(intent(None, b=0, a=3), HERE)["orders_before"] == "a:3 b:0"


ANSWERS: list[tuple[WireOutcome, dict[str, str]]] = [
    (Accepted(("a1", "a2")), {"outcome": "ACCEPTED", "order_ids": "a1 a2"}),
    (Refused("no"), {"outcome": "REFUSED", "text": "no"}),
    (
        NotSent(Cause.TOO_LATE, "slow"),
        {"outcome": "NOT_SENT", "cause": "TOO_LATE", "detail": "slow"},
    ),
    (
        Unknown(Cause.DEADLINE, "late"),
        {"outcome": "UNKNOWN", "cause": "DEADLINE", "detail": "late"},
    ),
]


@pytest.mark.parametrize(("outcome", "facts"), ANSWERS)
def test_an_answer_is_written_in_these_words(outcome: WireOutcome, facts: dict[str, str]) -> None:
    assert facts_of_outcome(outcome) == facts


def test_a_verdict_is_written_with_what_it_has() -> None:
    resting = Verdict(VerdictKind.WORKING, FLAT, 0, Decimal("5020.00"), 2, Cause.DEADLINE)
    assert facts_of_verdict(resting) == {
        "verdict": "WORKING",
        "position": str(FLAT),
        "filled": "0",
        "resting_at": "5020.00",
        "others": "2",
        "cause": "DEADLINE",
    }
    assert facts_of_verdict(Verdict(VerdictKind.UNKNOWN)) == {"verdict": "UNKNOWN"}


OPEN: dict[str, list[Row]] = {
    "nothing more": [],
    "taken": [("i1", "TAKEN", {"outcome": "ACCEPTED"})],
    "unanswered": [("i1", "UNANSWERED", {"outcome": "UNKNOWN"})],
    "unproved": [("i1", "TAKEN", {}), ("i1", "LOCKED", {"verdict": "UNKNOWN"})],
    "entering": [("i1", "TAKEN", {}), ("i1", "FLAT", {}), ("i1", "ENTERING", {})],
    "a close beside it": [("i2", "ACT_SENDING", {"act": "Close position"})],
}
ENDED: dict[str, list[Row]] = {
    "refused": [("i1", "REFUSED", {"outcome": "REFUSED"})],
    "not sent": [("i1", "NOT_SENT", {"outcome": "NOT_SENT"})],
    "proved": [("i1", "TAKEN", {}), ("i1", "PROVED", {"verdict": "REVERSED"})],
    "attested": [("i1", "LOCKED", {"verdict": "UNKNOWN"}), ("i1", "ATTESTED", {})],
    "with news": [("i1", "REFUSED", {}), ("i1", "NEWS", {})],
}


@pytest.mark.parametrize("then", OPEN.values(), ids=OPEN)
def test_a_reverse_without_a_proved_end_is_open(then: list[Row]) -> None:
    assert [one.intent.key for one in open_intents([SENDING, *then], HERE)] == [("Sim101", MES)]


@pytest.mark.parametrize("then", ENDED.values(), ids=ENDED)
def test_a_reverse_with_its_end_is_not_open(then: list[Row]) -> None:
    assert open_intents([SENDING, *then], HERE) == ()


CORRECTION: Row = (
    "own",
    "SENDING",
    facts_of_intent(intent(replace(plan(), entry=Correction("i1"))), HERE),
)
ON_ITS_WAY: dict[str, list[Row]] = {
    "nothing more": [],
    "taken": [("own", "TAKEN", {"outcome": "ACCEPTED", "order_ids": "own"})],
    "unanswered": [("own", "UNANSWERED", {"outcome": "UNKNOWN", "cause": "DEADLINE"})],
    "unproved": [("own", "TAKEN", {}), ("own", "LOCKED", {"verdict": "UNKNOWN"})],
}


@pytest.mark.parametrize("then", ON_ITS_WAY.values(), ids=ON_ITS_WAY)
def test_an_open_correction_awaits_its_one_order_by_the_id_of_its_rows(then: list[Row]) -> None:
    before: list[Row] = [SENDING, ("i1", "PROVED", {"verdict": "FLAT_ONLY"})]
    (one,) = open_intents([*before, CORRECTION, *then], HERE)
    assert one.intent.plan.entry == Correction("i1")
    assert one.awaited == Awaited("own", has_entry=False, cause=Cause.PANEL_ENDED)


def test_a_reverse_on_another_server_is_not_open_here() -> None:
    assert open_intents([SENDING], "http://127.0.0.1:8765") == ()


def test_one_look_at_a_contract_ends_all_that_was_open_there() -> None:
    rows: list[Row] = [
        *(SENDING, ("i1", "LOCKED", {})),
        *(("i2", "SENDING", FACTS), ("i2", "LOCKED", {}), ("i2", "ATTESTED", {})),
    ]
    assert open_intents(rows, HERE) == ()


@pytest.mark.parametrize("name", ["account", "kind", "contract", "from", "action", "tick_size"])
@pytest.mark.parametrize("value", [None, "?"])
def test_damaged_facts_are_one_error_and_never_passed_over(name: str, value: str | None) -> None:
    damaged = {k: v for k, v in FACTS.items() if k != name} | ({name: value} if value else {})
    if name == "account" and value:
        assert intent_of("i1", damaged).key[0] == value
        return
    with pytest.raises(DamagedRecord):
        intent_of("i1", damaged)


OUT_OF_TURN: dict[str, list[Row]] = {
    "an entry without a proof of flat": [("i1", "ENTERING", {})],
    "sent twice": [SENDING],
    "sent again after its end": [("i1", "REFUSED", {}), SENDING],
    "locked after its end": [("i1", "REFUSED", {}), ("i1", "LOCKED", {})],
    "an answer to nothing": [("i9", "TAKEN", {})],
}


@pytest.mark.parametrize("then", OUT_OF_TURN.values(), ids=OUT_OF_TURN)
def test_a_step_out_of_turn_is_damage(then: list[Row]) -> None:
    with pytest.raises(DamagedRecord):
        open_intents([SENDING, *then], HERE)


LOST_ROWS: dict[str, list[Row]] = {
    "the answer's": [("i1", "PROVED", {})],
    "the lock's": [("i1", "UNANSWERED", {}), ("i1", "ATTESTED", {})],
    "the entry's answer's": [
        *(("i1", "TAKEN", {}), ("i1", "FLAT", {})),
        *(("i1", "ENTERING", {}), ("i1", "PROVED", {})),
    ],
    "the end's": [("i1", "TAKEN", {}), ("i1", "NEWS", {})],
}


@pytest.mark.parametrize("then", LOST_ROWS.values(), ids=LOST_ROWS)
def test_a_row_that_was_lost_in_between_is_no_damage(then: list[Row]) -> None:
    assert open_intents([SENDING, *then], HERE) == ()
