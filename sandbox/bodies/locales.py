"""Texts in other languages (developers/reference#locales)."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.bodies.field import Field

LOCALES = {
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko", "ar", "he",
}  # fmt: skip


def translations(localized: Field) -> list[Field]:
    """The texts of a `…_localizations` object; an unknown language is a problem."""
    if not localized.is_object() or not isinstance(localized.value, Mapping):
        return []
    found = []
    for locale in localized.value:
        text = localized[str(locale)]
        if locale not in LOCALES:
            text.ruled_by("reference#locales").refuse("is no language that Discord knows")
        found.append(text)
    return found
