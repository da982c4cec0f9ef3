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
