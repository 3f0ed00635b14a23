"""What a command says: its lines, and its errors."""

import sys


def say(text: str) -> None:
    """A line of a command's output."""
    print(text, flush=True)  # noqa: T201 - this is a command's output


def complain(text: str) -> int:
    """A command's error; gives its exit status."""
    print(f"ctpanel: {text}", file=sys.stderr)  # noqa: T201 - this is a command's output
    return 1
