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

Quotes = Literal["ok", "nan", "unasked", "skewed", "unknown_kind", "binary", "garbage", "huge"]
"""What the stream pushes in the place of quotes; `skewed` has times of another century."""


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
        stream_door: how the stream answers who wants to open it; `off` offers none.
        stream_sessions: `many` lets one user have several at once.
        stream_eviction: the close code for one that a newer replaces; `unsaid` gives no reason,
            `drop` only drops it.
        stream_link: `half_open` neither reads nor writes, pings included.
        stream_numbers: `none` numbers no frame, `gap` leaves numbers out, `repeat` sends each frame
            twice, `backwards` sends each before the one that belongs before it.
        stream_dropped: how many pushes the next frame says were dropped.
        stream_resync_ms: how often the stream asks to read anew; 0: never.
        stream_status: `none` says nothing, any other word is said instead of `ready`.
        stream_limits: `off` counts neither subscriptions nor violations.
        stream_errors: where an error stands: beside the id, in `data`, or without an id.
        stream_answers: how often and under which id a call is answered.
        stream_ping: whether the action `ping` is answered.
        stream_items: `inline` sends changes without a name around them.
        stream_quotes: what is wrong with the quotes.
        stream_quotes_ms: how often they are told.
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
    stream_door: Literal["ok", "off", "401", "403", "429", "503", "redirect", "hang", "drop"] = "ok"
    stream_sessions: Literal["one", "many"] = "one"
    stream_eviction: Literal["1008", "4000", "4001", "unsaid", "drop"] = "1008"
    stream_link: Literal["ok", "half_open"] = "ok"
    stream_numbers: Literal["ok", "none", "gap", "repeat", "backwards"] = "ok"
    stream_dropped: int = 0
    stream_resync_ms: int = 0
    stream_status: Literal["ready", "none", "syncing", "stalled", "stopped", "disconnected"] = (
        "ready"
    )
    stream_limits: Literal["on", "off"] = "on"
    stream_errors: Literal["beside_id", "in_data", "without_id"] = "beside_id"
    stream_answers: Literal["once", "twice", "other_id"] = "once"
    stream_ping: Literal["pong", "none"] = "pong"
    stream_items: Literal["named", "inline"] = "named"
    stream_quotes: Quotes = "ok"
    stream_quotes_ms: int = 1000


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
        raise ValueError(f"{name} is a whole number")
    setattr(faults, name, int(value))
