"""What people type who mean no good, or whose keyboard slipped."""

from __future__ import annotations

from hypothesis import strategies as st

NOBODY = 81384788765712384
"""An account that does nothing in a test: wherever the bot mentions it, it was made to."""

TEXTS = (
    " ",
    "\u200b",
    "\x00",
    "a\x00b\x1b[31m\x07\x7f",
    "\u202eright to left\u2066\u200f",
    "Z̸̡̛͙" + "̴" * 200 + "algo",
    "🧪" * 4000,
    "👩‍👩‍👧‍👦🏳️‍🌈🇪🇺" * 50,
    "**bold** _x_ ~~s~~ ||spoiler|| `code` ```block\n``` > quote\n# head\n- list [a](https://evil.example)",
    "```",
    "\\" * 300,
    f"@everyone @here <@{NOBODY}> <@!{NOBODY}> <@&{NOBODY}> <#{NOBODY}> </save:{NOBODY}> <t:0:R> <a:x:{NOBODY}>",
    "'; DROP TABLE entry; --",
    '" OR 1=1 --',
    "%_%' ESCAPE '\\",
    '" NEAR("a" "b", 5) AND title: * OR ^x - {col}: "',
    "AND OR NOT (((",
    "*",
    "\\def\\a{\\a\\a}\\a $" + "{" * 3000 + "\\frac" * 400,
    "$" * 999,
    "../../../../etc/passwd\\..\\..\\boot.ini%00",
    "=cmd|' /C calc'!A0",
    "{{7*7}} ${jndi:ldap://127.0.0.1/a} %s %n {0.__class__}",
    "<script>alert(1)</script>&lt;&#0;",
    "x" * 6000,
    "long words " * 545,
    "pc:1:vote:1",
    ", , ,,:#,none",
    "99:99",
    "１２:３０",
    "-1",
    "9" * 400,
    "10.1/" + "(" * 2000,
)
"""Discord itself sends no lone surrogates (its JSON is UTF-8) and no empty option; a form's field may be empty."""

odd_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.text(
    "@<>&#:*_~`|[]()\\\"'{}$%^-=/. \n\t\x00\u202e\u200dae1", max_size=80
)
