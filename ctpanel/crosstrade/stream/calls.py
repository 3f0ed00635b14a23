"""A REST request as one frame of the stream. Pure; sending it is not done here.

Every REST call has a name on the stream, and whatever stands in path, query and body becomes its
arguments (crosstrade.io/docs/api/overview). The clients of orders and readings therefore make the
same requests for both ways. The names of the snapshot, the quote, the market's info, an order's
history and the lists are not documented everywhere; a wrong one is refused as unknown, before
anything ran.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import msgspec

from ctpanel.crosstrade.paths import PREFIX
from ctpanel.crosstrade.transport import Request

_A: Final = "accounts/*"
_O: Final = "accounts/*/orders"

_NAMES: Final = {
    ("GET", "accounts"): "ListAccounts",
    ("GET", "accounts/snapshot"): "GetAccountSummary",
    ("GET", "positions"): "GetAllPositions",
    ("GET", "market/quote"): "GetQuote",
    ("GET", "market/info"): "GetMarketInfo",
    ("GET", _A): "GetAccount",
    ("GET", f"{_A}/watermarks"): "GetWatermarks",
    ("GET", f"{_A}/position"): "GetPosition",
    ("GET", f"{_A}/positions"): "ListPositions",
    ("GET", f"{_A}/executions"): "ListExecutions",
    ("GET", _O): "ListOrders",
    ("GET", f"{_O}/*"): "GetOrder",
    ("GET", f"{_O}/*/status"): "GetOrderStatus",
    ("GET", f"{_O}/*/lifecycle"): "GetOrderLifecycle",
    ("POST", f"{_A}/positions/close"): "ClosePosition",
    ("POST", f"{_A}/positions/flatten"): "Flatten",
    ("POST", f"{_A}/positions/reverse"): "Reverse",
    ("POST", f"{_A}/positions/reverseposition"): "ReversePosition",
    ("POST", f"{_O}/place"): "PlaceOrder",
    ("POST", f"{_O}/cancel"): "CancelOrders",
    ("POST", f"{_O}/*/cancel"): "Cancel",
}
"""There is no name here that acts on all accounts at once."""

_SPELLING: Final = {
    b'"BUY"': b'"Buy"',
    b'"SELL"': b'"Sell"',
    b'"MARKET"': b'"Market"',
    b'"LIMIT"': b'"Limit"',
    b'"STOPMARKET"': b'"StopMarket"',
    b'"STOPLIMIT"': b'"StopLimit"',
    b'"DAY"': b'"Day"',
    b'"GTC"': b'"Gtc"',
}
_SPELT: Final = ("action", "orderType", "timeInForce")
"""Fields whose words the stream's documentation spells in another case than REST's."""

_TYPED: Final[dict[str, Callable[[str], object]]] = {
    "includeFlat": "true".__eq__,
    "lookbackTime": int,
}
"""Arguments that are text in a query and something else in JSON."""

_PLACES_MEAN: Final = {1: "account", 3: "orderId"}
_PLACES: Final = ((), (1,), (1, 3))
"""Which parts of a path can be variable, the plainest reading first."""

_encode: Final = msgspec.json.Encoder().encode
_fields: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class NoSuchCall(ValueError):
    """The request has no name on the stream."""


class _Call(msgspec.Struct):
    action: str
    id: str
    api: str
    args: dict[str, object]


def frame_of(request: Request, call_id: str) -> bytes:
    """The whole frame.

    Raises:
        NoSuchCall: the stream has no such call.
    """
    name, found = _named(request.method, request.path)
    args = dict(found)
    told = [(key, _TYPED.get(key, str)(text)) for key, text in request.query]
    if request.body:
        told += [(key, _spelt(key, raw)) for key, raw in _fields(request.body).items()]
    for key, value in told:
        if key in args:
            raise NoSuchCall(f"{key} is given twice")
        args[key] = value
    return _encode(_Call("rpc", call_id, name, args))


@lru_cache(maxsize=256)
def _named(method: str, path: str) -> tuple[str, tuple[tuple[str, object], ...]]:
    """The call's name, and the arguments that stand in its path; the same few again and again."""
    words = path.removeprefix(f"{PREFIX}/").split("/")
    for places in _PLACES:
        shape = ("*" if at in places else word for at, word in enumerate(words))
        if name := _NAMES.get((method, "/".join(shape))):
            return name, tuple((_PLACES_MEAN[at], unquote(words[at])) for at in places)
    raise NoSuchCall(f"{method} {path}")


def _spelt(key: str, raw: msgspec.Raw) -> msgspec.Raw:
    if key not in _SPELT:
        return raw
    return msgspec.Raw(_SPELLING.get(bytes(raw), bytes(raw)))
