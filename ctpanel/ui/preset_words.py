"""Presets as sentences: what a key will do, and what speaks against it now. No Qt, no decisions."""

from collections.abc import Iterator
from typing import Final

from ctpanel.domain.chord import plain_label
from ctpanel.domain.instrument import Contract
from ctpanel.domain.presets import Deed, Preset
from ctpanel.domain.state import PanelState
from ctpanel.ui.denials import sentence

NO_KEY: Final = "No key"
ARMING: Final = "Only while hotkeys are armed"
ALWAYS: Final = "Always, armed or not"


def words(preset: Preset) -> str:
    """Exactly what a press does: `Reverse Sim101 MES 12-26 into 2 contracts, MARKET DAY, …`."""
    where = _where(preset)
    match preset.deed:
        case Deed.REVERSE:
            return f"Reverse {where} {_size(preset)}, {', '.join(_order(preset))}"
        case Deed.CLOSE:
            return f"Close the position of {where}"
        case Deed.CANCEL:
            return f"Cancel the working orders of {where}"
        case Deed.HALT:
            return "Halt: nothing more is opened until you release it"


def _where(preset: Preset) -> str:
    accounts = _joined(preset.accounts)
    if not accounts and not preset.instrument:
        return "the account and instrument shown in the window"
    if not accounts:
        return f"{preset.instrument} of the account shown in the window"
    if not preset.instrument:
        return f"the instrument shown in the window of {accounts}"
    if len(preset.accounts) > 1:
        return f"{preset.instrument} of each of {accounts}"
    return f"{accounts} {preset.instrument}"


def _joined(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _size(preset: Preset) -> str:
    if preset.quantity is None:
        return "into as many contracts as are held"
    return f"into {preset.quantity} contract{'' if preset.quantity == 1 else 's'}"


def _order(preset: Preset) -> Iterator[str]:
    kind = preset.order_type
    yield f"{kind.value} {preset.time_in_force.value}"
    if kind.needs_stop:
        yield f"stop {_beyond(preset.stop_ticks)}"
    if kind.needs_limit:
        yield f"limit {_beyond(preset.limit_ticks)}"
    if preset.strategy:
        yield f"with {preset.strategy}"
    yield "the account's own entry" if preset.entry is None else preset.entry.value


def _beyond(ticks: int) -> str:
    if ticks == 0:
        return "at the market"
    count = f"{abs(ticks)} tick{'' if abs(ticks) == 1 else 's'}"
    return f"{count} {'beyond' if ticks > 0 else 'short of'} the market"


def offset_words(ticks: int) -> str:
    """What an offset means for either side: `BUY: 2 ticks above the ask, SELL: …`."""
    if ticks == 0:
        return "A BUY's is the ask, a SELL's the bid."
    count = f"{abs(ticks)} tick{'' if abs(ticks) == 1 else 's'}"
    buy, sell = ("above", "below") if ticks > 0 else ("below", "above")
    return f"A BUY's is {count} {buy} the ask, a SELL's {count} {sell} the bid."


def needs(preset: Preset) -> str:
    """When its key counts."""
    return ARMING if preset.deed.opens_risk else ALWAYS


def unusable(preset: Preset, state: PanelState) -> tuple[str, ...]:
    """Why a press could do nothing now, whatever the market does; a sentence each."""
    return tuple(_unusable(preset, state))


def _unusable(preset: Preset, state: PanelState) -> Iterator[str]:
    if preset.deed is Deed.HALT:
        return
    listed = {account.name for account in state.accounts}
    gone = tuple(name for name in preset.accounts if listed and name not in listed)
    if gone:
        yield f"The server does not list {_joined(gone)}; its key does nothing there."
    try:
        expired = Contract.from_name(preset.instrument).expired_before(state.today)
    except ValueError:
        expired = False
        if preset.instrument:
            yield f"{preset.instrument} is no dated contract; its key does nothing."
    if expired:
        yield f"{preset.instrument} has expired; its key does nothing."


def key_words(preset: Preset, state: PanelState) -> str:
    """Its key as the present layout writes it."""
    if preset.chord is None:
        return NO_KEY
    return state.keys.labels.get(preset.name) or plain_label(preset.chord)


def key_problem(preset: Preset, state: PanelState) -> str:
    """Why its key is not heard, "" when it is."""
    if preset.chord is None:
        return ""
    return sentence(state.keys.problem or state.keys.missing.get(preset.name, ""))


def problems(preset: Preset, state: PanelState) -> tuple[str, ...]:
    """Everything that is wrong with it now."""
    key = key_problem(preset, state)
    return (*((key,) if key else ()), *unusable(preset, state))


def as_text(state: PanelState) -> str:
    """All keys on one page."""
    return "\n\n".join("\n".join(_entry(preset, state)) for preset in state.presets)


def _entry(preset: Preset, state: PanelState) -> Iterator[str]:
    yield f"{key_words(preset, state)}  -  {preset.name}"
    yield f"    {words(preset)}."
    yield f"    {needs(preset)}."
    yield from (f"    ! {problem}" for problem in problems(preset, state))
