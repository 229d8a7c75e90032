"""The catalogue the commands use, and what is said when it cannot be had."""

from __future__ import annotations

from juesuan import installed
from juesuan.catalogue import Catalogue
from juesuan.cli.errors import Stop
from juesuan.cli.tongue import say
from juesuan.data import BadData
from juesuan.installed import KINDS, home, imported

__all__ = ["KINDS", "catalogue", "home", "imported"]


def catalogue() -> Catalogue:
    """The catalogue of this machine. Raises Stop where an imported dictionary is broken."""
    try:
        return installed.catalogue()
    except BadData as error:
        raise Stop(say(f"{error}。", f"An imported dictionary cannot be read; import it again: {error}")) from error
