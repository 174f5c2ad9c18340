"""Each KPI, rows in and facts out, as the cases in tests/kpis work them out by hand."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tomllib
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from small_set import FILES, REGIONS, filled

from scorecard import catalogue, cells, reuse
from scorecard.catalogue import BadKpi, Kpi
from scorecard.checks import Checker
from scorecard.snapshot import facts

CASES = Path(__file__).parent / "kpis"
KPIS = {kpi.id: kpi for kpi in catalogue.load()}
FACTS = ("date", "entity", "country", "pillar", "category", "numerator", "denominator")

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Case:
    """One table of a case file: rows of the registers, the dates asked for, the facts."""

    kpi: str
    title: str
    calendar: list[str]
    tables: dict[str, Rows]
    facts: Rows
    columns: list[str]
    """The columns of the facts that the case states."""


def table(text: str) -> tuple[list[str], Rows]:
    """Rows of a table written with `|` between the cells."""
    lines = [
        [cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()
    ]
    header, *rows = lines
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def cases(path: Path) -> Iterator[Case]:
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
        title, calendar = case.pop("title"), case.pop("calendar")
        columns, facts = table(case.pop("facts"))
        tables = {name: table(rows)[1] for name, rows in case.items()}
        yield Case(path.stem, title, calendar, tables, facts, columns)


ALL = [case for path in sorted(CASES.glob("*.toml")) for case in cases(path)]


@pytest.fixture(scope="module")
def registers() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the clean tables and the shared notions, all empty."""
    with duckdb.connect(":memory:") as con:
        checker = Checker(con)
        for file in FILES.values():
            checker.empty(file)
        con.execute("create table calendar (date date)")
        share(con)
        yield con


def share(con: duckdb.DuckDBPyConnection) -> None:
    for statement in catalogue.shared():
        con.execute(statement)


def fill(con: duckdb.DuckDBPyConnection, case: Case) -> None:
    con.execute("truncate calendar")
    con.executemany("insert into calendar values (?)", [[day] for day in case.calendar])
    for file in FILES.values():
        con.execute(f"truncate {file.name}")
        given = list(REGIONS) if file.name == "regions" else []
        for number, row in enumerate(case.tables.get(file.name, given), start=1):
            cells = filled(file, row, number)
            names = ", ".join(f'"{name}"' for name in cells)
            marks = ", ".join("nullif(?, '')" for _ in cells)
            con.execute(
                f"insert into {file.name} (line, {names}) values ({number + 1}, {marks})",
                list(cells.values()),
            )
    share(con)


def as_text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def stated(row: dict[str, str]) -> dict[str, str]:
    """A row of expected facts; numbers may stand as `a / b`."""
    numbers = {}
    for name in row.keys() & {"numerator", "denominator"}:
        top, _, bottom = row[name].partition("/")
        numbers[name] = as_text(float(top) / float(bottom or 1))
    return row | numbers


def facts_of(con: duckdb.DuckDBPyConnection, kpi: Kpi, columns: list[str]) -> Rows:
    names = ", ".join(
        f"cast({name} as double)" if name in ("numerator", "denominator") else name
        for name in columns
    )
    found = con.execute(
        f"select {names} from ({facts.by_date(con, kpi)}) order by date, entity"
    ).fetchall()
    return [dict(zip(columns, map(as_text, row), strict=True)) for row in found]


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.kpi}: {case.title}")
def test_a_kpi_turns_these_rows_into_these_facts(
    registers: duckdb.DuckDBPyConnection, case: Case
) -> None:
    fill(registers, case)
    found = facts_of(registers, KPIS[case.kpi], case.columns)
    assert found == [stated(row) for row in case.facts]
    twice = registers.execute(
        f"select date, entity from ({facts.by_date(registers, KPIS[case.kpi])}) "
        "group by all having count(*) > 1"
    ).fetchall()
    assert twice == []


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.kpi}: {case.title}")
def test_a_case_states_a_date_an_entity_and_only_columns_of_facts(case: Case) -> None:
    assert {"date", "entity"} <= set(case.columns) <= set(FACTS)
    assert {row["date"] for row in case.facts} <= set(case.calendar)


@pytest.mark.parametrize("name", KPIS)
def test_every_kpi_has_a_case(name: str) -> None:
    assert (CASES / f"{name}.toml").is_file(), f"write tests/kpis/{name}.toml"


def test_every_case_has_a_kpi() -> None:
    assert {path.stem for path in CASES.glob("*.toml")} == KPIS.keys()


def test_there_are_the_29_kpis_of_the_plan_in_its_order() -> None:
    goals = Counter(kpi.goal for kpi in KPIS.values())
    assert list(goals.items()) == [(1, 7), (2, 9), (3, 8), (4, 5)]


@pytest.mark.parametrize("kpi", KPIS.values(), ids=lambda kpi: kpi.id)
def test_a_header_says_in_sentences_what_the_kpi_counts_and_why(kpi: Kpi) -> None:
    for sentence in (kpi.definition, kpi.why, kpi.limitation):
        assert len(sentence) > 20 and sentence.endswith(".") and sentence[0].isupper()
    assert kpi.title and kpi.unit and kpi.entity and kpi.owner
    assert set(kpi.exports) <= FILES.keys() - {file for file, f in FILES.items() if f.is_plan}


@pytest.mark.parametrize("kpi", KPIS.values(), ids=lambda kpi: kpi.id)
def test_a_query_takes_no_parameter_and_divides_no_sum(kpi: Kpi) -> None:
    code = re.sub(r"--.*|/\*.*?\*/|'[^']*'", "", kpi.query)
    # Days into months, the one conversion of a unit.
    assert "/" not in re.sub(r"/\s*30\.4375\b", "", code)
    assert not re.search(r"\$|\?|//|\bdivide\b|\bavg\b|\bmean\b", code)


