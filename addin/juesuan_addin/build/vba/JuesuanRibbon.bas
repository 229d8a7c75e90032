Attribute VB_Name = "JuesuanRibbon"
Option Explicit

' The buttons of the ribbon. A macro only starts the interpreter that was recorded at installation; all that is done
' is done there, and what has to be said is said there. No console window, no other program in between.
' The text of this module is ASCII; the few Chinese sentences are spelled by code points (see Zh).

Private Const FOLDER_LOCAL_DATA As Long = 28
Private Const UTF16 As Long = -1

' What every button of the ribbon calls: its id is "juesuan_" and the name of the action.
Public Sub JuesuanPress(control As Object)
    JuesuanRun Mid$(control.ID, Len("juesuan_") + 1)
End Sub

' Do an action on the active workbook.
Public Sub JuesuanRun(ByVal action As String)
    Dim program As String
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then
        ' "qing xian da kai yi ge gong zuo bu": open a workbook first
        MsgBox Zh("8BF7 5148 6253 5F00 4E00 4E2A 5DE5 4F5C 7C3F 3002"), vbExclamation
        Exit Sub
    End If
    program = Interpreter()
    If Len(program) = 0 Then
        ' "mei you zhao dao ... qing yun xing": the interpreter is not recorded, run: juesuan addin install
        MsgBox Zh("6CA1 6709 627E 5230 8FD0 884C 73AF 5883 FF0C 8BF7 8FD0 884C FF1A") & "juesuan addin install", vbExclamation
        Exit Sub
    End If
    Start program, Arguments(action)
    Exit Sub
Failed:
    ' "dong zuo mei you qi dong ... qing yun xing": the action did not start, run: juesuan addin doctor
    MsgBox Zh("64CD 4F5C 6CA1 6709 542F 52A8 FF08") & Err.Description & Zh("FF09 FF0C 8BF7 8FD0 884C FF1A") & "juesuan addin doctor", vbExclamation
End Sub

' The interpreter's absolute path: the administrator's choice by environment, else what installation recorded.
Private Function Interpreter() As String
    Dim files As Object, where As String
    Interpreter = Environ("JUESUAN_PYTHON")
    If Len(Interpreter) > 0 Then Exit Function
    On Error GoTo Missing
    where = CreateObject("Shell.Application").Namespace(FOLDER_LOCAL_DATA).Self.Path & "\juesuan\interpreter.txt"
    Set files = CreateObject("Scripting.FileSystemObject")
    If files.FileExists(where) Then
        Interpreter = Trim$(files.OpenTextFile(where, 1, False, UTF16).ReadLine)
        If Not files.FileExists(Interpreter) Then Interpreter = ""
    End If
    Exit Function
Missing:
    Interpreter = ""
End Function

Private Function Arguments(ByVal action As String) As String
    Dim text As String
    text = "-E -m juesuan_addin " & action & " --from " & Quoted(ActiveWorkbook.FullName)
    On Error Resume Next
    text = text & " --program " & Quoted(Application.Name)
    text = text & " --hwnd " & CStr(Application.Hwnd)
    Arguments = text
End Function

Private Function Quoted(ByVal text As String) As String
    Quoted = Chr$(34) & text & Chr$(34)
End Function

' Through the desktop's own shell: it takes any characters in a path, opens no window and needs no Windows Script Host.
' Where that is not to be had, the old way.
Private Sub Start(ByVal program As String, ByVal text As String)
    On Error GoTo Plain
    CreateObject("Shell.Application").ShellExecute program, text, "", "open", 0
    Exit Sub
Plain:
    Resume Old
Old:
    On Error GoTo 0
    Shell Quoted(program) & " " & text, 0
End Sub

' "8BF7 5148" as the characters with these code points.
Private Function Zh(ByVal codes As String) As String
    Dim part As Variant
    For Each part In Split(codes, " ")
        Zh = Zh & ChrW(CLng("&H" & part & "&"))
    Next
End Function
