@echo off
rem Sets up the add-in for the current user: a private environment, the package, the add-in. No administrator needed.
rem Wheels in the folder "wheels" beside this file are used instead of the network.
setlocal
set HOME_DIR=%LOCALAPPDATA%\juesuan
set ENV_DIR=%HOME_DIR%\env
where py >nul 2>nul
if errorlevel 1 (
  echo Python 3.11 or newer is needed: https://www.python.org/downloads/
  pause
  exit /b 1
)
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))"
if errorlevel 1 (
  echo Python 3.11 or newer is needed: https://www.python.org/downloads/
  pause
  exit /b 1
)
if not exist "%ENV_DIR%\Scripts\python.exe" py -3 -m venv "%ENV_DIR%"
if errorlevel 1 goto failed
if exist "%~dp0wheels" (
  "%ENV_DIR%\Scripts\python.exe" -m pip install --no-index --find-links "%~dp0wheels" "juesuan[addin]"
) else (
  "%ENV_DIR%\Scripts\python.exe" -m pip install "%~dp0..[addin]"
)
if errorlevel 1 goto failed
"%ENV_DIR%\Scripts\python.exe" -m juesuan addin install
if errorlevel 1 goto failed
pause
exit /b 0
:failed
echo Setup did not finish. Close Excel and WPS, then run this file again.
pause
exit /b 1
