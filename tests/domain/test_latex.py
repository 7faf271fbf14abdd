from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.latex import readable

_FORMULAS = {
    r"$\mathcal{O}(n^2)$": "𝒪(n²)",
    r"$\tilde{O}(\sqrt{T})$": "Õ(√(T))",
    r"$\widetilde{O}(n\log n)$": "Õ(n log n)",
    r"$\alpha$-divergence": "α-divergence",
    r"$x_{i}^{2}$ $W_{ij}$ $e^{-x^2}$": "xᵢ² Wᵢⱼ e^(-x²)",
    r"$\sim 10^{-3}$": "∼ 10⁻³",
    r"$\|x\|_2$": "‖x‖₂",
    r"H$_2$O $^{13}$C $256\times256$": "H₂O ¹³C 256×256",
    r"$D_{n+1}^{(2)}$ and $C^*$-algebras": "Dₙ₊₁⁽²⁾ and C*-algebras",
    r"$x_{\mathrm{eff}}$, $x_{i,j}$, $f^{it\Delta}$, $90^\circ$": "x_eff, x_(i,j), f^(itΔ), 90°",
    r"$\frac{a+b}{c}$, $\frac12$, $\sqrt[3]{2}$, $\binom{n}{k}$": "(a+b)/c, 1/2, ∛(2), (n choose k)",
    r"$\log\log n$, $\sin\theta$, $2\sin\theta$, $\lim\limits_{n\to\infty} a_n$": (
        "log log n, sin θ, 2 sin θ, lim_(n→∞) aₙ"
    ),
    r"$m\le n$ but $m \le n$": "m≤n but m ≤ n",
    r"$\mathbb{R}^n$, $\Bbb R$, ${\cal N}=4$, $\mathfrak{gl}_n$": "ℝⁿ, ℝ, 𝒩=4, 𝔤𝔩ₙ",
    r"$\mathcal{ALGORITHM}$, $\mathbf{x}$, $\mathbf{WORD}$": "ALGORITHM, 𝐱, WORD",
    r"$\bar{\nu}_e$, $\vec{E}$, $\overline{AB}$, $\hat{long}$, $\not=$": "ν̄ₑ, E⃗, A̅B̅, long, ≠",
    r"$\mathrm{GL}_n(\mathbb{F}_q)$, $\operatorname{Aut}(G)$, $\GL(V)$": "GLₙ(𝔽_q), Aut(G), GL(V)",
    r"$\{a \mid a > 0\}$ and $f'(x)$": "{a | a > 0} and f′(x)",
    r"$\left( a \right. b$": "( a b",
    r"\(x^2\) and \[y^2\] and $$z^2$$": "x² and y² and z²",
    r"\begin{equation} E=mc^2 \end{equation} holds": "E=mc² holds",
    r"$x \text{ if } y_1>0$": "x if y₁>0",
    r"10^{19} eV, but 10^19 and file_name": "10¹⁹ eV, but 10^19 and file_name",
    r"$\unicode{x2014}$": "—",
    r"$PA^3$: $\textbf{P}$olicy-$\textbf{A}$ware": "PA³: Policy-Aware",
}

_TEXTS = {
    r"\emph{A} \texttt{transformer}": "A transformer",
    r"5\% R\&D \$3 a\_b": "5% R&D $3 a_b",
    r"Poincar\'e Erd\H{o}s \L{}ukasz": "Poincaré Erdős Łukasz",
    r"B\"uttiker Schr{\"o}dinger \v{C}ech": "Büttiker Schrödinger Čech",
    r"Na\"\i ve S\o rensen Fran\c{c}ois": "Naïve Sørensen François",
    r"Sect.~3 Fig.~\ref{f} of~\cite{v}": "Sect. 3 Fig. of",
    r"known (\cite{a}, \citep[see][p.~3]{b}). Next": "known. Next",
    "``quotes'' 1--5": "“quotes” 1–5",
    "`single' and ''double'' quotes --- it's": "‘single’ and “double” quotes — it's",
    r"\url{http://a.org/x\_y} \href{http://u.org}{t}": "http://a.org/x_y t (http://u.org)",
    r"{\it On} {\bf words} {BERT} {0,1}": "On words BERT {0,1}",
    r"note\footnote{aside} \textcolor{red}{red}": "note (aside) red",
    r"a\\b\ c\,d": "a b c d",
    r"\unknown{kept} \ours and \ours{}": r"kept \ours and ours",
    r"\"escaped\" author\'s authors\' work, don\'t": "\"escaped\" author's authors' work, don't",
}

