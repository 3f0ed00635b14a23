"""What the benchmarks' server tells has to be true, or no reverse would be proved."""

from tests.benchmarks.world import ACCOUNTS, CONTRACT, REVERSAL, SIZE, World, reverse_path

API = f"/v1/api/accounts/{ACCOUNTS[0]}"


def test_a_reverse_turns_the_position_and_leaves_a_close_and_an_entry() -> None:
    world = World()
    done = world.reverse(reverse_path(ACCOUNTS[0]), {**REVERSAL, "action": "SELL"})
    position = world.read(f"{API}/position?instrument={CONTRACT.name}")
    orders = world.read(f"{API}/orders")["orders"]
    assert (position["marketPosition"], position["quantity"]) == ("Short", SIZE)
    assert [order["name"] for order in orders] == ["Close", "Entry"]
    assert done["orderId"] == orders[-1]["orderId"]


def test_other_accounts_stay_as_they_are() -> None:
    world = World()
    world.reverse(reverse_path(ACCOUNTS[0]), {**REVERSAL, "action": "SELL"})
    listed = world.read("/v1/api/accounts/snapshot")["accounts"]
    sides = [entry["positions"][0]["marketPosition"] for entry in listed]
    assert sides == ["Short"] + ["Long"] * (len(ACCOUNTS) - 1)
