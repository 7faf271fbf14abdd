"""What each kind of link and identifier leads to, and what is none."""

from __future__ import annotations

import pytest

from bot.domain.links import Link, find_links, only_paper_links, page_url, parse_paper, pdf_url
from bot.domain.papers import PaperId

ATTENTION = PaperId("arxiv", "1706.03762")
BERT = PaperId("arxiv", "1810.04805")
ATTENTION_URL = "https://arxiv.org/abs/1706.03762"
BERT_URL = "https://arxiv.org/abs/1810.04805"

LINKS = {
    "arxiv:1706.03762": """
        https://arxiv.org/abs/1706.03762
        http://arxiv.org/abs/1706.03762
        https://www.arxiv.org/pdf/1706.03762
        https://arxiv.org:443/pdf/1706.03762.pdf
        https://arxiv.org/abs/1706.03762/
        https://arxiv.org/abs/1706.03762?context=cs.LG
        https://arxiv.org/pdf/1706.03762v7.pdf#page=3
        https://arxiv.org/html/1706.03762v7/extracted/figure.png
        https://arxiv.org/ps/1706.03762
        https://arxiv.org/format/1706.03762
        https://arxiv.org/e-print/1706.03762v2
        https://arxiv.org/src/1706.03762v5/anc/readme.txt
        https://arxiv.org/ftp/arxiv/papers/1706/1706.03762.pdf
        http://arxiv.org/PS_cache/arxiv/pdf/1706/1706.03762v1.pdf
        https://arxiv.org/abs/arXiv:1706.03762
        https://export.arxiv.org/abs/1706.03762
        https://browse.arxiv.org/html/1706.03762v7
        HTTPS://ARXIV.ORG/abs/1706.03762
        HTTPS://ARXIV.ORG/PDF/1706.03762V7.PDF
        https://arxiv.org/abs/arxiv.1706.03762
        http://front.math.ucdavis.edu/1706.03762
        arxiv.org/abs/1706.03762
        https://ar5iv.org/abs/1706.03762
        https://ar5iv.labs.arxiv.org/html/1706.03762
        https://www.alphaxiv.org/overview/1706.03762v7
        https://alphaxiv.org/pdf/1706.03762
        https://scirate.com/arxiv/1706.03762
        https://www.arxiv-vanity.com/papers/1706.03762/
        https://papers.cool/arxiv/1706.03762
        https://www.emergentmind.com/papers/1706.03762
        https://huggingface.co/papers/1706.03762
        https://hf.co/papers/1706.03762.md
        https://doi.org/10.48550/arXiv.1706.03762
        https://api.semanticscholar.org/arXiv:1706.03762
        arXiv:1706.03762
        arxiv: 1706.03762v3
        ARXIV 1706.03762
        arXiv ID: 1706.03762
        arXiv number 1706.03762
        arXiv:**1706.03762**
        arXiv:1706.03762v7 [cs.CL]
        doi:10.48550/ARXIV.1706.03762
    """,
    "arxiv:hep-th/9711200": """
        http://xxx.lanl.gov/abs/hep-th/9711200
        https://arxiv.org/pdf/hep-th/9711200v3
        https://arxiv.org/abs/hep-th%2F9711200
        https://arxiv.org/ftp/hep-th/papers/9711/9711200.pdf
        http://arxiv.org/PS_cache/hep-th/pdf/9711/9711200v3.pdf
        https://doi.org/10.48550/arXiv.hep-th/9711200
        arXiv:hep-th/9711200
    """,
    "arxiv:math/0309136": "https://arxiv.org/abs/math.GT/0309136 arXiv:math.GT/0309136v2 arXiv:MATH/0309136",
    "doi:10.1145/3292500.3330701": """
        https://doi.org/10.1145/3292500.3330701
        http://dx.doi.org/10.1145/3292500.3330701
        https://dl.acm.org/doi/10.1145/3292500.3330701
        https://dl.acm.org/doi/abs/10.1145/3292500.3330701
        https://dl.acm.org/doi/pdf/10.1145/3292500.3330701?download=true
        https://dl.acm.org/doi/fullHtml/10.1145/3292500.3330701
        doi:10.1145/3292500.3330701
        10.1145/3292500.3330701
    """,
    "doi:10.1016/s0140-6736(20)30183-5": """
        https://doi.org/10.1016/S0140-6736(20)30183-5
        https://doi.org/10.1016/S0140-6736%2820%2930183-5
        doi:10.1016/S0140-6736(20)30183-5
    """,
    "doi:10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2": """
        https://doi.org/10.1002/(SICI)1097-0258(19980815/30)17:15/16%3C1661::AID-SIM968%3E3.0.CO;2-2
        doi:10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2
    """,
    "doi:10.1103/physrevlett.116.061102": """
        https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.116.061102
        https://journals.aps.org/prl/pdf/10.1103/PhysRevLett.116.061102
        https://link.aps.org/doi/10.1103/PhysRevLett.116.061102
    """,
    "doi:10.1007/bf00994018": """
        https://link.springer.com/article/10.1007/BF00994018
        https://link.springer.com/content/pdf/10.1007%2FBF00994018.pdf
        https://link.springer.com/article/10.1007/BF00994018/fulltext.html#Sec2
    """,
    "doi:10.1093/bioinformatics/btaa123": """
        https://academic.oup.com/bioinformatics/article/doi/10.1093/bioinformatics/btaa123/5766115
        https://academic.oup.com/bioinformatics/article-abstract/doi/10.1093/bioinformatics/btaa123/5766115?login=false
    """,
    "doi:10.1162/neco.1997.9.8.1735": """
        https://direct.mit.edu/neco/article-abstract/doi/10.1162/neco.1997.9.8.1735/6109/Long-Short-Term-Memory
    """,
    "doi:10.1093/biomet/57.1.97": "https://academic.oup.com/biomet/article-lookup/doi/10.1093/biomet/57.1.97",
    "doi:10.1162/tacl_a_00276": """
        https://direct.mit.edu/tacl/article/doi/10.1162/tacl_a_00276/43518/Natural-Questions-A-Benchmark
        https://direct.mit.edu/tacl/article/doi/10.1162/tacl\\_a\\_00276/43518
    """,
    "doi:10.3389/fnins.2018.00774": """
        https://www.frontiersin.org/articles/10.3389/fnins.2018.00774/full
        http://journal.frontiersin.org/article/10.3389/fnins.2018.00774/abstract
    """,
    "doi:10.1080/01621459.2017.1285773": """
        https://www.tandfonline.com/doi/full/10.1080/01621459.2017.1285773?scroll=top
        https://amstat.tandfonline.com/doi/abs/10.1080/01621459.2017.1285773
    """,
    "doi:10.1126/sciadv.1500000": "https://advances.sciencemag.org/lookup/doi/10.1126/sciadv.1500000",
    "doi:10.1002/cpa.3160330503": """
        https://onlinelibrary.wiley.com/doi/pdfdirect/10.1002/cpa.3160330503?download=true
        https://onlinelibrary.wiley.com/resolve/doi?DOI=10.1002/cpa.3160330503
    """,
    "doi:10.1214/aos/1176344552": """
        https://projecteuclid.org/journals/annals-of-statistics/volume-7/issue-1/Bootstrap/10.1214/aos/1176344552.short
    """,
    "doi:10.1088/1367-2630/aa5a3d": "https://iopscience.iop.org/article/10.1088/1367-2630/aa5a3d/meta https://iopscience.iop.org/article/10.1088/1367-2630/aa5a3d/ampdf",
    "doi:10.1126/science.aaa8415": "https://www.science.org/doi/10.1126/science.aaa8415",
    "doi:10.1186/s13059-021-02362-7": "https://genomebiology.biomedcentral.com/articles/10.1186/s13059-021-02362-7",
    "doi:10.1371/journal.pone.0141287": """
        https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0141287
        https://journals.plos.org/plosone/article/file?id=10.1371/journal.pone.0141287&type=printable
        http://www.plosone.org/article/info%3Adoi%2F10.1371%2Fjournal.pone.0141287
    """,
    "doi:10.1038/s41586-021-03819-2": """
        https://www.nature.com/articles/s41586-021-03819-2
        https://www.nature.com/articles/s41586-021-03819-2.pdf
        https://www.nature.com/articles/s41586-021-03819-2/figures/1
    """,
    "doi:10.1038/nature14539": "https://www.nature.com/articles/nature14539 http://www.nature.com/doifinder/10.1038/nature14539",
    "doi:10.1038/323533a0": "https://www.nature.com/articles/323533a0",
    "doi:10.1101/2021.10.04.463034": """
        https://www.biorxiv.org/content/10.1101/2021.10.04.463034v1
        https://www.biorxiv.org/content/10.1101/2021.10.04.463034v2.full.pdf+html
        https://www.biorxiv.org/content/biorxiv/early/2021/10/05/2021.10.04.463034.full.pdf
        https://doi.org/10.1101/2021.10.04.463034v1
    """,
    "doi:10.64898/2026.05.05.723059": "https://www.biorxiv.org/content/10.64898/2026.05.05.723059v1.full",
    "doi:10.1101/2020.03.24.20042937": "https://www.medrxiv.org/content/10.1101/2020.03.24.20042937v1.full-text",
    "doi:10.7554/elife.57264": "https://elifesciences.org/articles/57264 https://elifesciences.org/reviewed-preprints/57264v2",
    "doi:10.7554/elife.04177": "https://elifesciences.org/content/4/e04177",
    "doi:10.5281/zenodo.1117762": "https://zenodo.org/records/1117762 https://doi.org/10.5281/zenodo.1117762",
    "doi:10.4230/lipics.itp.2024.12": """
        https://drops.dagstuhl.de/entities/document/10.4230/LIPIcs.ITP.2024.12
        https://drops.dagstuhl.de/storage/00lipics/lipics-vol309-itp2024/LIPIcs.ITP.2024.12/LIPIcs.ITP.2024.12.pdf
    """,
    "acl:P02-1040": """
        https://aclanthology.org/P02-1040
        https://aclanthology.org/P02-1040.pdf
        https://www.aclweb.org/anthology/P02-1040v2.pdf
        https://www.aclweb.org/anthology/P/P02/P02-1040.pdf
        http://aclweb.org/anthology/papers/P/P02/P02-1040/
        http://anthology.aclweb.org/P/P02/P02-1040.pdf
    """,
    "acl:2020.acl-main.463": """
        https://aclanthology.org/2020.acl-main.463/
        https://aclanthology.org/2020.acl-main.463v2.pdf
        https://www.aclweb.org/anthology/2020.acl-main.463.bib
    """,
    "openreview:YicbFdNTTy": """
        https://openreview.net/forum?id=YicbFdNTTy
        https://openreview.net/pdf?id=YicbFdNTTy
        https://openreview.net/forum?noteId=abcdefghij&id=YicbFdNTTy
        https://openreview.net/forum?id=YicbFdNTTy&amp;referrer=home
        _https://openreview.net/forum?id=YicbFdNTTy_
    """,
    "openreview:3s8Y7dHYk_-": "https://openreview.net/forum?id=3s8Y7dHYk_-",
    "pmlr:v97/finn19a": """
        https://proceedings.mlr.press/v97/finn19a.html
        http://proceedings.mlr.press/v97/finn19a/finn19a.pdf
        https://proceedings.mlr.press/v97/finn19a/finn19a-supp.pdf
    """,
    "pmlr:v28/coates13": "http://www.jmlr.org/proceedings/papers/v28/coates13.html",
    "neurips:2017/3f5ee243547dee91fbd053c1c4a845aa": """
        https://proceedings.neurips.cc/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract.html
        https://papers.nips.cc/paper_files/paper/2017/file/3f5ee243547dee91fbd053c1c4a845aa-Paper.pdf
        https://proceedings.neurips.cc//paper_files/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract.html
    """,
    "neurips:7181": "https://papers.nips.cc/paper/7181-attention-is-all-you-need.pdf",
    "cvf:He_Deep_Residual_Learning_CVPR_2016": """
        https://openaccess.thecvf.com/content_cvpr_2016/html/He_Deep_Residual_Learning_CVPR_2016_paper.html
        https://openaccess.thecvf.com/content_cvpr_2016/papers/He_Deep_Residual_Learning_CVPR_2016_paper.pdf
    """,
    "jmlr:v3/bengio03a": """
        https://www.jmlr.org/papers/v3/bengio03a.html
        https://jmlr.org/papers/volume3/bengio03a/bengio03a.pdf
    """,
    "jmlr:v21/20-074": "https://jmlr.org/papers/v21/20-074.html",
    "pmid:31452104": """
        https://pubmed.ncbi.nlm.nih.gov/31452104/
        https://www.ncbi.nlm.nih.gov/pubmed/31452104
        http://www.ncbi.nlm.nih.gov/pubmed?term=31452104
        https://europepmc.org/article/MED/31452104
        PMID: 31452104
        PMID=31452104
        PMID：31452104
    """,
    "pmc:PMC6240027": """
        https://pmc.ncbi.nlm.nih.gov/articles/PMC6240027/
        https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6240027/pdf/main.pdf
        https://www.ncbi.nlm.nih.gov/pmc/articles/6240027/
        https://europepmc.org/articles/PMC6240027
        https://europepmc.org/article/pmc/pmc6240027
        http://europepmc.org/backend/ptpmcrender.fcgi?accid=PMC6240027&blobtype=pdf
        pmcid:PMC6240027
        PMC6240027
    """,
    "s2:204e3073870fae3d05bcbc2f6a8e263d9b72e776": """
        https://www.semanticscholar.org/paper/Attention-is-All-you-Need/204e3073870fae3d05bcbc2f6a8e263d9b72e776
        https://www.semanticscholar.org/paper/204e3073870fae3d05bcbc2f6a8e263d9b72e776
        https://www.semanticscholar.org/reader/204e3073870fae3d05bcbc2f6a8e263d9b72e776
    """,
    "s2corpus:13756489": "https://api.semanticscholar.org/CorpusID:13756489",
    "ieee:7780459": """
        https://ieeexplore.ieee.org/document/7780459
        https://ieeexplore.ieee.org/abstract/document/7780459/
        https://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=7780459
        https://ieeexplore.ieee.org/iel7/7776647/7780329/07780459.pdf
    """,
    "usenix:osdi16/abadi": "https://www.usenix.org/conference/osdi16/technical-sessions/presentation/abadi",
    "hal:hal-00816703": """
        https://hal.inria.fr/hal-00816703v1/document
        https://inria.hal.science/hal-00816703
    """,
    "iacr:2018/024": """
        https://eprint.iacr.org/2018/024.pdf
        https://eprint.iacr.org/2018/24
        https://eprint.iacr.org/archive/versions/2018/024
    """,
    "ssrn:5250629": """
        https://ssrn.com/abstract=5250629
        https://papers.ssrn.com/sol3/papers.cfm?abstract_id=5250629
        https://papers.ssrn.com/sol3/Delivery.cfm/paper.pdf?abstractid=5250629&mirid=1
    """,
    "acm:3358072": "https://dl.acm.org/citation.cfm?id=3357384.3358072&dl=ACM",
    "pii:S258900422101261X": """
        https://www.sciencedirect.com/science/article/abs/pii/S258900422101261X?via%3Dihub
        https://www.sciencedirect.com/science/article/am/pii/S258900422101261X
    """,
    "pii:S0092867424011449": "https://www.cell.com/cell/fulltext/S0092-8674(24)01144-9",
    "distill:2020/circuits/zoom-in": "https://distill.pub/2020/circuits/zoom-in/",
    "transformer-circuits:2022/toy_model": "https://transformer-circuits.pub/2022/toy_model/index.html#demonstrating",
    "pwc:attention-is-all-you-need": "https://paperswithcode.com/paper/attention-is-all-you-need",
    "dagstuhl:2021/13904": "https://drops.dagstuhl.de/opus/volltexte/2021/13904/pdf/paper.pdf",
}
IDENTIFIERS = ("arXiv", "arxiv", "ARXIV", "doi:", "10.", "PMC", "PMID", "pmcid")


