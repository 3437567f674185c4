"""`--health`: ask the local bot whether it is ready; Docker's HEALTHCHECK runs this."""

from __future__ import annotations

import http.client
import sys

# Docker gives a check 10 seconds (Dockerfile).
_TIMEOUT = 5.0

# If the bot listens on all addresses, ask it on loopback.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def ask_readiness(host: str, port: int) -> int:
    """Print the state of the bot at an address; return 0 if it is ready, else 1."""
    if port == 0:
        print("HTTP_PORT is 0, so there is nothing to ask", file=sys.stderr)
        return 1
    connection = http.client.HTTPConnection(_LOOPBACK.get(host, host), port, timeout=_TIMEOUT)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        print(response.read().decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer from {host}:{port}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    return 0 if response.status == http.client.OK else 1
