"""What may be pressed in a state, and why not: the questions that are asked of it. Pure."""

import math
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ctpanel.domain.arming import SLEPT, UNREAD_FOR, Armed, Disarm
from ctpanel.domain.correction import Ended, Suggestion, suggest
from ctpanel.domain.instrument import Contract
from ctpanel.domain.order import Order
from ctpanel.domain.outcomes import Code, Denied, Field, Verdict, deny
from ctpanel.domain.presets import Preset
from ctpanel.domain.report import ActSending, Report
from ctpanel.domain.reverse import Correction, Intent, Offer, Plan, Shown, plan_reverse
from ctpanel.domain.situation import Situation
from ctpanel.domain.state import KEPT_REPORTS, Aim, Focus, Link, PanelState, Resolution
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, Entry, OrderType

TOLD_FOR: Final = 10.0
"""Seconds in which what an account has made today is taken for known."""


def aimed(state: PanelState, aim: Aim) -> PanelState | Denied:
    """The state as it would be if the ticket were the preset's; never shown, only judged."""
    contract = contract_of(state, aim)
    if isinstance(contract, Denied):
        return contract
    meant = Resolution(contract=contract, problem=None)
    there = replace(state, ticket=Ticket(account=aim.account), resolution=meant)
    if there.quote is None:
        return _unusable(aim, f"the market of {contract} has not been read yet")
    if aim.asked is not None:
        return replace(there, ticket=aim.asked)
    held, quote = there.position, there.quote.value
    action = None if held is None else Action.against(held.value.side)
    entry = state.entries.get(aim.account, Entry.ONE_CALL)
    ticket = aim.preset.ticket(aim.account, contract.name, action, quote, entry)
    return replace(there, ticket=ticket)


def contract_of(state: PanelState, aim: Aim) -> Contract | Denied:
    """The preset's contract, or the one that stood in the window when the key was heard."""
    if not aim.preset.instrument:
        problem = state.resolution.problem or deny(Code.INSTRUMENT_EMPTY, Field.INSTRUMENT)
        return aim.shown or problem
    try:
        contract = Contract.from_name(aim.preset.instrument)
    except ValueError:
        return _unusable(aim, f"{aim.preset.instrument} is no dated contract")
    if contract.expired_before(state.today):
        return _unusable(aim, f"{contract} has expired")
    return contract


def _unusable(aim: Aim, why: str) -> Denied:
    return deny(Code.PRESET_UNUSABLE, preset=aim.preset.name, why=why)


def aimed_offer(state: PanelState, aim: Aim) -> Offer:
    """What a press of a reversing preset would do now, or why it would be refused."""
    if state.accounts and all(account.name != aim.account for account in state.accounts):
        return _unusable(aim, f"the server lists no account {aim.account}")
    there = aimed(state, aim)
    return there if isinstance(there, Denied) else plan_reverse(there.ticket, situation(there))


def needs_reading(state: PanelState, aim: Aim) -> bool:
    """Whether what a preset concerns has not been read lately enough to be judged."""
    contract = contract_of(state, aim)
    if isinstance(contract, Denied):
        return False
    ages = (
        state.age(state.position_of((aim.account, contract))),
        state.age(state.orders.get(aim.account)),
        state.age(state.quotes.get(contract)),
    )
    return max(ages) > state.fresh_for


def why_key_ignored(state: PanelState, preset: Preset) -> Denied | None:
    """Why a key that opens risk does nothing now, or None: then it is judged like any press."""
    if state.armed is None:
        return deny(Code.DISARMED)
    asks = state.confirming is not None or state.token_prompt is not None or state.asks_release
    if asks or state.focus is Focus.DIALOG:
        return deny(Code.DIALOG_OPEN)
    if state.focus is Focus.TYPING:
        return deny(Code.TYPING)
    return deny(Code.BUSY) if preset.name in state.preparing else None


def why_not_arm(state: PanelState) -> Denied | None:
    """Why hotkeys cannot be armed now, or None."""
    if state.account is None:
        return deny(Code.ACCOUNT_NOT_LISTED, Field.ACCOUNT, account=state.ticket.account)
    armed = Armed(state.account.name, state.account.kind.value, state.now)
    would = replace(state, armed=armed)
    why = why_disarm(would, would)
    return None if why is None else deny(Code.KEYS_UNAVAILABLE, why=why.value)


