"""What each endpoint of the API does, on the paper exchange. Gate and faults are around it."""

from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from math import ceil
from typing import Any, Final

from ctpanel.domain.instrument import Contract
from ctpanel.domain.values import PRICE_CEILING, Action, OrderType, TimeInForce
from ctpanel.paper import reversal
from ctpanel.paper.gate import Call, Refusal
from ctpanel.paper.live import LiveExchange
from ctpanel.paper.model import NewOrder, PaperAccount, PaperOrder
from ctpanel.paper.views import Json, Views

DEFAULT_LOOKBACK: Final = 320
LONGEST_LOOKBACK: Final = 900

_TERMINAL: Final = "Order linked to '{}' not found or already terminal."


class Endpoints:
    """The API's calls. Each takes a Call and gives the JSON of success, or raises Refusal."""

    def __init__(self, live: LiveExchange, views: Views) -> None:
        self._live = live
        self._exchange = live.exchange
        self._views = views

    # --- accounts -----------------------------------------------------------------------------

    async def accounts(self, _call: Call) -> Json:
        """`GET accounts`."""
        listed = [self._views.account(account) for account in self._views.accounts()]
        return {"accounts": listed, "success": True}

    async def snapshot(self, _call: Call) -> Json:
        """`GET accounts/snapshot`."""
        return self._views.snapshot()

    async def account(self, call: Call) -> Json:
        """`GET accounts/{account}`."""
        return {**self._views.account(_account(call)), "success": True}

    async def watermarks(self, call: Call) -> Json:
        """`GET accounts/{account}/watermarks`."""
        return self._views.watermarks(_account(call))

    # --- positions ----------------------------------------------------------------------------

    async def positions(self, call: Call) -> Json:
        """`GET accounts/{account}/positions`."""
        found = self._views.positions(_account(call), include_flat=_wants_flat(call))
        return {"positions": found, "success": True}

    async def all_positions(self, call: Call) -> Json:
        """`GET positions`."""
        found = [
            {**position, "tag": None}
            for account in self._views.accounts()
            for position in self._views.positions(account, include_flat=_wants_flat(call))
        ]
        return {"positions": found, "count": len(found), "success": True}

    async def position(self, call: Call) -> Json:
        """`GET accounts/{account}/position`."""
        account, contract = _account(call), self._instrument(call.query)
        held = self._views.held(account, contract)
        if not held.net:
            where = f"instrument '{contract}' in account '{account.name}'"
            raise Refusal(HTTPStatus.BAD_REQUEST, f"No position found for {where}")
        return {**self._views.position(account, contract, held), "success": True}

    async def close(self, call: Call) -> Json:
        """`POST accounts/{account}/positions/close`."""
        account, contract = _account(call), self._instrument(call.body)
        if not account.net(contract):
            text = f"No positions found for instrument '{call.body['instrument']}'"
            raise Refusal(HTTPStatus.BAD_REQUEST, text)
        quantity = _part(call.body, abs(account.net(contract)))
        was = self._views.position(account, contract, account.holding(contract))
        reversal.close(self._exchange, account.name, contract, quantity)
        return {"closedPositions": [was], "success": True}

    async def flatten(self, call: Call) -> Json:
        """`POST accounts/{account}/positions/flatten`."""
        only = self._instrument(call.body) if "instrument" in call.body else None
        return {"closedPositions": self._flatten(_account(call), only), "success": True}

    async def flatten_everything(self, call: Call) -> Json:
        """`POST positions/flatten`: what the filters leave; an empty body is everything."""
        only = self._instrument(call.body) if "instrument" in call.body else None
        side = {"long": 1, "short": -1}.get(str(call.body.get("marketPosition", "")).lower())
        wanted = str(call.body.get("account", "")).casefold()
        accounts = [
            account
            for account in self._exchange.accounts.values()
            if wanted in ("", account.name.casefold())
        ]
        closed = [p for account in accounts for p in self._flatten(account, only, side)]
        return {"orderIds": [], "closedPositions": closed, "success": True}

    def _flatten(
        self, account: PaperAccount, only: Contract | None, side: int | None = None
    ) -> list[Json]:
        was = []
        for order in self._exchange.working(account.name, only):
            self._exchange.cancel(order)
        for contract, held in list(account.holdings.items()):
            wanted = only in (None, contract) and side in (None, _sign(held.net))
            if held.net and wanted:
                was.append(self._views.position(account, contract, held))
                reversal.close(self._exchange, account.name, contract)
        return was

    async def reverse(self, call: Call) -> Json:
        """`POST accounts/{account}/positions/reverse`: same size, at market."""
        account, contract = _account(call), self._instrument(call.body)
        net = account.net(contract)
        action = Action.SELL if net > 0 else Action.BUY
        asked = NewOrder(contract, action, max(1, abs(net)), OrderType.MARKET)
        return await self._reverse(account, asked)

    async def reverse_position(self, call: Call) -> Json:
        """`POST accounts/{account}/positions/reverseposition`."""
        return await self._reverse(_account(call), self._order(call.body))

    async def _reverse(self, account: PaperAccount, asked: NewOrder) -> Json:
        job = await self._live.finished(reversal.reverse(self._exchange, account.name, asked))
        if job.order is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, job.error)
        return _placed(job.order)

    # --- orders -------------------------------------------------------------------------------

    async def orders(self, call: Call) -> Json:
        """`GET accounts/{account}/orders`."""
        name, active = _account(call).name, call.query.get("activeOnly") == "true"
        found = [
            self._views.order(order)
            for order in self._exchange.orders
            if order.account == name and (order.is_working or not active)
        ]
        return {"orders": found, "success": True}

    async def order(self, call: Call) -> Json:
        """`GET accounts/{account}/orders/{orderId}`."""
        return {**self._views.order(self._find(call)), "success": True}

    async def order_status(self, call: Call) -> Json:
        """`GET accounts/{account}/orders/{orderId}/status`."""
        return {"status": self._find(call).state.value, "success": True}

    async def lifecycle(self, call: Call) -> Json:
        """`GET accounts/{account}/orders/{orderId}/lifecycle`."""
        return self._views.lifecycle(self._find(call))

    async def place(self, call: Call) -> Json:
        """`POST accounts/{account}/orders/place`."""
        account, asked = _account(call), self._order(call.body)
        wanted = str(call.body.get("requireMarketPosition") or "")
        side = {0: "flat", 1: "long", -1: "short"}[_sign(account.net(asked.contract))]
        if wanted and side not in wanted.lower().replace(" ", "").split(","):
            text = f"Market position is {side}, required {wanted}"
            raise Refusal(HTTPStatus.BAD_REQUEST, text)
        return _placed(self._submit(account, asked))

    async def flat_place(self, call: Call) -> Json:
        """`POST accounts/{account}/orders/flatplace`."""
        account, asked = _account(call), self._order(call.body)
        if account.net(asked.contract):
            reversal.close(self._exchange, account.name, asked.contract)
        return _placed(self._submit(account, asked))

    def _submit(self, account: PaperAccount, asked: NewOrder) -> PaperOrder:
        objection = reversal.objection_to(asked)
        if objection:
            raise Refusal(HTTPStatus.BAD_REQUEST, objection)
        return reversal.enter(self._exchange, account.name, asked)

    async def cancel(self, call: Call) -> Json:
        """`POST accounts/{account}/orders/{orderId}/cancel`."""
        order = self._exchange.order(_account(call).name, call.path["order"])
        if order is None or not order.is_working:
            raise Refusal(HTTPStatus.BAD_REQUEST, _TERMINAL.format(call.path["order"]))
        self._exchange.cancel(order)
        return _placed(order)

    async def cancel_orders(self, call: Call) -> Json:
        """`POST accounts/{account}/orders/cancel`."""
        only = self._instrument(call.body) if "instrument" in call.body else None
        found = self._exchange.working(_account(call).name, only)
        for order in found:
            self._exchange.cancel(order)
        return {"orderIds": [order.order_id for order in found], "success": True}

    async def executions(self, call: Call) -> Json:
        """`GET accounts/{account}/executions`."""
        asked = call.query.get("lookbackTime", "")
        plain = asked.isascii() and asked.isdigit() and len(asked) <= len(str(LONGEST_LOOKBACK))
        lookback = int(asked) if plain else DEFAULT_LOOKBACK
        since = self._exchange.now_ms - min(lookback, LONGEST_LOOKBACK) * 1000
        name = _account(call).name
        found = [
            self._views.execution(fill)
            for fill in self._exchange.fills
            if fill.account == name and fill.at_ms >= since
        ]
        return {"executions": found, "success": True}

    # --- market -------------------------------------------------------------------------------

    async def quote(self, call: Call) -> object:
        """`GET market/quote`: an object for one instrument, a bare list for several."""
        names = call.query.get("instrument", "").split(",")
        found = [self._views.quote(self._instrument({"instrument": name})) for name in names]
        return found if len(found) > 1 else found[0]

    async def market_info(self, call: Call) -> Json:
        """`GET market/info`; without an instrument, the front ES."""
        return self._views.market_info(self._instrument({"instrument": "ES", **call.query}))

    # --- reading requests ---------------------------------------------------------------------

    def _instrument(self, fields: dict[str, Any]) -> Contract:
        text = str(fields.get("instrument", ""))
        found = self._exchange.market.resolve(text)
        if found is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"Instrument '{text}' was not found")
        return found

    def _order(self, body: dict[str, Any]) -> NewOrder:
        try:
            kind = OrderType(str(body["orderType"]).upper())
            return NewOrder(
                contract=self._instrument(body),
                action=Action(str(body["action"]).upper()),
                quantity=_whole(body["quantity"]),
                order_type=kind,
                time_in_force=TimeInForce(str(body["timeInForce"]).upper()).value,
                limit_price=_price(body.get("limitPrice"), applies=kind.needs_limit),
                stop_price=_price(body.get("stopPrice"), applies=kind.needs_stop),
                oco_id=str(body.get("ocoId") or ""),
                strategy=str(body.get("strategy") or ""),
                order_id=str(body.get("orderId") or ""),
            )
        except (KeyError, ValueError, InvalidOperation):
            raise Refusal(HTTPStatus.BAD_REQUEST, "Invalid request") from None

    def _find(self, call: Call) -> PaperOrder:
        order = self._exchange.order(_account(call).name, call.path["order"])
        if order is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"Order '{call.path['order']}' was not found")
        return order


