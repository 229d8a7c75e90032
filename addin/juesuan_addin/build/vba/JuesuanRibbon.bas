Attribute VB_Name = "JuesuanRibbon"
Option Explicit

' The buttons of the ribbon. A macro only starts the interpreter that was recorded at installation; all that is done
' is done there, and what has to be said is said there. No console, no other program in between.
' The text of this module is ASCII; its Chinese sentences stand in the first column of the add-in's own sheet.

Private Const SAY_NO_WORKBOOK As Long = 1
Private Const SAY_NO_INTERPRETER As Long = 2
Private Const SAY_NOT_STARTED As Long = 3
Private Const FOLDER_LOCAL_DATA As Long = 28
Private Const UTF16 As Long = -1

' What every button of the ribbon leads to: its id is "juesuan_" and the name of the action.
Public Sub JuesuanPress(control As Object)
    JuesuanRun Mid$(control.ID, Len("juesuan_") + 1)
End Sub

' Do an action on the active workbook.
Public Sub JuesuanRun(ByVal action As String)
    Dim program As String, reason As String
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then
        MsgBox Said(SAY_NO_WORKBOOK), vbExclamation
        Exit Sub
    End If
    program = Interpreter()
    If Len(program) = 0 Then
        MsgBox Said(SAY_NO_INTERPRETER), vbExclamation
        Exit Sub
    End If
    Start program, Arguments(action)
    Exit Sub
Failed:
    reason = Err.Description
    MsgBox Replace(Said(SAY_NOT_STARTED), "{}", reason), vbExclamation
End Sub

' The interpreter's absolute path, as installation recorded it; "" where it is not there.
Private Function Interpreter() As String
    Dim files As Object, found As String
    On Error GoTo Missing
    Set files = CreateObject("Scripting.FileSystemObject")
    found = CreateObject("Shell.Application").Namespace(FOLDER_LOCAL_DATA).Self.Path & "\juesuan\interpreter.txt"
    found = Trim$(files.OpenTextFile(found, 1, False, UTF16).ReadLine)
    If files.FileExists(found) Then Interpreter = found
Missing:
End Function

' -P: the current folder, often the workbook's, is no place to take modules from. -E: nor what variables name.
Private Function Arguments(ByVal action As String) As String
    Dim text As String
    text = "-P -E -m juesuan_addin " & action & " --from " & Quoted(ActiveWorkbook.FullName)
    On Error Resume Next
    text = text & " --program " & Quoted(Application.Name)
    text = text & " --hwnd " & CStr(Application.Hwnd)
    Arguments = text
End Function

Private Function Quoted(ByVal text As String) As String
    Quoted = """" & text & """"
End Function

' By the desktop: it takes any characters in a path, shows no console and needs no script host.
' The interpreter's own folder becomes the current one.
Private Sub Start(ByVal program As String, ByVal text As String)
    Dim folder As String
    folder = CreateObject("Scripting.FileSystemObject").GetParentFolderName(program)
    CreateObject("Shell.Application").ShellExecute program, text, folder, "open", 0
End Sub

Private Function Said(ByVal number As Long) As String
    Said = ThisWorkbook.Worksheets(1).Cells(number, 1).Value
End Function
