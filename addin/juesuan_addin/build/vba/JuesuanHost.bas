Attribute VB_Name = "JuesuanHost"
Option Explicit

' A whole workbook in one call from outside: an array with one entry for each worksheet,
' (name, visible, first row, first column, values, formulas, merged areas, hidden rows, hidden columns, protected).
' Merged areas are addresses, hidden rows and columns numbers, each separated by blanks.
Public Function JuesuanRead(ByVal workbookName As String) As Variant
    Dim book As Object, sheet As Object, used As Object
    Dim found() As Variant, number As Long
    Set book = Application.Workbooks(workbookName)
    ReDim found(0 To book.Worksheets.Count - 1)
    For number = 1 To book.Worksheets.Count
        Set sheet = book.Worksheets(number)
        Set used = sheet.UsedRange
        found(number - 1) = Array(sheet.Name, CLng(sheet.Visible), CLng(used.Row), CLng(used.Column), used.Value, _
            used.Formula, Merged(used), HiddenRows(used), HiddenColumns(used), CBool(sheet.ProtectContents))
    Next
    JuesuanRead = found
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
                    If area.Row = used.Row + row - 1 Then text = text & " " & Place(area)
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

Private Function Place(ByVal area As Object) As String
    Place = Letters(area.Column) & area.Row & ":" & Letters(area.Column + area.Columns.Count - 1) & (area.Row + area.Rows.Count - 1)
End Function

Private Function Letters(ByVal column As Long) As String
    Do While column > 0
        Letters = Chr$(65 + (column - 1) Mod 26) & Letters
        column = (column - 1) \ 26
    Loop
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
