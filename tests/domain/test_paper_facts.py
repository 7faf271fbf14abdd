from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper_facts import LONGEST_LINK, MOST_CODE_LINKS, code_links, is_withdrawn_comment, venue
from bot.domain.papers import Paper, PaperId
from bot.domain.venues import LONGEST_VENUE
from tests.domain.arxiv_records import all_papers, needs_records, odd_ids


def _paper(abstract: str = "", comment: str | None = None, journal_ref: str | None = None) -> Paper:
    return Paper(
        id=PaperId("arxiv", "1706.03762"),
        title="T",
        authors=("A",),
        abstract=abstract,
        comment=comment,
        journal_ref=journal_ref,
    )


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Code: https://github.com/owner/my_repo.git.", "https://github.com/owner/my_repo.git"),
        (r"\url{https://github.com/owner/my\_repo}.", "https://github.com/owner/my_repo"),
        (r"\href{https://github.com/run/Bench}{GitHub}.", "https://github.com/run/Bench"),
        ("(github.com/owner/repo).", "https://github.com/owner/repo"),
        ("athttps://www.GitHub.com/owner/repo/tree/main/x?tab=a#b", "https://github.com/owner/repo/tree/main/x"),
        ("at https: //github.com/owner/repo", "https://github.com/owner/repo"),
        ("http://gitlab.com/group/sub/project", "https://gitlab.com/group/sub/project"),
        ("https://codeberg.org/a/b", "https://codeberg.org/a/b"),
        ("https://bitbucket.org/a/b/src", "https://bitbucket.org/a/b/src"),
        ("https://huggingface.co/datasets/own/data,", "https://huggingface.co/datasets/own/data"),
        ("https://huggingface.co/tencent/Model", "https://huggingface.co/tencent/Model"),
        ("http://sourceforge.net/projects/treeome/.", "https://sourceforge.net/projects/treeome"),
        ("https://anonymous.4open.science/r/Flow-1D47.", "https://anonymous.4open.science/r/Flow-1D47"),
    ],
)
def test_code_is_found(text: str, link: str) -> None:
    assert code_links(_paper(abstract=text)) == (link,)
    assert code_links(_paper(comment=text)) == (link,)


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/owner",
        "https://huggingface.co/papers/1706.03762",
        "https://huggingface.co/blog/post",
        "https://owner.github.io/project",
        "https://notgithub.com/a/b",
        "https://github.com.evil.org/a/b",
        "https://github.com@evil.org/a/b",
        "https://evil.org/github.com/a/b",
        "user@github.com/a/b",
        "https://github.com/../a",
        "https://zenodo.org/records/1",
    ],
)
def test_what_is_no_code_is_not_found(text: str) -> None:
    assert code_links(_paper(abstract=text)) == ()


def test_each_code_link_comes_once_and_few_in_all() -> None:
    many = " ".join(f"github.com/owner/repo{n}" for n in range(9))
    links = code_links(
        _paper(abstract=f"https://github.com/Owner/Repo0/ github.com/owner/repo0.git {many}", comment=many)
    )
    assert links == (
        "https://github.com/Owner/Repo0",
        "https://github.com/owner/repo1",
        "https://github.com/owner/repo2",
    )


def test_a_link_too_long_for_a_button_is_left_out() -> None:
    assert code_links(_paper(abstract="https://github.com/a/" + "b" * 500)) == ()
    assert len(code_links(_paper(abstract="https://github.com/a/" + "b" * 400))) == 1


@given(
    st.lists(st.sampled_from(["https://", "github.com", "/", "a", "b.git", "..", "\u202e", "@", " ", "%", "é", "_"]))
)
def test_every_link_is_a_plain_address_of_a_known_host(parts: list[str]) -> None:
    for link in code_links(_paper(abstract="".join(parts))):
        address = urlsplit(link)
        assert (address.scheme, address.netloc) == ("https", "github.com")
        assert link.isascii()
        assert not any(character.isspace() for character in link)


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn",
        "This paper has been withdrawn by the author due to a crucial error in Lemma 2",
        "24 pages; This paper has been temporarily withdrawn by the author(s)",
        "The paper, while correct, has been withdrawn, as the result was known",
        "The paper in its present form has been withdrawn",
        "This 2005 technical report has been withdrawn by the author",
        "This version withdrawn by arXiv administrators because of the license",
        "This has been withdrawn by arXiv administrators",
        "Admin note: withdrawn by arXiv admin because of the use of a pseudonym",
        "*withdrawn*",
        "Withdrawn.",
        "Paper withdrawn since it is published elsewhere",
        "6 pages, withdrawn by the author due to an error in a formula",
        "18 pages, 2 figures. Withdrawn for review and rewriting",
        "I would like to withdraw this paper due to a copyright problem",
        "The author withdraws the paper as the proof has a gap",
    ],
)
def test_withdrawn(comment: str) -> None:
    assert is_withdrawn_comment(comment, "We prove a theorem.")


