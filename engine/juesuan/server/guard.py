"""Who may call: without a token this machine alone, with one whoever has it; no page of another site on a caller's
behalf.

A proxy on this machine cannot be told from a caller on this machine (it need not add any header), so where a token is
set everybody has to show it, this machine too.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Mapping

#: Headers with which a proxy says that the caller is not this machine.
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host", "via")
ASK = "需要口令：请在网页上填写，或在请求头 Authorization 写 Bearer 加口令。"
ELSEWHERE = "本服务只答复本机；要给其他机器用，请加 --host 或 --token 重新启动，凭口令访问。"
NOT_OURS = "网址中的名字不是本机，已拒绝；请用 http://127.0.0.1 加端口打开，要用别的名字请加 --token 重新启动。"


def refusal(client: str, headers: Mapping[str, str], token: str) -> tuple[int, str] | None:
    """Why a request is not answered: (status, Chinese sentence); None where it may be. ``client``: the caller's
    address; ``token`` "" where none is set: then only this machine is answered, and only under its own names (a site
    elsewhere may point its name at this machine)."""
    if token:
        given = headers.get("authorization", "").removeprefix("Bearer ").strip()
        return None if given and secrets.compare_digest(given.encode(), token.encode()) else (401, ASK)
    if not local(client) or any(name in headers for name in _FORWARDED):
        return 403, ELSEWHERE
    return None if own_name(headers.get("host", "")) else (403, NOT_OURS)


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
