# ruff: noqa: N802  # the names of UNO
"""What the macros ask of Windows, in a LibreOffice on any system: Shell.Application and Scripting.FileSystemObject.

LibreOffice Basic makes such objects by a service that only its Windows version has; here it is given one. Programs are
really started, and in a folder of the test's choice: Windows would start them in the one that ShellExecute names.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.addin.office import _uno

_SERVICE = "com.sun.star.bridge.OleObjectFactory"
_LOCAL_DATA, _UTF16 = 28, -1


@dataclass
class Desktop:
    """``data``: local data's folder; ``current``: where programs start; ``started``: each with the folder named."""

    data: Path
    current: Path
    started: list[tuple[str, str]] = field(default_factory=list)

    def make(self, kind: str) -> dict[str, Callable[..., Any] | Any]:
        """The members of an object by its name in Windows."""
        return {"Shell.Application": self._shell, "Scripting.FileSystemObject": self._files}[kind]()

    def _shell(self) -> dict[str, Any]:
        return {"ShellExecute": self._execute, "Namespace": self._namespace}

    def _execute(self, program: str, text: str, folder: str, verb: str, show: float) -> None:
        assert (verb, show) == ("open", 0)
        self.started.append((program, folder))
        subprocess.Popen(f'"{program}" {text}', shell=True, cwd=self.current)

    def _namespace(self, number: float) -> Any:
        assert number == _LOCAL_DATA
        return {"Self": {"Path": str(self.data)}}

    def _files(self) -> dict[str, Any]:
        return {
            "FileExists": lambda path: self._path(path).is_file(),
            "GetParentFolderName": lambda path: str(Path(path).parent),
            "OpenTextFile": self._opened,
        }

    def _opened(self, path: str, mode: float, create: bool, form: float) -> Any:
        assert (mode, create, form) == (1, False, _UTF16)
        lines = iter(self._path(path).read_bytes().decode("utf-16").splitlines())
        return {"ReadLine": lambda: next(lines)}

    def _path(self, text: str) -> Path:
        return Path(text.replace("\\", "/"))


def furnish(port: int, desktop: Desktop) -> None:
    """Give the LibreOffice that listens on a port these objects; once, before its first macro runs."""
    uno = _uno()
    unohelper = _uno("unohelper")
    invocation, component, makes, service = (
        uno.getClass(f"com.sun.star.{name}")
        for name in (
            "script.XInvocation",
            "lang.XSingleComponentFactory",
            "lang.XMultiServiceFactory",
            "lang.XServiceInfo",
        )
    )
    refused = uno.getClass("com.sun.star.uno.RuntimeException")

    class Thing(unohelper.Base, invocation):  # type: ignore[misc, valid-type]
        """An object whose methods and properties Basic finds by name."""

        def __init__(self, members: dict[str, Any]) -> None:
            self._members = {name.lower(): member for name, member in members.items()}

        def getIntrospection(self) -> None:
            return None

        def invoke(self, name: str, arguments: tuple[Any, ...], places: Any, out: Any) -> Any:
            try:
                return _thing(self._members[name.lower()](*arguments)), (), ()
            except Exception as error:
                raise refused(str(error), self) from error

        def setValue(self, name: str, value: Any) -> None:
            raise refused(name, self)

        def getValue(self, name: str) -> Any:
            return _thing(self._members[name.lower()])

        def hasMethod(self, name: str) -> bool:
            return callable(self._members.get(name.lower()))

        def hasProperty(self, name: str) -> bool:
            return name.lower() in self._members and not self.hasMethod(name)

    def _thing(found: Any) -> Any:
        return Thing(found) if isinstance(found, dict) else found

    class Factory(unohelper.Base, component, makes, service):  # type: ignore[misc, valid-type]
        """The service itself."""

        def createInstanceWithContext(self, context: Any) -> Any:
            return self

        def createInstanceWithArgumentsAndContext(self, arguments: Any, context: Any) -> Any:
            return self

        def createInstance(self, kind: str) -> Any:
            return Thing(desktop.make(kind))

        def createInstanceWithArguments(self, kind: str, arguments: Any) -> Any:
            return self.createInstance(kind)

        def getAvailableServiceNames(self) -> tuple[str, ...]:
            return ()

        def getImplementationName(self) -> str:
            return "juesuan.tests.Desktop"

        def supportsService(self, name: str) -> bool:
            return name == _SERVICE

        def getSupportedServiceNames(self) -> tuple[str, ...]:
            return (_SERVICE,)

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    manager = resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ServiceManager")
    manager.insert(Factory())
