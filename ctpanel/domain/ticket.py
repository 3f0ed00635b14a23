"""The ticket: what the user has typed so far, which may be wrong. Judging it is in rules.py."""

from dataclasses import dataclass, field, replace
from typing import Final

from ctpanel.domain.outcomes import Field
from ctpanel.domain.position import Position
from ctpanel.domain.values import Action, Entry, OrderType, TimeInForce


@dataclass(frozen=True, slots=True)
class Ticket:
    """Typed text and choices.

    Attributes:
        account: a chosen account name.
        instrument: text as typed or chosen.
        action: None follows the position (long: SELL, short: BUY).
        quantity: typed text; None follows the held size.
        limit_price: typed text.
        stop_price: typed text.
        oco_id: typed text.
        strategy: typed or remembered ATM strategy name.
        edited: fields the user has touched; only these show their error beside them.
    """

    account: str = ""
    instrument: str = ""
    action: Action | None = None
    quantity: str | None = None
    order_type: OrderType = OrderType.MARKET
    time_in_force: TimeInForce = TimeInForce.DAY
    limit_price: str = ""
    stop_price: str = ""
    oco_id: str = ""
    strategy: str = ""
    entry: Entry = Entry.ONE_CALL
    edited: frozenset[Field] = field(default_factory=frozenset)

    def action_for(self, position: Position | None) -> Action | None:
        """The chosen action, or the one that reverses the position."""
        if self.action is not None:
            return self.action
        return None if position is None else Action.against(position.side)

    def quantity_for(self, position: Position | None) -> str:
        """The typed quantity, or the held size."""
        if self.quantity is not None:
            return self.quantity
        return "" if position is None or position.is_flat else str(position.quantity)


_OF_ONE_POSITION: Final = frozenset(
    {Field.ACTION, Field.QUANTITY, Field.LIMIT_PRICE, Field.STOP_PRICE, Field.OCO_ID}
)


def follow_position(ticket: Ticket) -> Ticket:
    """The ticket with action and quantity following the position again, and no prices or OCO id.

    They are meant for one position: another account, another instrument, or the position that a
    sent ticket leads to, must never inherit them.
    """
    return replace(
        ticket,
        action=None,
        quantity=None,
        limit_price="",
        stop_price="",
        oco_id="",
        edited=ticket.edited - _OF_ONE_POSITION,
    )


def choose_order_type(ticket: Ticket, order_type: OrderType) -> Ticket:
    """The ticket with another order type; a price that no longer applies is emptied."""
    gone = {
        name
        for name, needed in (
            (Field.LIMIT_PRICE, order_type.needs_limit),
            (Field.STOP_PRICE, order_type.needs_stop),
        )
        if not needed
    }
    return replace(
        ticket,
        order_type=order_type,
        limit_price=ticket.limit_price if order_type.needs_limit else "",
        stop_price=ticket.stop_price if order_type.needs_stop else "",
        edited=ticket.edited - gone,
    )