def _account(call: Call) -> PaperAccount:
    if call.account is None:
        raise AssertionError("the route has an account")
    return call.account


def _wants_flat(call: Call) -> bool:
    return call.query.get("includeFlat", "").lower() == "true"


def _placed(order: PaperOrder) -> Json:
    return {"orderId": order.order_id, "success": True}


def _sign(net: int) -> int:
    return (net > 0) - (net < 0)


def _part(body: dict[str, Any], held: int) -> int | None:
    """How much of a position to close: a size, a fraction rounded up, or all of it (None)."""
    try:
        if body.get("quantity") is not None:
            size = _whole(body["quantity"])
        elif body.get("percent") is not None:
            size = ceil(held * _number(body["percent"]))
        else:
            return None
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "Invalid request") from None
    if size < 1:
        raise Refusal(HTTPStatus.BAD_REQUEST, "Invalid request")
    return size


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not a whole number")  # noqa: TRY004 - a wrong value of a request
    return value


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")  # noqa: TRY004 - a wrong value of a request
    if not -PRICE_CEILING < value < PRICE_CEILING:  # nor is NaN between them
        raise ValueError("not a number that can be meant")
    return Decimal(str(value))


def _price(value: object, *, applies: bool) -> Decimal | None:
    """A JSON number as a price; what is absent, null or not of the order's type is none."""
    return None if value is None or not applies else _number(value)
