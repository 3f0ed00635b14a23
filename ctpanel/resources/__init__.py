"""Files shipped inside the package, read through one function. Their meaning lies elsewhere."""

from importlib.resources import files


def read_text(name: str) -> str:
    """The text of a shipped file."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def read_bytes(name: str) -> bytes:
    """The bytes of a shipped file."""
    return files(__name__).joinpath(name).read_bytes()