def _examples() -> list[tuple[str, str]]:
    lines = [(wanted, line.strip()) for wanted, text in LINKS.items() for line in text.strip().splitlines()]
    return [
        (wanted, link)
        for wanted, line in lines
        for link in ([line] if line.startswith(IDENTIFIERS) and "://" not in line else line.split())
    ]


@pytest.mark.parametrize(("wanted", "text"), _examples())
def test_every_form_leads_to_one_paper(wanted: str, text: str) -> None:
    assert [str(link.paper) for link in find_links(text)] == [wanted]
    assert [str(link.paper) for link in find_links(f"have you read ({text}), or not?")] == [wanted]
    typed = parse_paper(text)
    assert typed
    assert str(typed.paper) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/list/cs.CL/recent",
        "https://arxiv.org/list/hep-th/9901",
        "https://arxiv.org/search/?query=1706.03762&searchtype=all",
        "https://arxiv.org/find/grp_cs/1/au:+Vaswani/0/1/0/all/0/1",
        "https://arxiv.org/catchup/cs.CL/2025-01-02",
        "https://arxiv.org/a/vaswani_a_1",
        "https://arxiv.org/year/math/03",
        "https://info.arxiv.org/help/arxiv_identifier.html",
        "https://arxiv.org/abs/",
        "https://arxiv.org/abs/%(id)s",
        "https://arxiv.org/abs/2501.01",
        "https://arxiv.org/abs/1706.0376",
        "https://arxiv.org/abs/1706.037621",
        "https://arxiv.org/abs/1713.03762",
        "https://arxiv.org/abs/1700.03762",
        "https://arxiv.org/abs/1706.00000",
        "https://arxiv.org/abs/0612.1234",
        "https://arxiv.org/abs/1312.61140",
        "https://arxiv.org/abs/hep-th/0713001",
        "https://arxiv.org/abs/hep-th/9711000",
        "https://arxiv.org/abs/hep-th/0801001",
        "https://arxiv.org/abs/nothing/9901001",
        "arXiv:submit/7085268",
        "arXiv 2021.12345",
        "https://arxiv.org.evil.com/abs/1706.03762",
        "https://notarxiv.org/abs/1706.03762",
        "https://arxiv.org@evil.com/abs/1706.03762",
        "https://evil.com/?u=https://arxiv.org/abs/1706.03762",
        "https://evil.com/https://arxiv.org/abs/1706.03762",
        "https://web.archive.org/web/2020id_/https://arxiv.org/abs/1706.03762",
        "<:arxiv:170603762170603762> and arXiv <t:1706037620:R>",
        "https://www.ncbi.nlm.nih.gov/pubmed?term=smith+31452104",
        "https://www.ncbi.nlm.nih.gov/pmc/articles/mid/NIHMS123456/",
        "evil.com/?u=https://arxiv.org/abs/1706.03762",
        "evil.com?u=https://arxiv.org/abs/1706.03762",
        "https://evil.com/arxiv.org/abs/1706.03762",
        "someone@arxiv.org/abs/1706.03762",
        "notarXiv:1706.03762",
        "https://vixra.org/pdf/2306.0055v1.pdf",
        "viXra:2306.0055",
        "https://beta.homotopy.io/p/2402.00006",
        "https://citeseerx.ist.psu.edu/viewdoc/download?doi=10.1.1.652.3183&rep=rep1",
        "https://scholar.google.com/scholar?q=10.1145/3292500.3330701",
        "https://huggingface.co/papers",
        "https://huggingface.co/papers?date=2024-01-02",
        "https://huggingface.co/papers/month/2024-05",
        "https://huggingface.co/models?other=arxiv:1706.03762",
        "https://openreview.net/group?id=ICLR.cc/2024/Conference",
        "https://openreview.net/profile?id=~Ashish_Vaswani1",
        "https://aclanthology.org/volumes/2020.acl-main/",
        "https://aclanthology.org/people/a/ashish-vaswani/",
        "https://www.aclweb.org/anthology/W19-44",
        "https://dl.acm.org/doi/proceedings/10.1145/3292500",
        "https://dl.acm.org/citation.cfm?id=J956",
        "https://proceedings.mlr.press/v97/",
        "https://proceedings.mlr.press/v39/preface.pdf",
        "https://proceedings.neurips.cc/paper/2017",
        "https://openaccess.thecvf.com/CVPR2021?day=all",
        "https://jmlr.org/papers/v12/",
        "https://pubmed.ncbi.nlm.nih.gov/?term=attention",
        "https://www.semanticscholar.org/author/A-Vaswani/40348417",
        "https://www.semanticscholar.org/search?q=attention",
        "https://ieeexplore.ieee.org/browse/standards",
        "https://www.nature.com/articles/s41586...",
        "https://www.nature.com/collections/ceiajcdbeb",
        "https://academic.oup.com/bioinformatics/article/36/4/1234/5566506",
        "https://www.biorxiv.org/content/early/2026/01/05/2026.01.04.712345.full.pdf",
        "2021.12345",
        "1706.03762",
        "12345678",
        "hep-th/9711200 without its archive's name",
        "version 2.10.1234/5 on 24/11/2026 at 10.30, 10.0.0.0/24, 10.1234/5",
        "see #4714 and and/or 1.2.3/4",
        "I put it on arXiv in June",
        "the PMC has 12 members",
        "",
    ],
)
def test_what_only_looks_like_a_paper(text: str) -> None:
    assert find_links(text) == []
    assert not only_paper_links(text)


