# Everything from one command: each target sets up what it needs in .venv. On Windows see README.md (py -m pip …).
.DEFAULT_GOAL := help
.PHONY: help demo test bench templates docs addin lint clean
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
JOBS ?= auto
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What a change of dependencies touches; the package itself is installed in place.
READY := $(VENV)/.ready
DEV := $(VENV)/.ready-dev

help:
	@echo "make demo       校验一份公开的真实决算：打印问题，写出标注过的工作簿和报告"
	@echo "make test       运行测试（缺 LibreOffice、Chromium 时，能装就装，不能装就说明略过了哪些）"
	@echo "make bench      各项耗时与内存，同一次运行里并排比较"
	@echo "make templates  由目录重新生成 workbook_templates/ready/*.xlsx"
	@echo "make docs       由目录重新生成 docs/rules.md，由 docs/使用手册.md 生成“帮助”打开的网页"
	@echo "make addin      生成 Excel 加载项 addin/dist/juesuan.xlam"
	@echo "make lint       ruff、mypy --strict、引用方向"
	@echo "make clean      删除 .venv 与各种缓存"

demo: $(READY)
	@$(BIN)/juesuan demo -o out/demo
	@echo "校验自己的文件：$(BIN)/juesuan validate 文件.xlsx"

test: $(DEV)
	@left=$$(bash .ci/programs); \
	if [ -n "$$left" ]; then \
	  echo "缺少程序，以下标记的测试不运行：$$left"; \
	  $(BIN)/python -m pytest -n $(JOBS) -m "$$left" $(ARGS); \
	else \
	  $(BIN)/python -m pytest -n $(JOBS) $(ARGS); \
	fi

bench: $(DEV)
	@$(BIN)/python -m bench $(ARGS)

templates: $(READY)
	$(BIN)/python -m juesuan.template.ready

docs: $(DEV)
	$(BIN)/python -m juesuan.docs rules > docs/rules.md
	$(BIN)/python -m juesuan_addin.build.guide

addin: $(READY)
	$(BIN)/python -m juesuan_addin.build addin/dist

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml
	@bash .ci/venv "$(PYTHON)" "$(VENV)"
	@echo "安装 juesuan 及其依赖到 $(VENV)（首次约一两分钟）……"
	@$(PIP) install -e .
	@touch $@

$(DEV): $(READY)
	@echo "安装测试与检查所需……"
	@$(PIP) install -e '.[dev]'
	@touch $@
