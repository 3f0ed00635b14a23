"""Every guard below, at and above its limit, and what it says it measured."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.domain.guards import far_from, fingerprint, nearest_order, objection, same_lately
from ctpanel.domain.limits import SAME_ORDER_WITHIN, Hours, Limits
from ctpanel.domain.market import Quote
from ctpanel.domain.order import Order, OrderState
from ctpanel.domain.outcomes import Code, Denied, Field, deny
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Ask, Correction, EntryOrder, Plan, plan_reverse
from ctpanel.domain.sent import Sent
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import (
    AccountKind,
    Action,
    Confirming,
    OrderType,
    Side,
    TimeInForce,
)
from tests.fakes.examples import LIVE, MES, QUOTE, SIM101, TODAY, now, order, plan, ticket

HUGE = Limits(
    hard_quantity=10**6,
    soft_quantity=10**6,
    net_quantity=10**6,
    far_fraction=Decimal(1),
    too_far_fraction=Decimal(1),
    per_minute=10**6,
    per_day=10**6,
    daily_loss=Decimal(10**9),
)
"""Limits so wide that only the one under test can be met."""

counts = st.integers(1, 500)
aside = st.integers(-3, 3)
"""How far from its limit something is."""


def code(typed: Ticket, known: Situation) -> Code | None:
    offer = plan_reverse(typed, known)
    return offer.code if isinstance(offer, Denied) else None


def asks(typed: Ticket, known: Situation) -> set[Ask]:
    offer = plan_reverse(typed, known)
    assert isinstance(offer, Plan), offer
    return {question.ask for question in offer.questions}


def sent(ago: float, *, day: date = TODAY, of: Plan | None = None) -> Sent:
    """One that was sent so many seconds before the moment of `now()`."""
    key = of or plan()
    return Sent(*key.key, fingerprint(key.order), now().at - ago, day)


# --- quantities ---------------------------------------------------------------------------------


@given(limit=counts, off=aside)
def test_more_contracts_than_the_hard_limit_are_refused(limit: int, off: int) -> None:
    quantity = max(1, limit + off)
    known = now(limits=replace(HUGE, hard_quantity=limit))
    found = code(ticket(quantity=str(quantity)), known)
    assert found is (Code.QUANTITY_OVER_LIMIT if quantity > limit else None)


@given(limit=counts, off=aside)
def test_more_contracts_than_the_soft_limit_are_asked_about(limit: int, off: int) -> None:
    quantity = max(1, limit + off)
    known = now(limits=replace(HUGE, soft_quantity=limit))
    found = asks(ticket(quantity=str(quantity)), known)
    assert found == ({Ask.LARGE_QUANTITY} if quantity > limit else set())


@given(limit=counts, off=aside)
def test_a_larger_position_afterwards_than_the_limit_is_refused(limit: int, off: int) -> None:
    quantity = max(1, limit + off)
    known = now(limits=replace(HUGE, net_quantity=limit))
    found = code(ticket(quantity=str(quantity)), known)
    assert found is (Code.NET_OVER_LIMIT if quantity > limit else None)


@given(limit=counts, off=aside)
def test_an_order_over_the_accounts_own_limit_is_refused(limit: int, off: int) -> None:
    quantity = max(1, limit + off)
    account = replace(SIM101, largest_order=limit)
    known = now(limits=HUGE, account=account, accounts=(account,))
    found = code(ticket(quantity=str(quantity)), known)
    assert found is (Code.ORDER_OVER_ACCOUNT if quantity > limit else None)


@given(limit=counts, off=aside)
def test_a_position_over_the_accounts_own_limit_is_refused(limit: int, off: int) -> None:
    quantity = max(1, limit + off)
    account = replace(SIM101, largest_position=limit)
    known = now(limits=HUGE, account=account, accounts=(account,))
    found = code(ticket(quantity=str(quantity)), known)
    assert found is (Code.NET_OVER_ACCOUNT if quantity > limit else None)


# --- prices -------------------------------------------------------------------------------------


@given(ticks=st.integers(1, 400), percent=st.integers(1, 10), above=st.booleans())
def test_a_price_too_far_from_the_market_is_refused(
    ticks: int,
    percent: int,
    above: bool,  # noqa: FBT001
) -> None:
    market = Decimal(1000)
    price = market + Decimal("0.25") * (ticks if above else -ticks)
    known = now(
        quote=replace(QUOTE, last=market),
        limits=replace(HUGE, too_far_fraction=Decimal(percent) / 100),
    )
    found = code(ticket(order_type=OrderType.LIMIT, limit_price=str(price)), known)
    is_over = abs(price - market) > market * percent / 100
    assert found is (Code.PRICE_TOO_FAR if is_over else None)


def test_a_stop_too_far_from_the_market_is_refused() -> None:
    typed = ticket(order_type=OrderType.STOPMARKET, stop_price="4000.00")
    assert code(typed, now()) is Code.PRICE_TOO_FAR


def limit_order(price: str) -> Plan:
    """A reverse with a limit price, judged by nobody yet."""
    at = replace(plan().order, order_type=OrderType.LIMIT, limit_price=Decimal(price))
    return replace(plan(), order=at)


@pytest.mark.parametrize(("price", "is_over"), [("1010.00", False), ("1010.25", True)])
def test_a_price_may_be_as_far_from_the_market_as_the_limit(price: str, is_over: bool) -> None:  # noqa: FBT001
    limits = replace(HUGE, too_far_fraction=Decimal("0.01"))
    known = now(quote=replace(QUOTE, last=Decimal(1000)), limits=limits)
    assert (objection(limit_order(price), known) is not None) is is_over


@pytest.mark.parametrize("quote", [None, replace(QUOTE, last=None, bid=None, ask=None)])
def test_without_a_market_no_price_is_too_far(quote: Quote | None) -> None:
    assert objection(limit_order("1.00"), now(quote=quote)) is None


@pytest.mark.parametrize(
    ("told", "far"),
    [
        ({"last": 100, "bid": 50, "ask": 200}, "0.1"),
        ({"last": None, "bid": 100, "ask": 200}, "0.1"),
        ({"last": None, "bid": None, "ask": 100}, "0.1"),
        ({"last": -100, "bid": None, "ask": None}, "1.9"),
        ({"last": None, "bid": None, "ask": None}, "Infinity"),
    ],
)
def test_the_market_is_the_last_trade_or_else_the_best_price_there_is(
    told: dict[str, int | None], far: str
) -> None:
    prices = {name: None if at is None else Decimal(at) for name, at in told.items()}
    quote = replace(QUOTE, **prices)  # type: ignore[arg-type]  # by name
    assert far_from(Decimal(90), quote) == Decimal(far)


# --- money --------------------------------------------------------------------------------------


@given(cents=st.integers(1, 10**7), off=aside)
def test_a_days_loss_that_has_reached_its_limit_is_refused(cents: int, off: int) -> None:
    limit = Decimal(cents) / 100
    result = -limit + Decimal(off) / 100
    known = now(limits=replace(HUGE, daily_loss=limit), day_result=result)
    assert code(ticket(), known) is (Code.LOSS_LIMIT if off <= 0 else None)


@given(own=st.integers(1, 1000), server=st.integers(1, 1000), lost=st.integers(0, 1001))
def test_the_nearer_of_the_traders_and_ninjatraders_loss_limit_counts(
    own: int, server: int, lost: int
) -> None:
    account = replace(SIM101, loss_limit=Decimal(server))
    known = now(
        limits=replace(HUGE, daily_loss=Decimal(own)),
        account=account,
        accounts=(account,),
        day_result=Decimal(-lost),
    )
    assert code(ticket(), known) is (Code.LOSS_LIMIT if lost >= min(own, server) else None)


def test_a_result_that_is_not_told_is_asked_about() -> None:
    assert asks(ticket(), now(day_result=None)) == {Ask.RESULT_NOT_TOLD}


# --- time ---------------------------------------------------------------------------------------

minutes = st.integers(0, 24 * 60 - 1)


def clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


@given(begin=minutes, length=st.integers(1, 24 * 60 - 1), moment=minutes)
def test_outside_the_hours_nothing_is_opened(begin: int, length: int, moment: int) -> None:
    hours = Hours(clock(begin), clock((begin + length) % (24 * 60)))
    known = now(limits=replace(HUGE, hours=hours), time_of_day=clock(moment))
    is_inside = (moment - begin) % (24 * 60) < length
    assert code(ticket(), known) is (None if is_inside else Code.OUTSIDE_HOURS)


@given(moment=minutes)
def test_the_same_minute_twice_is_the_whole_day(moment: int) -> None:
    hours = Hours(time(9, 30), time(9, 30))
    known = now(limits=replace(HUGE, hours=hours), time_of_day=clock(moment))
    assert code(ticket(), known) is None


@given(limit=st.integers(1, 3600), tenths=st.integers(-20, 20))
def test_a_reverse_too_soon_after_the_last_of_its_kind_is_refused(limit: int, tenths: int) -> None:
    ago = max(0.0, limit + tenths / 10)
    last = replace(sent(ago), order="")
    known = now(limits=replace(HUGE, least_between=limit), sent=(last,))
    is_soon = now().at - last.at < limit
    assert code(ticket(), known) is (Code.TOO_SOON if is_soon else None)


def test_another_contract_may_be_reversed_at_once() -> None:
    other = replace(sent(0.0), contract=replace(MES, root="MNQ"))
    assert code(ticket(), now(limits=replace(HUGE, least_between=60), sent=(other,))) is None


def test_the_last_of_several_is_what_a_reverse_must_not_follow_too_soon() -> None:
    several = (sent(0.5), sent(600.0))
    assert code(ticket(), now(limits=HUGE, sent=several)) is Code.TOO_SOON


@given(limit=st.integers(1, 60), off=aside)
def test_so_many_in_a_minute_are_enough(limit: int, off: int) -> None:
    count = max(0, limit + off)
    known = now(limits=replace(HUGE, per_minute=limit), sent=(sent(30.0),) * count)
    assert code(ticket(), known) is (Code.TOO_MANY_IN_MINUTE if count >= limit else None)


@pytest.mark.parametrize(("ago", "counts_still"), [(59.9, True), (60.0, False)])
def test_what_was_sent_a_minute_ago_no_longer_counts(ago: float, counts_still: bool) -> None:  # noqa: FBT001
    known = now(limits=replace(HUGE, per_minute=1), sent=(sent(ago),))
    assert code(ticket(), known) is (Code.TOO_MANY_IN_MINUTE if counts_still else None)


@given(limit=st.integers(1, 60), off=aside)
def test_so_many_in_a_day_are_enough(limit: int, off: int) -> None:
    count = max(0, limit + off)
    known = now(limits=replace(HUGE, per_day=limit), sent=(sent(3600.0),) * count)
    assert code(ticket(), known) is (Code.TOO_MANY_TODAY if count >= limit else None)


def test_yesterdays_no_longer_count() -> None:
    yesterday = sent(3600.0, day=TODAY - timedelta(days=1))
    assert code(ticket(), now(limits=replace(HUGE, per_day=1), sent=(yesterday,))) is None


@given(tenths=st.integers(10, 200))
def test_the_same_order_within_ten_seconds_is_asked_about(tenths: int) -> None:
    before = sent(tenths / 10)
    is_soon = now().at - before.at < SAME_ORDER_WITHIN
    found = asks(ticket(), now(limits=HUGE, sent=(before,)))
    assert found == ({Ask.SAME_ORDER} if is_soon else set())


def test_another_order_within_ten_seconds_is_not() -> None:
    before = sent(2.0, of=plan(quantity="2"))
    assert asks(ticket(), now(limits=HUGE, sent=(before,))) == set()


def test_of_several_that_are_the_same_the_last_one_is_told() -> None:
    assert same_lately(plan(), now(sent=(sent(9.0), sent(2.0), sent(5.0)))) == pytest.approx(2.0)


def test_orders_are_the_same_when_everything_about_their_entry_is() -> None:
    entry = EntryOrder(
        Action.SELL,
        3,
        OrderType.STOPLIMIT,
        TimeInForce.DAY,
        limit_price=Decimal("5000.25"),
        stop_price=Decimal("5001.00"),
    )
    market = replace(entry, order_type=OrderType.MARKET, limit_price=None, stop_price=None)
    assert fingerprint(entry) == "SELL 3 STOPLIMIT 5000.25 5001.00"
    assert fingerprint(market) == "SELL 3 MARKET - -"


# --- accounts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", AccountKind)
def test_with_the_lock_on_simulators_a_live_account_is_refused(kind: AccountKind) -> None:
    account = replace(LIVE, kind=kind)
    known = now(limits=replace(HUGE, sim_only=True), account=account, accounts=(account,))
    found = code(ticket(account=account.name), known)
    assert found is (Code.SIM_ONLY if kind is AccountKind.LIVE else None)


def test_without_that_lock_a_live_account_is_let_pass() -> None:
    known = now(limits=HUGE, account=LIVE, accounts=(LIVE,))
    assert code(ticket(account=LIVE.name), known) is None


def test_an_account_on_which_the_trader_wants_to_be_asked_asks() -> None:
    assert asks(ticket(), now(confirms=Confirming.ASK)) == {Ask.WANTED}


@pytest.mark.parametrize("needed", Confirming)
def test_a_press_must_be_held_where_the_trader_wants_that(needed: Confirming) -> None:
    made = plan_reverse(ticket(), now(confirms=needed))
    assert isinstance(made, Plan)
    assert made.is_held is (needed is Confirming.HOLD)


# --- what may fill meanwhile --------------------------------------------------------------------


def resting(kind: OrderType, action: Action, price: str) -> Order:
    at = Decimal(price)
    made = order("o1", order_type=kind, state=OrderState.WORKING, action=action, filled=0)
    is_limit = kind is OrderType.LIMIT
    return replace(made, limit_price=at) if is_limit else replace(made, stop_price=at)


@given(ticks=st.integers(0, 30), limit=st.integers(0, 30), is_stop=st.booleans())
def test_a_working_order_within_so_many_ticks_of_the_market_is_near(
    ticks: int,
    limit: int,
    is_stop: bool,  # noqa: FBT001
) -> None:
    below = QUOTE.bid - ticks * QUOTE.tick_size if QUOTE.bid else Decimal(0)
    above = QUOTE.bid + ticks * QUOTE.tick_size if QUOTE.bid else Decimal(0)
    kind, price = (OrderType.STOPMARKET, below) if is_stop else (OrderType.LIMIT, above)
    one = resting(kind, Action.SELL, str(price))
    found = nearest_order(now(resting=(one,), limits=replace(HUGE, near_ticks=limit)))
    assert found == ((one, ticks) if ticks <= limit else None)


@pytest.mark.parametrize(
    ("kind", "action", "price"),
    [
        (OrderType.STOPMARKET, Action.SELL, "5013.00"),
        (OrderType.LIMIT, Action.SELL, "5012.00"),
        (OrderType.STOPMARKET, Action.BUY, "5012.00"),
        (OrderType.LIMIT, Action.BUY, "5013.00"),
    ],
)
def test_an_order_that_the_market_has_passed_is_at_it(
    kind: OrderType, action: Action, price: str
) -> None:
    one = resting(kind, action, price)
    assert nearest_order(now(resting=(one,))) == (one, 0)


def test_the_nearest_of_several_is_told() -> None:
    far, near = (
        resting(OrderType.STOPMARKET, Action.SELL, "5011.00"),
        resting(OrderType.LIMIT, Action.SELL, "5012.75"),
    )
    both = ((far, near), (near, far))
    assert [nearest_order(now(resting=resting)) for resting in both] == [(near, 2)] * 2


def test_of_two_that_are_as_near_the_first_is_told() -> None:
    stop = resting(OrderType.STOPMARKET, Action.SELL, "5012.00")
    target = resting(OrderType.LIMIT, Action.SELL, "5012.50")
    assert nearest_order(now(resting=(stop, target))) == (stop, 1)


def test_an_order_without_a_price_is_near_to_nothing() -> None:
    market = order("o1", order_type=OrderType.MARKET, limit_price=None, stop_price=None)
    near = resting(OrderType.LIMIT, Action.SELL, "5012.75")
    assert nearest_order(now(resting=(market,))) is None
    assert nearest_order(now(resting=(market, near))) == (near, 2)


@pytest.mark.parametrize(
    ("quote", "ticks"),
    [
        (QUOTE, 4),
        (replace(QUOTE, ask=None, last=Decimal("5012.00")), 6),
        (replace(QUOTE, ask=None, last=None), None),
        (None, None),
    ],
)
def test_an_order_to_buy_is_measured_from_the_ask_or_else_from_the_last_trade(
    quote: Quote | None, ticks: int | None
) -> None:
    one = resting(OrderType.STOPLIMIT, Action.BUY, "5013.50")
    found = nearest_order(now(resting=(one,), quote=quote))
    assert found == (None if ticks is None else (one, ticks))


@pytest.mark.parametrize("asks_near", [True, False])
def test_a_near_order_is_asked_about_or_only_said(asks_near: bool) -> None:  # noqa: FBT001
    one = resting(OrderType.STOPMARKET, Action.SELL, "5012.00")
    made = plan_reverse(ticket(), now(resting=(one,), limits=replace(HUGE, asks_near=asks_near)))
    assert isinstance(made, Plan)
    found = made.questions if asks_near else made.warnings
    assert [said.ask for said in found] == [Ask.NEAR_ORDER]
    assert dict(found[0].facts)["ticks"] == "1"


# --- all together -------------------------------------------------------------------------------

SMALL = replace(SIM101, largest_order=2)
FULL = replace(SIM101, largest_position=2)
MADE_TODAY = now(day_result=Decimal("-1000.50"))

STOPPED: list[tuple[Ticket, Situation, Denied]] = [
    (
        ticket(account=LIVE.name),
        now(limits=Limits(sim_only=True), account=LIVE, accounts=(LIVE,)),
        deny(Code.SIM_ONLY, Field.ACCOUNT, account=LIVE.name),
    ),
    (
        ticket(),
        now(limits=Limits(hours=Hours(time(1), time(2))), time_of_day=time(2, 5)),
        deny(Code.OUTSIDE_HOURS, time="02:05", limit="01:00 to 02:00"),
    ),
    (ticket(), MADE_TODAY, deny(Code.LOSS_LIMIT, result="-1000.50", limit="-1000.00")),
    (
        ticket(),
        now(account=SMALL, accounts=(SMALL,)),
        deny(Code.ORDER_OVER_ACCOUNT, Field.QUANTITY, quantity=3, limit=2),
    ),
    (
        ticket(),
        now(limits=Limits(net_quantity=2)),
        deny(Code.NET_OVER_LIMIT, Field.QUANTITY, quantity=3, limit=2),
    ),
    (
        ticket(),
        now(account=FULL, accounts=(FULL,)),
        deny(Code.NET_OVER_ACCOUNT, Field.QUANTITY, quantity=3, limit=2),
    ),
    (
        ticket(order_type=OrderType.LIMIT, limit_price="900.00"),
        now(quote=replace(QUOTE, last=Decimal(1000)), limits=Limits()),
        deny(Code.PRICE_TOO_FAR, Field.LIMIT_PRICE, price="900.00", percent="10%", limit="5%"),
    ),
    (
        ticket(order_type=OrderType.STOPMARKET, stop_price="937.50"),
        now(quote=replace(QUOTE, last=Decimal(1000)), limits=Limits()),
        deny(Code.PRICE_TOO_FAR, Field.STOP_PRICE, price="937.50", percent="6.25%", limit="5%"),
    ),
    (ticket(), now(sent=(sent(0.5),)), deny(Code.TOO_SOON, seconds="0.5", limit=1)),
    (
        ticket(),
        now(sent=(sent(20.0),) * 10),
        deny(Code.TOO_MANY_IN_MINUTE, count=10, limit=10),
    ),
    (
        ticket(),
        now(sent=(sent(600.0),) * 101),
        deny(Code.TOO_MANY_TODAY, count=101, limit=100),
    ),
]


@pytest.mark.parametrize(
    ("typed", "known", "expected"), STOPPED, ids=[expected.code.name for *_, expected in STOPPED]
)
def test_a_guard_says_what_it_measured_and_its_limit(
    typed: Ticket, known: Situation, expected: Denied
) -> None:
    assert plan_reverse(typed, known) == expected


def test_without_any_change_by_the_trader_every_limit_is_set() -> None:
    usual = Limits()
    numbers = (
        usual.hard_quantity,
        usual.soft_quantity,
        usual.net_quantity,
        usual.least_between,
        usual.per_minute,
        usual.per_day,
        usual.daily_loss,
        usual.too_far_fraction,
        usual.disarm_after,
    )
    assert all(0 < number < 10_000 for number in numbers)


def test_what_takes_a_position_that_is_too_large_back_is_let_pass() -> None:
    back = replace(plan().order, action=Action.BUY, quantity=15)
    less = replace(plan(), start=Position(Side.SHORT, 40), order=back, entry=Correction("intent-1"))
    assert objection(less, now(limits=replace(HUGE, net_quantity=20))) is None


@pytest.mark.parametrize("quantity", [80, 90])
def test_what_makes_a_position_no_smaller_is_no_correction_of_its_size(quantity: int) -> None:
    over = replace(plan().order, action=Action.BUY, quantity=quantity)
    turned = replace(
        plan(), start=Position(Side.SHORT, 40), order=over, entry=Correction("intent-1")
    )
    denied = objection(turned, now(limits=replace(HUGE, net_quantity=20)))
    assert denied is not None
    assert denied.code is Code.NET_OVER_LIMIT