def test_versions() -> None:
    assert find_links(f"{ATTENTION_URL}v5") == [Link(ATTENTION, 5, quiet=False)]
    assert find_links(f"{ATTENTION_URL} and arXiv:1706.03762v2, {ATTENTION_URL}v7") == [Link(ATTENTION, 2, quiet=False)]


def test_order_of_appearance_each_once() -> None:
    text = f"{BERT_URL} builds on {ATTENTION_URL}; doi:10.1038/nature14539 and again {BERT_URL}v2"
    assert [str(link.paper) for link in find_links(text)] == [str(BERT), str(ATTENTION), "doi:10.1038/nature14539"]


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        (f"<{ATTENTION_URL}>", True),
        (f"[the paper](<{ATTENTION_URL}>)", True),
        (f'[the paper](<{ATTENTION_URL}> "title")', True),
        (f"||<{ATTENTION_URL}>|| and <{ATTENTION_URL}v2>", True),
        (f"<{ATTENTION_URL}> and {ATTENTION_URL}", False),
        (f"{ATTENTION_URL} and <{ATTENTION_URL}>", False),
        (f"[the paper]({ATTENTION_URL})", False),
        (f"\\<{ATTENTION_URL}\\>", False),
        (f"\\<{ATTENTION_URL}>", False),
        (f"< {ATTENTION_URL} >", False),
        (f"<see {ATTENTION_URL}>", False),
    ],
)
def test_angle_brackets_ask_for_quiet(text: str, quiet: bool) -> None:
    assert [(link.paper, link.quiet) for link in find_links(text)] == [(ATTENTION, quiet)]


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        (f"`{ATTENTION_URL}`", []),
        (f"``a ` {ATTENTION_URL}``", []),
        (f"```\n{ATTENTION_URL}\n```", []),
        (f"```py\nx = '{ATTENTION_URL}'\n``` but {BERT_URL}", [BERT]),
        (f"`code` {ATTENTION_URL} `code`", [ATTENTION]),
        (f"```{ATTENTION_URL}``` {BERT_URL} ```more```", [BERT]),
        (f"it`s {ATTENTION_URL}", [ATTENTION]),
        (f"``unclosed {ATTENTION_URL}` ", [ATTENTION]),
        (f"```unclosed {ATTENTION_URL}", [ATTENTION]),
        (f"\\`{ATTENTION_URL}\\`", [ATTENTION]),
        (f"`` ` `` {ATTENTION_URL} `x`", [ATTENTION]),
    ],
)
def test_code_is_not_read(text: str, papers: list[PaperId]) -> None:
    assert [link.paper for link in find_links(text)] == papers


