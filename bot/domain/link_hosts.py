"""Which address on which site names which paper: a table, and the one function that reads it.

The shapes are those of the sites' own addresses. Only the address is looked at, never what it leads to.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from bot.domain.link_ids import ARXIV, DOI_CHARACTER, DOI_PREFIX, Identified, identify

_LONGEST_ADDRESS = 2_000


class _Rule(NamedTuple):
    """`shape` is the beginning of the decoded path and query; `value` puts its groups together."""

    scheme: str
    shape: re.Pattern[str]
    value: str


def _rule(scheme: str, shape: str, value: str = "{0}") -> _Rule:
    return _Rule(scheme, re.compile(shape), value)


_END = r"(?![A-Za-z0-9])"
_DIGITS = rf"(\d+){_END}"
_SLUG = r"[A-Za-z0-9][A-Za-z0-9-]*"
_DOI = rf"{DOI_PREFIX}{DOI_CHARACTER}+"

_ARXIV = (
    _rule(
        "arxiv",
        r"/+(?i:(?:abs|pdf|html|ps|dvi|format|e-print|src|other|tb|bibtex|ftp/arxiv/papers/\d{4}"
        r"|PS_cache/arxiv/pdf/\d{4})/+)?(?i:arxiv[:.])?"
        rf"({ARXIV})",
    ),
    _rule("arxiv", rf"/(?:ftp|PS_cache)/([a-z-]+)/(?:papers|pdf)/\d{{4}}/(\d{{7}}(?:v\d+)?){_END}", "{0}/{1}"),
)
# Other sites that show arXiv's papers: the identifier is a whole part of the path.
_ARXIV_SHOWN = (_rule("arxiv", rf"[^?]*?/(?:[Aa][Rr][Xx][Ii][Vv]:)?({ARXIV})"),)
_HUGGING_FACE = (_rule("arxiv", rf"/papers/({ARXIV})"),)

_DOI_SITE = (_rule("doi", rf"/+(?:doi:|doi/)?({_DOI})"),)
_DOI_IN_ADDRESS = (
    _rule("doi", rf"(?!/doi/proceedings/)[^?]*?/({_DOI})"),
    _rule("doi", rf".*?[?&;](?i:doi|doid|id)=({_DOI})"),
)
# Journals on the Silverchair platform put their own number, and often the title, behind the DOI.
_DOI_BEFORE_NUMBER = (_rule("doi", rf"[^?]*?/doi/({_DOI}?)(?:/\d{{5,}}|/\d{{4,}}/[^/?]+)?/?(?:\?|$)"),)
_COLD_SPRING_HARBOR = (
    _rule("doi", rf"[^?]*?/({DOI_PREFIX}(?:\d{{4}}\.\d\d\.\d\d\.)?\d{{6,8}})(?!\d)"),
    # Without the prefix, and before December 2025 there was but one: openRxiv's 10.64898 came then.
    _rule(
        "doi",
        r"/content/(?:\w+/)?early/(?:20(?:1\d|2[0-4])/\d\d|2025/(?:0\d|1[01]))/\d\d"
        r"/((?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})(?!\d)",
        "10.1101/{0}",
    ),
)
_NATURE = (
    # s41586-021-03819-2 now; nature14539, nmeth.4636, 323533a0, nbt1206-1565 before. A cut-off s41586 is none.
    _rule(
        "doi",
        r"/articles/([a-z]\d{5}-\d{3}-\d{4,5}-[A-Za-z0-9]"
        r"|(?![a-z]\d{5}(?!\d))(?=[A-Za-z.-]*\d)[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*?)(?:_reference)?(?:\.e?pdf)?(?:[/?]|$)",
        "10.1038/{0}",
    ),
    _rule("doi", rf"/doifinder/({_DOI})"),
    _rule("doi", r"/\w+/journal/v\d+/n[^/]+/(?:full|abs|pdf)/([a-z]+[.\d]\w*)\.(?:html|pdf)", "10.1038/{0}"),
)
_PUBMED_CENTRAL = (
    _rule("pmc", rf"/(?:labs/)?(?:pmc/)?articles/(?i:PMC)?{_DIGITS}", "PMC{0}"),
    _rule("pmid", rf"(?:/m)?/pubmed/?(?:(?<=/)|\?term=){_DIGITS}"),
)
_JMLR = (
    _rule("jmlr", r"/papers/v(?:olume)?(\d+)/([a-z_-]+\d\d[a-z]|\d\d-\d{3,4})(?=[/.?]|$)", "v{0}/{1}"),
    _rule("pmlr", r"/proceedings/papers/(v\d+)/([A-Za-z0-9_-]+)(?=[/.?]|$)", "{0}/{1}"),
)
_NEURIPS = (
    _rule("neurips", rf"/+paper(?:_files/paper)?/(\d{{4}})/(?:hash|file)/([0-9a-f]{{32}}){_END}", "{0}/{1}"),
    _rule("neurips", r"/+paper(?:_files/paper)?/(\d{1,5})-"),
)
_ACL = (
    _rule(
        "acl",
        r"(?!/(?:volumes|events|venues|people|sigs)/)(?:/[^/?]+)*?"
        r"/([A-Za-z]\d\d-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9]+\.\d+)(?:[ve]\d+)?(?![A-Za-z0-9-])",
    ),
)
_CVF = (_rule("cvf", r"[^?]*?/([^/?]+?)_(?:paper|supplemental)\.(?:html|pdf|php)"),)
_HAL = (_rule("hal", rf"/([a-z]+-\d{{8}})(?:v\d+)?{_END}"),)
_SSRN = (_rule("ssrn", rf".*?(?i:abstract_?(?:id)?=){_DIGITS}"),)
_ACM = (_rule("acm", rf"/(?:citation|ft_gateway)\.cfm\?(?:.*[&;])?id=(?:\d+\.)?{_DIGITS}"), *_DOI_IN_ADDRESS)
_CELL_PRESS = (
    _rule(
        "pii",
        r".*?[/=](?:PII)?(S)(\d{4})-?(\d{3}[\dX])\(?(\d\d)\)?(\d{5})-?([\dX])(?![\dA-Za-z])",
        "{0}{1}{2}{3}{4}{5}",
    ),
)
_EUROPE_PMC = (
    _rule("pmc", rf"/(?:articles|(?:article|abstract)/(?i:PMC))/((?i:PMC)\d+){_END}"),
    _rule("pmc", rf"/backend/ptpmcrender\.fcgi\?(?:.*[&;])?accid=((?i:PMC)\d+){_END}"),
    _rule("pmid", rf"/(?:article|abstract)/(?i:MED)/{_DIGITS}"),
)
_SEMANTIC_SCHOLAR = (
    _rule("s2", rf"/(?:paper|reader)/(?:[^/?]+/)?([0-9a-f]{{40}}){_END}"),
    _rule("s2corpus", rf"/(?:p/)?(?i:CorpusID:){_DIGITS}"),
    _rule("arxiv", rf"/(?i:arxiv)[:/]({ARXIV})"),
)
_IEEE = (
    _rule("ieee", rf"/(?:abstract/)?document/{_DIGITS}"),
    _rule("ieee", rf".*?[?&;]arnumber={_DIGITS}"),
    _rule("ieee", r"/iel\w*/(?:\d+/)+(\d+)\.pdf"),
)
_DAGSTUHL = (
    *_DOI_IN_ADDRESS,
    _rule("doi", r"[^?]*?/((?:LIPIcs|OASIcs)\.[A-Za-z0-9-]+\.\d{4}\.\d+)(?:\.pdf|[/?]|$)", "10.4230/{0}"),
    _rule("dagstuhl", rf"/opus/volltexte/(\d{{4}})/{_DIGITS}", "{0}/{1}"),
)

# "arxiv.org" is one host, ".arxiv.org" all hosts below it.
_HOSTS_WITH_DOIS = """
    link.springer.com .springeropen.com .biomedcentral.com onlinelibrary.wiley.com .onlinelibrary.wiley.com
    tandfonline.com .tandfonline.com pubs.acs.org science.org .sciencemag.org pnas.org journals.sagepub.com
    royalsocietypublishing.org epubs.siam.org iopscience.iop.org frontiersin.org .frontiersin.org
    journals.aps.org link.aps.org journals.plos.org plosone.org plosbiology.org plosmedicine.org
    ploscompbiol.org plosgenetics.org plospathogens.org plosntds.org degruyter.com degruyterbrill.com
    worldscientific.com annualreviews.org aip.scitation.org nejm.org ahajournals.org journals.asm.org
    embopress.org emerald.com mitpressjournals.org journals.uchicago.edu liebertpub.com psycnet.apa.org
    pubsonline.informs.org spiedigitallibrary.org projecteuclid.org jstor.org ascelibrary.org arc.aiaa.org
    chemrxiv.org techrxiv.org f1000research.com wellcomeopenresearch.org content.iospress.com
    ebooks.iospress.nl cambridge.org computer.org inderscienceonline.com journals.physiology.org thejns.org
    karger.com future-science.com genome.cshlp.org jneurosci.org eneuro.org ascopubs.org atsjournals.org
    osapublishing.org opg.optica.org psychiatryonline.org
