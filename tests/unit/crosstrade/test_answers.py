"""The table of statuses and bodies: what each answer to an order comes to."""

import json
from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.answers import nothing_held, outcome_of_order
from ctpanel.crosstrade.transport import Reply
from ctpanel.crosstrade.wire.echo import Asked
from ctpanel.domain.outcomes import Accepted, Cause, Refused, Unknown, WireOutcome
from tests.fakes.examples import MES

NO_POSITION = "No position found for instrument 'MES 12-26' in account 'Sim101'"
ASKED = Asked("Sim101", MES)
PAGE = b"<html><b>502 Bad Gateway</b></html>"


def reply(status: int, body: object = b"") -> Reply:
    return Reply(status, body if isinstance(body, bytes) else json.dumps(body).encode())


def single(status: int, body: object = b"", many: str = "") -> WireOutcome:
    answered, proof = reply(status, body), many or "orderId"
    return outcome_of_order(answered, ASKED, in_parts=False, proof=proof, many=bool(many))


def in_parts(status: int, body: object = b"") -> WireOutcome:
    answered = reply(status, body)
    return outcome_of_order(answered, ASKED, in_parts=True, proof="orderId", many=False)


Judge: TypeAlias = Callable[[int, object], WireOutcome]
BOTH = pytest.mark.parametrize("outcome_of", [single, in_parts])

# status, body → of either kind of call
SAME_FOR_BOTH = {
    "accepted": (200, {"orderId": "a1", "success": True}, Accepted(("a1",))),
    "accepted, with more": (201, {"orderId": "a1", "success": True, "x": [1]}, Accepted(("a1",))),
    "accepted, with a warning": (
        200,
        {"orderId": "a1", "success": True, "warning": "w", "error": None},
        Accepted(("a1",)),
    ),
    "no id": (200, {"success": True}, Cause.UNREADABLE),
    "a null id": (200, {"success": True, "orderId": None}, Cause.UNREADABLE),
    "an empty id": (200, {"success": True, "orderId": " "}, Cause.UNREADABLE),
    "a number as id": (200, {"success": True, "orderId": 7}, Cause.UNREADABLE),
    "no success": (200, {"orderId": "a1"}, Cause.UNREADABLE),
    "success null": (200, {"orderId": "a1", "success": None}, Cause.UNREADABLE),
    "success 1": (200, {"orderId": "a1", "success": 1}, Cause.UNREADABLE),
    "success 0": (200, {"orderId": "a1", "success": 0}, Cause.UNREADABLE),
    "success 'true'": (200, {"orderId": "a1", "success": "true"}, Cause.UNREADABLE),
    "success 'false'": (200, {"orderId": "a1", "success": "false"}, Cause.UNREADABLE),
    "a list": (200, [{"orderId": "a1", "success": True}], Cause.UNREADABLE),
    "null": (200, None, Cause.UNREADABLE),
    "nothing": (200, b"", Cause.UNREADABLE),
    "a page": (200, PAGE, Cause.UNREADABLE),
    "half": (200, b'{"orderId":"a1","success":tr', Cause.UNREADABLE),
    "a key twice": (200, b'{"orderId":"a1","success":false,"success":true}', Cause.UNREADABLE),
    "204": (204, b"", Cause.UNREADABLE),
    "300": (300, b"", Cause.REDIRECT),
    "301": (301, b"", Cause.REDIRECT),
    "302 that says success": (302, {"orderId": "a1", "success": True}, Cause.REDIRECT),
    "304": (304, b"", Cause.REDIRECT),
    "307": (307, b"", Cause.REDIRECT),
    "308": (308, b"", Cause.REDIRECT),
    "400 no position": (400, {"error": NO_POSITION}, Refused(NO_POSITION)),
    "400 no position, other case": (
        400,
        {"error": NO_POSITION.upper()},
        Refused(NO_POSITION.upper()),
    ),
    "400 unknown call": (
        400,
        {"error": "Unknown API command"},
        Refused("Unknown API command"),
    ),
    "400 without body": (400, b"", Cause.UNREADABLE),
    "400 with a page": (400, PAGE, Cause.UNREADABLE),
    "400 that says success": (400, {"success": True, "orderId": "a1"}, Cause.UNREADABLE),
    "400 with a list": (400, ["no"], Cause.UNREADABLE),
    "401": (401, {"error": "unauthorized"}, Refused("unauthorized")),
    "401 without body": (401, b"", Refused("HTTP 401")),
    "401 with a page": (401, PAGE, Refused("HTTP 401")),
    "401 no plan": (
        401,
        {"success": False, "error": "api_requires_pro", "detail": "upgrade"},
        Refused("api_requires_pro: upgrade"),
    ),
    "403": (
        403,
        {"error": "insufficient_scope"},
        Refused("insufficient_scope"),
    ),
    "403 with a page": (403, PAGE, Cause.UNREADABLE),
    "403 without body": (403, b"", Cause.UNREADABLE),
    "404 wrong path": (
        404,
        {"error": "no endpoint", "did_you_mean": ["/v1/api/accounts"]},
        Refused("no endpoint"),
    ),
    "404 that only guesses a path": (404, {"did_you_mean": ["/v1"]}, Cause.UNREADABLE),
    "404 without body": (404, b"", Cause.UNREADABLE),
    "404 with a page": (404, PAGE, Cause.UNREADABLE),
    "408": (408, {"success": False, "error": "addon_disconnected"}, Cause.ADDON),
    "408 without body": (408, b"", Cause.ADDON),
    "429": (429, {"error": "Rate limit exceeded"}, Refused("Rate limit exceeded")),
    "429 in the other shape": (
        429,
        {"success": False, "error": "rate_limited", "detail": "Rate limit exceeded"},
        Refused("rate_limited: Rate limit exceeded"),
    ),
    "409": (409, {"error": "conflict"}, Cause.UNREADABLE),
    "499": (499, {"success": False, "error": "client gone"}, Cause.UNREADABLE),
    "200 that only ran out of time": (
        200,
        {"success": False, "error": "timeout"},
        Cause.ADDON,
    ),
    "400 that lost the add-on": (
        400,
        {"success": False, "error": "not_found", "detail": "addon_disconnected"},
        Cause.ADDON,
    ),
    "429 without body": (429, b"", Cause.UNREADABLE),
    "429 with a page": (429, PAGE, Cause.UNREADABLE),
    "500": (500, {"error": "boom"}, Cause.SERVER_ERROR),
    "500 that says success": (500, {"orderId": "a1", "success": True}, Cause.SERVER_ERROR),
    "502": (502, PAGE, Cause.SERVER_ERROR),
    "503": (503, b"", Cause.SERVER_ERROR),
    "504": (504, b"", Cause.SERVER_ERROR),
    "599": (599, b"", Cause.SERVER_ERROR),
    "a status below 200": (101, b"", Cause.SERVER_ERROR),
}


