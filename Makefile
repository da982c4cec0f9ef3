# Skill level platform: everything a newcomer needs. `make` alone lists the targets.
# Only Python 3.11 or newer and make are required; the rest comes from the locked lists in deploy/requirements.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
LOCKS := deploy/requirements/uv.txt deploy/requirements/everything.txt
READY := .venv/.ready
SOURCES := services libs deploy tests
WORKERS ?= 2

# A home that cannot be written to (a build user, a container) must not stop the installation.
ifneq ($(shell mkdir -p "$${UV_CACHE_DIR:-$$HOME/.cache/uv}" 2>/dev/null && test -w "$${UV_CACHE_DIR:-$$HOME/.cache/uv}" && echo yes),yes)
export UV_CACHE_DIR := $(CURDIR)/.local/uv-cache
endif
# Copies, not hard links: the cache may be on another disk, and nothing here may change what it holds.
export UV_LINK_MODE := copy
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(READY) ## Install everything into .venv, from the locked lists

$(READY): $(LOCKS) pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is required: install it, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Installing into .venv ($$($(PYTHON) --version))"
	@test -x $(BIN)/python && $(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r deploy/requirements/uv.txt
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --require-hashes --exact --compile-bytecode $(addprefix -r ,$(LOCKS))
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: run
run: setup ## Start the platform here and keep it running; Ctrl-C stops it
	@$(BIN)/python -m local run

.PHONY: start
start: setup ## Start the platform in the background
	@$(BIN)/python -m local start

.PHONY: stop
stop: ## Stop the platform, wherever it was started from
	@test ! -x $(BIN)/python || $(BIN)/python -m local stop

.PHONY: status
status: setup ## Say what runs and where
	@$(BIN)/python -m local status

.PHONY: demo
demo: setup ## The whole journey of 2,060 candidates over HTTP (KEEP=1 leaves the platform running)
	@$(BIN)/python -m client.demo

.PHONY: test
test: setup ## All tests, on real servers of their own (TESTS=path narrows them down, WORKERS=n: at a time)
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(TESTS)

.PHONY: tools
tools: ## Install the programs that `make outside` checks with (Debian; as root)
	@dpkg -s $$(cat deploy/requirements/debian.txt) >/dev/null 2>&1 || { apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$(cat deploy/requirements/debian.txt) >/dev/null; }

.PHONY: outside
outside: setup ## What we write, read by programs of others: a browser, PDF tools, Go, npm packages (see `make tools`)
	@$(BIN)/python -m pytest tests/outside

.PHONY: check
check: setup ## Format, lint, strict types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

.PHONY: format
format: setup ## Format, and mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: bench
bench: setup ## Measure; writes build/bench.json (needs wrk)
	@$(BIN)/python -m tests.bench

.PHONY: faults
faults: setup ## Random faults against the messaging, as long as SECONDS says
	@$(BIN)/python -m tests.faults $(if $(SECONDS),--seconds $(SECONDS))

.PHONY: kills
kills: setup ## 100,000 results in one sheet, its servers killed ten times
	@KILL_ROWS=100000 KILLS=10 $(BIN)/python -m pytest tests/journey/test_upload_kills.py

.PHONY: filings
filings: setup ## 1,000 plans filed at once by 50 accounts, the service killed twice
	@FILINGS=1000 FILING_ACCOUNTS=50 FILING_KILLS=2 $(BIN)/python -m pytest tests/service/filing/test_kill.py

.PHONY: issue-kills
issue-kills: setup ## 100,000 recognised results become certificates, the issuing process killed ten times
	@ISSUE_RESULTS=100000 ISSUE_KILLS=10 $(BIN)/python -m pytest -s -o faulthandler_timeout=3600 tests/service/certificate/test_issue_kills.py

.PHONY: tamper
tamper: setup ## 200 random changes straight in the databases: verify-journal names the row of each
	@TAMPERINGS=200 $(BIN)/python -m pytest tests/journey/test_log_verified.py

.PHONY: guesses
guesses: setup ## 100,000 guesses of numbers, codes and names by one client, and what others wait meanwhile (GUESSES=n)
	@$(BIN)/python -m tests.bench.guesses

.PHONY: prints
prints: setup ## A batch of 2,000 certificates printed in both forms, while others are served (PRINT_CERTIFICATES=n)
	@PRINT_CERTIFICATES=$${PRINT_CERTIFICATES:-2000} $(BIN)/python -m pytest -s tests/service/certificate/test_print_size.py

.PHONY: statuses
statuses: setup ## How soon 1 and 100,000 revocations are seen elsewhere (STATUSES_CERTIFICATES=n)
	@$(BIN)/python -m tests.bench.statuses

.PHONY: statistics
statistics: setup ## Figures of 1,000,000 certificates against a naive recount (STATISTICS_CERTIFICATES=n)
	@$(BIN)/python -m tests.bench.statistics

.PHONY: lock
lock: setup ## Resolve the dependencies anew into deploy/requirements (UPGRADE=1: to the newest versions)
	@echo uv | $(COMPILE) - -o deploy/requirements/uv.txt
	@$(COMPILE) pyproject.toml --extra local --group dev -o deploy/requirements/everything.txt
	@$(COMPILE) pyproject.toml -c deploy/requirements/everything.txt -o deploy/requirements/services.txt

# Hashes of every platform's files and no registry's address: the lists serve anyone, and nobody can slip in another file.
COMPILE = $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Stop the platform and remove its data, the environment and everything generated
	@test ! -x $(BIN)/python || $(BIN)/python -m local clean
	@rm -rf .venv .local build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
