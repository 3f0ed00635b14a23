"""The API documentation's own example, against `ctpanel paper`: nothing but the host is changed.

https://crosstrade.io/docs/api/positions/post-reverse-position
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

EXAMPLE = """
import requests

token = 'my-secret-token'

url = "https://app.crosstrade.io/v1/api/accounts/Sim101/positions/reverseposition"
headers = {
    "Authorization": f"Bearer {token}",
    "Content-Type": "application/json"
}
data = {
    "instrument": "MES 12-25",
    "action": "BUY",
    "orderType": "MARKET",
    "quantity": 1,
    "timeInForce": "DAY"
    # "limitPrice": 5500
    # "stopPrice": 0,
    # "ocoId": "abc123",
    # "strategy": "MyAtmStrategy"
}

try:
    response = requests.post(url, headers=headers, json=data)
    print(f"Response Code: {response.status_code}, Response Text: {response.text}")
except Exception as e:
    print(f"An error occurred: {e}")
"""
BODY = {
    "instrument": "MES 12-25",
    "action": "BUY",
    "orderType": "MARKET",
    "quantity": 1,
    "timeInForce": "DAY",
}
HOST = "https://app.crosstrade.io"
API = "v1/api/accounts/Sim101"


@pytest.fixture
def origin() -> Iterator[str]:
    """`ctpanel paper` as somebody starts it."""
    command = [sys.executable, "-P", "-m", "ctpanel", "paper", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
        try:
            assert found, line
            yield found[1]
        finally:
            process.terminate()
            process.wait(10)


def run(*command: str | Path) -> str:
    """What a program prints, far from any proxy."""
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=True)  # noqa: S603 - written above
    return done.stdout


def order_id(answer: str) -> str:
    body: dict[str, Any] = json.loads(answer)
    assert body == {"orderId": body["orderId"], "success": True}
    assert re.fullmatch("[0-9a-f]{32}", body["orderId"])
    return str(body["orderId"])


def get(origin: str, path: str) -> Any:  # noqa: ANN401 - any JSON
    headers = {"Authorization": "Bearer my-secret-token"}
    return httpx.get(f"{origin}/{path}", headers=headers, trust_env=False).json()


def is_filled(origin: str, wanted: str) -> bool:
    """Whether an order fills within two seconds."""
    for _ in range(10):
        if get(origin, f"{API}/orders/{wanted}/status")["status"] == "Filled":
            return True
        time.sleep(0.2)
    return False


def test_the_documented_program_reverses_the_example_position(origin: str, tmp_path: Path) -> None:
    program = tmp_path / "example.py"
    program.write_text(EXAMPLE.replace(HOST, origin))
    printed = run(sys.executable, program)
    assert printed.startswith("Response Code: 200, Response Text: ")
    placed = order_id(printed.partition("Response Text: ")[2])
    assert is_filled(origin, placed)
    held = get(origin, f"{API}/position?instrument=MES%2012-25")
    assert (held["marketPosition"], held["quantity"]) == ("Long", 1)


def test_curl_reverses_the_example_position(origin: str) -> None:
    printed = run(
        *("curl", "--silent", "--write-out", " %{http_code}", "--request", "POST"),
        *("--header", "Authorization: Bearer my-secret-token"),
        *("--header", "Content-Type: application/json", "--data", json.dumps(BODY)),
        f"{origin}/{API}/positions/reverseposition",
    )
    answer, _, status = printed.rpartition(" ")
    assert status == "200"
    assert is_filled(origin, order_id(answer))