@pytest.mark.parametrize(
    "text",
    [
        f"[{ATTENTION_URL}]({BERT_URL})",
        f"[a]({ATTENTION_URL})[b]({BERT_URL})",
        f"[Attention]({ATTENTION_URL} use it\n{BERT_URL})))",
        f"- **{ATTENTION_URL}**\n- __{BERT_URL}__",
        f"arXiv：<{ATTENTION_URL}>，还有{BERT_URL}。",
        f"<a href=\"{ATTENTION_URL}\">x</a><a href='{BERT_URL}'>",
        f"\\url{{{ATTENTION_URL}}}, \\cite{{arXiv:1810.04805}}",
        f"http://*%20{ATTENTION_URL} {BERT_URL}🔥",
        f"{ATTENTION_URL}|{BERT_URL}",
        f"{ATTENTION_URL}{BERT_URL}",
        f"{ATTENTION_URL},{BERT_URL}",
        f"{ATTENTION_URL};{BERT_URL}",
        "arxiv.org/abs/1706.03762,arxiv.org/abs/1810.04805",
        "https://doi.org/10.48550/arXiv.1706.03762,10.48550/arXiv.1810.04805",
        "10.48550/arXiv.1706.03762;10.48550/arXiv.1810.04805",
        "doi:10.48550/arXiv.1706.03762;doi:10.48550/arXiv.1810.04805",
        "doi:10.48550/arXiv.1706.03762,arXiv:1810.04805",
        f"doi:10.48550/arXiv.1706.03762;{BERT_URL}",
        f"https://discord.gg/abcdef{ATTENTION_URL} {BERT_URL}",
        f"https://doi.org/10.48550/arXiv.1706.03762,{BERT_URL}",
        f"https://doi.org/10.48550/arXiv.1706.03762/https://doi.org/10.1000/182 {BERT_URL}",
    ],
)
def test_several_in_one_message(text: str) -> None:
    assert [link.paper for link in find_links(text)] == [ATTENTION, BERT]


