"""What TeX's names and scripts look like in Unicode."""

from __future__ import annotations

import unicodedata
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db

OPERATORS = (
    "arccos arcsin arctan arg argmax argmin bmod cos cosh cot coth csc deg det diag dim exp gcd hom inf ker lg lim"
    " ln log max min Pr rank sec sin sinh sup tan tanh tr Tr"
)
"""Upright words in a formula; a space sets them off from a letter beside them."""

ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "r": "\u030a", "c": "\u0327", "k": "\u0328", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
"""Accents of words, by the character after the backslash, as combining characters."""

MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
    "overline": "\u0305", "underline": "\u0332", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308",
    "check": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
}  # fmt: skip

ALPHABETS = {
    "mathbb": ("DOUBLE-STRUCK", "DOUBLE-STRUCK"),
    "Bbb": ("DOUBLE-STRUCK", "DOUBLE-STRUCK"),
    "mathds": ("DOUBLE-STRUCK", "DOUBLE-STRUCK"),
    "mathcal": ("SCRIPT", "SCRIPT"),
    "mathscr": ("SCRIPT", "SCRIPT"),
    "cal": ("SCRIPT", "SCRIPT"),
    "Cal": ("SCRIPT", "SCRIPT"),
    "mathfrak": ("FRAKTUR", "BLACK-LETTER"),
    "frak": ("FRAKTUR", "BLACK-LETTER"),
    "mathbf": ("BOLD", "BOLD"),
    "boldsymbol": ("BOLD", "BOLD"),
    "bm": ("BOLD", "BOLD"),
}
"""Style words in the names of Unicode's mathematical letters; some letters have an older character of another name
(ℝ is DOUBLE-STRUCK CAPITAL R, ℌ is BLACK-LETTER CAPITAL H)."""

FONT_SWITCHES = frozenset(("cal", "Cal", "frak"))
"""Old macros among them that take no argument but change what follows: `{\\cal N}`."""

_LONGEST_STYLED_WORD = 3
"""A longer word in a fancy alphabet is a name; plain letters read better there, and can be searched."""

_OWN_SYMBOLS = {
    # spaces and signs
    " ": " ", ",": " ", ";": " ", ":": " ", ">": " ", "\\": " ", "quad": " ", "qquad": " ", "thinspace": " ",
    "!": "", "/": "", "-": "", "@": "", "(": "", ")": "", "[": "", "]": "", "|": "‖", "&": "&", "%": "%", "$": "$",
    "#": "#", "_": "_", "{": "{", "}": "}", "Vert": "‖", "lVert": "‖", "rVert": "‖", "vert": "|", "lvert": "|",
    "rvert": "|", "mid": "|", "colon": ":", "lbrace": "{", "rbrace": "}", "backslash": "\\", "textbackslash": "\\",
    "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_", "textbar": "|", "over": "/", "item": "• ",
    "choose": " choose ", "cent": "¢", "degree": "°", "degr": "°", "prime": "′", "setminus": "∖", "cdot": "·",
    "bigO": "O", "lbrack": "[", "rbrack": "]", "slash": "/", "limsup": "lim sup", "liminf": "lim inf",
    "iff": "⇔", "implies": "⇒", "impliedby": "⇐", "gets": "←", "land": "∧", "lor": "∨", "dots": "…", "ldots": "…",
    "hdots": "…", "lq": "‘", "rq": "’", "TeX": "TeX", "LaTeX": "LaTeX", "dag": "†", "dagger": "†", "star": "⋆",
    "ast": "∗", "epsilon": "ε", "eps": "ε", "phi": "φ", "hbar": "ℏ", "ell": "ℓ", "micron": "μm", "le": "≤", "ge": "≥",
    "aleph": "ℵ", "Bbbk": "𝕜", "xspace": " ", "textgreater": ">", "textless": "<", "copyright": "©", "ne": "≠",
    "square": "□", "Box": "□", "blacksquare": "■", "la": "≲", "ga": "≳", "S": "§", "bot": "⊥", "lhd": "◁", "rhd": "▷",
    "Re": "Re", "Im": "Im", "triangle": "△", "euro": "€", "pounds": "£", "checkmark": "✓", "cmark": "✓", "xmark": "✗",
    "xrightarrow": "→", "xleftarrow": "←", "leqslant": "≤", "geqslant": "≥", "sun": "☉",
    # number sets and units that many authors abbreviate in the same way
    "R": "ℝ", "RR": "ℝ", "N": "ℕ", "NN": "ℕ", "Z": "ℤ", "ZZ": "ℤ", "Q": "ℚ", "QQ": "ℚ", "C": "ℂ", "CC": "ℂ",
    "bbR": "ℝ", "bR": "ℝ", "reals": "ℝ", "Real": "ℝ", "msun": "M☉", "kms": "km s⁻¹", "eg": "e.g.", "ie": "i.e.",
    "etal": "et al.",
}  # fmt: skip

