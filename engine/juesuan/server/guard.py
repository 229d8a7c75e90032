"""Who may call: this machine without a token, others with one; no page of another site on this machine's behalf."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Mapping

#: Headers with which a proxy says that the caller is not this machine.
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


def allowed(client: str, headers: Mapping[str, str], token: str) -> bool:
    """Whether a request may be answered. ``client``: the caller's address; ``token`` "" where none is set: then only
    this machine is answered, and only under its own names (a site elsewhere may point its name at this machine)."""
    given = headers.get("authorization", "").removeprefix("Bearer ").strip()
    if token and given and secrets.compare_digest(given.encode(), token.encode()):
        return True
    return local(client) and not any(name in headers for name in _FORWARDED) and own_name(headers.get("host", ""))


def local(address: str) -> bool:
    """Whether an address is this machine's own (loopback)."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def own_name(host: str) -> bool:
    """Whether a Host header names this machine by its loopback names."""
    with_port = host.count(":") == 1 or (host.startswith("[") and not host.endswith("]"))
    name = host.rpartition(":")[0] if with_port else host
    return name.strip("[]").lower() == "localhost" or local(name.strip("[]"))


def same_site(headers: Mapping[str, str]) -> bool:
    """Whether a request that changes something comes from our own page, or from a program that is no browser."""
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host", "")