@pytest.mark.parametrize(
    ("text", "only"),
    [
        (f"read {ATTENTION_URL}!", True),
        (f"<{ATTENTION_URL}> {BERT_URL}", True),
        (f"{ATTENTION_URL} `https://github.com/a/b`", True),
        (f"{ATTENTION_URL} https://github.com/a/b", False),
        (f"{ATTENTION_URL} https://arxiv.org/list/cs.CL/recent", False),
        ("https://github.com/a/b", False),
        ("arXiv:1706.03762", False),
        (f"`{ATTENTION_URL}`", False),
        ("no link", False),
    ],
)
def test_only_paper_links(text: str, only: bool) -> None:
    assert only_paper_links(text) is only


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("1706.03762", Link(ATTENTION, None, quiet=False)),
        (" 1706.03762v3 ", Link(ATTENTION, 3, quiet=False)),
        ("`1706.03762`", Link(ATTENTION, None, quiet=False)),
        ("arxiv:1706.03762v2", Link(ATTENTION, 2, quiet=False)),
        ("hep-th/9711200", Link(PaperId("arxiv", "hep-th/9711200"), None, quiet=False)),
        ("math.GT/0309136v1", Link(PaperId("arxiv", "math/0309136"), 1, quiet=False)),
        ("10.1145/3292500.3330701", Link(PaperId("doi", "10.1145/3292500.3330701"), None, quiet=False)),
        ("PMC6240027", Link(PaperId("pmc", "PMC6240027"), None, quiet=False)),
        ("PMID: 31452104", Link(PaperId("pmid", "31452104"), None, quiet=False)),
        ("openreview:YicbFdNTTy", Link(PaperId("openreview", "YicbFdNTTy"), None, quiet=False)),
        (f"{ATTENTION_URL} (again: arXiv:1706.03762)", Link(ATTENTION, None, quiet=False)),
        (f"{ATTENTION_URL} {BERT_URL}", None),
        ("attention is all you need", None),
        ("2021.12345", None),
        ("openreview:", None),
        ("acl: not an id", None),
        ("31452104", None),
        ("", None),
    ],
)
def test_what_a_member_types(typed: str, wanted: Link | None) -> None:
    assert parse_paper(typed) == wanted


