"""A panel's start and end: what it can start from, what it shares, what it leaves behind."""

from pathlib import Path

from tests.e2e.conftest import OpenPanel
from tests.e2e.desktop import Desktop
from tests.e2e.panel import Panel
from tests.e2e.paper import PaperExchange
from tests.e2e.processes import children_of, is_running, stays, wait_until

GARBAGE = b'{"version": 1, "account": \x00\xff'


def exchange_of(panel: Panel) -> int:
    """The process of the paper exchange that the panel started."""
    (child,) = children_of(panel.process.pid)
    return child


def test_a_killed_panel_takes_its_exchange_along(paper_panel: Panel) -> None:
    child = exchange_of(paper_panel)
    paper_panel.process.kill()
    wait_until(lambda: not is_running(child), "the end of the paper exchange", within=5)


def test_closing_the_window_ends_panel_and_exchange(paper_panel: Panel) -> None:
    child = exchange_of(paper_panel)
    paper_panel.desktop.close_window()
    assert paper_panel.process.wait() == 0
    assert not is_running(child)


def test_closing_the_window_leaves_no_complaint(paper_panel: Panel) -> None:
    paper_panel.desktop.close_window()
    paper_panel.process.wait()
    assert paper_panel.process.said() == ""


def test_ctrl_c_ends_panel_and_exchange_without_a_complaint(paper_panel: Panel) -> None:
    child = exchange_of(paper_panel)
    paper_panel.process.interrupt()
    assert paper_panel.process.wait() == 0
    assert paper_panel.process.said() == ""
    assert not is_running(child)


def test_a_second_panel_on_the_same_folder_is_refused(paper_panel: Panel, desktop: Desktop) -> None:
    second = desktop.ctpanel(*paper_panel.arguments)
    assert second.wait() == 1
    assert "already running" in second.said()


def test_a_refused_second_panel_leaves_the_first_running(
    paper_panel: Panel, desktop: Desktop
) -> None:
    desktop.ctpanel(*paper_panel.arguments).wait()
    assert stays(lambda: paper_panel.can_reverse, seconds=4)
    paper_panel.click_reverse()
    paper_panel.wait_for_status("Reversed: SHORT 3")


def test_a_second_panel_brings_the_first_ones_window_back(
    paper_panel: Panel, desktop: Desktop
) -> None:
    title = paper_panel.title
    wait_until(desktop.active_window, "the panel", holds=lambda name: name == title)
    desktop.minimise_window()
    wait_until(desktop.active_window, "no window", holds=lambda name: name != title)
    second = desktop.ctpanel(*paper_panel.arguments)
    assert second.wait() == 1
    assert "already running" in second.said()
    wait_until(desktop.active_window, "the panel again", holds=lambda name: name == title)


def test_unreadable_settings_are_said_on_screen(open_panel: OpenPanel, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "settings.json").write_bytes(GARBAGE)
    panel = open_panel("--paper")
    assert panel.control("The settings file could not be read").is_showing


def test_unreadable_settings_halt_for_the_limits_in_them_are_not_known(
    open_panel: OpenPanel, data_dir: Path
) -> None:
    data_dir.mkdir()
    (data_dir / "settings.json").write_bytes(GARBAGE)
    panel = open_panel("--paper")
    wait_until(lambda: panel.title, "the halt", holds=lambda title: "HALTED" in title)


def test_unreadable_settings_are_kept_aside(open_panel: OpenPanel, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "settings.json").write_bytes(GARBAGE)
    panel = open_panel("--paper")
    (kept,) = data_dir.glob("settings.*-*.json")
    assert kept.read_bytes() == GARBAGE
    assert kept.name in panel.control("The settings file could not be read").name


def killed_while_reversing(panel: Panel, exchange: PaperExchange) -> None:
    panel.click_reverse()
    wait_until(exchange.order_requests, "the reverse at the exchange")
    panel.process.kill()
    panel.process.wait()


def test_a_reverse_without_a_trace_is_locked_at_the_next_start(
    panel: Panel, exchange: PaperExchange, open_panel: OpenPanel
) -> None:
    exchange.has(order_arrival="hang")
    killed_while_reversing(panel, exchange)
    again = open_panel(*panel.arguments[:2])
    again.wait_for_position("LONG 3")
    assert again.control("Sim101 MES 12-26: reverse LONG 3 → SHORT 3 is unproved").is_showing
    assert stays(lambda: not again.can_reverse, seconds=4)
    assert exchange.order_paths() == ["reverseposition"]


def test_a_reverse_that_was_carried_out_is_proved_at_the_next_start_by_reading(
    panel: Panel, exchange: PaperExchange, open_panel: OpenPanel
) -> None:
    exchange.has(order_reply="hang")
    killed_while_reversing(panel, exchange)
    again = open_panel(*panel.arguments[:2])
    again.wait_for_status("Reversed: SHORT 3")
    again.wait_for_offer("SHORT 3 → LONG 3")
    assert exchange.order_paths() == ["reverseposition"]


def test_closing_with_an_unproved_reverse_asks_first(
    panel: Panel, exchange: PaperExchange, open_panel: OpenPanel
) -> None:
    exchange.has(order_arrival="hang")
    killed_while_reversing(panel, exchange)
    again = open_panel(*panel.arguments[:2])
    again.control("Sim101 MES 12-26: reverse LONG 3 → SHORT 3 is unproved")
    again.desktop.close_window()
    question = again.dialog("Close ctpanel")
    assert "locked at the next start" in question.words()
    question.click("Cancel")
    question.wait_closed()
    again.desktop.close_window()
    again.dialog("Close ctpanel").click("Close the panel")
    assert again.process.wait() == 0
