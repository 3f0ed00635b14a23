"""The ticket's rules as properties: over any ticket, what may be sent is sound, and never more."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ctpanel.domain.instrument import is_on_tick
from ctpanel.domain.limits import FRESH_FOR
from ctpanel.domain.outcomes import Denied
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Plan, plan_reverse
from ctpanel.domain.rules import problems
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, OrderType, TimeInForce
from tests.fakes.examples import LIVE, NOW, QUOTE, SIM101

PRICES = st.one_of(
    st.sampled_from(["", " ", "abc", "-1", "0", "5013", "5010.00", "5012.3", "5015,25", "1e3"]),
    st.integers(19000, 21000).map(lambda n: str(Decimal(n) / 4)),
    st.text(max_size=6),
)
TICKETS = st.builds(
    Ticket,
    account=st.sampled_from(["Sim101", "U1234567", "..", ""]),
    instrument=st.just("MES 12-26"),
    action=st.sampled_from([None, *Action]),
    quantity=st.one_of(st.none(), st.integers(-2, 40).map(str), st.text(max_size=4)),
    order_type=st.sampled_from(list(OrderType)),
    time_in_force=st.sampled_from(list(TimeInForce)),
    limit_price=PRICES,
    stop_price=PRICES,
    oco_id=st.one_of(st.just(""), st.sampled_from(["used", "free"]), st.text(max_size=70)),
    strategy=st.one_of(st.just(""), st.just("Scalp"), st.text(max_size=70)),
)
POSITIONS = st.one_of(st.none(), st.integers(-30, 30).map(lambda n: Position.of_net(n, Decimal(5))))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    account = draw(st.sampled_from([None, SIM101, LIVE]))
    return replace(
        NOW,
        accounts=draw(st.sampled_from([(), (SIM101, LIVE)])),
        account=account,
        quote=draw(st.sampled_from([None, QUOTE, replace(QUOTE, bid=None, ask=None, last=None)])),
        quote_age=draw(st.sampled_from([0.0, 10.0])),
        position=draw(POSITIONS),
        position_age=draw(st.sampled_from([0.0, 10.0])),
        used_oco_ids=frozenset({"used"}),
        strategy_quantities={"Scalp": 2},
    )


def plan_or_none(ticket: Ticket, now: Situation) -> Plan | None:
    if now.quote is None:  # without a contract the state always says why it is unresolved
        return None
    made = plan_reverse(ticket, now)
    return made if isinstance(made, Plan) else None


@given(TICKETS, situations())
def test_no_ticket_makes_judging_it_fail(ticket: Ticket, now: Situation) -> None:
    assert all(isinstance(problem, Denied) for problem in problems(ticket, now))


@given(TICKETS, situations())
def test_a_plan_exists_exactly_when_there_is_no_problem(ticket: Ticket, now: Situation) -> None:
    if now.quote is not None:
        made = plan_reverse(ticket, now)
        assert isinstance(made, Denied) is bool(problems(ticket, now))


@given(TICKETS, situations())
def test_the_button_says_the_first_problem(ticket: Ticket, now: Situation) -> None:
    found = problems(ticket, now)
    if found:
        assert plan_reverse(ticket, now) == found[0]


@given(TICKETS, situations())
def test_what_may_be_sent_ends_on_the_other_side(ticket: Ticket, now: Situation) -> None:
    if (plan := plan_or_none(ticket, now)) is not None:
        assert plan.start.net * plan.order.target.net < 0


@given(TICKETS, situations())
def test_what_may_be_sent_is_within_the_hard_limit(ticket: Ticket, now: Situation) -> None:
    if (plan := plan_or_none(ticket, now)) is not None:
        assert 1 <= plan.order.quantity <= now.limits.hard_quantity


@given(TICKETS, situations())
def test_what_may_be_sent_has_exactly_the_prices_of_its_type(
    ticket: Ticket, now: Situation
) -> None:
    if (plan := plan_or_none(ticket, now)) is not None:
        order = plan.order
        assert (order.limit_price is not None) is order.order_type.needs_limit
        assert (order.stop_price is not None) is order.order_type.needs_stop
        prices = [p for p in (order.limit_price, order.stop_price) if p is not None]
        assert all(is_on_tick(price, QUOTE.tick_size) and price > 0 for price in prices)


@given(TICKETS, situations())
def test_what_may_be_sent_rests_on_fresh_readings(ticket: Ticket, now: Situation) -> None:
    if (plan := plan_or_none(ticket, now)) is not None:
        assert now.position_age <= FRESH_FOR
        assert plan.order.order_type is OrderType.MARKET or now.quote_age <= FRESH_FOR


@given(TICKETS, situations())
def test_what_may_be_sent_goes_to_a_listed_account(ticket: Ticket, now: Situation) -> None:
    if (plan := plan_or_none(ticket, now)) is not None:
        assert plan.account in (SIM101, LIVE)
        assert now.accounts