@pytest.mark.parametrize("wanted", LINKS)
def test_identifiers_and_their_addresses_read_back(wanted: str) -> None:
    paper = PaperId(*wanted.split(":", 1))
    assert parse_paper(wanted) == Link(paper, None, quiet=False)
    for address in (page_url(paper), pdf_url(paper)):
        if address:
            assert parse_paper(address) == Link(paper, None, quiet=False)
            assert only_paper_links(address)


@pytest.mark.parametrize(
    ("paper", "page", "pdf"),
    [
        ("arxiv:1706.03762", "https://arxiv.org/abs/1706.03762", "https://arxiv.org/pdf/1706.03762"),
        ("arxiv:hep-th/9711200", "https://arxiv.org/abs/hep-th/9711200", "https://arxiv.org/pdf/hep-th/9711200"),
        ("doi:10.1038/nature14539", "https://doi.org/10.1038/nature14539", None),
        ("doi:10.1002/(sici)1<2::aid>3.0.co;2-2", "https://doi.org/10.1002/(sici)1%3C2::aid%3E3.0.co%3B2-2", None),
        ("neurips:7181", None, None),
        (
            "neurips:2017/3f5ee243547dee91fbd053c1c4a845aa",
            "https://proceedings.neurips.cc/paper_files/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract.html",
            "https://proceedings.neurips.cc/paper_files/paper/2017/file/3f5ee243547dee91fbd053c1c4a845aa-Paper.pdf",
        ),
        ("neurips:2023/3f5ee243547dee91fbd053c1c4a845aa", None, None),
        ("pmlr:v49/cotter16", "https://proceedings.mlr.press/v49/cotter16.html", None),
        ("pmlr:v40/liang15", None, None),
        (
            "cvf:Wang_Some_Title_CVPR_2021",
            "https://openaccess.thecvf.com/content/CVPR2021/html/Wang_Some_Title_CVPR_2021_paper.html",
            "https://openaccess.thecvf.com/content/CVPR2021/papers/Wang_Some_Title_CVPR_2021_paper.pdf",
        ),
        (
            "cvf:Tang_Some_Title_CVPR_2019",
            "https://openaccess.thecvf.com/content_CVPR_2019/html/Tang_Some_Title_CVPR_2019_paper.html",
            "https://openaccess.thecvf.com/content_CVPR_2019/papers/Tang_Some_Title_CVPR_2019_paper.pdf",
        ),
        ("cvf:Wang_Some_Title_CVPRW_2021", None, None),
        ("pwc:attention-is-all-you-need", None, None),
    ],
)
def test_addresses(paper: str, page: str | None, pdf: str | None) -> None:
    identifier = PaperId(*paper.split(":", 1))
    assert page_url(identifier) == page
    assert pdf_url(identifier) == pdf


def test_what_lies_after_the_limit_is_not_read() -> None:
    assert find_links("x" * 3_900 + f" {ATTENTION_URL}")
    assert find_links("x" * 4_000 + f" {ATTENTION_URL}") == []
    assert find_links(f"{ATTENTION_URL}\n" + "x" * 4_000)
    half_in = "x" * (3_999 - len("https://doi.org/10.1145/3292500")) + " https://doi.org/10.1145/3292500.3330701"
    assert find_links(half_in) == []


def test_what_is_too_long_for_a_doi_is_none() -> None:
    assert find_links("https://doi.org/10.1000/" + "a" * 3_000) == []


def test_a_name_that_tells_no_address_has_none() -> None:
    assert page_url(PaperId("cvf", "no_year")) is None
    assert pdf_url(PaperId("cvf", "no_year")) is None
