"""Whether a kept connection still holds something its server said, unasked or too late.

WORKAROUND: httpcore keeps such a connection, and what is left on it would be taken for the answer
to the next request, an order perhaps. There is no public way to see it, so this looks into three
libraries: h11's buffer, the TLS layer's, and anyio's queue. What the kernel still holds httpcore
itself sees before it uses a connection again.
https://github.com/encode/httpcore/blob/1.0.9/httpcore/_async/http11.py
"""

from typing import Any

import httpcore
from anyio.streams.tls import TLSStream


def has_leftovers(connection: httpcore.AsyncConnectionInterface) -> bool:
    """Whether an idle connection must not be used again.

    What cannot be looked into counts as full: a new connection costs less than a wrong answer.
    """
    try:
        inner: Any = connection._connection  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        stream = inner._network_stream._stream  # noqa: SLF001 - see above
        if isinstance(stream, TLSStream):
            if stream._read_bio.pending or stream._ssl_object.pending():  # noqa: SLF001 - see above
                return True
            stream = stream.transport_stream
        return bool(inner._h11_state.trailing_data[0] or stream._protocol.read_queue)  # noqa: SLF001 - see above
    except AttributeError:
        return True
