"""Ports of this machine: is one free, does something answer."""

import asyncio
import http.client
import socket
from collections.abc import Mapping

from local.errors import PortTakenError

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now. A connection that is still closing does not count as taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port on which nothing listens at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


async def refuse_taken(uses: Mapping[str, int], patience: float = 0) -> None:
    """Raise `PortTakenError`, which names every taken port, after `patience` seconds in which it may become free.

    Without this look a client would silently talk to whatever stranger listens there.
    """
    deadline = asyncio.get_running_loop().time() + patience
    while taken := {use: port for use, port in uses.items() if not is_free(port)}:
        if asyncio.get_running_loop().time() >= deadline:
            names = ", ".join(f"{port} ({use})" for use, port in taken.items())
            which = f"Ports {names} are" if len(taken) > 1 else f"Port {names} is"
            raise PortTakenError(f"{which} in use by another program. Stop that, or choose other ports with --port.")
        await asyncio.sleep(0.1)


async def listens(port: int) -> bool:
    """Whether something accepts connections on the port."""
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True


async def answers(port: int, path: str) -> bool:
    """Whether `GET path` on the port is answered with 200 within two seconds."""
    return await asyncio.to_thread(_get, port, path) == http.client.OK


def _get(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