def armed_elsewhere(state: PanelState, aim: Aim, offer: Plan) -> Denied | None:
    """Why a preset must not fire: nothing is armed, or what costs less, or more."""
    kind = offer.account.kind.value
    if state.armed is None:
        return deny(Code.DISARMED)
    if state.armed.kind == kind:
        return None
    return _unusable(aim, f"hotkeys are armed for {state.armed.kind}, and {aim.account} is {kind}")


def _unread_for(state: PanelState, account: str) -> float:
    """Seconds since anything was read of what is held on the account that is shown."""
    listed = state.now - state.listed_at.get(account, -math.inf)
    return min(listed, state.age(state.position))


def why_disarm(before: PanelState, after: PanelState) -> Disarm | None:
    """Why hotkeys that were armed may no longer be, or None."""
    if after.armed is None:
        return None
    first = ((cause, holds) for cause, holds in _reasons(before, after) if holds)
    return next(first, (None, True))[0]


def _reasons(before: PanelState, after: PanelState) -> tuple[tuple[Disarm, bool], ...]:
    armed, account = after.armed, after.account
    if armed is None:
        raise AssertionError("only what is armed can be disarmed")
    is_other = account is None or (account.name, account.kind.value) != (armed.account, armed.kind)
    return (
        (Disarm.HALTED, after.halted is not None),
        (Disarm.FAULT, bool(after.faults or after.journal_fault)),
        (Disarm.CLOSING, after.is_closing),
        (Disarm.SLEPT, after.now - before.now > SLEPT),
        (Disarm.UNKNOWN, bool(after.locks)),
        (Disarm.ACCOUNT, is_other),
        (Disarm.KEYS, bool(after.keys.problem) and not before.keys.problem),
        (Disarm.STALE, _unread_for(after, armed.account) > UNREAD_FOR),
        (Disarm.IDLE, armed.left(after.now, after.limits.disarm_after) <= 0),
    )


def situation(state: PanelState) -> Situation:
    """What a press is judged against, gathered from the state."""
    quote, position = state.quote, state.position
    return Situation(
        at=state.now,
        today=state.today,
        time_of_day=state.time_of_day,
        hold=hold(state),
        accounts=state.accounts,
        account=state.account,
        unresolved=state.resolution.problem,
        quote=None if quote is None else quote.value,
        quote_age=state.age(quote),
        position=None if position is None else position.value,
        position_age=state.age(position),
        orders_age=state.age(state.orders.get(state.ticket.account)),
        resting=tuple(order for order in own_orders(state) if order.is_working),
        is_moving=_is_moving(state),
        used_oco_ids=_used_oco_ids(state),
        strategy_quantities={n: q for n, q in state.strategies.items() if q is not None},
        sent=state.sent,
        day_result=day_result(state),
        confirms=state.confirms,
        limits=state.limits,
        fresh_for=state.fresh_for,
        decimal_sign=state.decimal_sign,
    )


def day_result(state: PanelState) -> Decimal | None:
    """What the ticket's account has made today, realised and unrealised; None when not told."""
    read = state.pnl.get(state.ticket.account)
    if read is None or state.age(read) > TOLD_FOR:
        return None
    told = read.value
    if told.realised is None or told.unrealised is None:
        return None
    return told.realised + told.unrealised


def hold(state: PanelState) -> Denied | None:
    """Why nothing at all may be sent for the ticket's key now."""
    if state.faults:
        return deny(Code.PANEL_FAULT, detail=state.faults[-1])
    if state.journal_fault:
        return deny(Code.JOURNAL_FAULT, detail=state.journal_fault)
    if state.halted is not None:
        return deny(Code.HALTED, why=state.halted.cause.value)
    if state.is_closing:
        return deny(Code.CLOSING)
    return _link_or_key_hold(state)


