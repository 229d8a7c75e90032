"""A dialog for a password that does not show it: the program's own input box would, for everybody behind the chair."""

from __future__ import annotations

from typing import Any

_SIGN = "●"


def hidden(text: str, title: str) -> str | None:
    """What was typed, None if the dialog was closed. Raises ImportError or tkinter's own error where there is none."""
    import tkinter

    typed: list[str] = []
    root: Any = tkinter.Tk()
    try:
        root.title(title)
        root.resizable(False, False)
        root.attributes("-topmost", True)  # it belongs to another process than the workbook's window
        tkinter.Label(root, text=text, justify="left", wraplength=360).pack(padx=16, pady=(16, 8), anchor="w")
        line = tkinter.Entry(root, show=_SIGN, width=40)
        line.pack(padx=16, fill="x")
        row = tkinter.Frame(root)
        row.pack(padx=16, pady=16, anchor="e")

        def take(event: object = None) -> None:
            typed.append(line.get())
            root.quit()

        def leave(event: object = None) -> None:
            root.quit()

        tkinter.Button(row, text="确定", width=8, command=take).pack(side="left", padx=(0, 8))
        tkinter.Button(row, text="取消", width=8, command=leave).pack(side="left")
        root.bind("<Return>", take)
        root.bind("<Escape>", leave)
        root.protocol("WM_DELETE_WINDOW", leave)
        root.after(50, line.focus_force)
        root.mainloop()
    finally:
        root.destroy()
    return typed[0] if typed else None