@pytest.mark.parametrize(("status", "body", "expected"), SAME_FOR_BOTH.values(), ids=SAME_FOR_BOTH)
@BOTH
def test_an_answer_comes_to_its_row_of_the_table(
    outcome_of: Judge, status: int, body: object, expected: Accepted | Refused | Cause
) -> None:
    outcome = outcome_of(status, body)
    if isinstance(expected, Cause):
        assert isinstance(outcome, Unknown)
        assert outcome.cause is expected
        assert outcome.detail
    else:
        assert outcome == expected


@pytest.mark.parametrize(
    "code",
    [
        *("unauthorized", "api_requires_pro", "invalid_secret_key", "invalid_token"),
        *("insufficient_scope", "forbidden", "Forbidden"),
    ],
)
@pytest.mark.parametrize("status", [401, 403])
@BOTH
def test_a_code_from_the_door_is_refused_whatever_the_call(
    outcome_of: Judge, status: int, code: str
) -> None:
    assert outcome_of(status, {"error": code}) == Refused(code)


@pytest.mark.parametrize(
    "text",
    [
        *("timeout", "Timeout while waiting", "timed out after 10 s", "addon_timeout"),
        *("addon_disconnected", "ADDON_TIMEOUT: Sim101"),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
@BOTH
def test_a_refusal_that_begins_with_not_knowing_is_unknown_in_its_own_words(
    outcome_of: Judge, status: int, text: str
) -> None:
    assert outcome_of(status, {"success": False, "error": text}) == Unknown(Cause.ADDON, text)


@BOTH
def test_an_add_on_that_was_not_reached_is_unknown_in_its_own_words(outcome_of: Judge) -> None:
    body = {"success": False, "error": "addon_disconnected", "detail": "log in to NinjaTrader"}
    text = "addon_disconnected: log in to NinjaTrader"
    assert outcome_of(408, body) == Unknown(Cause.ADDON, text)


NO_POSITIONS = "No positions found for instrument 'MES 12-26'."


@pytest.mark.parametrize(
    ("refusal", "held"),
    [
        ((NO_POSITION,), ("MES 12-26", "Sim101")),
        ((NO_POSITIONS,), ("MES 12-26", "")),
        *(
            ((code, NO_POSITION), ("MES 12-26", "Sim101"))
            for code in ("invalid_request", "not_found", "rate_limited", "invalid_account")
        ),
        (("Not_Found", NO_POSITION), ("MES 12-26", "Sim101")),
        (("entry_failed", NO_POSITION), None),
        (("not_found",), None),
        ((), None),
    ],
)
def test_nothing_is_held_where_the_whole_sentence_says_so(
    refusal: tuple[str, ...], held: tuple[str, str] | None
) -> None:
    assert nothing_held(refusal) == held


# status, body, text → Refused of a single step, Unknown of two
SAYS_NO = {
    "400": (400, {"error": "Invalid request"}, "Invalid request"),
    "400 in the other shape": (
        400,
        {"success": False, "error": "invalid_request", "detail": "no such price"},
        "invalid_request: no such price",
    ),
    "400 without reason": (400, {"success": False}, "refused without a reason"),
    "400 in which no position is only mentioned": (
        400,
        {"error": "Order failed: no position found to attach to"},
        "Order failed: no position found to attach to",
    ),
    "404 of the add-on": (404, {"error": "order gone"}, "order gone"),
    "404 with a code alone": (404, {"error": "not_found"}, "not_found"),
    "401 of the broker": (
        401,
        {"error": "broker_session_expired", "detail": "the entry could not be sent"},
        "broker_session_expired: the entry could not be sent",
    ),
    "403 of the broker": (
        403,
        {"error": "order_rejected", "detail": "rejected by risk after the close"},
        "order_rejected: rejected by risk after the close",
    ),
    "400 with a detail that begins like no position": (
        400,
        {"error": "entry_failed", "detail": "No position found for instrument 'MES 12-26'"},
        "entry_failed: No position found for instrument 'MES 12-26'",
    ),
    "400 that goes on after no position": (
        400,
        {"error": "No position found for instrument 'MES 12-26' after the close"},
        "No position found for instrument 'MES 12-26' after the close",
    ),
    "429 of the broker that begins like ours": (
        429,
        {"error": "Rate limit exceeded at the broker: entry not accepted"},
        "Rate limit exceeded at the broker: entry not accepted",
    ),
    "422": (422, {"error": "unprocessable"}, "unprocessable"),
    "429 of the broker": (429, {"error": "broker_rate_limited"}, "broker_rate_limited"),
    "200": (200, {"error": "Rejected"}, "Rejected"),
    "200 success false": (200, {"success": False, "error": "Rejected"}, "Rejected"),
    "200 success false with detail": (
        200,
        {"success": False, "error": "rejected", "detail": "margin"},
        "rejected: margin",
    ),
    "200 success false without reason": (200, {"success": False}, "refused without a reason"),
    "200 with an error that is no text": (
        200,
        {"success": False, "error": {"code": 1}},
        "refused without a reason",
    ),
}


@pytest.mark.parametrize(("status", "body", "text"), SAYS_NO.values(), ids=SAYS_NO)
def test_a_refusal_of_a_single_step_is_refused(status: int, body: object, text: str) -> None:
    assert single(status, body) == Refused(text)


@pytest.mark.parametrize(("status", "body", "text"), SAYS_NO.values(), ids=SAYS_NO)
def test_a_refusal_of_in_parts_may_have_come_between_them(
    status: int, body: object, text: str
) -> None:
    assert in_parts(status, body) == Unknown(Cause.HALF_DONE, text)


@pytest.mark.parametrize(
    "text",
    [
        "No position found for instrument 'MES 12-26' in account 'Sim101'",
        "No positions found for instrument 'MES 12-26'",
        "invalid_account: gone",
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_refusal_before_the_first_step_is_refused(status: int, text: str) -> None:
    assert in_parts(status, {"success": False, "error": text}) == Refused(text)


def test_no_position_in_the_second_documented_shape_is_refused_too() -> None:
    body = {"success": False, "error": "invalid_request", "detail": NO_POSITION}
    assert isinstance(in_parts(400, body), Refused)


def test_an_answer_that_says_yes_and_no_is_unknown() -> None:
    body = {"success": True, "orderId": "a1", "error": "delivery delayed"}
    outcome = single(200, body)
    assert isinstance(outcome, Unknown)
    assert outcome.cause is Cause.UNREADABLE
    assert "delivery delayed" in outcome.detail


def test_a_brokers_rate_limit_may_have_come_between_in_parts() -> None:
    outcome = in_parts(429, {"error": "Entry rejected by the broker: rate limit"})
    assert isinstance(outcome, Unknown)


LISTS = {
    "ids": ("orderIds", {"orderIds": ["a", "b"], "success": True}, ("a", "b")),
    "no ids": ("orderIds", {"orderIds": [], "success": True}, ()),
    "positions": ("closedPositions", {"closedPositions": [{"quantity": 3}], "success": True}, ()),
    "what is no position": ("closedPositions", {"closedPositions": [7], "success": True}, ()),
    "positions, with a warning": (
        "closedPositions",
        {"closedPositions": [], "success": True, "warning": "nothing was open"},
        (),
    ),
}


@pytest.mark.parametrize(("name", "body", "ids"), LISTS.values(), ids=LISTS)
def test_a_call_for_several_is_accepted_with_its_list(
    name: str, body: object, ids: tuple[str, ...]
) -> None:
    assert single(200, body, name) == Accepted(ids)


@pytest.mark.parametrize("found", [None, 3, {}, True, "a"])
def test_a_call_for_several_without_its_list_is_unknown(found: object) -> None:
    outcome = single(200, {"orderIds": found, "success": True}, "orderIds")
    assert outcome == Unknown(Cause.UNREADABLE, "the answer has no orderIds")


@pytest.mark.parametrize("found", [[], [3], [{}]])
def test_a_call_for_one_order_that_is_answered_with_a_list_is_unknown(found: object) -> None:
    assert isinstance(in_parts(200, {"success": True, "orderId": found}), Unknown)


# --- answers that name what they are about ------------------------------------------------------

TAKEN = {"orderId": "a1", "success": True}
MES_LONG = {"account": "Sim101", "instrument": "MES 12-26", "quantity": 3}

OF_THE_SAME = {
    "the account among spaces": {**TAKEN, "account": " Sim101 "},
    "the account in another case": {**TAKEN, "account": "sim101"},
    "the dated contract": {**TAKEN, "instrument": "MES 12-26"},
    "in another case": {**TAKEN, "instrument": "mes 12-26"},
    "the root": {**TAKEN, "instrument": "MES"},
    "the continuous name": {**TAKEN, "instrument": "MES1!"},
    "the exchange's code": {**TAKEN, "instrument": "MESZ6"},
    "the exchange's code with its whole year": {**TAKEN, "instrument": "MESZ26"},
    "the month by name": {**TAKEN, "instrument": "MES DEC26"},
    "nothing": {**TAKEN, "account": "", "instrument": None},
    "no text": {**TAKEN, "account": {"id": 1}, "instrument": 7},
}
OF_ANOTHER = {
    "another account": {"account": "Sim102"},
    "another month": {"instrument": "MES 03-27"},
    "another month, in the exchange's code": {"instrument": "MESH7"},
    "the same month of another decade": {"instrument": "MES 12-36"},
    "another root": {"instrument": "ES"},
    "another contract": {"instrument": "ES 12-26"},
    "no contract at all": {"instrument": "Micro E-mini"},
    "both": {"account": "Sim102", "instrument": "ES 12-26"},
}


@pytest.mark.parametrize("body", OF_THE_SAME.values(), ids=OF_THE_SAME)
@BOTH
def test_an_answer_may_name_the_same_in_its_own_way(outcome_of: Judge, body: object) -> None:
    assert outcome_of(200, body) == Accepted(("a1",))


@pytest.mark.parametrize("echo", OF_ANOTHER.values(), ids=OF_ANOTHER)
@BOTH
def test_a_yes_about_another_account_or_contract_is_unknown(
    outcome_of: Judge, echo: dict[str, str]
) -> None:
    outcome = outcome_of(200, {**TAKEN, **echo})
    assert isinstance(outcome, Unknown)
    assert outcome.cause is Cause.ANOTHER
    assert "answered for" in outcome.detail


@pytest.mark.parametrize("echo", OF_ANOTHER.values(), ids=OF_ANOTHER)
@pytest.mark.parametrize("status", [200, 400, 401, 404, 429])
@BOTH
def test_a_no_about_another_account_or_contract_is_unknown(
    outcome_of: Judge, status: int, echo: dict[str, str]
) -> None:
    outcome = outcome_of(status, {"success": False, "error": "Rate limit exceeded", **echo})
    assert isinstance(outcome, Unknown)
    assert outcome.cause is Cause.ANOTHER


@pytest.mark.parametrize(
    "text",
    [
        "No position found for instrument 'ES 12-26' in account 'Sim101'",
        "No position found for instrument 'MES 12-26' in account 'Sim102'",
        "No positions found for instrument 'MES 03-27'",
    ],
)
@BOTH
def test_that_nothing_is_held_elsewhere_is_unknown(outcome_of: Judge, text: str) -> None:
    outcome = outcome_of(400, {"error": text})
    assert isinstance(outcome, Unknown)
    assert outcome.cause is Cause.ANOTHER


def test_that_nothing_is_held_is_refused_whatever_the_case_of_the_account() -> None:
    text = NO_POSITION.replace("Sim101", "sim101")
    assert in_parts(400, {"error": text}) == Refused(text)


@pytest.mark.parametrize("changed", [{"account": "Sim102"}, {"instrument": "ES 12-26"}])
def test_a_list_with_a_closed_position_of_another_is_unknown(changed: dict[str, str]) -> None:
    body = {"closedPositions": [MES_LONG, {**MES_LONG, **changed}], "success": True}
    outcome = single(200, body, "closedPositions")
    assert isinstance(outcome, Unknown)
    assert outcome.cause is Cause.ANOTHER


def test_a_call_for_a_whole_account_may_list_every_contract_of_it() -> None:
    listed = [MES_LONG, {**MES_LONG, "instrument": "ES 12-26"}]
    answered = reply(200, {"closedPositions": listed, "success": True})
    proof = "closedPositions"
    outcome = outcome_of_order(answered, Asked("Sim101"), in_parts=True, proof=proof, many=True)
    assert outcome == Accepted()


@given(st.text(max_size=400), st.text(max_size=400))
def test_what_an_answer_names_is_harmless_when_it_is_shown(account: str, instrument: str) -> None:
    outcome = single(200, {**TAKEN, "account": account, "instrument": instrument})
    if isinstance(outcome, Unknown):
        assert outcome.detail.isprintable()
        assert len(outcome.detail) <= 200


ECHOES = ("account", "instrument", "closedPositions")

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*ECHOES, "success", "error", "detail", "orderId", "data", "did_you_mean"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=8,
)


@given(st.integers(100, 599), ANY_JSON)
@BOTH
def test_no_answer_is_accepted_unless_a_2xx_says_true_and_names_it(
    outcome_of: Judge, status: int, body: object
) -> None:
    outcome = outcome_of(status, body)
    assert isinstance(outcome, Accepted | Refused | Unknown)
    if isinstance(outcome, Accepted):
        assert 200 <= status < 300
        assert isinstance(body, dict)
        assert body["success"] is True


@given(st.integers(100, 599), st.text(max_size=400), st.text(max_size=400))
@BOTH
def test_a_servers_text_is_short_one_line_and_harmless(
    outcome_of: Judge, status: int, error: str, detail: str
) -> None:
    outcome = outcome_of(status, {"success": False, "error": error, "detail": detail})
    assert isinstance(outcome, Refused | Unknown)
    text = outcome.text if isinstance(outcome, Refused) else outcome.detail
    assert text.isprintable()
    assert 0 < len(text) <= 200


@given(st.integers(100, 599), st.binary(max_size=100))
def test_no_bytes_make_an_answer_raise(status: int, body: bytes) -> None:
    assert isinstance(single(status, body), Accepted | Refused | Unknown)
