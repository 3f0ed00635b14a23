"""What is pushed is shown at once, and relied on only once it was read."""

from dataclasses import replace
from decimal import Decimal

from ctpanel.domain.desk import with_accounts
from ctpanel.domain.live import StreamLink, StreamStatus
from ctpanel.domain.offers import refreshed
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Code, Denied
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.pushes import with_pnl, with_pushed_order, with_pushed_position, with_tick
from ctpanel.domain.readings import with_listing, with_orders, with_position, with_quote
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import Link, PanelState, Read, Resolution
from ctpanel.domain.stream import AccountPnl, BridgeState, PositionPush, QuoteTick
from tests.fakes.examples import LONG_3, MES, QUOTE, SIM101, TICKET, TODAY, order

KEY = ("Sim101", MES)


def ready(at: float = 10.0) -> PanelState:
    """Long 3 in MES, everything read at that second."""
    state = PanelState("https://example.test", True, at, TODAY, ticket=TICKET)  # noqa: FBT003 - on paper
    state = replace(
        with_accounts(state, (SIM101,)),
        link=Link.CONNECTED,
        resolution=Resolution(contract=MES, problem=None),
    )
    return read_again(with_quote(state, QUOTE, at), at)


def read_again(state: PanelState, at: float) -> PanelState:
    orders = state.orders.get("Sim101")
    listed = () if orders is None else orders.value
    held = state.position_of(KEY)
    position = LONG_3 if held is None else held.value
    state = with_orders(with_position(state, KEY, position, at), "Sim101", listed, at)
    return refreshed(replace(state, now=at))


def refusal(state: PanelState) -> Code | None:
    offer = refreshed(state).offer
    return offer.code if isinstance(offer, Denied) else None


def test_a_state_that_was_read_whole_may_be_pressed() -> None:
    assert isinstance(ready().offer, Plan)


def test_a_pushed_position_is_shown_at_once() -> None:
    state = with_pushed_position(ready(), PositionPush("Sim101", MES, FLAT), 10.5)
    assert state.position_of(KEY) is not None
    assert state.position_of(KEY).value == FLAT  # type: ignore[union-attr]  # just asserted


def test_a_press_waits_until_a_pushed_position_was_read() -> None:
    turned = replace(LONG_3, quantity=2)
    state = with_pushed_position(ready(), PositionPush("Sim101", MES, turned), 10.5)
    assert refusal(replace(state, now=10.5)) is Code.POSITION_MOVING
    assert refusal(read_again(state, 10.6)) is None


def test_a_push_of_what_is_known_already_holds_nothing_up() -> None:
    known = with_orders(ready(), "Sim101", (order("a"),), 10.0)
    state = with_pushed_position(known, PositionPush("Sim101", MES, LONG_3), 10.5)
    assert refusal(with_pushed_order(state, order("a"), 10.5)) is None


def test_a_pushed_position_may_be_the_first_that_is_known_of_it() -> None:
    bare = PanelState("https://example.test", True, 10.0, TODAY)  # noqa: FBT003 - on paper
    state = with_pushed_position(bare, PositionPush("Sim101", MES, LONG_3), 10.5)
    assert state.position_of(KEY) == Read(LONG_3, 10.5)


def test_a_reading_asked_for_before_a_push_does_not_undo_it() -> None:
    state = with_pushed_position(ready(), PositionPush("Sim101", MES, FLAT), 10.5)
    late = with_position(state, KEY, LONG_3, 10.4)
    assert late.position_of(KEY).value == FLAT  # type: ignore[union-attr]  # it was pushed


def test_orders_asked_for_before_a_push_do_not_make_it_read() -> None:
    state = with_pushed_position(ready(), PositionPush("Sim101", MES, Position.of_net(2)), 10.5)
    late = with_orders(state, "Sim101", (order("a", filled=1),), 10.4)
    assert refusal(replace(late, now=10.6)) is Code.POSITION_MOVING


def test_positions_asked_for_before_a_pushed_order_do_not_make_it_read() -> None:
    state = with_pushed_order(with_orders(ready(), "Sim101", (), 10.4), order("new"), 10.5)
    late = with_listing(state, "Sim101", {MES: Position.of_net(2)}, 10.3)
    assert refusal(replace(late, now=10.6)) is Code.POSITION_MOVING


