python = .venv/bin/python

# Create the environment once, and again when the list of requirements changes.
.venv/run: requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: requirements.txt requirements-dev.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ .venv/run

# Build the snapshot from the exports and serve the dashboard on this machine only.
run: .venv/run
	.venv/bin/streamlit run dashboard.py --server.address 127.0.0.1

# Format, lint, types, SQL style, layers, and all tests that need no browser.
check: .venv/dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/sqlfluff lint --disable-progress-bar kpis
	.venv/bin/lint-imports
	$(python) -m pytest -q -m "not browser"

# Everything, the browser too.
test: check chromium
	$(python) -m pytest -q -m browser

# Ratios of our own work to floors and peers, into bench/results.json.
bench: .venv/dev chromium
	$(python) -m bench

# Chromium for the browser tests, from the system's packages.
chromium:
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }

.PHONY: run check test bench chromium