@pytest.mark.parametrize(
    "comment",
    [
        None,
        "12 pages",
        "v3: Prop 3.1 is withdrawn, without affecting any other result in the paper",
        "20 pages. Version 2: Section 6 withdrawn",
        "replaces an earlier paper that was withdrawn (arXiv:1002.3451)",
        "This is a replacement for math/0507124, which has been withdrawn",
        "Corrected version of a withdrawn submission",
        "guaranteed minimum withdrawal benefit products",
        "I would like to withdraw version 1 of the paper",
        "I am withdrawing the claim that NP = coNP",
        "Was accepted at a conference but later withdrawn due to financial issues",
        "arXiv admin note: substantial text overlap with arXiv:1201.4615, withdrawn paper",
        "This previous version has been withdrawn; see the new one",
    ],
)
def test_not_withdrawn(comment: str | None) -> None:
    assert not is_withdrawn_comment(comment, "We study withdrawn deposits. This paper is long.")


def test_an_abstract_that_begins_with_it_says_it_too() -> None:
    assert is_withdrawn_comment(None, "  This paper has been withdrawn by the\nauthors.")
    assert is_withdrawn_comment(None, "Withdrawn")
    assert not is_withdrawn_comment(None, "Withdrawal guarantees ensure the deduction of a constant amount.")
    assert not is_withdrawn_comment(None, "We show that one theorem fails. This paper replaces one that is withdrawn.")


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("Accepted at ICML 2026 (oral). Code: https://github.com/a/b", "ICML 2026 (oral)"),
        ("12 pages; Accepted to NeurIPS 2025. Link to poster: https://neurips.cc/x", "NeurIPS 2025"),
        ("10 pages, 3 figures, accepted for publication in Phys. Rev. Lett", "Phys. Rev. Lett"),
        ("Accepted by Phys. Rev. Lett. on August 29, 2013", "Phys. Rev. Lett"),
        ("to appear in the Journal of Combinatorial Theory, Series A", "Journal of Combinatorial Theory, Series A"),
        ("NeurIPS 2025 (Spotlight)", "NeurIPS 2025 (Spotlight)"),
        ("ICML'25, 305 pages, project page: https://x.top/", "ICML'25"),
        ("CVPR 2026 MORSE Workshop", "CVPR 2026 MORSE Workshop"),
        ("In Proceedings ICLP 2025, arXiv:2601.00047", "ICLP 2025"),
        ("Appears in Proceedings of the Third Conference on X (UAI2012)", "Third Conference on X (UAI2012)"),
        (
            "Published in at http://dx.doi.org/10.1214/1 the Annals of Statistics (http://x.org) by the Institute of Y",
            "Annals of Statistics",
        ),
        ("published in SIGMA at http://www.emis.de/journals/SIGMA/", "SIGMA"),
        ("13pp, LTH 287 (published in Int. J. Mod. Phys. A)", "Int. J. Mod. Phys. A"),
        ("Accepted at the Workshop on Regulatable ML at NeurIPS 2025", "Workshop on Regulatable ML at NeurIPS 2025"),
    ],
)
def test_venue_of_a_comment(comment: str, expected: str) -> None:
    assert venue(_paper(comment=comment)) == expected


@pytest.mark.parametrize(
    "comment",
    [
        None,
        "",
        "12 pages, 3 figures",
        "Submitted to ICML 2026",
        "Under review as a conference paper at ICLR 2026",
        "5 pages, to be published",
        "62 pages, published version",
        "This paper was rejected",
    ],
)
def test_no_venue(comment: str | None) -> None:
    assert venue(_paper(comment=comment)) is None


def test_the_journal_reference_comes_first() -> None:
    paper = _paper(comment="Accepted at ICML 2026", journal_ref="7\\`eme colloque\n  (2009), pp. 1--5.")
    assert venue(paper) == "7ème colloque (2009), pp. 1–5"
    assert venue(_paper(comment="Accepted at ICML 2026", journal_ref="  ")) == "ICML 2026"


@needs_records
def test_real_records() -> None:
    withdrawn = set()
    for paper in all_papers():
        place = venue(paper)
        assert place is None or 0 < len(place) <= LONGEST_VENUE
        assert place is None or "\n" not in place
        links = code_links(paper)
        assert len(links) <= MOST_CODE_LINKS
        assert all(len(link) <= LONGEST_LINK for link in links)
        if is_withdrawn_comment(paper.comment, paper.abstract):
            withdrawn.add(paper.id.value)
    assert odd_ids("withdrawn-flag") <= withdrawn
    assert 590 < len(withdrawn) < 669  # records that hold the word: 669
