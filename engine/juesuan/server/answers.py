"""What the service answers, as records with their description (OpenAPI is drawn from them)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from juesuan.report import Failure, Report


class Answer(BaseModel):
    """An upload's result. ``report`` is what ``juesuan validate --format json`` prints for the file."""

    id: str
    outcome: str = Field(description="checked 已校验；unusable 不能用；timeout 超时；memory 超出内存；crashed 校验中断")
    annotated: str | None = Field(description="标注好的副本的地址；没有副本的为空")
    seconds_kept: int = Field(description="多少秒后删除")
    report: Report | Failure = Field(description="与命令行 validate --format json 相同")


class UnitStatus(BaseModel):
    """One unit of the board."""

    code: str = Field(description="单位编码")
    name: str = Field(description="单位名称")
    parent: str = Field(description="上级编码，顶层的为空")
    status: str = Field(description="未报、已报、待修改、待说明、通过、已封存")
    version: int = Field(description="第几次报送，未报的为 0")
    file: str = Field(description="作数的一份")
    note: str = Field(description="备注")
    appeared: int | None = Field(description="与上次相比新增的问题；只报过一次的为空")
    gone: int | None = Field(description="与上次相比消除的问题；只报过一次的为空")


class Board(BaseModel):
    """The status of every unit of the roster. ``ladder``: the names of the statuses in their order."""

    year: int = Field(description="决算年度")
    ladder: list[str] = Field(description="状态的次序")
    units: list[UnitStatus]


class Refusal(BaseModel):
    """Why a request was not answered."""

    error: str = Field(description="一句话")
