"""The press: judge, latch, record, send once, read back, release. The heart of the panel.

A suggested correction goes the same way, behind a question that is never left out.

`press` and everything it calls up to the latch is synchronous, so that no second press, from
whatever key or button, can be judged before the first one has taken the latch. An order is never
sent twice; whatever goes wrong after the first byte may have left is Unknown until readings prove
otherwise, and an unproved reverse keeps its account and contract locked.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ctpanel.app.book import IntentBook
from ctpanel.app.entries import Settled, carry_out
from ctpanel.app.legs import Legs
from ctpanel.app.record import facts_of_verdict
from ctpanel.app.reopen import OpenIntent
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.app.watch import Watch, without_lock
from ctpanel.domain.guards import MINUTE, fingerprint
from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import HOLD_AFTER_PRESS, HOLD_TO_FIRE, SETTLE
from ctpanel.domain.offers import (
    aimed,
    aimed_offer,
    armed_elsewhere,
    contract_of,
    offer_for,
    with_ended,
)
from ctpanel.domain.outcomes import (
    Cause,
    Code,
    Denied,
    NotSent,
    Refused,
    Unknown,
    Verdict,
    VerdictKind,
    deny,
)
from ctpanel.domain.report import (
    Attested,
    PressDenied,
    ReverseEnded,
    ReverseSending,
    ReverseStopped,
)
from ctpanel.domain.reverse import Intent, Key, Offer, Plan, Shown
from ctpanel.domain.sent import Sent
from ctpanel.domain.state import Aim, InFlight, Lock, PanelState, Phase
from ctpanel.domain.steps import Step
from ctpanel.domain.ticket import follow_position
from ctpanel.domain.verdict import awaited_of


@dataclass(kw_only=True, eq=False)
class Reverser:
    """One press, at most one reversal; one confirmed correction, at most one order."""

    store: Store
    legs: Legs
    book: IntentBook
    watch: Watch
    tasks: Tasks

    def press(self, shown: Shown | None, *, was_held: bool = False) -> None:
        """The Reverse button was pressed while it said `shown`, and held where it must be."""
        state = self.store.present()
        if _is_second_half(state):
            return
        offer = self._judge(state, shown, state.offer_since)
        if isinstance(offer, Denied):
            self.store.report(PressDenied(offer))
        elif offer.questions or (offer.is_held and not was_held):
            self.store.update(lambda now: replace(now, confirming=offer, aim=None))
        else:
            self._launch(state, offer)

    def let_go(self, seconds: float) -> None:
        """The finger left Reverse after so long where it had to stay down."""
        denied = deny(Code.LET_GO, seconds=f"{seconds:.1f}", limit=HOLD_TO_FIRE)
        self.store.report(PressDenied(denied))

    def fire(self, aim: Aim, *, alone: bool, was_held: bool) -> Denied | None:
        """A hotkey was pressed, for this account alone or for several; why nothing was done."""
        state = self.store.present()
        offer = _offer_to_fire(state, aim)
        if isinstance(offer, Denied):
            return offer
        if not offer.questions and (was_held or not offer.is_held):
            self._launch(state, offer)
            return None
        if not alone:
            why = f"{aim.account} asks first; press it by itself"
            return deny(Code.PRESET_UNUSABLE, preset=aim.preset.name, why=why)
        there = aimed(state, aim)
        asked = aim if isinstance(there, Denied) else replace(aim, asked=there.ticket)
        self.store.update(lambda now: replace(now, confirming=offer, aim=asked))
        return None

    def correct(self, shown: Shown) -> None:
        """The suggestion was pressed while it said `shown`: it is asked about, and only that."""
        state = self.store.touch()
        offer = self._judge(state, shown, state.suggestion_since)
        if isinstance(offer, Denied):
            self.store.report(PressDenied(offer))
        else:
            self.store.update(lambda now: replace(now, confirming=offer, aim=None))

    def confirm(self, shown: Shown) -> None:
        """The trader confirmed what the dialog, and the button behind it, said."""
        state = self.store.present()
        asked = state.confirming
        offer = self._judge(state, shown)
        if isinstance(offer, Denied):
            self.store.report(PressDenied(offer), lambda now: replace(now, confirming=None))
        elif asked is None or asked.shown != offer.shown or offer.asks_beyond(asked):
            self.store.update(lambda now: replace(now, confirming=offer))
        else:
            self._launch(state, offer)

    def dismiss(self) -> None:
        """The trader was asked and did not confirm; a correction is not suggested again."""
        self.store.update(_dismissed)

    def attest(self, key: Key, statement: str) -> None:
        """The trader looked in NinjaTrader and releases an unknown reverse by what was seen."""
        lock = self.store.state.locks.get(key)
        if lock is None:
            return
        self.store.report(
            Attested(lock.intent.plan, statement), lambda state: without_lock(state, key)
        )
        facts = {"statement": statement}
        self.tasks.spawn(self.book.note(lock.intent, Step.ATTESTED, facts), "journal")

    async def restore(self, open_ones: Iterable[OpenIntent]) -> None:
        """Lock what an earlier run left unproved, and look for what became of it.

        Nothing is sent by a restart; readings or the trader's word end it.
        """
        found = tuple(open_ones)
        locks = {one.intent.key: Lock(one.intent, Cause.PANEL_ENDED) for one in found}
        self.store.update(lambda state: replace(state, locks={**state.locks, **locks}))
        for one in found:
            self.book.resume(one.intent, one.step)
            if one.step is not Step.LOCKED:
                cause = {"cause": Cause.PANEL_ENDED.name}
                await self.book.note(one.intent, Step.LOCKED, cause)
            self.watch.locked(one.intent, one.awaited, None)

    def _judge(
        self, state: PanelState, shown: Shown | None, since: float | None = None
    ) -> Plan | Denied:
        """What was pressed, if it is still offered and has stood long enough to be read."""
        offer = offer_for(state, shown)
        if isinstance(offer, Denied):
            return offer
        if offer.shown != shown or (since is not None and state.now - since < SETTLE):
            return deny(Code.POSITION_CHANGED, start=offer.start)
        return offer

    def _launch(self, state: PanelState, plan: Plan) -> None:
        """Latch, then send in a task of its own."""
        known = state.orders_of(*plan.key)
        filled = {order.order_id: order.filled for order in known}
        intent = Intent(self.legs.new_id(), plan, self.legs.clock.wall(), filled)
        self.store.report(ReverseSending(plan), lambda now: _latched(now, intent))
        self.tasks.spawn(self._run(intent), f"intent {intent.intent_id}")

    async def _run(self, intent: Intent) -> None:
        began = self.legs.clock.monotonic()
        try:
            end = await carry_out(self.legs, intent)
        except Exception:
            lost = Unknown(Cause.INTERNAL)
            verdict = Verdict(VerdictKind.UNKNOWN, cause=lost.cause)
            nothing = self.legs.reconciler.begin()
            await self._end(intent, Settled(verdict, awaited_of(intent, lost), nothing), began)
            raise
        if isinstance(end, Settled):
            await self._end(intent, end, began)
        else:
            self._stop(intent, end)

    def _stop(self, intent: Intent, outcome: NotSent | Refused) -> None:
        end = _unsent if isinstance(outcome, NotSent) else _released
        self.store.report(ReverseStopped(intent.plan, outcome), lambda state: end(state, intent))

    async def _end(self, intent: Intent, end: Settled, began: float) -> None:
        """Show it first: the row that ends an intent lets nothing leave."""
        verdict, seconds = end.verdict, self.legs.clock.monotonic() - began
        ended = ReverseEnded(intent.plan, verdict, seconds)
        if verdict.kind is VerdictKind.UNKNOWN:
            self.store.report(ended, lambda state: _locked(state, intent, verdict.cause))
            self.watch.locked(intent, end.awaited, end.trail)
            await self.book.note(intent, Step.LOCKED, facts_of_verdict(verdict))
        else:
            self.store.report(
                ended, lambda state: with_ended(_released(state, intent), intent, verdict)
            )
            self.watch.ended(intent, end.awaited, end.trail)
            await self.book.note(intent, Step.PROVED, facts_of_verdict(verdict))


def _offer_to_fire(state: PanelState, aim: Aim) -> Offer:
    """What a hotkey may do now: what its preset offers, if nothing has moved under the finger."""
    contract = contract_of(state, aim)
    if isinstance(contract, Contract) and _is_again(state, (aim.account, contract)):
        return deny(Code.BUSY)
    offer = aimed_offer(state, aim)
    if isinstance(offer, Denied):
        return offer
    has_moved = aim.held not in (None, offer.start.net)
    if has_moved or state.now - state.moved_at.get(offer.key, -math.inf) < SETTLE:
        return deny(Code.POSITION_CHANGED, start=offer.start)
    return armed_elsewhere(state, aim, offer) or offer


def _is_second_half(state: PanelState) -> bool:
    """Whether a press so soon after one that was taken is the other half of a double click.

    It is part of the same gesture: it does nothing, and does not write over what that one brought.
    """
    return state.key is not None and _is_again(state, state.key)


def _is_again(state: PanelState, key: Key) -> bool:
    """Whether a press on this key was taken a moment ago."""
    pressed = state.pressed_at.get(key)
    return pressed is not None and state.now - pressed < HOLD_AFTER_PRESS


def _latched(state: PanelState, intent: Intent) -> PanelState:
    flight = InFlight(intent, Phase.SENDING, state.now)
    oco_id, strategy = intent.plan.order.oco_id, intent.plan.order.strategy
    return replace(
        state,
        strategies={strategy: None, **state.strategies} if strategy else state.strategies,
        ticket=follow_position(state.ticket) if intent.key == state.key else state.ticket,
        sent=(*_still_counted(state), _sent(state, intent)),
        confirming=None,
        ended=None,
        in_flight={**state.in_flight, intent.key: flight},
        pressed_at={**state.pressed_at, intent.key: state.now},
        sent_oco_ids=state.sent_oco_ids | ({oco_id} if oco_id else set()),
    )


def _sent(state: PanelState, intent: Intent) -> Sent:
    account, contract = intent.key
    return Sent(account, contract, fingerprint(intent.plan.order), state.now, state.today)


def _still_counted(state: PanelState) -> tuple[Sent, ...]:
    return tuple(s for s in state.sent if s.day == state.today or state.now - s.at < MINUTE)


def _dismissed(state: PanelState) -> PanelState:
    asked = state.confirming
    is_over = asked is not None and asked.is_correction
    return replace(state, confirming=None, ended=None if is_over else state.ended)


def _released(state: PanelState, intent: Intent) -> PanelState:
    left = {key: flight for key, flight in state.in_flight.items() if key != intent.key}
    return replace(state, in_flight=left)


def _unsent(state: PanelState, intent: Intent) -> PanelState:
    """Nothing has left: no limit counts it, and pressing again is not the same order once more."""
    pressed = (*intent.key, state.in_flight[intent.key].since)
    sent = tuple(one for one in state.sent if (one.account, one.contract, one.at) != pressed)
    return replace(_released(state, intent), sent=sent)


def _locked(state: PanelState, intent: Intent, cause: Cause | None) -> PanelState:
    locks = {**state.locks, intent.key: Lock(intent, cause)}
    return replace(_released(state, intent), locks=locks)
