@echo off
rem Sets up the add-in for the current user. No administrator needed. Everything else is in prepare.py; this file stays
rem ASCII, because what it prints is read in the machine's own code page.
setlocal
set "HERE=%~dp0"
set "TEST=import sys; sys.exit(sys.version_info < (3, 11))"
set "PYTHON="
py -3 -c "%TEST%" >nul 2>nul && set "PYTHON=py -3"
if defined PYTHON goto found
python -c "%TEST%" >nul 2>nul && set "PYTHON=python"
if not defined PYTHON goto missing
:found
%PYTHON% "%HERE%prepare.py"
set "CODE=%ERRORLEVEL%"
pause
exit /b %CODE%
:missing
start "" notepad "%HERE%setup-help.txt"
exit /b 1
