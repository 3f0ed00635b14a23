"""What a start makes of each end of a record: where the reverse stands, and what may still come."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ctpanel.app.record import Row, facts_of_intent
from ctpanel.app.reopen import OpenIntent, open_intents, sent_on
from ctpanel.domain.outcomes import Cause
from ctpanel.domain.sent import Sent
from ctpanel.domain.steps import Step
from ctpanel.domain.values import Entry
from ctpanel.domain.verdict import Awaited
from tests.fakes.examples import intent, plan

HERE = "https://app.example.test"
ENDED = Cause.PANEL_ENDED


def sending(entry: Entry, intent_id: str = "i1", **changes: str) -> Row:
    facts = facts_of_intent(intent(replace(plan(), entry=entry)), HERE)
    return intent_id, "SENDING", {**facts, **changes}


ONE_CALL = sending(Entry.ONE_CALL)
WHEN_FLAT = sending(Entry.ONLY_WHEN_FLAT)
TAKEN: Row = ("i1", "TAKEN", {})
FLAT: Row = ("i1", "FLAT", {})
ENTERING: Row = ("i1", "ENTERING", {"order_id": "own"})

OPEN: dict[str, tuple[list[Row], Step, Awaited]] = {
    "sending": ([ONE_CALL], Step.SENDING, Awaited(is_lost=True, cause=ENDED)),
    "taken with its order": (
        [ONE_CALL, ("i1", "TAKEN", {"order_ids": "e1"})],
        Step.TAKEN,
        Awaited("e1"),
    ),
    "taken without an order": ([ONE_CALL, TAKEN], Step.TAKEN, Awaited()),
    "unanswered": (
        [ONE_CALL, ("i1", "UNANSWERED", {"cause": "DEADLINE"})],
        Step.UNANSWERED,
        Awaited(is_lost=True, cause=ENDED),
    ),
    "half done": (
        [ONE_CALL, ("i1", "UNANSWERED", {"cause": "HALF_DONE"})],
        Step.UNANSWERED,
        Awaited(cause=ENDED),
    ),
    "locked": (
        [ONE_CALL, ("i1", "TAKEN", {"order_ids": "e1"}), ("i1", "LOCKED", {})],
        Step.LOCKED,
        Awaited("e1"),
    ),
    "closing": (
        [WHEN_FLAT],
        Step.SENDING,
        Awaited(has_entry=False, is_lost=True, cause=ENDED),
    ),
    "closed": (
        [WHEN_FLAT, ("i1", "TAKEN", {"order_ids": "c1"})],
        Step.TAKEN,
        Awaited(has_entry=False, is_lost=True, cause=ENDED),
    ),
    "a close without its answer": (
        [WHEN_FLAT, ("i1", "UNANSWERED", {"cause": "DEADLINE"})],
        Step.UNANSWERED,
        Awaited(has_entry=False, is_lost=True, cause=ENDED),
    ),
    "flat": (
        [WHEN_FLAT, TAKEN, FLAT],
        Step.FLAT,
        Awaited(has_entry=False, is_lost=True, cause=ENDED),
    ),
    "entering": (
        [WHEN_FLAT, TAKEN, FLAT, ENTERING],
        Step.ENTERING,
        Awaited("own", has_entry=False, cause=ENDED),
    ),
    "entered": (
        [WHEN_FLAT, TAKEN, FLAT, ENTERING, ("i1", "ENTRY_TAKEN", {})],
        Step.ENTRY_TAKEN,
        Awaited("own", has_entry=False, cause=ENDED),
    ),
    "not entered": (
        [WHEN_FLAT, TAKEN, FLAT, ENTERING, ("i1", "ENTRY_REFUSED", {})],
        Step.ENTRY_REFUSED,
        Awaited(has_entry=False, is_settled=True, cause=ENDED),
    ),
}


def opened(rows: list[Row]) -> OpenIntent:
    (one,) = open_intents(rows, HERE)
    return one


@pytest.mark.parametrize(("rows", "step", "awaited"), OPEN.values(), ids=OPEN)
def test_a_record_that_ends_here_leaves_this_open(
    rows: list[Row], step: Step, awaited: Awaited
) -> None:
    one = opened(rows)
    assert (one.step, one.awaited) == (step, awaited)


def test_other_acts_in_the_record_hide_no_reverse_behind_them() -> None:
    assert opened([("a1", "ACT_SENDING", {"act": "Close position"}), ONE_CALL]).intent.key


def test_only_the_row_that_sends_says_what_was_sent() -> None:
    assert opened([ONE_CALL, ("i1", "TAKEN", {"server": HERE})]).step is Step.TAKEN


def test_news_of_which_nothing_else_is_left_is_no_damage() -> None:
    assert open_intents([("i9", "NEWS", {})], HERE) == ()


def test_one_look_at_a_contract_says_nothing_of_another() -> None:
    other = sending(Entry.ONE_CALL, "i2", contract="MNQ 12-26")
    rows = [ONE_CALL, other, ("i1", "LOCKED", {}), ("i1", "ATTESTED", {})]
    assert opened(rows).intent.intent_id == "i2"


# --- what was sent today ----------------------------------------------------------------------

DAY = intent().pressed_at.astimezone().date()


def sent(*rows: Row, day: date = DAY) -> tuple[Sent, ...]:
    return sent_on(rows, day, lambda moment: moment.timestamp())


def test_what_was_sent_today_is_found_with_its_time() -> None:
    (found,) = sent(ONE_CALL)
    assert (found.account, found.contract, found.day) == (*intent().key, DAY)
    assert found.at == intent().pressed_at.timestamp()


def test_what_was_sent_on_another_day_is_not() -> None:
    assert sent(ONE_CALL, day=DAY + timedelta(days=1)) == ()


def test_what_was_sent_before_the_trader_re_enabled_the_panel_no_longer_counts() -> None:
    later = sending(Entry.ONE_CALL, "i2")
    assert len(sent(ONE_CALL, ("h", "HALT", {}), ("h2", "RESUME", {}), later)) == 1


def test_what_never_left_is_not_counted() -> None:
    assert sent(ONE_CALL, ("i1", "NOT_SENT", {"cause": "NO_CONNECTION"})) == ()


def test_what_the_server_refused_is_counted() -> None:
    assert len(sent(ONE_CALL, ("i1", "REFUSED", {}))) == 1


def test_a_halt_in_the_record_is_no_reverse() -> None:
    assert open_intents([("h", "HALT", {"cause": "BY_HAND"}), ("h2", "RESUME", {})], HERE) == ()
