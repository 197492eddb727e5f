"""A small day of sample news in six languages, and the values that its pages show."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

from monitor.alerts.route import branches
from monitor.alerts.slots import Slot
from monitor.digest.build import Coverage, Digest, Gap, Report, Story, build, day_bounds
from monitor.errors import Problem
from monitor.matching import compile_watch, match
from monitor.messages import LEDGER_STATES, LedgerLine, Mute, Queue, Seen
from monitor.model import (
    Feed,
    FeedState,
    FieldName,
    Hit,
    Hypothesis,
    Indicator,
    Item,
    Mark,
    Priority,
    Route,
    Rule,
    Signal,
    Version,
)
from monitor.web.stories import story_page
from monitor.web.storyviews import StoryPage
from monitor.web.views import (
    ArchiveDay,
    Board,
    DeliveryLine,
    DigestPage,
    FeedLine,
    FeedsPage,
    Frame,
    Gauge,
    GroupCoverage,
    IndicatorPage,
    LedgerPage,
)
from tests.make import CARACAS, a_watch

DAY = date(2025, 11, 5)
NOW = datetime(2025, 11, 6, 11, 0, tzinfo=UTC)

FEEDS = {
    feed.id: feed
    for feed in (
        Feed("wire-en", "https://wire-en.example/", "en", "Wire", "B", "wires"),
        Feed("world-en", "https://world-en.example/", "en", "World", "B", "wires"),
        Feed("caracas-es", "https://caracas-es.example/", "es", "Caracas daily", "C", "caracas"),
        Feed("moscow-ru", "https://moscow-ru.example/", "ru", "Moscow agency", "C", "moscow"),
        Feed("beijing-zh", "https://beijing-zh.example/", "zh", "Beijing agency", "C", "beijing"),
        Feed("tehran-fa", "https://tehran-fa.example/", "fa", "Tehran agency", "C", "tehran"),
        Feed("treasury-en", "https://treasury-en.example/", "en", "Treasury press", "A", "us"),
        Feed("regional-pt", "https://regional-pt.example/", "pt", "Regional", "B", "region"),
        Feed("blog-en", "https://blog-en.example/", "en", "Blog", "D", "blogs"),
    )
}


def _indicator(key: str, title: str, question: str, priority: str = "normal") -> Indicator:
    return Indicator(key, title, Rule(match=f"${key}"), question, priority=Priority(priority))


SU30 = Indicator(
    id="su30-overhauls",
    title="Su-30 overhauls",
    rule=Rule(match="$su30 NEAR/25 $overhaul"),
    question="Are Venezuela’s Su-30s being overhauled, or left to wait?",
    brief="seeds/limits-of-patronage.md#su-30-overhauls",
    signals=(
        Signal("stalled", Rule(match="$delay"), supports=("aid-capped",)),
        Signal("progressing", Rule(match="$returned"), contradicts=("aid-capped",)),
    ),
    priority=Priority.HIGH,
    group="material-aid",
    examples_match=("Venezuelan Flankers wait for engines as overhaul slips",),
    examples_no_match=("India signs Su-30MKI overhaul deal",),
    contact="M. Salas",
    review_by=date(2025, 12, 1),
)
PARTS = Indicator(
    id="spare-parts-shipments",
    title="Spare-parts shipments",
    rule=Rule(match="$supplies"),
    question="How fast, and how much, do ordinary military supplies reach Venezuela from Russia?",
    signals=(
        Signal("arriving", Rule(match="$moving"), contradicts=("aid-capped",)),
        Signal("delayed", Rule(match="$delay"), supports=("aid-capped",)),
    ),
    priority=Priority.HIGH,
)
INDICATORS = (
    PARTS,
    SU30,
    _indicator("officers", "Officer compliance", "Do the officers bend, or stand by?", "high"),
    _indicator("signature-weapons", "Signature weapons", "Does Moscow send its great weapons?"),
    _indicator("us-iran-friction", "US–Iran friction", "Do Washington and Tehran clash over it?"),
    _indicator("hedging", "Caracas hedging", "Does Caracas buy from Beijing and Tehran instead?"),
    _indicator("regional", "Regional reactions", "How do the neighbours take it?"),
    _indicator("us-pressure", "US military pressure", "What do American forces do nearby?"),
    _indicator("diplomacy", "Russian diplomacy", "What does Moscow say for Caracas?"),
    _indicator("finance", "Coercive finance", "Is money frozen, or oil paid in arms?", "low"),
)
WATCH = replace(a_watch(feeds=FEEDS.values(), indicators=INDICATORS), title="Moscow–Caracas watch")


def marks_of(item: Item, words: Iterable[str]) -> tuple[Mark, ...]:
    """``list=word`` for each word that did the matching, found in the item's text."""
    found = []
    for entry in words:
        name, _, word = entry.rpartition("=")
        field: FieldName
        for field in get_args(FieldName):
            at = item.text(field).find(word)
            if at >= 0:
                mark = Mark(field, at, at + len(word), word, word.lower(), name or None)
                found.append(mark)
                break
        else:
            raise AssertionError(f"{word} is nowhere in {item.key}")
    return tuple(found)


