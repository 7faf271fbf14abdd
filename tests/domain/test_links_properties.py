"""What holds for any text around any paper."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.links import find_links, only_paper_links, page_url, parse_paper, pdf_url
from bot.domain.papers import PaperId

_LETTERS = string.ascii_lowercase
_month = st.builds("{:02d}{:02d}".format, st.integers(15, 40), st.integers(1, 12))
_new_arxiv = st.builds("{}.{:05d}".format, _month, st.integers(1, 99_999))
_old_month = st.builds("{:02d}{:02d}".format, st.integers(92, 99), st.integers(1, 12))
_old_arxiv = st.builds(
    "{}/{}{:03d}".format,
    st.sampled_from(["hep-th", "math", "cs", "cond-mat", "q-bio"]),
    _old_month,
    st.integers(1, 999),
)
_name = st.text(_LETTERS, min_size=1, max_size=9)
_year = st.integers(2007, 2021)
_hex = st.text("0123456789abcdef", min_size=32, max_size=32)
_number = st.integers(10_000, 9_999_999)
_doi = st.builds(
    lambda registrant, stem, number, part: f"10.{registrant}/{stem}{part}{number}",
    st.integers(1000, 99_999),
    _name,
    _number,
    st.sampled_from([".", "-", "(20)", "/", "_", ":"]),
)


def _papers(scheme: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[PaperId]:
    return values.map(lambda value: PaperId(scheme, value))


papers = st.one_of(
    _papers("arxiv", _new_arxiv | _old_arxiv),
    _papers("doi", _doi),
    _papers("acl", st.builds("{}{:02d}-{}".format, st.sampled_from("ACDEJNPQW"), st.integers(0, 19), st.just("1040"))),
    _papers("acl", st.builds("{}.{}-{}.{}".format, _year, _name, _name, st.integers(1, 999))),
    _papers("openreview", st.text(string.ascii_letters + string.digits, min_size=9, max_size=12)),
    _papers("pmlr", st.builds("v{}/{}{}a".format, st.integers(54, 300), _name, st.integers(17, 26))),
    _papers("neurips", st.builds("{}/{}".format, _year, _hex)),
    _papers("cvf", st.builds("{}_{}_CVPR_{}".format, _name, _name, st.integers(2013, 2025))),
    _papers("jmlr", st.builds("v{}/{}{:02d}a".format, st.integers(1, 40), _name, st.integers(0, 26))),
    _papers("pmid", _number.map(str)),
    _papers("pmc", _number.map("PMC{}".format)),
    _papers("s2", _hex.map(lambda digits: digits + "0123abcd")),
    _papers("s2corpus", _number.map(str)),
    _papers("ieee", _number.map(str)),
    _papers("usenix", st.builds("{}{}/{}".format, _name, st.integers(10, 26), _name)),
    _papers("hal", st.integers(1, 99_999_999).map("hal-{:08d}".format)),
    _papers("iacr", st.builds("{}/{:03d}".format, _year, st.integers(1, 2_500))),
    _papers("ssrn", _number.map(str)),
    _papers("dagstuhl", st.builds("{}/{}".format, _year, _number)),
    _papers("distill", st.builds("{}/{}".format, _year, _name)),
    _papers("transformer-circuits", st.builds("{}/{}".format, st.integers(2021, 2026), _name)),
)
_fragments = [
    *(
        "https://",
        "arxiv.org",
        "/abs/",
        "1706.03762",
        "arXiv:",
        "10.1145/",
        "`",
        "```",
        "\\",
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
    ),
    *("doi.org/", "nature.com/articles/", "PMC", "_", "%2F", "?id=", "v2", " ", "\n", "||", "é", "。", ".pdf"),
]
texts = st.text(max_size=300) | st.lists(st.sampled_from(_fragments), max_size=40).map("".join)


@given(texts)
def test_never_raises_and_finds_only_canonical_papers(text: str) -> None:
    links = find_links(text)
    only_paper_links(text)
    parse_paper(text)
    assert len({link.paper for link in links}) == len(links)
    for link in links:
        typed = parse_paper(str(link.paper))
        assert typed is not None
        assert typed.paper == link.paper


@given(papers)
def test_canonical_forms_and_addresses_read_back(paper: PaperId) -> None:
    typed = parse_paper(str(paper))
    assert typed is not None
    assert typed.paper == paper
    for address in filter(None, (page_url(paper), pdf_url(paper))):
        assert [link.paper for link in find_links(address)] == [paper]
        assert only_paper_links(address)


@pytest.mark.parametrize(
    "wrapper",
    [
        "||{}||",
        "**{}**",
        "*{}*",
        "__{}__",
        "_{}_",
        "~~{}~~",
        "||**{}**||",
        '"{}"',
        "'{}'",
        "“{}”",
        "«{}»",
        "({})",
        "(({}))",
        "[{}]",
        "{{{}}}",
        "（{}）",
        "> {}",
        "-# {}",
        "<{}>",
        "\\<{}\\>",
        "[words]({})",
        "[words](<{}>)",
        '[words]({} "title")',
        "{}.",
        "{},",
        "{}...",
        "{}…",
        "{}!?",
        "{}:",
        "{};",
        "{}).",
        "{}。",
        "\u200b{}\u200b",
        "{}🔥",
        "paper:{}",
        '<a href="{}">',
    ],
)
@settings(max_examples=25)
@given(paper=papers)
def test_what_is_around_a_link_does_not_matter(wrapper: str, paper: PaperId) -> None:
    if address := page_url(paper):
        assert [link.paper for link in find_links(wrapper.format(address))] == [paper]


@given(papers, st.text(" \n.,!?abcxyzéд字🔥", max_size=60), st.text("\n .,!?)abcxyzéд字🔥", max_size=60))
def test_words_before_and_after_do_not_matter(paper: PaperId, before: str, after: str) -> None:
    if address := page_url(paper):
        assert [link.paper for link in find_links(f"{before} {address} {after}")] == [paper]


@given(papers, st.sampled_from(["utm_source=discord&utm_medium=social", "fbclid=IwAR0xYz-12_ab", "ref=x#top"]))
def test_tracking_parameters_do_not_matter(paper: PaperId, parameters: str) -> None:
    if address := page_url(paper):
        joined = f"{address}{'&' if '?' in address else '?'}{parameters}"
        assert [link.paper for link in find_links(joined)] == [paper]


@given(papers, st.sampled_from(["`{}`", "``{}``", "```{}```", "```py\n{}\n```", "`a` `{}` `b`"]))
def test_nothing_in_code_is_found(paper: PaperId, code: str) -> None:
    assert find_links(code.format(page_url(paper) or str(paper))) == []


@given(papers)
def test_an_address_inside_another_one_is_not_found(paper: PaperId) -> None:
    if address := page_url(paper):
        assert find_links(f"https://example.org/?u={address}") == []
        assert find_links(f"https://example.org/{address}") == []
        assert find_links(address.replace("https://", "https://example.org/")) == []
