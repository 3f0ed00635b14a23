"""`python bound_to_a_key.py URL`: what traders bind to a key. Imports nothing of ours.

https://crosstrade.io/docs/api/positions/post-reverse-position
"""

import sys

import requests

order = {
    "instrument": "MES 12-26",
    "action": "BUY",
    "orderType": "MARKET",
    "quantity": 3,
    "timeInForce": "DAY",
}
answer = requests.post(
    sys.argv[1],
    headers={"Authorization": "Bearer bench", "Content-Type": "application/json"},
    json=order,
    timeout=10,
)
print(answer.status_code, answer.text)