def _link_or_key_hold(state: PanelState) -> Denied | None:
    if state.key in state.in_flight or any(_concerns(act, state) for act in state.acts):
        return deny(Code.BUSY)
    if state.key in state.locks:
        return deny(Code.UNKNOWN_OPEN)
    if state.link is not Link.CONNECTED:
        return deny(Code.NOT_CONNECTED, link=state.link.value)
    if any(
        order.is_working and order.order_type is OrderType.MARKET for order in own_orders(state)
    ):
        return deny(Code.MARKET_ORDER_WORKING, contract=state.contract)
    return None


def _concerns(act: ActSending, state: PanelState) -> bool:
    return act.account == state.ticket.account and act.contract in (None, state.contract)


def own_orders(state: PanelState) -> tuple[Order, ...]:
    """The orders last read of the ticket's account and contract."""
    return () if state.key is None else state.orders_of(*state.key)


def _is_moving(state: PanelState) -> bool:
    """Whether position or orders were read before the other one showed a change."""
    orders = state.orders.get(state.ticket.account)
    if state.key is None or state.position is None or orders is None:
        return False
    return min(state.position.at, orders.at) < state.moved_at.get(state.key, 0.0)


def _used_oco_ids(state: PanelState) -> frozenset[str]:
    read = state.orders.get(state.ticket.account)
    seen = (order.oco_id for order in read.value) if read else ()
    return state.sent_oco_ids.union(oco_id for oco_id in seen if oco_id)


def refreshed(state: PanelState) -> PanelState:
    """The state with what may be pressed current, and with when each last changed its meaning."""
    now = situation(state)
    offer = plan_reverse(state.ticket, now)
    suggestion = _suggestion(state, now)
    means, suggests = _meaning(offer), _meaning(suggestion)
    is_old = suggests == _meaning(state.suggestion)
    asked = state.confirming
    aimed = None if state.aim is None else _meaning(aimed_offer(state, state.aim))
    possible = (means, suggests) if state.aim is None else (aimed,)
    still_asked = asked is not None and asked.shown in possible
    return replace(
        state,
        offer=offer,
        offer_since=state.offer_since if means == _meaning(state.offer) else state.now,
        ended=None if suggestion is None else state.ended,
        suggestion=suggestion,
        suggestion_since=state.suggestion_since if is_old else state.now,
        confirming=asked if still_asked else None,
        aim=state.aim if still_asked else None,
    )


def _suggestion(state: PanelState, now: Situation) -> Suggestion | None:
    """What is suggested while the account and contract it ended on are shown."""
    ended = state.ended
    return suggest(ended, now) if ended is not None and ended.intent.key == state.key else None


def offer_for(state: PanelState, shown: Shown | None) -> Offer:
    """What may be pressed now in the place of what was shown."""
    if state.aim is not None:
        return aimed_offer(state, state.aim)
    if shown is None or not isinstance(shown.entry, Correction):
        return state.offer
    if state.suggestion is not None:
        return state.suggestion.offer
    held = state.position
    gone = deny(Code.SUGGESTION_GONE, position="not known" if held is None else held.value)
    return hold(state) or gone


def withdrawn(before: PanelState, after: PanelState) -> Denied | None:
    """Why the trader is no longer asked what was asked before, or None."""
    if before.confirming is None or after.confirming is not None:
        return None
    aim, shown = before.aim, before.confirming.shown
    offer = offer_for(after, shown) if aim is None else aimed_offer(after, aim)
    return offer if isinstance(offer, Denied) else deny(Code.POSITION_CHANGED, start=offer.start)


def with_ended(state: PanelState, intent: Intent, verdict: Verdict) -> PanelState:
    """The state after an end; one that is not shown keeps what is suggested for another."""
    return replace(state, ended=Ended(intent, verdict)) if intent.key == state.key else state


def _meaning(of: Offer | Suggestion | None) -> Shown | None:
    offer = of.offer if isinstance(of, Suggestion) else of
    return offer.shown if isinstance(offer, Plan) else None


def reported(state: PanelState, report: Report) -> PanelState:
    """The state with one more report."""
    return replace(state, reports=(*state.reports, report)[-KEPT_REPORTS:])
