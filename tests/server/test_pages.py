"""The pages of the service, and of a batch, in headless Chromium."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bureau import units
from tests.conftest import Run
from tests.server.browser import Browser
from tests.server.calls import free_port, listening
from tests.validated import workbook


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    roster = units.write_roster(tmp_path)
    inbox = tmp_path / "收件"
    inbox.mkdir()
    (inbox / "101.xlsx").write_bytes(units.filled(units.load("000")))
    base = [sys.executable, "-m", "juesuan"]
    subprocess.run(
        [*base, "batch", str(inbox), "-r", str(roster), "-o", str(tmp_path / "结果"), "-y", "2023", "-j", "1"],
        check=False,
        capture_output=True,
    )
    port = free_port()
    ledger = str(tmp_path / "结果" / "台账.sqlite")
    process = subprocess.Popen(
        [*base, "serve", "-p", str(port), "-r", str(roster), "--ledger", ledger, "-y", "2023"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    listening(port).close()
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait(20)


@pytest.mark.chromium
def test_in_a_browser(address: str, tmp_path: Path) -> None:
    path = tmp_path / "决算 <b>&.xlsx"
    path.write_bytes(workbook("000"))
    with Browser() as browser:
        browser.go(address)
        browser.until("document.querySelectorAll('#units tbody tr').length === 28")
        rungs = browser.value("Array.from(document.querySelectorAll('.rung')).map(e => e.textContent).join()")
        assert rungs == "未报 26,已报 0,待修改 1,待说明 0,通过 0,已封存 0,无需报 1"
        shade = "getComputedStyle(document.querySelector('#units td.s{}')).backgroundColor"
        assert browser.value(shade.format(0)) != browser.value(shade.format(2))
        browser.choose("#file", path)
        browser.until("!document.getElementById('result').hidden")
        text = browser.value("document.getElementById('result').innerText")
        assert "573.19" in text
        assert browser.value("document.querySelectorAll('#causes tbody tr').length") == 2
        assert not browser.value("document.getElementById('copy').hidden")
        browser.value(
            "document.getElementById('search').value='工伤';"
            "document.getElementById('search').dispatchEvent(new Event('input'))"
        )
        assert browser.value("document.querySelectorAll('#units tbody tr:not([hidden])').length") == 1
        browser.value("document.getElementById('forget').click()")
        browser.until("document.getElementById('result').hidden")
        browser.choose("#file", path)
        browser.until("!document.getElementById('result').hidden")
        huge = tmp_path / "太大.xlsx"
        with huge.open("wb") as file:
            file.truncate(65 * 1024 * 1024)
        browser.choose("#file", huge)
        browser.until("document.getElementById('said').className === 'bad'")
        assert browser.value("document.getElementById('result').hidden")  # not the findings of the file before
        assert all(request.startswith((address, "about:", "data:")) for request in browser.requests)
        assert len(browser.requests) >= 5


@pytest.mark.chromium
def test_the_interface_page_in_a_browser(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "juesuan", "serve", "-p", str(free_port()), "--token", "s3cret+/#"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        opened = re.search(r"http://\S+", process.stderr.readline())
        assert opened
        page = opened[0].partition("#")[0]
        path = tmp_path / "决算.xlsx"
        path.write_bytes(workbook("000"))
        with Browser() as browser:
            browser.go(f"{page}docs")
            browser.until("!document.getElementById('locked').hidden")
            browser.go(opened[0])  # the address that is printed carries the token, and the page forgets it there
            browser.until("location.hash === '' && sessionStorage.length === 1")
            browser.go(f"{page}docs")
            browser.until("document.querySelectorAll('.operation').length === 5")
            assert browser.value("document.getElementById('locked').hidden")
            text = browser.value("document.body.innerText")
            assert "尾差" in text or "rounding" in text
            assert browser.value("document.querySelectorAll('#records table').length") >= 8
            browser.choose(".operation input[type=file]", path)
            browser.value("document.querySelector('.operation form button').click()")
            browser.until("document.querySelector('.operation pre').textContent.startsWith('200')")
            browser.go("about:blank")
            browser.go(f"{page}docs#schema-Answer")  # a place in the page is no token
            browser.until("document.querySelectorAll('.operation').length === 5")
            browser.choose(".operation input[type=file]", path)
            browser.value("document.querySelector('.operation form button').click()")
            browser.until("document.querySelector('.operation pre').textContent.startsWith('200')")
            assert "573.19" in browser.value("document.querySelector('.operation pre').textContent")
            assert all(request.startswith((page, "about:", "data:")) for request in browser.requests)
    finally:
        process.terminate()
        process.wait(60)
        process.stderr.close()


@pytest.mark.chromium
def test_the_board_page_of_a_batch_in_a_browser(tmp_path: Path, run: Run) -> None:
    roster = units.write_roster(tmp_path)
    inbox = units.collect(tmp_path)
    run("batch", inbox, "-r", roster, "-o", tmp_path / "结果", "-y", 2023, "-j", 2)
    with Browser() as browser:
        browser.go((tmp_path / "结果" / "汇总.html").as_uri())
        shown = "document.querySelectorAll('.units tbody tr:not([hidden])').length"
        assert browser.value(shown) == 28
        browser.value("document.querySelector('[data-pick=\"待修改\"]').dispatchEvent(new Event('click'))")
        assert browser.value(shown) == 1
        browser.value("document.querySelector('[data-pick=\"待修改\"]').dispatchEvent(new Event('click'))")
        search = "document.querySelector('.units input')"
        browser.value(f"{search}.value='工伤'; {search}.dispatchEvent(new Event('input'))")
        assert browser.value(shown) == 1
        browser.value("document.querySelectorAll('.units th')[0].click()")
        assert all(request.startswith("file:") for request in browser.requests if not request.startswith("about:"))
