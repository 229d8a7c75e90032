"""How a command ends badly: one sentence and an exit status, 2 where nothing else is said."""

from __future__ import annotations

#: The exit status of a command that Ctrl+C ended.
INTERRUPTED = 130


class Stop(Exception):
    """The command cannot go on; ``str()`` is one sentence for the user, ``status`` the exit status."""

    def __init__(self, sentence: str, status: int = 2) -> None:
        super().__init__(sentence)
        self.status = status