def report(
    key: str,
    feed: str,
    at: str,
    title: str,
    summary: str,
    hits: dict[str, tuple[str, ...]],
    *,
    signals: tuple[str, ...] = (),
    content: str = "",
) -> Report:
    seen = datetime.fromisoformat(f"2025-11-{at}:00-04:00").astimezone(UTC)
    source = FEEDS[feed]
    item = Item(
        key=key,
        feed=feed,
        title=title,
        summary=summary,
        content=content,
        link=f"https://{feed}.example/{key}",
        lang=source.lang,
        published=seen,
    )
    found = tuple(
        Hit(key, indicator, signals if place == 0 else (), marks_of(item, words))
        for place, (indicator, words) in enumerate(hits.items())
    )
    return Report(item, source, seen, found)


def story(*reports: Report, alerted: datetime | None = None) -> Story:
    return Story(reports[0].item.key, reports, alerted, independent=max(1, len(reports) - 1))


STORIES = (
    story(
        report(
            "b141",
            "wire-en",
            "05T17:40",
            "Russian transport makes second trip to Venezuela in ten days",
            "An Ilyushin freighter carrying what officials called “technical material” landed at "
            "Simon Bolivar airport on Wednesday, the second such flight since 26 October. "
            "Venezuela’s air force unloaded it overnight.",
            {
                "spare-parts-shipments": (
                    "airlift=Ilyushin",
                    "airlift=freighter",
                    "supplies=technical material",
                )
            },
            signals=("arriving",),
        ),
        report(
            "b139",
            "caracas-es",
            "05T18:10",
            "“Eso que bajaron de noche son fierros para los helicópteros”",
            "Trabajadores del aeropuerto relatan cómo una docena de camiones del Ejército se llevó "
            "la carga.",
            {"spare-parts-shipments": ("supplies=fierros", "airframes=helicópteros")},
        ),
        report(
            "b389",
            "moscow-ru",
            "05T18:25",
            "«Ящики уже на месте»: в Каракасе разгрузили самолёт из России",
            "",
            {"spare-parts-shipments": ("airlift=самолёт",)},
        ),
        report(
            "b390",
            "tehran-fa",
            "05T20:05",
            "دومین هواپیمای باری روسی در کاراکاس",
            "",
            {"spare-parts-shipments": ("russia=روسی",)},
        ),
        alerted=datetime(2025, 11, 5, 21, 42, tzinfo=UTC),
    ),
    story(
        report(
            "b131",
            "wire-en",
            "05T07:50",
            "Duma deputy sees no obstacle to sending Oreshnik missiles to Venezuela",
            "Alexei Zhuravlev of the Duma defence committee said Russia could supply Caracas with "
            "Kalibr or Oreshnik systems and that Pantsir-S1 and Buk-M2E units had recently been "
            "flown in by Il-76.",
            {"signature-weapons": ("signature=Kalibr", "signature=Oreshnik"), "us-pressure": ()},
            signals=("transfer",),
        )
    ),
    story(
        report(
            "b120",
            "blog-en",
            "05T12:15",
            "No slot for foreign Sukhois at Irkutsk until 2027",
            "Line managers at the Irkutsk plant say export customers are being turned away because "
            "the repair shop is filled with the Russian air force’s own Su-30SMs.",
            {
                "su30-overhauls": (
                    "su30=Sukhois",
                    "overhaul=repair",
                    "su30=Su-30SMs",
                    "delay=lost their place",
                )
            },
            signals=("stalled",),
            content="It was a cold morning at the plant. Venezuela’s aircraft, due this autumn, "
            "have lost their place in the line. Nobody would say for how long.",
        )
    ),
    story(
        report(
            "b121",
            "moscow-ru",
            "05T09:20",
            "Источник: борт с имуществом для боливарианской армии прибыл по графику",
            "Речь идёт о комплектующих для вертолётов и бронетехники, поставляемых в Венесуэлу по "
            "ранее заключённым контрактам.",
            {
                "spare-parts-shipments": (
                    "airlift=борт",
                    "supplies=имуществом",
                    "spare-parts=комплектующих",
                )
            },
            signals=("arriving",),
        )
    ),
    story(
        report(
            "b122",
            "caracas-es",
            "05T10:15",
            "Padrino asegura que los Su-30 tendrán su revisión mayor “muy pronto”",
            "El ministro de la Defensa dijo que un equipo de la fábrica rusa ya trabaja en "
            "Barcelona en la extensión de vida útil de los cazas.",
            {
                "su30-overhauls": (
                    "su30=Su-30",
                    "overhaul=revisión mayor",
                    "overhaul=extensión de vida útil",
                )
            },
            signals=("progressing",),
        )
    ),
    story(
        report(
            "b388",
            "tehran-fa",
            "05T04:15",
            "تهران: راهزنی دریایی علیه ملت ونزوئلا بی‌پاسخ نمی‌ماند",
            "وزارت امور خارجه از شورای امنیت خواست در برابر لشکرکشی آمریکا در کارائیب سکوت نکند.",
            {"us-iran-friction": ("iran=تهران", "military-build-up=لشکرکشی")},
            signals=("reaction",),
        )
    ),
    story(
        report(
            "b123",
            "beijing-zh",
            "05T10:00",
            "委内瑞拉向中方提出加快无人侦察系统交付",
            "委方希望提前接收一批侦察设备和电子干扰装置，双方正就付款方式进行商谈。",
            {"hedging": ("reconnaissance-drones=无人侦察系统", "jammers=电子干扰装置")},
        )
    ),
    story(
        report(
            "b137",
            "regional-pt",
            "05T06:30",
            "Senado brasileiro ouve chanceler sobre porta-aviões perto da Venezuela",
            "Mauro Vieira afirmou que o país não aceita intervenção militar na vizinhança.",
            {
                "regional": ("brazil=Mauro Vieira", "military-intervention=intervenção militar"),
                "us-pressure": ("military-intervention=intervenção militar",),
            },
        )
    ),
)
LATER = (
    story(
        report(
            "b144",
            "wire-en",
            "06T06:50",
            "Tehran warns against American “piracy” toward Venezuelan partner",
            "Iran’s foreign ministry spokesman Esmail Baghaei said threats against an independent "
            "state were unlawful and that cooperation with Caracas would not be decided in "
            "Washington.",
            {"us-iran-friction": ("iran=Iran", "venezuela=Caracas")},
            signals=("reaction",),
        )
    ),
)
TODAY = (
    story(
        report(
            "b142",
            "world-en",
            "06T01:55",
            "Another Il-76 from Russia unloads in Caracas",
            "Officials would only speak of technical material.",
            {"spare-parts-shipments": ("airlift=Il-76", "supplies=technical material")},
            signals=("arriving",),
        )
    ),
    story(
        report(
            "b391",
            "moscow-ru",
            "06T05:10",
            "Ил-76 снова приземлился под Каракасом",
            "Борт с «техническим имуществом» разгрузили ночью силами венесуэльских ВВС.",
            {"spare-parts-shipments": ("airlift=Ил-76", "supplies=имуществом")},
            signals=("arriving",),
        )
    ),
    *LATER,
)
GAPS = (
    Gap(
        FEEDS["tehran-fa"],
        datetime(2025, 11, 6, 2, 40, tzinfo=UTC),
        "the server answered 503 Service Unavailable",
    ),
    Gap(FEEDS["treasury-en"], None, "no answer within 20 seconds"),
)
COVERAGE = Coverage(feeds=9, answered=8, items=541, gaps=GAPS)
START, END = day_bounds(DAY, CARACAS)
WEEK = {"spare-parts-shipments": 11, "su30-overhauls": 7, "us-pressure": 6, "diplomacy": 3}
SLOT = Slot(next(branches([Route("r")])), DAY + timedelta(days=1), time(7), NOW)


