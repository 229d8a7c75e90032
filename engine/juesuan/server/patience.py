"""How long a caller may take to say what it wants: connections that send nothing, or a request bit by bit without end,
are closed. uvicorn bounds only the pause between two requests."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class Patient(H11Protocol):
    """A connection that is closed when a request's headers are not complete after twice ``tick`` seconds."""

    tick = 15.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._waited = False
        self._watch: asyncio.TimerHandle | None = self.loop.call_later(self.tick, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        super().connection_lost(exc)

    def _look(self) -> None:
        """Close where the last look, too, found the connection between requests."""
        cycle: Any = self.cycle
        idle = self.conn.their_state.__name__ == "IDLE" and (cycle is None or cycle.response_complete)
        if idle and self._waited:
            self.transport.close()
            return
        self._waited = idle
        self._watch = self.loop.call_later(self.tick, self._look)
