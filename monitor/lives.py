"""Who we are among processes, and whether others still live; and the faults that tests ask for."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable


def owner_name() -> str:
    """
    How this process signs the messages that it claims: host, process id, a random part.

    A later process on the same host can tell from it whether the owner still lives.
    """
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def is_dead(owner: str) -> bool:
    """Whether the process that signed so is on this host and no longer alive."""
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return True  # our own number, but another signature: it was ours before a restart
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def fault_at(name: str | None) -> Callable[[str], None]:
    """
    What a checkpoint does: nothing, or end the process at the one that is named.

    Only tests name one, to see that nothing is lost or sent twice.
    """

    def checkpoint(passed: str) -> None:
        if name == passed:
            os._exit(137)

    return checkpoint
