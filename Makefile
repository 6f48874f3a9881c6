PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
QUICK := $(addprefix tests/,domain city files notify cli runtime repository)

.PHONY: help install demo test quick up check structure coverage bench storm idle faults notices mutants lock clean
help: ## 列出命令 · list the verbs
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: $(STAMP) ## 演示：四十件问题走完闭环 · forty issues travel the loop, the neglected reach their group
	$(BIN)/bihuan demo

test: $(STAMP) ## 全部测试 · every test that needs nothing but the registries
	@sh deploy/install-postgres.sh
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

quick: $(STAMP) ## 快速测试：规则与内务，不需服务器 · the rules and what needs no server, for the inner loop
	$(BIN)/python -m pytest -n 2 -m "not slow and not hypothesis" $(QUICK)

up: $(STAMP) ## 单机启动一座城市 · one city on one machine
	$(BIN)/bihuan up

check: $(STAMP) ## 格式、类型、分层 · format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

structure: $(STAMP) ## 结构：房间、大小、分层、名称 · rooms, sizes, layers, names; the last line is JSON
	$(BIN)/python -m tests.repository.structure

coverage: $(STAMP) ## 规则的分支覆盖 · branch coverage of the rules by the quick tests
	$(BIN)/coverage run -m pytest -m "not slow and not hypothesis" tests/domain
	$(BIN)/coverage report

bench: $(STAMP) ## 确认延迟与吞吐 · acknowledgements beside a bare workflow
	$(BIN)/python -m tests.bench

storm: $(STAMP) ## 千件问题同时到期 · a thousand issues fall due in one instant
	$(BIN)/python -m tests.bench.storm

idle: $(STAMP) ## 万件在办所占内存 · what ten thousand open issues cost in memory
	$(BIN)/python -m tests.bench.idle

faults: $(STAMP) ## 故障演练 · kill -9 under load, then prove nothing was lost or doubled
	$(BIN)/python -m tests.chaos

notices: $(STAMP) ## 通知演练 · a thousand notices: a day's outage, endpoints that fail, a storm, the worker killed
	$(BIN)/python -m tests.chaos.outage
	$(BIN)/python -m tests.chaos.notices --kills 0
	$(BIN)/python -m tests.chaos.notices --kills 0 --storm
	$(BIN)/python -m tests.chaos.notices

mutants: $(STAMP) ## 变异测试 · break the deciding rules on purpose, and see who notices
	CI=true $(BIN)/mutmut run --max-children 2
	@$(BIN)/mutmut results --all true | awk '/__mutmut_/ { module = $$1; sub(/\.x[^.]*$$/, "", module); all[module]++; if ($$NF == "killed" || $$NF == "timeout") hit[module]++ } \
		END { for (module in all) printf "%-44s %4d of %4d killed, %5.1f %%\n", module, hit[module], all[module], 100 * hit[module] / all[module] }' | sort

lock: ## 重算依赖锁 · hashes only, no addresses
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 --universal --output-file requirements.lock

clean: ## 清除虚拟环境与演示数据 · remove the environment and what demos left
	rm -rf .venv var/demo
