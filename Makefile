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

# Format, lint, types, SQL style, layers, and all tests that need nothing but Python.
check: .venv/dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/sqlfluff lint --disable-progress-bar kpis
	.venv/bin/lint-imports
	$(python) -m pytest -q -m "not browser and not services and not documents"

# Everything: the browser, the servers and the office programs too.
test: check programs
	$(python) -m pytest -q -m "browser or services or documents"

# Ratios of our own work to floors and peers, into bench/results.json.
bench: .venv/dev programs
	$(python) -m bench

# The pictures of the README.
pictures: .venv/dev programs
	$(python) docs/take_pictures.py

# What tests need besides Python, from the system's packages.
packages = chromium postgresql poppler-utils libreoffice-impress-nogui libreoffice-writer-nogui \
	libreoffice-calc-nogui fonts-dejavu-core fonts-liberation
programs:
	@dpkg -s $(packages) >/dev/null 2>&1 || { apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(packages) >/dev/null; }

.PHONY: run check test bench pictures programs
