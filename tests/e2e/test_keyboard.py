"""The whole ticket without a mouse."""

from typing import Final

from tests.e2e.panel import Panel
from tests.e2e.paper import PaperExchange
from tests.e2e.processes import wait_until

FIELDS: Final = (
    "Account", "Instrument", "Action", "Quantity", "Time in force", "Order type",
    "Limit price", "Stop price", "OCO ID", "ATM strategy", "Entry",
)  # fmt: skip
TOO_MANY: Final = 40
"""Steps with Tab that go once around the window."""

TICKS_AWAY: Final = 40
"""Far enough from the market to rest, near enough to send without being asked."""


def visited(panel: Panel, last: str) -> list[str]:
    """The names Tab leads to, from Account to the last one wanted."""
    panel.focus("Account", "combo box")
    names = ["Account"]
    while not names[-1].startswith(last):
        assert len(names) < TOO_MANY, names
        names.append(panel.tab().name)
    return names


def test_tab_visits_the_fields_in_the_order_a_ticket_is_read(paper_panel: Panel) -> None:
    paper_panel.choose_by_key("Order type", "STOPLIMIT")
    names = visited(paper_panel, last="Entry")
    assert [name for name in names if name in FIELDS] == list(FIELDS)


def test_tab_passes_over_prices_that_do_not_apply(paper_panel: Panel) -> None:
    names = visited(paper_panel, last="Reverse")
    assert not {"Limit price", "Stop price"} & set(names)


def test_tab_visits_small_buttons_right_after_their_field(paper_panel: Panel) -> None:
    names = visited(paper_panel, last="Reverse")
    after = {name: names[names.index(name) + 1] for name in ("Quantity", "OCO ID")}
    assert after == {"Quantity": "Quantity 1", "OCO ID": "Fresh OCO ID"}


def test_a_limit_reverse_is_made_without_a_mouse(panel: Panel, exchange: PaperExchange) -> None:
    price = exchange.above_market(panel.instrument, ticks=TICKS_AWAY)
    panel.choose_by_key("Order type", "LIMIT")
    panel.focus("Limit price", "text")
    panel.desktop.type(price)
    panel.wait_for_offer("LONG 3 → SHORT 3")
    panel.focus("Reverse", "push button")
    panel.desktop.key("Return")
    panel.wait_for_status("Working: LONG 3 closed")
    (request,) = exchange.order_requests()
    assert float(request["body"]["limitPrice"]) == float(price)
    assert "stopPrice" not in request["body"]


def test_tab_leads_from_the_last_field_to_reverse(paper_panel: Panel) -> None:
    paper_panel.focus("Entry", "combo box")
    assert paper_panel.tab().name.startswith("Reverse")


def test_an_instrument_is_not_rewritten_while_it_is_typed(paper_panel: Panel) -> None:
    paper_panel.focus("Instrument", "combo box")
    paper_panel.desktop.key("ctrl+a")
    paper_panel.desktop.type("ES")
    wait_until(lambda: paper_panel.title, "ES looked up", holds=lambda text: "· ES " in text)
    assert paper_panel.instrument == "ES"
