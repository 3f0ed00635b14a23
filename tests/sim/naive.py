"""Three programs as they are often written, on the same wire: the oracle must catch each."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeAlias, cast

from ctpanel.app.ports import ReadFailed
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.orders import CrossTradeOrders
from ctpanel.crosstrade.paths import Paths
from ctpanel.crosstrade.reads import CrossTradeReads
from ctpanel.crosstrade.transport import Channel
from ctpanel.domain.outcomes import (
    Accepted,
    Cause,
    NotSent,
    Refused,
    Unknown,
    Verdict,
    VerdictKind,
)
from ctpanel.domain.position import Position
from ctpanel.domain.report import Event, ReverseEnded, ReverseStopped
from ctpanel.domain.reverse import Intent
from ctpanel.domain.values import Action
from tests.fakes.examples import MES, intent, plan
from tests.sim.oracle import Course, Said
from tests.sim.run import LONGEST, Client
from tests.sim.wire import Wire

Ways: TypeAlias = tuple[CrossTradeReads, CrossTradeOrders]
Program: TypeAlias = Callable[[Ways, Intent], Awaitable[Event]]

_TRIES: Final = 3
_FAILED: Final = NotSent(Cause.DEADLINE, "failed")


async def retry_on_timeout(ways: Ways, sent: Intent) -> Event:
    """Sends again when no answer comes, and takes the answer for the deed."""
    for _ in range(_TRIES):
        outcome = await ways[1].reverse_position(sent)
        if not isinstance(outcome, Unknown):
            return _believed(sent, outcome)
    return ReverseStopped(sent.plan, _FAILED)


async def timeout_is_failure(ways: Ways, sent: Intent) -> Event:
    """Takes no answer for "nothing happened"."""
    outcome = await ways[1].reverse_position(sent)
    return (
        ReverseStopped(sent.plan, _FAILED)
        if isinstance(outcome, Unknown)
        else _believed(sent, outcome)
    )


async def position_only(ways: Ways, sent: Intent) -> Event:
    """Looks at the position once, two seconds later."""
    await ways[1].reverse_position(sent)
    await asyncio.sleep(2)
    try:
        position = await ways[0].position(*sent.key)
    except ReadFailed:
        position = Position.of_net(0)
    if position.net == sent.plan.order.target.net:
        return ReverseEnded(sent.plan, Verdict(VerdictKind.REVERSED, position), 2.0)
    return ReverseStopped(sent.plan, _FAILED)


def _believed(sent: Intent, outcome: Accepted | Refused | NotSent) -> Event:
    if isinstance(outcome, Accepted):
        done = Verdict(VerdictKind.REVERSED, sent.plan.order.target)
        return ReverseEnded(sent.plan, done, 0.0)
    return ReverseStopped(sent.plan, outcome)


def client_of(program: Program) -> Client:
    """A program as something the simulator can run."""

    async def client(wire: Wire, course: Course) -> None:
        channel, paths = cast("Channel", wire), Paths()
        budget = Budget(asyncio.get_running_loop().time)
        reads = CrossTradeReads(channel, paths, budget, reserve=0.0, on_paper=True)
        ways = (reads, CrossTradeOrders(channel, paths, budget))
        await reads.accounts()
        wire.is_calm = False
        course.presses = 1
        event = await program(ways, _intent(wire))
        course.said.append(Said(wire.now(), event))
        await asyncio.sleep(LONGEST)

    return client


def _intent(wire: Wire) -> Intent:
    start = wire.run.start
    action = Action.SELL if start > 0 else Action.BUY
    made = plan()
    order = replace(made.order, action=action, quantity=wire.run.quantity)
    account = replace(made.account, name="Sim101")
    return intent(
        replace(made, account=account, contract=MES, start=Position.of_net(start), order=order)
    )
