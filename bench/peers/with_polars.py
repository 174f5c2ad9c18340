"""The 29 KPIs in polars: lazy scans, rows repeated for the dates at which they hold, then grouped.

A row finds the first and the last of its dates by looking its days up in a small table, is
exploded into them, and all KPIs are collected together, so that scans are shared.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from bench.peers.days import (
    COLUMNS,
    FIRST_RULE,
    NOT_SPECIFIED,
    PILLARS,
    SECOND_RULE,
    months_before,
    reporting_dates,
)

KEYS = ["date", "region", "pillar"]
NEVER = pl.date(9999, 12, 31)
_ONE_EACH = pl.len()


def compute(exports: Path, plan: Path) -> pl.DataFrame:
    """kpi, date, region, pillar, value: one row for each group that has a fact."""
    return _Peer(exports, plan).values()


class _Peer:
    def __init__(self, exports: Path, plan: Path) -> None:
        self.exports = exports
        self.dates = reporting_dates(exports, plan)
        self.series = pl.Series("date", self.dates)
        self.ago = {months: months_before(self.dates, months) for months in (12, 24, 36)}
        regions = pl.read_csv(plan / "regions.csv", schema_overrides={"focus": pl.String})
        first = pl.col("focus").first().over("region") == "true"
        self.regions = regions.select("country", "region", focus=first).lazy()
        self.seats = pl.scan_csv(plan / "board_seats.csv")
        self.parts: list[pl.LazyFrame] = []
        self.orgs = self.read("organisations", "org_id", "pillar", "country").join(
            self.regions, on="country", how="left"
        )

    def read(self, name: str, *columns: str) -> pl.LazyFrame:
        """Columns of an export; ids are text, days are dates."""
        path = self.exports / f"{name}.csv"
        days = [column for column in columns if column.endswith("_on")]
        return (
            pl.scan_csv(path, infer_schema=False)
            .select(columns)
            .with_columns(pl.col(days).str.to_date("%Y-%m-%d"))
        )

    def of_org(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        return frame.join(self.orgs, on="org_id")

    def in_country(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        return frame.join(self.regions, on="country", how="left").with_columns(
            pl.col("region").fill_null(NOT_SPECIFIED)
        )

    def place(self, days: np.ndarray, day: pl.Expr) -> pl.Expr:
        """How many of the days lie before a day."""
        return pl.lit(pl.Series(days)).search_sorted(day, side="left").cast(pl.Int32)

    def at(self, frame: pl.LazyFrame, start: pl.Expr, until: pl.Expr) -> pl.LazyFrame:
        """The rows again for each date from `start` until before `until`."""
        return self.again(
            frame, self.place(self.dates, start), self.place(self.dates, until.fill_null(NEVER))
        )

    def within(self, frame: pl.LazyFrame, day: pl.Expr, months: int) -> pl.LazyFrame:
        """The rows again for each date whose window of so many months holds the day."""
        return self.again(frame, self.place(self.dates, day), self.place(self.ago[months], day))

    @staticmethod
    def again(frame: pl.LazyFrame, first: pl.Expr, last: pl.Expr) -> pl.LazyFrame:
        return (
            frame.with_columns(first=first, last=last)
            .filter(pl.col("first") < pl.col("last"))
            .with_columns(date=pl.int_ranges("first", "last", dtype=pl.Int32))
            .drop("first", "last")
            .explode("date")
        )

    def add(
        self,
        kpi: str,
        facts: pl.LazyFrame,
        numerator: pl.Expr = _ONE_EACH,
        denominator: pl.Expr | None = None,
        keys: tuple[str, ...] = ("region", "pillar"),
    ) -> None:
        """Adds a KPI: an aggregate, or the ratio of two, by the dimensions that it has."""
        value = numerator.cast(pl.Float64)
        if denominator is not None:
            value = value / denominator
        none = [pl.lit(None, pl.String).alias(key) for key in KEYS if key not in ("date", *keys)]
        self.parts.append(
            facts.group_by("date", *keys)
            .agg(value=value)
            .with_columns(*none, kpi=pl.lit(kpi))
            .select(COLUMNS)
        )

    def values(self) -> pl.DataFrame:
        self.membership()
        self.capacity()
        self.assessments()
        self.monitoring()
        self.cases()
        self.outreach()
        found = pl.concat(pl.collect_all(self.parts))
        dates = pl.DataFrame(
            {"date": np.arange(len(self.dates), dtype=np.int32), "day": self.dates}
        )
        return found.join(dates, on="date").with_columns(date=pl.col("day")).select(COLUMNS)

    def membership(self) -> None:
        spells = (
            self.of_org(self.read("memberships", "org_id", "category", "start_on", "end_on"))
            .drop("focus")
            .with_columns(pl.col("category").cast(pl.Categorical))
        )
        category = pl.col("category").cast(pl.String)
        start, until = pl.col("start_on"), pl.col("end_on")
        member = category.is_in(["transitional", "member"])
        company = pl.col("pillar") == "company"
        members = self.at(spells.filter(member), start, until)
        self.member_companies = members.filter(company)
        self.companies = self.at(
            spells.filter(company & (member | (category == "affiliate"))), start, until
        )
        self.joined = (
            spells.filter(member & company).group_by("org_id", "region", "pillar")
            .agg(joined=start.min())
        )  # fmt: skip
        self.add("affiliates", self.companies.filter(category == "affiliate"))
        for pillar, kpi in (
            ("company", "company_members"), ("civil_society", "civil_society_members"),
            ("government", "government_members"),
        ):  # fmt: skip
            self.add(kpi, members.filter(pl.col("pillar") == pillar))
        self.add("countries_represented", members, pl.col("country").n_unique())
        focus = self.member_companies.join(self.regions.select("country", "focus"), on="country")
        self.add("focus_region_share", focus, pl.col("focus").sum(), pl.len())
        was = self.again(
            spells.filter(member),
            self.place(self.ago[12], start),
            self.place(self.ago[12], until.fill_null(NEVER)),
        )
        still = members.select("org_id", "date", hit=pl.lit(True))
        self.add_hits("retention", was, still)

    def add_hits(self, kpi: str, facts: pl.LazyFrame, hits: pl.LazyFrame) -> None:
        """Adds the share of facts whose organisation is among the hits of the date."""
        joined = facts.join(hits, on=["org_id", "date"], how="left")
        self.add(kpi, joined, pl.col("hit").fill_null(False).sum(), pl.len())

    def hits(self, facts: pl.LazyFrame) -> pl.LazyFrame:
        return facts.select("org_id", "date", hit=pl.lit(True)).unique()

    def capacity(self) -> None:
        held = self.read("certifications", "org_id", "certified_on", "expires_on", "withdrawn_on")
        ends = pl.min_horizontal("expires_on", "withdrawn_on")
        valid = self.hits(self.at(held, pl.col("certified_on"), ends))
        both = self.member_companies.join(valid, on=["org_id", "date"], how="left")
        hit = pl.col("hit").fill_null(False)
        self.add("certified_companies", both.filter(hit))
        self.add("certification_rate", both, hit.sum(), pl.len())
        late = both.filter(~hit, pl.col("category").cast(pl.String) == "transitional")
        start = pl.max_horizontal("start_on", pl.lit(FIRST_RULE).cast(pl.Date))
        date = pl.lit(self.series).gather(pl.col("date"))
        deadline = (
            pl.when(date >= pl.lit(SECOND_RULE).cast(pl.Date))
            .then(pl.date(start.dt.year() + 2, 12, 31))
            .otherwise(start.dt.offset_by("2y"))
        )
        late = late.filter((date >= pl.lit(FIRST_RULE).cast(pl.Date)) & (date > deadline))
        self.add("past_deadline", late)

        first = held.group_by("org_id").agg(pl.col("certified_on").min())
        new = self.within(first.join(self.joined, on="org_id"), pl.col("certified_on"), 24)
        new = new.filter(date >= pl.col("joined"))
        days = (pl.col("certified_on") - pl.col("joined")).dt.total_days().clip(lower_bound=0)
        self.add("months_to_certification", new, (days / 30.4375).sum(), pl.len())

        trained = self.read("training_attendance", "training_id", "org_id").join(
            self.read("trainings", "training_id", "held_on"), on="training_id"
        )
        self.add_hits(
            "training_coverage", self.companies,
            self.hits(self.within(trained, pl.col("held_on"), 12)),
        )  # fmt: skip

    def assessments(self) -> None:
        asked = self.read("self_assessments", "org_id", "cycle", "due_on", "submitted_on")
        due = self.within(self.of_org(asked), pl.col("due_on"), 12)
        on_time = (pl.col("submitted_on") <= pl.col("due_on")).fill_null(False)
        self.add("self_assessment_on_time", due, on_time.sum(), pl.len())

        # The latest until one of a later cycle is submitted.
        done = asked.drop_nulls("submitted_on").sort("org_id", "cycle")
        until = pl.col("submitted_on").shift(-1).cum_min(reverse=True).over("org_id")
        latest = self.at(
            done.with_columns(until=until), pl.col("submitted_on"), pl.col("until")
        ).select("org_id", "cycle", "date")
        current = self.companies.select("org_id", *KEYS).join(latest, on=["org_id", "date"])

        answers = self.read(
            "self_assessment_answers", "org_id", "cycle", "indicator", "answer"
        ).filter(pl.col("answer") != "not_applicable")
        met = (pl.col("answer") == "met").cast(pl.Float64)
        psea = answers.filter(pl.col("indicator") == "PSEA-1").select("org_id", "cycle", met=met)
        facts = current.join(psea, on=["org_id", "cycle"])
        self.add("psea_policy", facts, pl.col("met").sum(), pl.len())
        partly = (pl.col("answer") == "partly").cast(pl.Float64) * 0.5
        total = answers.group_by("org_id", "cycle").agg(
            points=(met + partly).sum(), answers=pl.len()
        )
        facts = current.join(total, on=["org_id", "cycle"])
        self.add("indicators_met", facts, pl.col("points").sum(), pl.col("answers").sum())

    def monitoring(self) -> None:
        missions = self.read("missions", "mission_id", "kind", "country", "end_on")
        reviews = missions.filter(pl.col("kind") == "field_review")
        facts = self.within(self.in_country(reviews), pl.col("end_on"), 12)
        self.add("countries_reviewed", facts, pl.col("country").n_unique(), keys=("region",))
        visits = self.read("mission_visits", "mission_id", "org_id")
        reviewed = visits.join(reviews, on="mission_id").select("org_id", "end_on")
        self.add_hits(
            "field_review_coverage", self.companies,
            self.hits(self.within(reviewed, pl.col("end_on"), 36)),
        )  # fmt: skip
        bodies = self.of_org(visits).filter(pl.col("pillar") == "civil_society")
        bodies = bodies.join(missions.select("mission_id", "end_on"), on="mission_id")
        seen = self.within(bodies, pl.col("end_on"), 12).select("org_id", *KEYS).unique()
        self.add("csos_in_monitoring", seen)

    def cases(self) -> None:
        concerns = self.of_org(self.read("concerns", "org_id", "opened_on", "closed_on"))
        self.add("open_concerns", self.at(concerns, pl.col("opened_on"), pl.col("closed_on")))
        ripe = self.within(
            concerns.with_columns(due=pl.col("opened_on") + pl.duration(days=180)),
            pl.col("due"), 12,
        )  # fmt: skip
        in_time = (pl.col("closed_on") <= pl.col("due")).fill_null(False)
        self.add("concerns_resolved_on_time", ripe, in_time.sum(), pl.len())
        complaints = self.in_country(
            self.read("complaints", "country", "received_on", "closed_on")
        ).with_columns(due=pl.col("received_on") + pl.duration(days=90))
        facts = self.within(complaints, pl.col("received_on"), 12)
        self.add("complaints_received", facts, keys=("region",))
        ripe = self.within(complaints, pl.col("due"), 12)
        self.add("complaints_resolved_on_time", ripe, in_time.sum(), pl.len(), keys=("region",))

    def outreach(self) -> None:
        terms = self.read("board_terms", "seat_id", "org_id", "start_on", "end_on")
        held = self.at(terms.drop_nulls("org_id"), pl.col("start_on"), pl.col("end_on"))
        dates = pl.LazyFrame({"date": np.arange(len(self.dates), dtype=np.int32)})
        filled = self.seats.join(dates, how="cross").join(
            held.select("seat_id", "date", hit=pl.lit(True)), on=["seat_id", "date"], how="left"
        )
        self.add(
            "board_seats_filled", filled, pl.col("hit").fill_null(False).sum(), pl.len(),
            keys=("pillar",),
        )  # fmt: skip

        kind = pl.col("stakeholder_type")
        pillar = pl.when(kind.is_in(PILLARS[:3])).then(kind).otherwise(pl.lit("other"))
        talks = self.in_country(
            self.read(
                "engagements", "engagement_id", "held_on", "organisation", "stakeholder_type",
                "country",
            )
        ).sort("organisation", "country", "held_on", "engagement_id")  # fmt: skip
        until = pl.col("held_on").shift(-1).over("organisation", "country")
        talks = talks.select("held_on", "region", pillar=pillar, until=until.fill_null(NEVER))
        facts = self.again(
            talks,
            self.place(self.dates, pl.col("held_on")),
            pl.min_horizontal(
                self.place(self.ago[12], pl.col("held_on")),
                self.place(self.dates, pl.col("until")),
            ),
        )
        self.add("stakeholders_engaged", facts)

        press = self.in_country(self.read("media_mentions", "published_on", "country", "tone"))
        facts = self.within(press, pl.col("published_on"), 12)
        self.add("media_mentions", facts, keys=("region",))
        positive = pl.col("tone") == "positive"
        self.add("media_tone", facts, positive.sum(), pl.len(), keys=("region",))

        web = self.in_country(self.read("web_traffic", "month", "country", "visits"))
        ends = pl.concat_str("month", pl.lit("-01")).str.to_date("%Y-%m-%d").dt.month_end()
        facts = self.within(web, ends, 12)
        self.add("website_visits", facts, pl.col("visits").cast(pl.Int64).sum(), keys=("region",))
        references = self.in_country(
            self.read("code_references", "country", "in_force_on", "ended_on")
        )
        facts = self.at(references, pl.col("in_force_on"), pl.col("ended_on"))
        self.add("code_references", facts, keys=("region",))

        crowd = self.read(
            "event_attendance", "event_id", "stakeholder_type", "country", "participants"
        ).join(self.read("events", "event_id", "held_on"), on="event_id")
        crowd = self.in_country(crowd).with_columns(pillar=pillar)
        facts = self.within(crowd, pl.col("held_on"), 12)
        self.add("event_participants", facts, pl.col("participants").cast(pl.Int64).sum())