_NOT_TEX = [
    "costs $5 and $10",
    "from $1,000 to $2,000 per run",
    "$20K",
    r"unique_name C:\temp\pi\new stays",
    "B --> rho K* and --flag",
    "~10 GeV at http://x.org/~user/a--b_c",
    "x || y, a < b > c, <think> and {1, 2}",
    "L'Hôpital's 'rule' is 5' long",
    "naïve Ünïcode — “quoted” ‖x‖₂",
]


@pytest.mark.parametrize(("raw", "expected"), (_FORMULAS | _TEXTS).items())
def test_tex_becomes_unicode(raw: str, expected: str) -> None:
    assert readable(raw) == expected


@pytest.mark.parametrize("text", _NOT_TEX)
def test_what_only_looks_like_tex_is_left_alone(text: str) -> None:
    assert readable(text) == text


def test_no_word_is_lost_where_braces_and_dollars_do_not_match() -> None:
    assert readable(r"Unbalanced math $\mathbf{x and {the rest") == "Unbalanced math x and the rest"
    assert readable(r"above the Tur{\'a}n threshold}") == "above the Turán threshold}"
    assert readable("a price of $5 here") == "a price of $5 here"


def test_wrapped_lines_are_joined_and_paragraphs_kept() -> None:
    assert readable("  A title that is\n  wrapped \n") == "A title that is wrapped"
    assert readable("First\nparagraph.\n  \n Second.\n\n\nThird.") == "First paragraph.\n\nSecond.\n\nThird."


def test_a_formula_may_be_wrapped_too() -> None:
    assert readable("for $x\n< y$ we") == "for x < y we"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Infinite Runs of<br>\n  Automata", "Infinite Runs of Automata"),
        ("one<br><br>two<p>three</p>", "one\n\ntwo\n\nthree"),
        ("Hennessy&#39;s &#945;-&ndash; R&D AT&T &E; &#64257;nite", "Hennessy's α-– R&D AT&T &E; finite"),
        ("p &amp;lt; 0.05", "p < 0.05"),
        ("H<sub>2</sub>O, <i>in vivo</i>, m<sup>-2</sup>", "H₂O, in vivo, m⁻²"),
        ("a <b> c <i(t)> <think> <a, b>", "a <b> c <i(t)> <think> <a, b>"),
    ],
)
def test_html_of_titles_is_resolved(raw: str, expected: str) -> None:
    assert readable(raw) == expected


def test_unseen_characters_are_removed() -> None:
    assert readable("a\x7fb\x00c\u202ed\u2066e\u200bf\ufeffg\u00adh\x93\ud800\U000e0041") == "abcdefgh"
    assert readable("pass\u200dword \u200c") == "password"
    assert readable("👩‍🔬 می‌خواهم") == "👩‍🔬 می‌خواهم"  # joiners do their work in emoji and Persian
    assert readable("a\u00a0b\tc\u2009d") == "a b c d"


def test_a_macro_may_not_bring_an_unseen_character_back() -> None:
    assert readable(r"a$\unicode{x202e}$b &#8238; c") == "ab c"


_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})

_PIECES = [
    *"\\${}^_~`'[]x1%",
    *("$$", "^{", "_{", "``", "''", "--", r"\(", r"\)", r"\[", r"\]", r"\"", r"\'", r"\c ", r"\alpha", r"\\", r"\log"),
    *(r"\bar{", r"\frac{", r"\frac", r"\sqrt[", r"\cite{", r"\url{", r"\href{a}", r"\text{", r"\emph{", r"\mathcal{"),
    *(r"\cal ", r"\begin{equation}", r"\end{equation}", r"\unicode{", r"\left.", r"\limits", "&amp;", "&lt;", "&#36;"),
    *("<br>", "<sub>", "</sub>", "<i>", "</i>"),
]

_TEX = st.lists(
    st.one_of(
        st.sampled_from(_PIECES),
        st.text(max_size=4),
        st.just(" "),
        st.just("\n"),
    ),
    max_size=40,
).map("".join)


@given(_TEX)
def test_reads_anything_into_plain_visible_text(raw: str) -> None:
    text = readable(raw)
    assert text == text.strip()
    assert not _UNSEEN.search(text)


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\\${}&<~`-'", categories=["L", "N", "P", "Zs"]))
)
def test_text_without_tex_changes_only_in_its_white_space(text: str) -> None:
    once = readable(text)
    assert once == " ".join(text.translate(_LIGATURES).split())
    assert readable(once) == once


@pytest.mark.parametrize(
    ("opening", "closing"), [(r"\emph{", "}"), (r"$\text{", "}$"), (r"\text{$", "$}"), (r"\hat{", "}")]
)
def test_nesting_deeper_than_anybody_writes_ends_without_losing_the_words(opening: str, closing: str) -> None:
    assert "word" in readable(opening * 200 + "word" + closing * 200)