def a_digest(
    stories: Iterable[Story] = STORIES, *, coverage: Coverage = COVERAGE, now: datetime = NOW
) -> Digest:
    return build(WATCH, stories, coverage, START, END, now, day=DAY, week=WEEK)


def since_midnight(stories: Iterable[Story] = LATER) -> Digest:
    return build(WATCH, stories, COVERAGE, END, NOW, NOW, week=WEEK)


def a_frame(*problems: Problem) -> Frame:
    return Frame("Moscow–Caracas watch", CARACAS, NOW, problems, NOW if problems else None)


REFUSED = Problem("indicators.yaml", 214, 18, "unknown list $refinery", "did you mean $refineries?")


def days_of(seed: str, count: int, rate: float) -> tuple[tuple[date, int], ...]:
    chance = random.Random(seed)
    last = NOW.astimezone(CARACAS).date()
    return tuple(
        (last - timedelta(days=back), sum(chance.random() < rate / 4 for _ in range(4)))
        for back in range(count - 1, -1, -1)
    )


def a_gauge(indicator: Indicator, rate: float) -> Gauge:
    today = sum(indicator.id in one.indicators for one in TODAY)
    days = (*days_of(indicator.id, 30, rate)[:-1], (NOW.date(), today))
    own = [one for one in (*TODAY, *STORIES) if indicator.id in one.indicators]
    signals = tuple((one.id, 8 - 5 * place) for place, one in enumerate(indicator.signals))
    return Gauge(
        indicator,
        today=days[-1][1],
        week=sum(count for _, count in days[-7:]),
        publishers=len(own),
        best_grade=own[0].grade if own else None,
        days=days,
        signals=signals,
        last=own[0] if own else None,
    )


