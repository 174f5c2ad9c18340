"""The 29 KPIs in pandas: spells are repeated for the dates at which they hold, then grouped.

Organisations, regions and pillars are positions, so that nothing is joined or grouped by text; an
organisation at a date is one number.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bench.peers.days import (
    COLUMNS,
    FIRST_RULE,
    NOT_SPECIFIED,
    PILLARS,
    SECOND_RULE,
    months_before,
    reporting_dates,
)

NONE = -1
NEVER = pd.Timestamp("9999-12-31")


def compute(exports: Path, plan: Path) -> pd.DataFrame:
    """kpi, date, region, pillar, value: one row for each group that has a fact."""
    return _Peer(exports, plan).values()


class _Peer:
    def __init__(self, exports: Path, plan: Path) -> None:
        self.exports = exports
        self.dates = reporting_dates(exports, plan)
        self.ago = {months: months_before(self.dates, months) for months in (12, 24, 36)}
        regions = pd.read_csv(plan / "regions.csv", keep_default_na=False)
        self.regions = [*sorted(regions["region"].unique()), NOT_SPECIFIED]
        homes = pd.Index(self.regions).get_indexer(regions["region"])
        self.countries = pd.Index(regions["country"])
        self.home = np.append(homes, len(self.regions) - 1)  # the last is for no country
        first = regions.drop_duplicates("region").set_index("region")["focus"]
        self.focus = regions["region"].map(first).to_numpy() == True  # noqa: E712
        self.seats = pd.read_csv(plan / "board_seats.csv")
        self.parts: list[pd.DataFrame] = []

        orgs = self.read("organisations", "org_id", "pillar", "country")
        self.ids = pd.Index(orgs["org_id"])
        self.pillar = pd.Index(PILLARS).get_indexer(orgs["pillar"])
        self.country = self.countries.get_indexer(orgs["country"])
        self.region = self.home[self.country]

    def read(self, name: str, *columns: str) -> pd.DataFrame:
        """Columns of an export; days as numpy's, an organisation as its position."""
        frame = pd.read_csv(
            self.exports / f"{name}.csv", usecols=list(columns), engine="pyarrow",
            dtype_backend="pyarrow",
        )  # fmt: skip
        for column in columns:
            if column.endswith("_on"):
                frame[column] = frame[column].astype("datetime64[s]")
            elif column == "org_id" and name != "organisations":
                frame["org"] = self.ids.get_indexer(frame.pop("org_id"))
        return frame

    def place(self, country: pd.Series) -> np.ndarray:
        return self.home[self.countries.get_indexer(country)]

    def at(self, frame: pd.DataFrame, start: object, until: object) -> pd.DataFrame:
        """The rows again for each date from `start` until before `until`."""
        return self.again(
            frame,
            np.searchsorted(self.dates, np.asarray(start, "M8[D]")),
            np.searchsorted(self.dates, np.asarray(until, "M8[D]")),
        )

    def within(self, frame: pd.DataFrame, day: object, months: int) -> pd.DataFrame:
        """The rows again for each date whose window of so many months holds the day."""
        days = np.asarray(day, "M8[D]")
        return self.again(
            frame, np.searchsorted(self.dates, days), np.searchsorted(self.ago[months], days)
        )

    @staticmethod
    def again(frame: pd.DataFrame, first: np.ndarray, last: np.ndarray) -> pd.DataFrame:
        count = np.maximum(last - first, 0)
        rows = np.repeat(np.arange(len(frame)), count)
        begin = np.repeat(first - (np.cumsum(count) - count), count)
        out = frame.take(rows)
        out["date"] = np.arange(len(rows)) + begin
        return out

    def key(self, facts: pd.DataFrame) -> np.ndarray:
        """An organisation at a date as one number."""
        return facts["org"].to_numpy() * len(self.dates) + facts["date"].to_numpy()

    def add(
        self,
        kpi: str,
        facts: pd.DataFrame,
        region: np.ndarray | None,
        pillar: np.ndarray | None,
        numerator: object = 1.0,
        denominator: object = None,
    ) -> None:
        """Adds a KPI: a sum, or with a denominator a ratio."""
        table = pd.DataFrame(
            {
                "date": facts["date"].to_numpy(),
                "region": NONE if region is None else region,
                "pillar": NONE if pillar is None else pillar,
                "top": np.broadcast_to(np.asarray(numerator, float), len(facts)),
            }
        )
        if denominator is not None:
            table["bottom"] = np.broadcast_to(np.asarray(denominator, float), len(facts))
        found = table.groupby(["date", "region", "pillar"], sort=False).sum().reset_index()
        value = found["top"] if denominator is None else found["top"] / found["bottom"]
        self.keep(kpi, found, value)

    def add_org(self, kpi: str, facts: pd.DataFrame, *parts: object) -> None:
        """Adds a KPI whose facts are about organisations."""
        org = facts["org"].to_numpy()
        self.add(kpi, facts, self.region[org], self.pillar[org], *parts)

    def add_countries(
        self, kpi: str, facts: pd.DataFrame, country: np.ndarray, pillar: object
    ) -> None:
        table = pd.DataFrame(
            {
                "date": facts["date"].to_numpy(), "region": self.home[country],
                "pillar": pillar, "country": country,
            }
        ).drop_duplicates()  # fmt: skip
        found = table.groupby(["date", "region", "pillar"], sort=False).size().reset_index()
        self.keep(kpi, found, found[0].astype(float))

    def keep(self, kpi: str, found: pd.DataFrame, value: pd.Series) -> None:
        names = np.array([*self.regions, None], dtype=object)
        pillars = np.array([*PILLARS, None], dtype=object)
        self.parts.append(
            pd.DataFrame(
                {
                    "kpi": kpi,
                    "date": self.dates[found["date"]],
                    "region": names[found["region"]],
                    "pillar": pillars[found["pillar"]],
                    "value": value.to_numpy(),
                },
                columns=list(COLUMNS),
            )
        )

    def values(self) -> pd.DataFrame:
        self.capacity_and_membership()
        self.assessments()
        self.monitoring()
        self.cases()
        self.outreach()
        return pd.concat(self.parts, ignore_index=True)

    def capacity_and_membership(self) -> None:
        spells = self.read("memberships", "org_id", "category", "start_on", "end_on")
        spells["category"] = pd.Categorical(spells["category"].to_numpy(object)).astype("category")
        until = spells["end_on"].fillna(NEVER)
        is_company = self.pillar[spells["org"]] == PILLARS.index("company")
        is_member = spells["category"].isin(["transitional", "member"]).to_numpy()
        takes_part = is_member | (spells["category"] == "affiliate").to_numpy()

        everyone = self.at(spells[takes_part], spells["start_on"][takes_part], until[takes_part])
        affiliated = (everyone["category"] == "affiliate").to_numpy()
        of_company = self.pillar[everyone["org"]] == PILLARS.index("company")
        self.companies = everyone[of_company]
        self.add_org("affiliates", everyone[of_company & affiliated])
        members = everyone[~affiliated]
        org = members["org"].to_numpy()
        for pillar, kpi in (
            ("company", "company_members"), ("civil_society", "civil_society_members"),
            ("government", "government_members"),
        ):  # fmt: skip
            self.add_org(kpi, members[self.pillar[org] == PILLARS.index(pillar)])
        self.add_countries("countries_represented", members, self.country[org], self.pillar[org])
        companies = members[self.pillar[org] == PILLARS.index("company")]
        self.add_org(
            "focus_region_share", companies, self.focus[self.country[companies["org"]]], 1.0
        )
        year_ago = self.ago[12]
        was = self.again(
            spells[is_member],
            np.searchsorted(year_ago, np.asarray(spells["start_on"][is_member], "M8[D]")),
            np.searchsorted(year_ago, np.asarray(until[is_member], "M8[D]")),
        )
        still = pd.Series(self.key(was)).isin(self.key(members))
        self.add_org("retention", was, still.to_numpy(), 1.0)

        held = self.read("certifications", "org_id", "certified_on", "expires_on", "withdrawn_on")
        ends = held["expires_on"].where(
            ~(held["withdrawn_on"] < held["expires_on"]), held["withdrawn_on"]
        )
        valid = self.key(self.at(held, held["certified_on"], ends))
        certified = pd.Series(self.key(companies)).isin(valid).to_numpy()
        self.add_org("certified_companies", companies[certified])
        self.add_org("certification_rate", companies, certified, 1.0)
        late = companies[~certified & (companies["category"] == "transitional").to_numpy()]
        self.add_org("past_deadline", late[self.is_past_deadline(late)])

        joined = spells[is_member & is_company].groupby("org")["start_on"].min()
        first = held.groupby("org")["certified_on"].min().to_frame()
        first["joined"] = joined.reindex(first.index)
        first = first.dropna().reset_index()
        new = self.within(first, first["certified_on"], 24)
        new = new[self.dates[new["date"]] >= np.asarray(new["joined"], "M8[D]")]
        days = (new["certified_on"] - new["joined"]).dt.days.clip(lower=0)
        self.add_org("months_to_certification", new, days / 30.4375, 1.0)

        trained = self.read("training_attendance", "training_id", "org_id").merge(
            self.read("trainings", "training_id", "held_on"), on="training_id"
        )
        keys = self.key(self.within(trained[["org"]], trained["held_on"], 12))
        hit = pd.Series(self.key(self.companies)).isin(keys)
        self.add_org("training_coverage", self.companies, hit.to_numpy(), 1.0)

    def is_past_deadline(self, late: pd.DataFrame) -> np.ndarray:
        """By the rule in force at each date."""
        date = self.dates[late["date"]]
        start = np.maximum(np.asarray(late["start_on"], "M8[D]"), FIRST_RULE)
        year = start.astype("M8[Y]")
        end_of_year = (year + 3).astype("M8[D]") - 1
        two_years = months_before_exact(start, -24)
        deadline = np.where(date >= SECOND_RULE, end_of_year, two_years)
        return (date >= FIRST_RULE) & (date > deadline)

    def assessments(self) -> None:
        asked = self.read("self_assessments", "org_id", "cycle", "due_on", "submitted_on")
        due = self.within(asked, asked["due_on"], 12)
        on_time = (due["submitted_on"] <= due["due_on"]).to_numpy()
        self.add_org("self_assessment_on_time", due, on_time, 1.0)

        done = asked.dropna(subset="submitted_on").sort_values(["org", "cycle"])
        # The latest until one of a later cycle is submitted.
        back = done.iloc[::-1]
        later = back.groupby("org")["submitted_on"].shift()
        until = later.groupby(back["org"]).cummin().iloc[::-1].fillna(NEVER)
        latest = self.at(done[["org", "cycle"]], done["submitted_on"], until)
        latest = latest[pd.Series(self.key(latest)).isin(self.key(self.companies)).to_numpy()]

        answers = self.read("self_assessment_answers", "org_id", "cycle", "indicator", "answer")
        word = answers["answer"].to_numpy(object)
        points = (
            pd.Series(word)
            .map({"met": 1.0, "partly": 0.5, "not_met": 0.0, "not_applicable": np.nan})
            .to_numpy(float)
        )
        known = ~np.isnan(points)
        answers = answers[known].assign(points=points[known])
        one = answers[answers["indicator"].to_numpy(object) == "PSEA-1"]
        facts = latest.merge(one[["org", "cycle", "points"]], on=["org", "cycle"])
        self.add_org("psea_policy", facts, facts["points"] == 1, 1.0)
        total = answers.groupby(["org", "cycle"], sort=False)["points"].agg(["sum", "size"])
        facts = latest.merge(total.reset_index(), on=["org", "cycle"])
        self.add_org("indicators_met", facts, facts["sum"], facts["size"])

    def monitoring(self) -> None:
        missions = self.read("missions", "mission_id", "kind", "country", "end_on")
        missions["is_review"] = (missions["kind"] == "field_review").to_numpy(bool)
        reviews = missions[missions["is_review"]]
        facts = self.within(reviews, reviews["end_on"], 12)
        country = self.countries.get_indexer(facts["country"])
        self.add_countries("countries_reviewed", facts, country, NONE)
        visits = self.read("mission_visits", "mission_id", "org_id").merge(
            missions[["mission_id", "is_review", "end_on"]], on="mission_id"
        )
        reviewed = visits[visits["is_review"]]
        keys = self.key(self.within(reviewed[["org"]], reviewed["end_on"], 36))
        hit = pd.Series(self.key(self.companies)).isin(keys)
        self.add_org("field_review_coverage", self.companies, hit.to_numpy(), 1.0)
        bodies = visits[self.pillar[visits["org"]] == PILLARS.index("civil_society")]
        seen = self.within(bodies[["org"]], bodies["end_on"], 12).drop_duplicates()
        self.add_org("csos_in_monitoring", seen)

    def cases(self) -> None:
        concerns = self.read("concerns", "org_id", "opened_on", "closed_on")
        open_ones = self.at(
            concerns[["org"]], concerns["opened_on"], concerns["closed_on"].fillna(NEVER)
        )
        self.add_org("open_concerns", open_ones)
        concerns["due"] = concerns["opened_on"] + np.timedelta64(180, "D")
        ripe = self.within(concerns, concerns["due"], 12)
        self.add_org("concerns_resolved_on_time", ripe, ripe["closed_on"] <= ripe["due"], 1.0)
        complaints = self.read("complaints", "country", "received_on", "closed_on")
        complaints["region"] = self.place(complaints["country"])
        facts = self.within(complaints, complaints["received_on"], 12)
        self.add("complaints_received", facts, facts["region"].to_numpy(), None)
        complaints["due"] = complaints["received_on"] + np.timedelta64(90, "D")
        ripe = self.within(complaints, complaints["due"], 12)
        self.add(
            "complaints_resolved_on_time", ripe, ripe["region"].to_numpy(), None,
            ripe["closed_on"] <= ripe["due"], 1.0,
        )  # fmt: skip

    def outreach(self) -> None:
        terms = self.read("board_terms", "seat_id", "org_id", "start_on", "end_on")
        terms = terms[terms["org"] >= 0]
        held = self.at(terms[["seat_id"]], terms["start_on"], terms["end_on"].fillna(NEVER))
        seats = self.seats.merge(pd.DataFrame({"date": np.arange(len(self.dates))}), how="cross")
        held["held"] = 1.0
        filled = seats.merge(held, on=["seat_id", "date"], how="left")["held"].fillna(0)
        pillar = pd.Index(PILLARS).get_indexer(seats["pillar"])
        self.add("board_seats_filled", seats, None, pillar, filled, 1.0)

        talks = self.read(
            "engagements", "engagement_id", "held_on", "organisation", "stakeholder_type", "country"
        )
        talks["whom"] = talks.groupby(["organisation", "country"], sort=False).ngroup()
        talks = talks.sort_values(["whom", "held_on", "engagement_id"])
        talks["region"], talks["pillar"] = self.place(talks["country"]), self.pillars(talks)
        until = talks.groupby("whom")["held_on"].shift(-1).fillna(NEVER)
        day = np.asarray(talks["held_on"], "M8[D]")
        facts = self.again(
            talks[["region", "pillar"]],
            np.searchsorted(self.dates, day),
            np.minimum(
                np.searchsorted(self.ago[12], day),
                np.searchsorted(self.dates, np.asarray(until, "M8[D]")),
            ),
        )
        self.add(
            "stakeholders_engaged", facts, facts["region"].to_numpy(), facts["pillar"].to_numpy()
        )

        press = self.read("media_mentions", "published_on", "country", "tone")
        press["region"] = self.place(press["country"])
        press["positive"] = (press["tone"] == "positive").to_numpy(float)
        facts = self.within(press[["region", "positive"]], press["published_on"], 12)
        region = facts["region"].to_numpy()
        self.add("media_mentions", facts, region, None)
        self.add("media_tone", facts, region, None, facts["positive"], 1.0)

        web = self.read("web_traffic", "month", "country", "visits")
        ends = (np.asarray(web["month"].to_numpy(str), "M8[M]") + 1).astype("M8[D]") - 1
        web["region"] = self.place(web["country"])
        facts = self.within(web, ends, 12)
        self.add("website_visits", facts, facts["region"].to_numpy(), None, facts["visits"])

        references = self.read("code_references", "country", "in_force_on", "ended_on")
        references["region"] = self.place(references["country"])
        facts = self.at(references, references["in_force_on"], references["ended_on"].fillna(NEVER))
        self.add("code_references", facts, facts["region"].to_numpy(), None)

        crowd = self.read(
            "event_attendance", "event_id", "stakeholder_type", "country", "participants"
        ).merge(self.read("events", "event_id", "held_on"), on="event_id")
        crowd["region"], crowd["pillar"] = self.place(crowd["country"]), self.pillars(crowd)
        facts = self.within(crowd, crowd["held_on"], 12)
        self.add(
            "event_participants", facts, facts["region"].to_numpy(), facts["pillar"].to_numpy(),
            facts["participants"],
        )  # fmt: skip

    @staticmethod
    def pillars(frame: pd.DataFrame) -> np.ndarray:
        """The pillar of a stakeholder type: the three pillars as they are."""
        found = pd.Index(PILLARS).get_indexer(frame["stakeholder_type"])
        return np.where(found < 0, PILLARS.index("other"), found)


def months_before_exact(days: np.ndarray, months: int) -> np.ndarray:
    """The same day so many months earlier, or the last of that month."""
    month = days.astype("M8[M]")
    earlier = month - months
    last = (earlier + 1).astype("M8[D]") - 1
    return np.minimum(earlier.astype("M8[D]") + (days - month.astype("M8[D]")), last)