def test_a_pushed_order_takes_the_place_of_the_one_with_its_id() -> None:
    working = order("a", state=OrderState.WORKING, filled=0)
    state = with_orders(ready(), "Sim101", (working, order("b")), 10.0)
    state = with_pushed_order(state, order("a", state=OrderState.CANCELLED, filled=0), 10.5)
    states = [(o.order_id, o.state) for o in state.orders_of(*KEY)]
    assert states == [("b", OrderState.FILLED), ("a", OrderState.CANCELLED)]


def test_a_pushed_order_makes_its_list_no_younger() -> None:
    state = with_pushed_order(ready(), order("new"), 10.5)
    assert state.orders["Sim101"].at == 10.0
    assert len(state.orders_of(*KEY)) == 1


def test_a_press_waits_until_a_pushed_order_was_read() -> None:
    state = with_pushed_order(ready(), order("new"), 10.5)
    assert refusal(replace(state, now=10.5)) is Code.POSITION_MOVING


def test_an_order_of_an_account_that_was_never_read_is_left_alone() -> None:
    state = with_pushed_order(ready(), order("x", account="Sim102"), 10.5)
    assert "Sim102" not in state.orders


def test_a_tick_changes_the_prices_of_a_quote_and_nothing_else() -> None:
    tick = QuoteTick(MES, Decimal("5013.2500000001"), Decimal("5013.50"), Decimal("5013.25"))
    state = with_tick(ready(), tick, 10.5)
    quote = state.quotes[MES]
    assert (quote.value.bid, quote.at) == (Decimal("5013.25"), 10.5)
    assert (quote.value.tick_size, quote.value.point_value) == (QUOTE.tick_size, QUOTE.point_value)


def test_a_tick_from_before_a_reading_does_not_replace_its_prices() -> None:
    state = with_tick(ready(), QuoteTick(MES, last=Decimal(1)), 9.9)
    assert state.quotes[MES] == ready().quotes[MES]


def test_a_quote_that_a_tick_overtook_still_tells_everything_but_its_prices() -> None:
    state = with_tick(ready(), QuoteTick(MES, last=Decimal("5013.25")), 10.5)
    late = with_quote(state, replace(QUOTE, last=Decimal(1), is_open=False), 10.4).quotes[MES]
    assert (late.value.last, late.value.is_open, late.at) == (Decimal("5013.25"), False, 10.5)


def test_a_tick_of_a_contract_that_was_never_quoted_is_left_alone() -> None:
    bare = PanelState("https://example.test", True, 0.0, TODAY)  # noqa: FBT003 - on paper
    assert with_tick(bare, QuoteTick(MES, Decimal(1)), 10.5) == bare


def test_profit_is_kept_by_account_with_its_age() -> None:
    state = with_pnl(ready(), AccountPnl("Sim101", realised=Decimal("12.50")), 10.5)
    assert state.pnl["Sim101"].at == 10.5


def test_a_push_about_one_leaves_what_is_known_of_another() -> None:
    other, here = ("Sim102", MES), PositionPush("Sim101", MES, FLAT)
    state = with_orders(replace(ready(), moved_at={other: 9.0}), "Sim102", (order("o"),), 10.0)
    state = with_pnl(with_pushed_position(state, here, 10.5), AccountPnl("Sim102"), 10.5)
    state = with_pnl(with_pushed_order(state, order("new"), 10.5), AccountPnl("Sim101"), 10.6)
    assert state.moved_at[other] == 9.0
    assert state.orders_of(*other) == (order("o"),)
    assert set(state.pnl) == {"Sim101", "Sim102"}


# --- how long a reading may be relied on ------------------------------------------------------


def with_stream(state: PanelState, status: StreamStatus) -> PanelState:
    return replace(state, stream=status)


def test_while_the_stream_is_up_two_seconds_are_stale() -> None:
    state = replace(with_stream(ready(), StreamStatus(StreamLink.UP)), now=12.5)
    assert refusal(state) is Code.POSITION_STALE


def test_over_rest_three_seconds_are_stale() -> None:
    assert refusal(replace(ready(), now=12.5)) is None
    assert refusal(replace(ready(), now=13.1)) is Code.POSITION_STALE


def test_a_stream_that_does_not_vouch_for_the_addon_is_not_relied_on() -> None:
    for bridge in (BridgeState.SYNCING, BridgeState.OFFLINE, BridgeState.UNCLEAR):
        assert not StreamStatus(StreamLink.UP, bridge=bridge).is_live
