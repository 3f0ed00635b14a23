"""What the price strip draws besides the price."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ctpanel.domain.desk import with_accounts
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Code, Verdict, VerdictKind, deny
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.readings import with_orders, with_position
from ctpanel.domain.report import PressDenied, Report, ReverseEnded
from ctpanel.domain.state import PanelState, Resolution
from ctpanel.domain.strip import Level, LevelKind, Mark, levels, marks
from ctpanel.domain.values import Action, OrderType, Side
from tests.fakes.examples import LONG_3, MES, SIM101, TICKET, TODAY, order, plan

AT = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
SHORT_3 = Position(Side.SHORT, 3, Decimal("5017.50"))


def shown(**changes: object) -> PanelState:
    state = PanelState("https://example.test", True, 0.0, TODAY, ticket=TICKET)  # noqa: FBT003 - on paper
    state = with_accounts(state, (SIM101,))
    state = replace(state, resolution=Resolution(contract=MES, problem=None))
    state = with_position(state, ("Sim101", MES), LONG_3, 0.0)
    return replace(state, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def test_the_average_of_what_is_held_is_a_level() -> None:
    assert levels(shown()) == (Level(LevelKind.AVERAGE, Decimal("5011.00"), Side.LONG, 3),)


def test_flat_has_no_average() -> None:
    assert levels(with_position(shown(), ("Sim101", MES), FLAT, 1.0)) == ()


def test_working_orders_stand_at_their_prices_with_their_names() -> None:
    stop = order(
        "a",
        order_type=OrderType.STOPMARKET,
        state=OrderState.WORKING,
        filled=1,
        stop_price=Decimal("5004.75"),
        name="Stop1",
    )
    (_, level) = levels(with_orders(shown(), "Sim101", (stop,), 0.0))
    assert level == Level(LevelKind.STOP, Decimal("5004.75"), Side.SHORT, 2, "Stop1")


def test_a_stop_limit_stands_at_both_of_its_prices() -> None:
    both = order(
        "a",
        action=Action.BUY,
        order_type=OrderType.STOPLIMIT,
        state=OrderState.WORKING,
        filled=0,
        stop_price=Decimal(5020),
        limit_price=Decimal(5021),
    )
    kinds = [level.kind for level in levels(with_orders(shown(), "Sim101", (both,), 0.0))]
    assert kinds == [LevelKind.AVERAGE, LevelKind.STOP, LevelKind.LIMIT]


@pytest.mark.parametrize("state", [OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED])
def test_finished_orders_are_no_levels(state: OrderState) -> None:
    done = order("a", state=state, limit_price=Decimal(5020))
    assert len(levels(with_orders(shown(), "Sim101", (done,), 0.0))) == 1


def ended(position: Position | None, kind: VerdictKind = VerdictKind.REVERSED) -> Report:
    return Report(AT, ReverseEnded(plan(), Verdict(kind, position), 0.9))


def test_a_proved_reverse_is_a_mark_where_it_was_entered() -> None:
    mark = Mark(("Sim101", MES), AT, Decimal("5017.50"), Side.SHORT)
    assert marks(shown(reports=(ended(SHORT_3),))) == (mark,)


@pytest.mark.parametrize(
    "report",
    [
        ended(None),
        ended(FLAT, VerdictKind.FLAT_ONLY),
        ended(LONG_3, VerdictKind.UNCHANGED),
        ended(SHORT_3, VerdictKind.UNKNOWN),
        Report(AT, PressDenied(deny(Code.BUSY))),
    ],
    ids=["unread", "flat", "unchanged", "not proved", "not a reverse"],
)
def test_nothing_else_is_a_mark(report: Report) -> None:
    assert marks(shown(reports=(report,))) == ()
