"""Everything the paper exchange can be told to do wrong, by name. All off by default.

`ctpanel paper --fault NAME=VALUE` sets one at start; tests change them while it runs.
"""

from dataclasses import dataclass, fields
from typing import Final, Literal, get_args, get_origin, get_type_hints

Reply = Literal[
    "ok",
    "drop",
    "hang",
    "html",
    "garbage",
    "half",
    "redirect",
    "500",
    "503",
    "408",
    "429",
    "no_id",
    "false",
    "slow",
]
"""How a request is answered, whatever became of it. `drop`: the connection closes; `hang`: nothing
comes for a minute; `slow`: one byte at a time; `false`: 200 with success false."""

Arrival = Literal["ok", "drop", "hang", "500", "503", "408"]
"""What happens to an order before it is carried out; anything but `ok` means it never is."""


@dataclass(slots=True)
class Faults:
    """The exchange's faults.

    Attributes:
        latency_ms: time every request takes before anything happens.
        addon: `offline` answers 408 to all that needs NinjaTrader, `old` knows no call that orders.
        broker: `lost` has NinjaTrader without it: orders are taken, and wait.
        clock: what the server's clock says, `right` or a day off.
        plan: `none` answers 401 api_requires_pro.
        rate_limit: `off` lets every request pass.
        errors: `llm` gives errors in the second documented shape.
        order_arrival: what happens to an order before it is carried out.
        order_reply: how an order that was carried out is answered.
        read_reply: how readings are answered.
        close_delay_ms: how long a closing order waits before it fills.
        close: `reject` rejects closing orders, `partial` fills half of one and cancels the rest.
        entry: the same for the new order of a reverse.
        reverse_wait: `none` enters at once, as add-ons before the wait did.
        validate: `after_close` checks the new order only when the position is closed.
        orphans: `keep` leaves working orders alone when a position is closed.
        positions_lag_ms: how old the positions are that are shown.
        accounts: `empty` lists none.
    """

    latency_ms: int = 0
    addon: Literal["online", "offline", "old"] = "online"
    broker: Literal["connected", "lost"] = "connected"
    clock: Literal["right", "a_day_ahead", "a_day_behind"] = "right"
    plan: Literal["pro", "none"] = "pro"
    rate_limit: Literal["on", "off"] = "on"
    errors: Literal["reference", "llm"] = "reference"
    order_arrival: Arrival = "ok"
    order_reply: Reply = "ok"
    read_reply: Reply = "ok"
    close_delay_ms: int = 0
    close: Literal["ok", "reject", "partial"] = "ok"
    entry: Literal["ok", "reject", "partial"] = "ok"
    reverse_wait: Literal["on", "none"] = "on"
    validate: Literal["before_close", "after_close"] = "before_close"
    orphans: Literal["cancel", "keep"] = "cancel"
    positions_lag_ms: int = 0
    accounts: Literal["listed", "empty"] = "listed"


NAMES: Final = tuple(field.name for field in fields(Faults))


def set_fault(faults: Faults, name: str, value: str) -> None:
    """Set one fault from text.

    Raises:
        ValueError: no such fault, or not a value it can have; the text lists what there is.
    """
    if name not in NAMES:
        raise ValueError(f"no fault is named {name!r}; there are {', '.join(NAMES)}")
    kind = get_type_hints(Faults)[name]
    if get_origin(kind) is Literal:
        allowed = get_args(kind)
        if value not in allowed:
            raise ValueError(f"{name} can be {', '.join(allowed)}")
        setattr(faults, name, value)
        return
    if not value.isascii() or not value.isdigit():
        raise ValueError(f"{name} is a whole number of milliseconds")
    setattr(faults, name, int(value))
