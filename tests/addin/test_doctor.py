"""What the doctor says of every kind of trouble."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from juesuan_addin.install import doctor, policy
from juesuan_addin.install.doctor import Found
from juesuan_addin.install.result import Result
from tests.addin.registry import Fake

WELL = Found(
    system="windows",
    python=(3, 12),
    interpreter=r"C:\juesuan\pythonw.exe",
    runs=True,
    xlam=b"x",
    expected=b"x",
    excel=("16.0",),
    loaded=frozenset({"16.0"}),
    trusted=frozenset({"16.0"}),
    behind=r"C:\Program Files\Microsoft Office\EXCEL.EXE",
    home=r"C:\Users\zhang\AppData\Local\juesuan",
    libraries=frozenset({"xlwings"}),
    wps_there=True,
    wps_listed=True,
    service=True,
)


def test_all_well() -> None:
    results = doctor.examine(WELL)
    assert {result.level for result in results} == {"好"}
    assert len(results) >= 7


@pytest.mark.parametrize(
    ("change", "level", "what", "do"),
    [
        ({"python": (3, 10)}, "有问题", "Python 3.10 太旧", "3.11"),
        ({"interpreter": ""}, "有问题", "没有记下运行环境", "juesuan addin install"),
        ({"runs": False}, "有问题", "记下的运行环境不在了", "重装或移动过 Python"),
        ({"interpreter": r"C:\软件\pythonw.exe"}, "注意", "路径里有中文", "setup.cmd"),
        ({"xlam": None}, "有问题", "juesuan.xlam 不见了", "杀毒软件"),
        ({"xlam": b"old"}, "注意", "与本版本的不同", "重启 Excel"),
        ({"loaded": frozenset()}, "有问题", "启动时不会载入", "juesuan addin install"),
        ({"trusted": frozenset()}, "有问题", "不信任加载项所在的文件夹", "受信任位置"),
        ({"obstacles": (Result("有问题", "宏不会运行", "请信息部门放行"),)}, "有问题", "宏不会运行", "信息部门"),
        ({"login": False}, "有问题", "没有登记为登录时启动本机服务", "juesuan addin install"),
        ({"login": True, "service": False}, "注意", "本机服务没有运行", "juesuan addin serve"),
        ({"behind": r"C:\Kingsoft\WPS Office\office6\et.exe"}, "注意", "被 WPS 接管", "WPS 配置工具"),
        ({"bits": 32}, "注意", "32 位", "64 位"),
        ({"libraries": frozenset()}, "有问题", "没有安装 xlwings", "pip install"),
        ({"wps_listed": False}, "有问题", "WPS 加载项不完整", "juesuan addin install"),
        ({"wps_there": False, "wps_listed": False, "ket": True}, "有问题", "WPS 加载项不完整", "关闭 WPS"),
        ({"service": False}, "注意", "本机服务没有运行", "自动启动"),
    ],
)
def test_every_trouble_is_said_with_what_to_do(change: dict[str, Any], level: str, what: str, do: str) -> None:
    results = doctor.examine(replace(WELL, **change))
    found = [result for result in results if what in result.what]
    assert [(result.level, do in result.do) for result in found] == [(level, True)]
    assert {result.level for result in results if result not in found} == {"好"}


def test_a_person_with_a_chinese_name_but_an_english_interpreter_is_not_warned() -> None:
    results = doctor.examine(replace(WELL, home=r"C:\Users\张三\AppData\Local\juesuan"))
    assert {result.level for result in results} == {"好"}


def test_without_excel_it_is_not_said_to_load_anything() -> None:
    results = doctor.examine(replace(WELL, excel=(), loaded=frozenset(), trusted=frozenset(), behind=""))
    assert any("没有找到 Excel" in result.what for result in results)
    assert not any("载入加载项" in result.what or "受信任" in result.what for result in results)


def test_the_width_of_office_is_said() -> None:
    results = doctor.examine(replace(WELL, office_bits=32))
    assert "Office 是 32 位的，Python 是 64 位的，可以配合" in [result.what for result in results]


POLICY, SETTING = r"Software\Policies\Microsoft\Office\16.0", r"Software\Microsoft\Office\16.0"
LOCATIONS = r"\Excel\Security\Trusted Locations"
CRASHED = bytes(12) + r"c:\x\juesuan.xlam".encode("utf-16-le") + bytes(2)


@pytest.mark.parametrize(
    ("mine", "everyones", "what", "do"),
    [
        (
            {POLICY + LOCATIONS: {"alllocationsdisabled": 1}},
            {},
            "停用了全部受信任位置，加载项的宏不会运行（单位策略）",
            "信息部门",
        ),
        ({}, {POLICY + LOCATIONS: {"AllLocationsDisabled": 1}}, "（单位策略）", "信息部门"),
        ({SETTING + LOCATIONS: {"AllLocationsDisabled": 1}}, {}, "停用了全部受信任位置", "去掉“禁用所有受信任位置”"),
        (
            {POLICY + r"\Common\Security\Trusted Locations": {"Allow User Locations": 0}},
            {},
            "不许用户自己添加受信任位置",
            "列为策略规定的受信任位置",
        ),
        ({}, {POLICY + r"\Excel\Security": {"DisableAllAddins": 1}}, "禁用了全部加载项（单位策略）", "信息部门"),
        ({SETTING + r"\Excel\Security": {"DisableAllAddIns": 1}}, {}, "禁用了全部加载项", "去掉“禁用所有"),
        ({POLICY + r"\Excel\Security": {"requireaddinsig": 1}}, {}, "没有签名，不会载入（单位策略）", "签名"),
        ({SETTING + r"\Excel\Security": {"RequireAddinSig": 1}}, {}, "没有签名，不会载入", "去掉“要求受信任的发布者"),
        ({SETTING + r"\Excel\Resiliency\DisabledItems": {"B6A3": CRASHED}}, {}, "列为禁用项", "禁用项目"),
    ],
)
def test_what_keeps_excel_from_it(mine: dict[str, Any], everyones: dict[str, Any], what: str, do: str) -> None:
    (result,) = policy.obstacles(Fake(mine, everyones), "16.0", r"C:\x\juesuan.xlam")
    assert (result.level, what in result.what, do in result.do) == ("有问题", True, True)
    assert "16.0" in result.what


@pytest.mark.parametrize(
    "mine",
    [
        {},
        {POLICY + r"\Excel\Security": {"VBAWarnings": 4}},  # trusted locations go before it
        {POLICY + r"\Excel\Security": {"vbawarnings": 1}, POLICY + LOCATIONS: {"AllLocationsDisabled": 1}},
        {POLICY + LOCATIONS: {"AllLocationsDisabled": 0}, SETTING + LOCATIONS: {"AllLocationsDisabled": 1}},
        {SETTING + r"\Excel\Resiliency\DisabledItems": {"B6A3": CRASHED.replace(b"j", b"k"), "C": 1}},
    ],
)
def test_what_does_not_keep_excel_from_it(mine: dict[str, Any]) -> None:
    assert policy.obstacles(Fake(mine), "16.0", r"C:\x\juesuan.xlam") == []
