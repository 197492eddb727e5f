"""
The keys of indicators.yaml, their types and what they mean.

The JSON Schema that editors complete and check with is made from these models:
``python -m monitor.config.schema > indicators.schema.json``. Only the shape is
checked here; what one part says of another is checked in ``checks``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic.config import JsonDict

from monitor.config.document import Plain
from monitor.config.values import (
    Count,
    Day,
    Duration,
    Entry,
    Expression,
    Grade,
    Id,
    Lasting,
    Level,
    Points,
    Repeat,
    Switch,
    Text,
    TimeOfDay,
    Times,
    Whole,
    Words,
)
from monitor.model import Priority


class Section(BaseModel):
    """A mapping of the file: no other keys than those named, and an empty value is none."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, validate_by_alias=True
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nothing(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {
            key: value
            for key, value in given.items()
            if key not in known or not (isinstance(value, Plain) and value.is_nothing)
        }


class FeedSection(Section):
    """An address that is polled, and who stands behind it."""

    id: Id
    """The feed's own short name: lower-case letters, digits, hyphens."""
    url: Text
    """Address of the feed, http or https."""
    lang: Text | None = None
    """Language of the feed, as a code such as es; it wins over what the feed says."""
    publisher: Text | None = None
    """Who stands behind it; tells independent reports apart. The feed's id if not given."""
    grade: Grade = "F"
    group: Text | None = None
    """A name that several feeds share, for group: in expressions and groups: in indicators."""
    tags: Words = []
    """Words that every item of this feed carries, for tag: in expressions."""
    every: Duration | None = None
    """A pause of its own instead of polling.every; the feed's behaviour does not change it."""
    fulltext: Switch = False
    """Fetch the article of each item in scope, and match its text too."""


class OpmlSection(Section):
    """Feeds from an OPML file beside this one; the keys are for feeds that do not say it there."""

    opml: Text
    """Path of the OPML file, from this file's folder."""
    lang: Text | None = None
    """Language of its feeds."""
    publisher: Text | None = None
    """Who stands behind its feeds; the id of each if not given."""
    grade: Grade = "F"
    group: Text | None = None
    """A group for its feeds; without it the folder that each lies in."""
    tags: Words = []
    """Words that every item of its feeds carries."""
    every: Duration | None = None
    """A pause for each of its feeds, instead of polling.every."""
    fulltext: Switch = False
    """Fetch the articles of their items in scope."""


def _kind_of_feed(given: Any) -> str:
    is_opml = isinstance(given, (dict, OpmlSection)) and (
        isinstance(given, OpmlSection) or "opml" in given
    )
    return "(opml)" if is_opml else "(feed)"


AnyFeed = Annotated[
    Annotated[FeedSection, Tag("(feed)")] | Annotated[OpmlSection, Tag("(opml)")],
    Discriminator(_kind_of_feed),
]


class PollingSection(Section):
    """How often feeds are asked, and which addresses may be reached although not public."""

    every: Duration = timedelta(minutes=15)
    """The usual pause between two polls of a feed; how the feed behaves changes it."""
    at_least: Duration = timedelta(minutes=5)
    """The shortest pause: no feed is asked sooner again."""
    at_most: Duration = timedelta(hours=6)
    """The longest pause: no feed waits longer."""
    allow: Words = []
    """Addresses that may be reached although not public: host:port, or networks."""


_ONE_RULE: JsonDict = {
    "anyOf": [
        {"required": ["match"]},
        {"required": ["any"], "not": {"required": ["match"]}},
        {"required": ["all"], "not": {"required": ["match"]}},
        {"required": ["none"], "not": {"required": ["match"]}},
    ]
}


class RuleSection(Section):
    """What is matched: one expression, or lists of entries."""

    match: Expression | None = None
    """What an item must say, as an expression."""
    any: list[Entry] | None = None
    """At least one of these entries."""
    all: list[Entry] | None = None
    """Every one of these entries."""
    none: list[Entry] | None = None
    """Not one of these entries."""


class SignalSection(RuleSection):
    """Which way a hit points; judged only on items that the indicator hit."""

    model_config = ConfigDict(json_schema_extra=_ONE_RULE)

    supports: Words = Field(default=[], alias="for")
    """Hypotheses that such a hit speaks for."""
    contradicts: Words = Field(default=[], alias="against")
    """Hypotheses that such a hit speaks against."""


class ExamplesSection(Section):
    """Texts that must be hit, and texts that must not; `monitor check` tries them."""

    match: Words = []
    """Texts that this indicator must hit."""
    no_match: Words = []
    """Look-alikes that it must leave."""


class ExpectSection(Section):
    """What is routine here, so that its end is told. Twenty stories in 90 days are a routine."""

    silence: Literal["alert"] = "alert"
    """What to do when routine reporting stops while the feeds go on."""
    control: Expression | None = None
    """What the same feeds would still report if only this matter went silent."""


class SearchSection(Section):
    """News-search feeds made from this indicator's own words."""

    langs: Words
    """Languages to search in, by code; each with the words that the list has in it."""
    engine: Literal["google-news", "bing", "gdelt"] = "google-news"
    """Where to search."""
    every: Duration | None = None
    """The pause between two searches; half an hour if left out."""


class WeighSection(Section):
    """Points for the lists that an item names; `monitor learn` works them out."""

    base: Points
    """The points of an item that names nothing; less than hit."""
    hit: Points = 0.0
    """So many points are a hit without the rule, within the scope."""
    keep: Points
    """A hit of the rule stands only from so many points on."""
    points: dict[str, Points] = {}
    """By list, or by two lists joined with +, what they add when they are there."""


class IndicatorSection(RuleSection):
    """Something worth watching."""

    model_config = ConfigDict(json_schema_extra=_ONE_RULE)

    id: Id
    """Its own short name: lower-case letters, digits, hyphens."""
    title: Text
    """What stands on pages and in mails."""
    question: Text = ""
    """The question that it helps to answer."""
    brief: Text | None = None
    """Where the idea comes from: FILE.md#heading, from this file's folder."""
    signals: dict[str, SignalSection] = {}
    """Which way hits point, each with a rule of its own."""
    scope: Expression | None = None
    """Replaces the file's own scope for this indicator; the word none lifts it."""
    priority: Priority = Priority.NORMAL
    """high is alerted at once where a route says so; all hits stand in the digest."""
    group: Text | None = None
    """A heading that several indicators stand under."""
    examples: ExamplesSection = ExamplesSection()
    """Texts to try the rule on."""
    feeds: Words = []
    """Listen to these feeds only, by id."""
    groups: Words = []
    """Listen to feeds of these groups only."""
    paused: Switch = False
    """Keep it in the file, but match nothing."""
    contact: Text | None = None
    """Who answers for it."""
    review_by: Day | None = None
    """When to look at it again."""
    notes: Text = ""
    """Anything else."""
    expect: ExpectSection | None = None
    """Tell when routine reporting stops."""
    min_sources: Count = 1
    """So many independent publishers must tell it before its level rises; 1: three stories."""
    budget: Count | None = None
    """Stories a day that it may alert; what is past it comes as one summary when the day ends."""
    search_feeds: SearchSection | None = None
    """News searches made from its words, polled as feeds."""
    weigh: WeighSection | None = None
    """A second opinion on the rule, from all the lists that an item names."""


class HypothesisSection(Section):
    """A statement that signals speak for or against."""

    statement: Text = ""
    """The statement, as one sentence."""
    brief: Text | None = None
    """Where it comes from: FILE.md#heading, from this file's folder."""
    as_of: Day | None = None
    """The day on which it was made."""


class RouteSection(Section):
    """Which alerts or digests go to which channels."""

    to: Words = []
    """One channel or several, by name."""
    when: dict[str, Words] = {}
    """Fields and the values they may have; all must hold."""
    min_level: Level | None = None
    """Only indicators that stand at this level or above."""
    min_sources: Count = 1
    """Independent publishers that a story needs."""
    digest: Times = []
    """Times of day at which a digest is sent, in the file's zone; without them, alerts at once."""
    repeat: Repeat | None = None
    """Send an alert again after this time, and so on, until somebody says that they saw it."""
    routes: list[RouteSection] = []
    """Routes below this one: tried only for what this route takes."""


class ExceptSection(Section):
    """What is sent in quiet hours all the same."""

    min_level: Level = "high"
    """Indicators at this level or above."""


class QuietSection(Section):
    """Hours in which alerts are held."""

    begin: TimeOfDay = Field(alias="from")
    """When they begin, in the file's zone."""
    end: TimeOfDay = Field(alias="to")
    """When they end."""
    but: ExceptSection = Field(default=ExceptSection(), alias="except")
    """What is sent all the same."""


class AlertsSection(Section):
    """Channels, and which messages go to them."""

    channels: dict[str, Text] = {}
    """Name and address of each channel; ${NAME} is taken from the environment or .env."""
    routes: list[RouteSection] = []
    """Every route that fits applies."""
    quiet_hours: QuietSection | None = None
    """Hours in which alerts are held, and then come together."""
    heartbeat: Text | None = None
    """An address that is asked after each whole cycle of polling, storing and delivering."""


class KeepSection(Section):
    """How long what is stored is kept, and how many backups of it."""

    unmatched: Lasting = timedelta(days=90)
    """How long items that no indicator hit are kept; or forever. Hits and their text stay."""
    backups: Annotated[Whole, Field(ge=0), WithJsonSchema({"type": "integer", "minimum": 0})] = 2
    """How many of the backups that the service makes each day are kept; 0 makes none."""


class WatchSection(Section):
    """A watch list: feeds, what to look for in them, and who hears of it."""

    title: Text = "What to watch"
    """The watch's name."""
    timezone: Text = "UTC"
    """IANA zone of days, digest times and quiet hours, such as America/Caracas."""
    contact: Text | None = None
    """A mail address that is told when the service itself is in trouble."""
    site_url: Text | None = None
    """Address of the pages as readers reach them; messages link there."""
    terms: dict[str, list[Entry]] = {}
    """Word lists, one per idea, all languages together; used as $name."""
    scope: Expression | None = None
    """Narrows every indicator."""
    hypotheses: dict[str, HypothesisSection] = {}
    """Statements that the evidence bears on, by id."""
    feeds: list[AnyFeed] = []
    """The feeds that are polled."""
    polling: PollingSection = PollingSection()
    """How often, and which addresses may be reached."""
    indicators: list[IndicatorSection] = []
    """What to watch."""
    alerts: AlertsSection = AlertsSection()
    """Who hears of it."""
    keep: KeepSection = KeepSection()
    """How long what is stored is kept."""


def json_schema() -> Mapping[str, Any]:
    """The JSON Schema of indicators.yaml."""
    schema = WatchSection.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for section in (*schema["$defs"].values(), schema):
        section["title"] = section["title"].removesuffix("Section")
    return schema


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")
