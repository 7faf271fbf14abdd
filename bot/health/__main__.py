"""Docker's question whether the bot works: `python -m bot.health`, answered with the exit code.

Asks `/readyz` of the bot in the same container (`bot.health.site`). Only the standard library, because Docker
starts this every half minute.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 8
"""Less than the image's HEALTHCHECK allows, 10 s, so that the reason is said; `/readyz` takes 5 s at most."""


def main() -> int:
    """0 where the bot is ready or has no health site, else 1; the reason goes to standard output."""
    port = os.environ.get("HTTP_PORT", "")
    if not port:
        sys.stdout.write("HTTP_PORT is not set: there is nothing to ask\n")
        return 0
    ready, words = ask(os.environ.get("HTTP_HOST") or "127.0.0.1", port)
    sys.stdout.write(f"{words}\n")
    return 0 if ready else 1


def ask(host: str, port: str) -> tuple[bool, str]:
    """Whether the bot that listens there is ready, and what it says."""
    address = f"http://[{host}]:{port}/readyz" if ":" in host else f"http://{host}:{port}/readyz"
    # A proxy in the environment is for the outside, not for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=TIMEOUT_SECONDS) as answer:
            return True, answer.read().decode()
    except urllib.error.HTTPError as unready:
        with unready:
            return False, unready.read().decode()
    except OSError as unreachable:
        return False, f"no answer at {address}: {unreachable}"


if __name__ == "__main__":
    sys.exit(main())
