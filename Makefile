# Application Servers, Live. `make` alone lists what can be made.
#
#   PYTHON=/path/to/python   the Python that .venv is built from
#   PINS=no                  the newest packages that pyproject.toml allows, not the pinned ones
#   PORT=8888                make lab: the port (the next free one if it is taken)
#   OPEN=no                  make lab: only print the link
#   PREFLIGHT=no             make lab: start although the preflight found something to mend
#   STAGES="unit browser"    make test: these stages only
#   PYTEST="-k signal"       make test: further words for every pytest
#   FIGURES=benchmarks/x.py  make bench: these only

ifeq ($(OS),Windows_NT)
$(error On Windows the course runs in WSL: run "wsl --install", open its terminal, and run make there)
endif

# A foreign environment's settings must not reach the course's own. The variables above reach only who asks for them:
# with PORT in its environment, for one, a learner's Gunicorn would listen there, on every address.
unexport PYTHONPATH PYTHONHOME PORT OPEN PREFLIGHT STAGES PYTEST PINS FIGURES UPGRADE
export PYTHON
# In this locale Python 3.11 starts from no .venv whose path has an accent.
ifneq (,$(filter C POSIX,$(LC_ALL)))
export LC_ALL = C.UTF-8
endif

venv := .venv/bin
set_up = python=$$(sh setup/python.sh) && "$$python" setup/environment.py $(if $(filter no,$(PINS)),--newest)
FIGURES = $(wildcard benchmarks/*.py)
lock := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup lab test notebooks bench clean lock

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \2/p' $(firstword $(MAKEFILE_LIST)) \
	| awk '{ printf "  make %-10s", $$2; $$1 = $$2 = ""; sub(/^ +/, ""); print }'
	@sed -n 's/^#   / with /p' $(firstword $(MAKEFILE_LIST))

setup: ## put everything the course needs into .venv
	@$(set_up)

lab: setup ## open the course in JupyterLab
	@sh setup/lab.sh "$(PORT)" "$(OPEN)" "$(PREFLIGHT)"

test: ## run every test
	@$(set_up) --tests
	@PYTEST="$(PYTEST)" $(venv)/python setup/stages.py $(STAGES)

notebooks: setup ## build and execute the notebooks from lessons/
	@$(venv)/python -m labapp build

bench: ## measure the figures that the course promises
	@$(set_up) --tests
	@PATH="$(CURDIR)/$(venv):$$PATH" LABAPP_BROWSER=$$($(venv)/python setup/browser.py) && export PATH LABAPP_BROWSER && \
	for figures in $(FIGURES); do printf '\n── %s\n' $$figures; python $$figures || exit 1; done

clean: ## remove .venv and whatever else was made here
	@rm -rf .venv artifacts .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: ## pin the requirement files anew (maintainers; needs uv, UPGRADE=--upgrade takes newer versions)
	@$(lock) $(UPGRADE) --output-file requirements.txt
	@$(lock) $(UPGRADE) --extra test --constraint requirements.txt --output-file requirements-test.txt
