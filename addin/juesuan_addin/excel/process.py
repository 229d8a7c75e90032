"""Which program a window belongs to, as Windows knows it: what programs call themselves is not relied on."""

from __future__ import annotations

import sys

_MAY_ASK = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
_LONGEST_PATH = 32_768


def image_of_window(window: int) -> str:
    """The file name of the program behind a window ("EXCEL.EXE", "et.exe"); "" where that cannot be told."""
    if sys.platform != "win32" or not window:
        return ""
    import ctypes
    from ctypes import wintypes

    number, length = wintypes.DWORD(), wintypes.DWORD(_LONGEST_PATH)
    path = ctypes.create_unicode_buffer(_LONGEST_PATH)
    kernel = ctypes.WinDLL("kernel32")
    kernel.OpenProcess.restype = wintypes.HANDLE
    ctypes.windll.user32.GetWindowThreadProcessId(wintypes.HWND(window), ctypes.byref(number))
    process = kernel.OpenProcess(_MAY_ASK, False, number)
    if not process:
        return ""
    handle = wintypes.HANDLE(process)
    try:
        if not kernel.QueryFullProcessImageNameW(handle, 0, path, ctypes.byref(length)):
            return ""
    finally:
        kernel.CloseHandle(handle)
    return path.value.rpartition("\\")[2]
