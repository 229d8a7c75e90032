Attribute VB_Name = "JuesuanHost"
Option Explicit

' Above this many cells a used block is cut to what is filled: one sheet formatted down to its last row
' would be millions of empty values.
Private Const LARGE As Double = 200000
Private Const IN_FORMULAS As Long = -4123
Private Const PART_OF_CELL As Long = 2
Private Const BY_ROWS As Long = 1
Private Const BY_COLUMNS As Long = 2
Private Const BACKWARDS As Long = 2

' A whole workbook at once: Array(names, sheets).
' names: an array of (name, what it refers to). sheets: an array with one entry for each worksheet,
' (name, visible, first row, first column, values, formulas, merged areas, hidden rows, hidden columns, protected).
' Merged areas are addresses, hidden rows and columns numbers, each separated by blanks.
Public Function JuesuanRead(ByVal workbookName As String) As Variant
    Dim book As Object, sheet As Object, used As Object
    Dim found() As Variant, number As Long
    Set book = Application.Workbooks(workbookName)
    ReDim found(0 To book.Worksheets.Count - 1)
    For number = 1 To book.Worksheets.Count
        Set sheet = book.Worksheets(number)
        Set used = Filled(sheet, sheet.UsedRange)
        found(number - 1) = Array(sheet.Name, CLng(sheet.Visible), CLng(used.Row), CLng(used.Column), used.Value, _
            used.Formula, Merged(used), HiddenRows(used), HiddenColumns(used), CBool(sheet.ProtectContents))
    Next
    JuesuanRead = Array(NamesOf(book), found)
End Function

' The used block, or where it is large its part up to the last filled row and column.
Private Function Filled(ByVal sheet As Object, ByVal used As Object) As Object
    Dim low As Object, far As Object, lastRow As Long, lastColumn As Long
    Set Filled = used
    If CDbl(used.Rows.Count) * CDbl(used.Columns.Count) <= LARGE Then Exit Function
    On Error GoTo Whole
    Set low = used.Find("*", used.Cells(1, 1), IN_FORMULAS, PART_OF_CELL, BY_ROWS, BACKWARDS)
    Set far = used.Find("*", used.Cells(1, 1), IN_FORMULAS, PART_OF_CELL, BY_COLUMNS, BACKWARDS)
    lastRow = used.Row
    lastColumn = used.Column
    If Not low Is Nothing Then lastRow = low.Row
    If Not far Is Nothing Then lastColumn = far.Column
    Set Filled = sheet.Range(used.Cells(1, 1), sheet.Cells(lastRow, lastColumn))
Whole:
End Function

' The workbook's own names. Those of a sheet, those Excel keeps for itself and those it cannot tell are left out.
Private Function NamesOf(ByVal book As Object) As Variant
    Dim found() As Variant, one As Object, many As Long, called As String, target As String
    NamesOf = Array()
    If book.Names.Count = 0 Then Exit Function
    ReDim found(0 To book.Names.Count - 1)
    On Error Resume Next
    For Each one In book.Names
        called = ""
        target = ""
        called = one.Name
        target = one.RefersTo
        If Len(called) > 0 And Len(target) > 0 And InStr(called, "!") = 0 And Left$(called, 3) <> "_xl" Then
            found(many) = Array(called, target)
            many = many + 1
        End If
    Next
    If many = 0 Then Exit Function
    ReDim Preserve found(0 To many - 1)
    NamesOf = found
End Function

Private Function Merged(ByVal used As Object) As String
    Dim row As Long, column As Long, line As Object, area As Object, text As String
    If IsFalse(used.MergeCells) Then Exit Function
    For row = 1 To used.Rows.Count
        Set line = used.Rows(row)
        If Not IsFalse(line.MergeCells) Then
            column = 1
            Do While column <= used.Columns.Count
                Set area = used.Cells(row, column).MergeArea
                If area.Rows.Count > 1 Or area.Columns.Count > 1 Then
                    If area.Row = used.Row + row - 1 Then text = text & " " & area.Address(False, False)
                End If
                column = area.Column + area.Columns.Count - used.Column + 1
            Loop
        End If
    Next
    Merged = Mid$(text, 2)
End Function

' Nothing says "some of them" as Null.
Private Function IsFalse(ByVal answer As Variant) As Boolean
    If IsNull(answer) Then Exit Function
    IsFalse = Not CBool(answer)
End Function

Private Function HiddenRows(ByVal used As Object) As String
    Dim number As Long, text As String
    For number = 1 To used.Rows.Count
        If used.Rows(number).EntireRow.Hidden Then text = text & " " & (used.Row + number - 1)
    Next
    HiddenRows = Mid$(text, 2)
End Function

Private Function HiddenColumns(ByVal used As Object) As String
    Dim number As Long, text As String
    For number = 1 To used.Columns.Count
        If used.Columns(number).EntireColumn.Hidden Then text = text & " " & (used.Column + number - 1)
    Next
    HiddenColumns = Mid$(text, 2)
End Function
