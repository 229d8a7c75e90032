"""How a command ends badly: one sentence and exit status 2."""

from __future__ import annotations


class Stop(Exception):
    """The command cannot go on; ``str()`` is one sentence for the user."""
