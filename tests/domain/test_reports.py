"""Sums that count people, words of every length, links, batches, and who sees what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.report_sums import Counted, sum_of
from bot.domain.report_views import Viewer, visible
from bot.domain.report_words import read_line, read_link, read_outcome, read_text, read_words
from bot.domain.reports import (
    GROUPS,
    HAPPENED_LENGTH,
    LINK_LENGTH,
    MADE_WORK_LENGTH,
    OUTCOMES,
    SETTING_LENGTH,
    SYMBOLS,
    TRIED_LENGTH,
    Outcome,
    Report,
    Words,
    next_batch,
)
from bot.errors import NotUnderstood

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SAID = {"setting": "CIFAR-10", "tried": "Table 2", "happened": "3 points worse"}

instants = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31)).map(  # noqa: DTZ001 - next line
    lambda at: at.replace(tzinfo=UTC)
)
members = st.integers(1, 6)


@st.composite
def reports_and_confirmations(draw: st.DrawFn) -> tuple[list[Counted], list[tuple[int, int]]]:
    """At most one report of each member, and anybody's confirmations of others', some more than once."""
    authors = draw(st.lists(members, unique=True, max_size=5))
    reports, owners = [], {}
    for number, author in enumerate(authors, 1):
        named = draw(st.booleans())
        owners[number] = author
        reports.append(Counted(number, author if named else None, draw(st.sampled_from(OUTCOMES)), draw(instants)))
    pairs = st.tuples(st.sampled_from(sorted(owners) or [1]), members)
    confirmed = draw(st.lists(pairs, max_size=12)) if owners else []
    return reports, [(report, member) for report, member in confirmed if owners[report] != member]


@given(reports_and_confirmations(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_people_are_counted_whatever_the_order(
    known: tuple[list[Counted], list[tuple[int, int]]], random: Random
) -> None:
    reports, confirmations = known
    total = sum_of(reports, confirmations)
    if not reports:
        assert total is None
        return
    assert total is not None
    shuffled = random.sample(reports, len(reports)), random.sample(confirmations * 2, len(confirmations) * 2)
    assert sum_of(*shuffled) == total, "neither the order nor a second click counts"
    named = {report.author_id for report in reports if report.author_id is not None}
    unnamed = sum(report.author_id is None for report in reports)
    confirming = {member for _, member in confirmations} - named
    assert total.people == len(named) + unnamed + len(confirming)
    groups = (total.works, total.partly, total.fails)
    assert max(groups) <= total.people <= sum(groups)
    assert sum(groups) <= len(reports) + len({(report, member) for report, member in confirmations})
    assert total.latest == max(report.shown_at for report in reports)


@given(reports_and_confirmations())
@settings(deadline=None)
def test_a_confirmation_by_whoever_wrote_one_without_a_name_counts_as_anybodys(
    known: tuple[list[Counted], list[tuple[int, int]]],
) -> None:
    """Else the sum would tell whose it is: it must not depend on the author at all."""
    reports, confirmations = known
    unnamed = [report for report in reports if report.author_id is None]
    stranger = [(report, member + 100) for report, member in confirmations]
    if len(unnamed) == len(reports):
        assert sum_of(reports, confirmations) == sum_of(reports, stranger)


def test_every_outcome_has_a_symbol_and_a_group() -> None:
    assert set(SYMBOLS) == set(GROUPS) == set(OUTCOMES)
    assert len(set(SYMBOLS.values())) == len(OUTCOMES) == 6
    for outcome in OUTCOMES:
        total = sum_of([Counted(1, 1, outcome, NOW)], [])
        assert total is not None
        assert (total.works, total.partly, total.fails).count(1) == total.people == 1


@given(instants)
@settings(deadline=None)
def test_a_batch_is_on_a_full_hour_a_minute_away_at_least(now: datetime) -> None:
    batch = next_batch(now)
    assert (batch.minute, batch.second, batch.microsecond) == (0, 0, 0)
    assert timedelta(minutes=1) <= batch - now < timedelta(minutes=61)


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("setting", SETTING_LENGTH),
        ("tried", TRIED_LENGTH),
        ("happened", HAPPENED_LENGTH),
        ("made_work", MADE_WORK_LENGTH),
    ],
)
@given(extra=st.integers(-3, 3), space=st.text(" \n\t", max_size=3))
@settings(deadline=None)
def test_words_of_every_length(field: str, most: int, extra: int, space: str) -> None:
    texts = SAID | {field: space + "x" * (most + extra) + space}
    if extra > 0:
        with pytest.raises(NotUnderstood, match=f"more than {most} characters"):
            read_words(texts, "partly", None)
    else:
        assert getattr(read_words(texts, "partly", None), field) == "x" * (most + extra)


@pytest.mark.parametrize("field", list(SAID))
@pytest.mark.parametrize("empty", ["", "  \n ", None])
def test_what_a_report_must_say(field: str, empty: str | None) -> None:
    with pytest.raises(NotUnderstood, match="does not say"):
        read_words(SAID | {field: empty}, "partly", None)
    left_out = {name: text for name, text in SAID.items() if name != field}
    with pytest.raises(NotUnderstood, match="does not say"):
        read_words(left_out, "partly", None)


def test_a_line_may_be_empty_and_a_text_may_not() -> None:
    assert read_line("  ", 5) == ""
    with pytest.raises(NotUnderstood):
        read_text("  ", 5)
    with pytest.raises(NotUnderstood, match="more than 5"):
        read_text("abcdef", 5)


@pytest.mark.parametrize("typed", ["", "Reproduced", "reproduced ", "works", "partly|no-name"])
def test_only_the_six_outcomes(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_outcome(typed)


@pytest.mark.parametrize(
    "link",
    [
        "https://github.com/someone/something",
        "http://example.org:8080/a?b=c#d",
        "https://example.org/ü",
        "https://example.org/" + "a" * (LINK_LENGTH - 20),
    ],
)
def test_links(link: str) -> None:
    assert read_link(f"  {link} ") == link


@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_no_link(nothing: str | None) -> None:
    assert read_link(nothing) is None


@pytest.mark.parametrize(
    "link",
    [
        "example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "https://example.org/a b",
        "https://example.org/\u202e",
        "https://example.org/<@1>",
        "https://[example.org",
        "https://example.org/" + "a" * (LINK_LENGTH - 19),
    ],
)
def test_no_such_links(link: str) -> None:
    with pytest.raises(NotUnderstood, match="https://"):
        read_link(link)


@given(st.text(max_size=40))
@settings(deadline=None)
def test_whatever_is_typed_as_a_link_is_one_or_is_refused(text: str) -> None:
    try:
        link = read_link(text)
    except NotUnderstood:
        return
    assert link is None or (link.startswith(("http://", "https://")) and link == text.strip())


AUTHOR, OTHER = 1, 2
VIEWERS: Sequence[tuple[int, bool]] = ((AUTHOR, False), (AUTHOR, True), (OTHER, False), (OTHER, True))


def kept(**changes: object) -> Report:
    words = Words(outcome="partly", **SAID)
    base = Report(id=1, server_id=1, paper=1, author_id=AUTHOR, anonymous=True, words=words, made_at=NOW)
    return base.model_copy(update=changes)


@given(
    anonymous=st.booleans(),
    shown=st.booleans(),
    hidden=st.booleans(),
    leaving=st.booleans(),
    pending=st.booleans(),
    contested=st.sampled_from([None, NOW, NOW + timedelta(minutes=30)]),
)
@settings(deadline=None)
def test_who_sees_what(
    *, anonymous: bool, shown: bool, hidden: bool, leaving: bool, pending: bool, contested: datetime | None
) -> None:
    outcome: Outcome = "reproduced"
    report = kept(
        anonymous=anonymous,
        shown_at=NOW - timedelta(minutes=30) if shown else None,
        waits_until=NOW + timedelta(minutes=30),
        hidden_at=NOW if hidden else None,
        hidden_reason="No." if hidden else None,
        contested_at=contested,
        contested_with="But." if contested else None,
        pending=Words(outcome=outcome, **SAID) if pending else None,
        leaving=leaving,
    )
    views = {who: visible(report, Viewer(*who, now=NOW)) for who in VIEWERS}
    for (user_id, manager), view in views.items():
        mine = user_id == AUTHOR
        assert (view is not None) == (not leaving if mine else shown and (manager or not hidden))
        if view is None:
            continue
        assert view.author_id == (None if anonymous else AUTHOR)
        assert view.mine == mine
        assert (view.words.outcome == "reproduced") == (mine and pending)
        assert (view.waits_until is not None) == mine
        assert (view.hidden_reason is not None) == (hidden and (mine or manager))
        assert view.may_contest == (mine and hidden and contested is None)
        assert view.may_hide == (manager and not mine and shown)
        seen = contested is not None and (mine or (manager and contested <= NOW))
        assert (view.contested_with is not None) == seen
    other = views[OTHER, True]
    if anonymous and other is not None:
        stranger = visible(report.model_copy(update={"author_id": 99}), Viewer(OTHER, manager=True, now=NOW))
        assert other == stranger, "a manager sees the same whoever wrote it"
        assert other.at == report.shown_at
