"""Calls over the stream: the endpoints of REST under other names, errors in other shapes."""

import json
from http import HTTPStatus
from typing import Any, Final, NoReturn

from ctpanel.paper.calls import ApiCall
from ctpanel.paper.gate import Call, Entry, Gate, Refusal
from ctpanel.paper.spoiled import spoiled_frame

_OTHER_NAMES: Final = {"CancelOrder": "Cancel"}
"""Names that some pages of the documentation have for the same call."""


async def _unknown(_call: Call) -> NoReturn:
    raise Refusal(HTTPStatus.BAD_REQUEST, "Unknown API command")


_NO_CALL: Final = ApiCall("", "", "read", _unknown)


class Rpc:
    """Answers calls; admission, allowance and record are the gate's, as for REST."""

    def __init__(self, gate: Gate, calls: tuple[ApiCall, ...]) -> None:
        self._gate = gate
        self._calls = {call.name: call for call in calls}

    async def answers(self, message: dict[str, Any], header: str | None) -> list[str]:
        """The frames that answer a call, without their numbers.

        Raises:
            Refusal: only for a call over the allowance; `refusal` makes its frame.
            Dropped: the connection is to be closed.
        """
        call_id, api = str(message.get("id", "")), str(message.get("api", ""))
        args = message.get("args")
        args = args if isinstance(args, dict) else {}
        known = self._calls.get(_OTHER_NAMES.get(api, api), _NO_CALL)
        entry = self._gate.note(Entry("RPC", api, args, known.kind, self._gate.live.now_ms))
        await self._gate.let_pass(known.kind, header)
        frame = await self._answer(known, call_id, args, entry)
        return self._repeated(frame, call_id)

    async def _answer(
        self, known: ApiCall, call_id: str, args: dict[str, Any], entry: Entry
    ) -> str:
        try:
            payload = await self._gate.carry_out(self._call(known, args), entry, known.handler)
        except Refusal as refusal:
            entry.status = refusal.status
            return self.refusal(call_id, refusal)
        entry.status = HTTPStatus.OK
        faults = self._gate.faults
        reply = {"order": faults.order_reply, "read": faults.read_reply}.get(known.kind, "ok")
        return await spoiled_frame(call_id, payload, reply)

    def _call(self, known: ApiCall, args: dict[str, Any]) -> Call:
        """Arguments as the endpoint knows them; there they are in path, query and body."""
        account = self._gate.account(str(args.get("account", ""))) if known.of_account else None
        path = {"order": str(args.get("orderId", ""))}
        return Call(account, path, {name: _text(value) for name, value in args.items()}, args)

    def refusal(self, call_id: str, refusal: Refusal) -> str:
        """An error in the shape that is in force; none of them is documented."""
        told = self._gate.told(refusal)
        shape = self._gate.faults.stream_errors
        if shape == "in_data":
            return json.dumps({"id": call_id, "data": {"success": False, **told}})
        return json.dumps(told if shape == "without_id" else {"id": call_id, **told})

    def _repeated(self, frame: str, call_id: str) -> list[str]:
        how = self._gate.faults.stream_answers
        if how == "other_id":
            return [frame.replace(json.dumps(call_id), json.dumps(f"{call_id}0"), 1)]
        return [frame, frame] if how == "twice" else [frame]


def _text(value: object) -> str:
    """A JSON value as a query has it."""
    return value if isinstance(value, str) else json.dumps(value)