_SUPERSCRIPTS = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
_SUBSCRIPTS = dict(
    zip(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_RAISED_ALREADY = {"*": "*", "∗": "*", "∘": "°", "°": "°", "′": "′", "†": "†", "‡": "‡", "⊤": "ᵀ"}

_LATIN_WORDS = frozenset(
    ("o", "O", "l", "L", "i", "j", "ss", "ae", "AE", "oe", "OE", "aa", "AA", "dh", "DH", "th", "TH", "dj", "DJ")
)


@cache
def symbols() -> dict[str, str]:
    """Macro name without backslash to its text: pylatexenc's table of single characters, then our own choices."""
    table = get_default_latex_context_db()
    known = {}
    for spec in table.iter_macro_specs():
        if isinstance(spec.simplify_repl, str) and len(spec.simplify_repl) == 1:
            known[spec.macroname] = spec.simplify_repl
    return known | _OWN_SYMBOLS


def swallows_space(name: str) -> bool:
    r"""Whether a space after this macro only ends its name, as in `S\o rensen`. After a mathematical symbol authors
    usually mean the space that they write."""
    return name in _LATIN_WORDS


def superscript(content: str) -> str:
    """`2` is ², `-x²` is ^(-x²)."""
    return _RAISED_ALREADY.get(content.strip()) or _script(content, "^", _SUPERSCRIPTS, longest_bare=1)


def subscript(content: str) -> str:
    """`ij` is ᵢⱼ, `eff` is _eff, `i,j` is _(i,j)."""
    return _script(content, "_", _SUBSCRIPTS, longest_bare=len(content))


def _script(content: str, sign: str, letters: dict[str, str], longest_bare: int) -> str:
    content = content.strip()
    compact = content.replace(" ", "")
    if compact and all(letter in letters for letter in compact):
        return "".join(letters[letter] for letter in compact)
    if not content:
        return ""
    bare = len(content) <= longest_bare and is_one_term(content)
    return f"{sign}{content}" if bare else f"{sign}({content})"


def is_one_term(content: str) -> bool:
    """Whether something may stand before or after it without brackets."""
    return len(content) == 1 or all(
        letter.isalnum() or unicodedata.combining(letter) or letter in "._∞∂ℏ′*" for letter in content
    )


def accented(base: str, mark: str) -> str:
    """The first letter of `base` with a combining mark, as one character where Unicode has it."""
    if not base:
        return ""
    first = {"ı": "i", "ȷ": "j"}.get(base[0], base[0])
    return unicodedata.normalize("NFC", first + mark) + base[1:]


def in_alphabet(word: str, name: str) -> str:
    r"""`word` in the alphabet of the macro `name`, where Unicode has the letters: `R` in `mathbb` is ℝ."""
    bold = ALPHABETS[name][0] == "BOLD"
    if len(word) > (1 if bold else _LONGEST_STYLED_WORD):
        return word
    return "".join(_styled(letter, *ALPHABETS[name]) for letter in word)


@cache
def _styled(letter: str, style: str, older_style: str) -> str:
    if not ("a" <= letter.lower() <= "z" or letter.isdigit()) or not letter.isascii():
        return letter
    plain = unicodedata.name(letter).replace("LATIN ", "").replace("LETTER ", "")
    for name in (f"MATHEMATICAL {style} {plain}", f"{older_style} {plain}"):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return letter