def a_board(**more: object) -> Board:
    groups = dict.fromkeys(feed.group or "other" for feed in FEEDS.values())
    values: dict[str, object] = {
        "gauges": tuple(a_gauge(one, 1.6 / (1 + at)) for at, one in enumerate(INDICATORS)),
        "stories": len(TODAY),
        "newest": tuple(sorted(STORIES, key=lambda one: one.seen, reverse=True)),
        "coverage": COVERAGE,
        "groups": tuple(
            GroupCoverage(name, 1, int(name not in {"us", "tehran"}), 312 // (1 + at))
            for at, name in enumerate(groups)
        ),
        "deliveries": DELIVERIES,
        "channels_missing": (("desk-mail", "DESK_MAIL_URL"),),
        **more,
    }
    return Board(**values)  # type: ignore[arg-type]


DELIVERIES = (
    DeliveryLine(NOW, "desk-mail", "digest", "5 November: 8 stories", "held", "not set up"),
    DeliveryLine(
        NOW - timedelta(hours=13),
        "desk-chat",
        "alert",
        "Spare-parts shipments: Russian transport makes second trip to Venezuela in ten days",
        "sent",
    ),
)


def an_indicator_page() -> IndicatorPage:
    stories = tuple(one for one in STORIES if SU30.id in one.indicators)
    return IndicatorPage(
        gauge=a_gauge(SU30, 0.9),
        days=days_of("history", 90, 0.5),
        expression="$su30 NEAR/25 $overhaul",
        scope="$venezuela",
        lists=(
            ("su30", ("Su-30", "Sukhoi*", "Flanker*", "Су-30", "Сухой", "苏-30", "سوخو")),
            ("overhaul", ("overhaul*", "life extension", "капитальн* ремонт*", "大修")),
        ),
        signals=(
            ("stalled", "$delay", ("aid-capped",), (), 8),
            ("progressing", "$returned", (), ("aid-capped",), 3),
        ),
        hypotheses=(
            Hypothesis("aid-capped", "Russia’s material aid stays capped by the war in Ukraine."),
        ),
        brief_text="Watch whether Moscow’s technicians extend the life of the fighters it sold, "
        "or let them wait their turn behind Russia’s own.",
        stories=stories,
        total=41,
        deliveries=DELIVERIES[1:],
    )


def a_feeds_page() -> FeedsPage:
    states = ("failing", "gone", "stale", "empty", "never polled")
    lines = []
    for at, feed in enumerate(FEEDS.values()):
        state = states[at] if at < len(states) else "ok"
        status = FeedState(
            feed.id,
            feed.url,
            last_poll=NOW,
            last_answer=NOW - timedelta(minutes=8 + 500 * (at < 2)),
            last_new=None
            if state == "empty"
            else NOW - timedelta(days=9 if state == "stale" else 0, hours=2),
            next_poll=NOW + timedelta(minutes=7),
            failures=int(at < 1),
            failing_since=NOW - timedelta(hours=8) if at < 1 else None,
            error="the server answered 503 Service Unavailable" if at < 1 else None,
            gone=state == "gone",
            skipped=2 * (at == 6),
            losses=int(at == 5),
            last_loss=NOW - timedelta(hours=3) if at == 5 else None,
        )
        days: list[tuple[date, int | None]] = list(days_of(feed.id, 30, 3.0))
        if at < 2:
            days[-3:] = [(day, None) for day, _ in days[-3:]]
        lines.append(
            FeedLine(
                feed,
                None if state == "never polled" else status,
                state,
                12 + at,
                tuple(days),
                usual=None if state in ("empty", "never polled") else 11.0 + at,
                leaked=at == 5,
            )
        )
    return FeedsPage(tuple(lines), COVERAGE)


def a_digest_page(content: str) -> DigestPage:
    first = date(2025, 10, 1)
    archive = []
    for offset in range(61):
        day = first + timedelta(days=offset)
        known = date(2025, 10, 6) <= day <= date(2025, 11, 6)
        archive.append(ArchiveDay(day, (day.day * 7) % 11 if known else None))
    return DigestPage(
        day=DAY,
        content=content,
        closed=True,
        previous=date(2025, 11, 4),
        following=date(2025, 11, 6),
        archive=tuple(archive),
        late=2,
    )


def a_story_page() -> StoryPage:
    """A Persian item that two indicators hit, edited once, as the list of now judges it."""
    terms = {
        "su30": ("Su-30", "سوخو ۳۰", "جنگنده*"),
        "overhaul": ("overhaul*", "تعمیر*"),
        "engines": ("engine*", "موتور*"),
        "venezuela": ("Venezuela*", "ونزوئلا"),
        "toys": ("toy*",),
        "supplies": ("spare parts", "قطعات*"),
    }
    jets = replace(SU30, rule=Rule(match="$su30 AND ($overhaul OR $engines) NOT $toys"), signals=())
    parts = replace(PARTS, rule=Rule(match="$supplies NEAR/5 $engines"), signals=())
    buying = "$engines AND ($toys OR (hit:su30-overhauls NOT $su30))"
    rivals = replace(_indicator("hedging", "Caracas hedging", ""), rule=Rule(match=buying))
    watch = replace(
        a_watch(feeds=FEEDS.values(), indicators=(jets, parts, rivals), terms=terms),
        scope=Rule(match="$venezuela"),
    )
    matcher, problems = compile_watch(watch)
    assert not [one for one in problems if one.severity == "error"], problems
    item = Item(
        key="c0ffee00" * 4,
        feed="tehran-fa",
        title="جنگنده‌های ونزوئلا در انتظار موتور",
        summary="مقام‌ها گفتند موتورها هنوز نرسیده است.",
        content="بند نخست درباره موتور.\nبند دوم درباره ونزوئلا.",
        link="https://tehran-fa.example/b512",
        lang="fa",
        published=NOW - timedelta(hours=3),
        hash="feedface" * 4,
    )
    hits = (*match(item, matcher), Hit(item.key, "finance", revision="0ld"))
    seen = Report(item, FEEDS["tehran-fa"], NOW - timedelta(hours=2), hits)
    earlier = Version("جنگنده‌ها", "بدون خبر", "", "deadbeef" * 4, NOW - timedelta(hours=1))
    return story_page(
        Story(item.key, (seen,)),
        {item.key: [earlier]},
        (NOW - timedelta(hours=2), False),
        watch,
        matcher,
        DELIVERIES[1:],
    )


def a_ledger_page() -> LedgerPage:
    """A line in every state, a channel that is down, and a mute."""
    titles = (
        "Su-30 overhauls: Venezuelan Flankers wait for engines",
        "ونزوئلا در انتظار موتور",
        "",
    )
    lines = tuple(
        LedgerLine(
            id=100 - number,
            at=NOW - timedelta(minutes=number),
            kind="alert" if number else "digest",
            subject=STORIES[0].id if number else "2025-11-06 07:00",
            title=titles[number % 3],
            reason="new" if number else "digest",
            route="desk-mail-alerts-1f0c2a",
            channel="" if state == "nowhere" else "desk-mail",
            state=state,
            note="quiet hours" if state == "held" else "",
            until=NOW + timedelta(hours=8) if state in ("held", "failed") else None,
            sent=NOW if state in ("sent", "merged") else None,
            attempts=number,
            merged_into=None,
            answer="2.0.0 Ok: queued as 4F2A" if state == "sent" else "",
            may_be_repeat=state == "sent",
            seen=Seen(STORIES[0].id, NOW, "J. Ortiz") if number == 1 else None,
        )
        for number, state in enumerate(LEDGER_STATES)
    )
    return LedgerPage(
        lines=lines,
        counts=tuple((state, 1) for state in LEDGER_STATES),
        mutes=(Mute(NOW + timedelta(days=1), "su30-overhauls", "$delay", "drill", "M. Salas"),),
        queues=(Queue("desk-chat", 3, NOW, NOW + timedelta(minutes=4), "no answer"),),
        channels=("desk-mail", "desk-chat"),
        older=94,
    )
