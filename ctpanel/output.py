"""What a command says: its lines, and its errors."""

import sys


def say(text: str) -> None:
    """A line of a command's output; a letter the terminal has not is a question mark."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    shown = text.encode(encoding, "replace").decode(encoding)
    print(shown, flush=True)  # noqa: T201 - this is a command's output


def complain(text: str) -> int:
    """A command's error; gives its exit status."""
    print(f"ctpanel: {text}", file=sys.stderr)  # noqa: T201 - this is a command's output
    return 1