@pytest.mark.parametrize("kpi", KPIS.values(), ids=lambda kpi: kpi.id)
def test_a_query_reads_exactly_the_exports_that_its_header_names(kpi: Kpi) -> None:
    notions = {notion.name: notion.statement for notion in reuse.notions(catalogue.shared())}
    seen, waiting = set(), [kpi.query]
    while waiting:
        words = set(re.findall(r"\w+", re.sub(r"--.*|'[^']*'", "", waiting.pop())))
        for notion in words & notions.keys() - seen:
            waiting.append(notions[notion])
        seen |= words
    read = {name for name, file in FILES.items() if not file.is_plan and name in seen}
    assert read == set(kpi.exports)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(catalogue.FOLDER, tmp_path / "kpis"))


def changed(folder: Path, old: str, new: str) -> None:
    path = folder / "1_capacity" / "affiliates.sql"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_unknown_key_in_a_header_is_refused_with_the_nearest_known_one(copied: Path) -> None:
    changed(copied, 'limitation = "', 'limitations = "')
    with pytest.raises(BadKpi, match=r"affiliates\.sql.*'limitations'.*'limitation'"):
        catalogue.load(copied)


@pytest.mark.parametrize("key", catalogue._KEYS)
def test_a_header_without_one_of_the_keys_is_refused(copied: Path, key: str) -> None:
    path = copied / "1_capacity" / "affiliates.sql"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith(f"{key} =")))
    with pytest.raises(BadKpi, match=rf"affiliates\.sql.*{key}"):
        catalogue.load(copied)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "Affiliate companies"', 'title = ""'),
        ('direction = "up"', 'direction = "upwards"'),
        ('dimensions = ["region", "pillar"]', 'dimensions = ["region", "planet"]'),
        ("confidential = false", 'confidential = "no"'),
        ("minimum_n = 10", 'minimum_n = "ten"'),
        ('unit = "companies"', "unit = companies"),
        ("/*", ""),
    ],
)
def test_a_header_with_a_wrong_value_is_refused(copied: Path, old: str, new: str) -> None:
    changed(copied, old, new)
    with pytest.raises(BadKpi, match=r"affiliates\.sql"):
        catalogue.load(copied)


def test_a_kpi_that_the_order_names_must_have_a_file(copied: Path) -> None:
    (copied / "1_capacity" / "affiliates.sql").unlink()
    with pytest.raises(BadKpi, match="affiliates"):
        catalogue.load(copied)


def test_a_new_kpi_needs_no_more_than_its_file(copied: Path) -> None:
    path = copied / "1_capacity" / "affiliates.sql"
    shutil.copy(path, path.with_name("supporters.sql"))
    assert "supporters" in [kpi.id for kpi in catalogue.load(copied)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.kpi}: {case.title}")
def test_cells_are_the_facts_added_up(registers: duckdb.DuckDBPyConnection, case: Case) -> None:
    fill(registers, case)
    kpi = KPIS[case.kpi]
    registers.execute("".join(f"drop table if exists {name};" for name in cells.TABLE_NAMES))
    registers.execute(cells.TABLES)
    cells.fill(registers, kpi)
    registers.execute(f"create or replace temp view facts as {facts.by_date(registers, kpi)}")
    keys = "date, country, region, pillar, category"
    of_facts = registers.execute(
        f"select {keys}, sum(numerator), sum(denominator), count(*) from facts "
        "group by all order by all"
    ).fetchall()
    parts = "numerator, denominator, n"
    assert registers.execute(f"select {keys}, {parts} from cells order by all").fetchall() == [
        (*key, pytest.approx(top), pytest.approx(bottom), n) for *key, top, bottom, n in of_facts
    ]
    organisations = registers.execute(
        "select date, region, pillar, sum(organisations) from (select date, country, region, "
        "pillar, coalesce(nullif(count(distinct organisation), 0), count(*)) as organisations "
        "from facts group by all) group by all order by all"
    ).fetchall()
    found = registers.execute("select date, region, pillar, organisations from sums order by all")
    if cells.heads_of(kpi, "facts", True):
        assert found.fetchall() == organisations


def months_before(day: dt.date, months: int) -> dt.date:
    """As the definition of a window has it: a last day of a month stays a last day."""
    month = day.year * 12 + day.month - 1 - months
    last = monthrange(month // 12, month % 12 + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return dt.date(month // 12, month % 12 + 1, last if is_last else min(day.day, last))


@pytest.mark.parametrize("months", [12, 24, 36, 1, 6])
def test_a_day_lies_in_the_last_months_until_as_many_months_after_it(
    registers: duckdb.DuckDBPyConnection, months: int
) -> None:
    days = [dt.date(2018, 12, 1) + dt.timedelta(days=i) for i in range(4 * 366 + 100)]
    dates = [*days, *(days[-1] + dt.timedelta(days=i) for i in range(1, 1200))]
    first = {}
    for date in reversed(dates):
        first[months_before(date, months)] = date
    found = dict(
        registers.execute(
            "select day, months_after(day, ?) from (select unnest(?::date[]) as day)",
            [months, days],
        ).fetchall()
    )
    for day in days:
        # Windows of a later date begin no earlier, so the first one without it tells all.
        without = next(first[d] for i in range(40) if (d := day + dt.timedelta(days=i)) in first)
        assert found[day] == without
