"""Time zones as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedule import zones
from bot.domain.zones import find_zone
from bot.errors import NotUnderstood


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        (" New  York ", "America/New_York"),
        ("sao paulo", "America/Sao_Paulo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("utc", "UTC"),
        ("kolkata", "Asia/Kolkata"),
    ],
)
def test_a_zone_or_a_city_is_enough(typed: str, zone: str) -> None:
    assert find_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Berlim", "Europe/Berlin"),
        ("Pari", "Europe/Paris"),
        ("Europe/Londn", "Europe/London"),
        ("louisville", "America/Kentucky/Louisville or America/Louisville"),
    ],
)
def test_a_near_miss_names_what_may_be_meant(typed: str, near: str) -> None:
    with pytest.raises(NotUnderstood, match=r"Did you mean .*" + near):
        find_zone(typed)


@pytest.mark.parametrize("typed", ["", "  ", "Xyzzy", "@everyone", "12345"])
def test_what_is_like_no_zone_gets_an_example(typed: str) -> None:
    with pytest.raises(NotUnderstood, match=r"like Berlin, or a zone like Europe/Berlin\.$"):
        find_zone(typed)


@given(st.sampled_from(zones()))
def test_every_zone_is_found_by_its_name(zone: str) -> None:
    assert find_zone(zone.casefold().replace("_", " ")) == zone


@settings(deadline=None)  # spelling is compared with every city, which a busy machine may be slow at
@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_zone_or_a_plain_refusal(typed: str) -> None:
    try:
        found = find_zone(typed)
    except NotUnderstood as refused:
        said = refused.sentence
    else:
        assert found in zones()
        return
    assert len(said) < 250
    assert said.endswith(".")
