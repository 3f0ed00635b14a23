"""Writes the journal that this version of the panel leaves behind, for later ones to open.

`python -m tests.unit.local.journals.write` makes, for the present version, the file beside this one
and the words of what the next start must find in it. Every kind of end is in it, and reverses on
three accounts that have none.
"""

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ctpanel import __version__
from ctpanel.app.record import Row
from ctpanel.app.reopen import OpenIntent, open_intents
from ctpanel.domain.outcomes import Cause, Field, Refused, Unknown
from ctpanel.domain.values import Entry, OrderType
from ctpanel.local import journal
from tests.fakes.bench import Bench
from tests.fakes.clocks import LoopClock, VirtualLoop
from tests.fakes.fake_server import FakeServer

FOLDER: Final = Path(__file__).parent
ORIGIN: Final = "https://example.test"
CONTRACTS: Final = {"Sim101": "MES 12-26", "Sim102": "MNQ 12-26", "DEMO4021": "MCL 12-26"}
CUT_AFTER: Final = {"Sim102": "SENDING", "DEMO4021": "ENTERING"}
"""The last row of an account, as if the panel had been killed there."""


@dataclass(eq=False)
class Writer:
    """app.ports.Journal: the journal's own functions, without its thread."""

    connection: sqlite3.Connection
    clock: LoopClock = field(default_factory=LoopClock)
    accounts: dict[str, str] = field(default_factory=dict)

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        account = self.accounts.setdefault(intent_id, facts.get("account", ""))
        row = (self.clock.wall().isoformat(), intent_id, step, json.dumps(dict(facts)))
        journal.append(self.connection, row)
        if CUT_AFTER.get(account) == step:
            await asyncio.Event().wait()


async def live(bench: Bench) -> None:
    """What one panel goes through, oldest first."""
    await bench.ready()
    await reverse(bench, Entry.ONE_CALL)
    await reverse(bench, Entry.ONLY_WHEN_FLAT)
    bench.server.outcomes_instead.append(Refused("NinjaTrader said no"))
    await reverse(bench, Entry.ONE_CALL)
    await lose(bench)
    bench.reverser.attest(
        next(iter(bench.state.locks)), "I checked NinjaTrader: position is LONG 3"
    )
    bench.desk.edit(Field.ORDER_TYPE, OrderType.LIMIT.value)
    bench.desk.edit(Field.LIMIT_PRICE, "5040.00")
    bench.desk.edit(Field.OCO_ID, "oco-1")
    await lose(bench)
    bench.desk.edit(Field.ORDER_TYPE, OrderType.MARKET.value)
    for account, entry in (("Sim102", Entry.ONE_CALL), ("DEMO4021", Entry.ONLY_WHEN_FLAT)):
        await cut_off(bench, account, entry)


async def reverse(bench: Bench, entry: Entry) -> None:
    bench.desk.edit(Field.ENTRY, entry.value)
    await asyncio.sleep(2.0)
    press(bench)
    await bench.idle()
    await asyncio.sleep(2.0)


def press(bench: Bench) -> None:
    bench.press()
    assert bench.state.in_flight, bench.events[-1]


async def lose(bench: Bench) -> None:
    """A reverse whose answer never comes, of which there is no trace."""
    bench.server.outcomes_instead.append(Unknown(Cause.DEADLINE, "ReadTimeout"))
    await reverse(bench, Entry.ONE_CALL)


async def cut_off(bench: Bench, account: str, entry: Entry) -> None:
    bench.desk.choose_account(account)
    bench.desk.choose_instrument(CONTRACTS[account])
    bench.desk.edit(Field.ENTRY, entry.value)
    await asyncio.sleep(10.0)
    press(bench)
    await asyncio.sleep(10.0)


def rows_of(connection: sqlite3.Connection) -> list[Row]:
    found = connection.execute("SELECT intent, step, facts FROM journal ORDER BY seq")
    return [(intent, step, json.loads(facts)) for intent, step, facts in found]


def replayed(rows: Iterable[Row]) -> dict[str, Any]:
    """What a start makes of the rows, in words that a later version can still say."""
    rows = list(rows)
    return {
        "rows": [[step, dict(facts)] for _, step, facts in rows],
        "open": [_words(one) for one in open_intents(rows, ORIGIN)],
    }


def _words(one: OpenIntent) -> dict[str, Any]:
    plan, order = one.intent.plan, one.intent.plan.order
    return {
        "account": str(one.intent.key[0]),
        "contract": str(one.intent.key[1]),
        "pressed_at": one.intent.pressed_at.isoformat(),
        "from": str(plan.start),
        "to": str(plan.target),
        "entry": plan.entry.value if isinstance(plan.entry, Entry) else plan.entry.after,
        "order": f"{order.action.value} {order.quantity} {order.order_type.value}",
        "limit_price": str(order.limit_price),
        "oco_id": order.oco_id,
        "orders_before": dict(one.intent.filled_before),
        "step": one.step.value,
    }


async def main() -> None:
    target = FOLDER / f"{__version__}.sqlite3"
    target.unlink(missing_ok=True)
    connection = journal.connect(target)
    bench = Bench(FakeServer(), journal=Writer(connection))  # type: ignore[arg-type]  # the port is all it uses
    await live(bench)
    await bench.stop()
    found = replayed(rows_of(connection))
    connection.close()
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    target.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
