"""The deliberate flaws of the committed sample, so that the data page has something to show.

Each is of the kind a data officer meets, and none touches a published figure.
"""

import pyarrow as pa

from scorecard.sample.tables import dated, day


def add(registers: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The registers with three flaws: two rows that will be quarantined, and a warning."""
    return registers | {
        "training_attendance": _unknown_attendee(registers["training_attendance"]),
        "media_mentions": _mention_twice(registers["media_mentions"]),
        "trainings": _planned_training(registers["trainings"]),
    }


def _plain(table: pa.Table) -> pa.Table:
    """Text columns as text, so that a row with a new value can be appended."""
    columns = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(dict(zip(table.column_names, columns, strict=True)))


def _unknown_attendee(table: pa.Table) -> pa.Table:
    """Somebody signed the list for an organisation that the register does not know."""
    plain = _plain(table)
    training = plain["training_id"][-1].as_py()
    row = {"training_id": [training], "org_id": ["C9021"], "participants": [2]}
    return pa.concat_tables([plain, pa.table(row).cast(plain.schema)])


def _mention_twice(table: pa.Table) -> pa.Table:
    """One article was entered twice under the same number."""
    plain = _plain(table)
    at = len(plain) - 40
    return pa.concat_tables([plain.slice(0, at + 1), plain.slice(at, 1), plain.slice(at + 1)])


def _planned_training(table: pa.Table) -> pa.Table:
    """A training of the coming month already stands among those held."""
    plain = _plain(table)
    row = pa.table(
        {
            "training_id": [f"T{len(plain) + 1:03d}"],
            "title": ["Preparing for certification"],
            "topic": ["certification"],
            "mode": ["online"],
            "held_on": dated(day("2023-01-24").reshape(1)),
        }
    )
    return pa.concat_tables([plain, row.cast(plain.schema)])