"""
_HAL_HOSTS = """
    hal.science .hal.science .archives-ouvertes.fr hal.inria.fr hal.inrae.fr hal.ird.fr hal.cea.fr
    hal.sorbonne-universite.fr hal.univ-lorraine.fr hal.umontpellier.fr hal.univ-lille.fr
    hal.univ-grenoble-alpes.fr hal.telecom-paris.fr .ccsd.cnrs.fr
"""
_SITES: dict[str, tuple[_Rule, ...]] = {
    "arxiv.org .arxiv.org xxx.lanl.gov arxiv-export1.library.cornell.edu": _ARXIV,
    "ar5iv.org ar5iv.labs.arxiv.org alphaxiv.org scirate.com arxiv-vanity.com papers.cool emergentmind.com bytez.com"
    " talk2arxiv.org front.math.ucdavis.edu": _ARXIV_SHOWN,
    "huggingface.co hf.co": _HUGGING_FACE,
    "doi.org dx.doi.org doi.acm.org dx.plos.org doi.ieeecomputersociety.org doi.apa.org doi.wiley.com": _DOI_SITE,
    _HOSTS_WITH_DOIS: _DOI_IN_ADDRESS,
    "academic.oup.com direct.mit.edu pubs.aip.org pubs.geoscienceworld.org ashpublications.org aacrjournals.org"
    " rupress.org portlandpress.com asmedigitalcollection.asme.org": _DOI_BEFORE_NUMBER,
    "dl.acm.org portal.acm.org": _ACM,
    "biorxiv.org medrxiv.org connect.biorxiv.org connect.medrxiv.org": _COLD_SPRING_HARBOR,
    "nature.com": _NATURE,
    "elifesciences.org": (
        _rule("doi", rf"/(?:articles/|reviewed-preprints/|content/\d+/e)(\d+)(?:v\d+)?{_END}", "10.7554/elife.{0}"),
    ),
    "zenodo.org": (_rule("doi", rf"/records?/{_DIGITS}", "10.5281/zenodo.{0}"), *_DOI_IN_ADDRESS),
    "peerj.com": (
        _rule("doi", rf"/articles/{_DIGITS}", "10.7717/peerj.{0}"),
        _rule("doi", rf"/articles/cs-{_DIGITS}", "10.7717/peerj-cs.{0}"),
    ),
    "ssrn.com papers.ssrn.com hq.ssrn.com": _SSRN,
    "aclanthology.org aclanthology.info aclanthology.coli.uni-saarland.de aclweb.org anthology.aclweb.org": _ACL,
    "openreview.net": (_rule("openreview", r"/(?:forum|pdf|attachment)/?\?(?:.*[&;])?id=([A-Za-z0-9_-]+)"),),
    "proceedings.mlr.press": (_rule("pmlr", r"/([vr]\d+)/([A-Za-z0-9_-]+)(?=[/.?]|$)", "{0}/{1}"),),
    "jmlr.org jmlr.csail.mit.edu": _JMLR,
    "proceedings.neurips.cc papers.neurips.cc papers.nips.cc proceedings.nips.cc"
    " datasets-benchmarks-proceedings.neurips.cc": _NEURIPS,
    "openaccess.thecvf.com cv-foundation.org": _CVF,
    "pubmed.ncbi.nlm.nih.gov pubmed.gov": (_rule("pmid", rf"/(?:\?term=)?{_DIGITS}"),),
    "pmc.ncbi.nlm.nih.gov ncbi.nlm.nih.gov": _PUBMED_CENTRAL,
    "europepmc.org": _EUROPE_PMC,
    "semanticscholar.org api.semanticscholar.org": _SEMANTIC_SCHOLAR,
    "ieeexplore.ieee.org": _IEEE,
    "sciencedirect.com linkinghub.elsevier.com": (
        _rule("pii", rf"/(?:science/article/(?:a[bm]s?/)?|retrieve/)pii/([A-Za-z0-9]+){_END}"),
    ),
    "cell.com thelancet.com": _CELL_PRESS,
    "usenix.org": (
        _rule(
            "usenix",
            rf"/conference/({_SLUG})/(?:technical-sessions/)?presentation/({_SLUG})(?=[/?]|$)",
            "{0}/{1}",
        ),
    ),
    _HAL_HOSTS: _HAL,
    "eprint.iacr.org ia.cr": (_rule("iacr", rf"/(?:archive/(?:versions/)?)?(\d{{4}})/{_DIGITS}", "{0}/{1}"),),
    "drops.dagstuhl.de": _DAGSTUHL,
    "distill.pub": (_rule("distill", rf"/(20\d\d/{_SLUG}(?:/{_SLUG}(?=[/?]|$))?)(?=[/?]|$)"),),
    "transformer-circuits.pub": (_rule("transformer-circuits", r"/(20\d\d/[\w-]+)(?=[/?]|$)"),),
    "paperswithcode.com": (_rule("pwc", rf"/paper/({_SLUG})(?=[/?]|$)"),),
}
_RULES = {host: rules for hosts, rules in _SITES.items() for host in hosts.split()}

ENDINGS = sorted({host.rpartition(".")[2] for host in _RULES})
"""The last parts of the hosts' names: com, org, ..."""


def identify_address(address: str) -> Identified | None:
    """The paper at `address`, which is written without `http://`; None for any other address."""
    authority, slash, rest = address[:_LONGEST_ADDRESS].partition("/")
    rules = _rules_of(authority.lower())
    if not rules:
        return None
    path, _, query = (slash + rest).partition("#")[0].partition("?")
    target = f"{path}?{query}" if query else path
    if "%" in target:
        target = unquote(target)
    target = target.replace("\\_", "_")
    for rule in rules:
        match = rule.shape.match(target)
        if match and (found := identify(rule.scheme, rule.value.format(*match.groups()))):
            return found
    return None


def _rules_of(authority: str) -> tuple[_Rule, ...]:
    """By the exact host. A user name before it (`arxiv.org@example.org`) makes it another, unknown one."""
    host = authority.removeprefix("www.").removesuffix(":443").removesuffix(":80")
    if rules := _RULES.get(host):
        return rules
    while "." in host:
        host = host.partition(".")[2]
        if rules := _RULES.get("." + host):
            return rules
    return ()
