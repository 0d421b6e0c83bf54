"""Number words of English reports: cardinals, magnitudes, ordinals and fractions."""

from __future__ import annotations

from duxue.claims.script import words

CARDINALS = {
    word: value
    for value, word in enumerate(
        words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
    )
} | {
    word: 10 * value
    for value, word in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}

MAGNITUDES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "k": 10**3,
    "ten thousand": 10**4,
    "ten thousands": 10**4,
    "wan": 10**4,
    "lakh": 10**5,
    "lakhs": 10**5,
    "lac": 10**5,
    "lacs": 10**5,
    "hundred thousand": 10**5,
    "million": 10**6,
    "millions": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "m": 10**6,
    "lakh crore": 10**12,
    "thousand crore": 10**10,
    "thousand million": 10**9,
    "crore": 10**7,
    "crores": 10**7,
    "cr": 10**7,
    "ten million": 10**7,
    "yi": 10**8,
    "hundred million": 10**8,
    "billion": 10**9,
    "billions": 10**9,
    "bn": 10**9,
    "b": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
}
WORD_MAGNITUDES = ("hundred", "thousand", "lakh", "million", "crore", "billion", "trillion")

ORDINALS = {
    word: value
    for value, word in enumerate(
        words(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        start=1,
    )
}

FRACTIONS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourth": 4,
    "fourths": 4,
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "sixths": 6,
    "seventh": 7,
    "sevenths": 7,
    "eighth": 8,
    "eighths": 8,
    "ninth": 9,
    "ninths": 9,
    "tenth": 10,
    "tenths": 10,
}


def cardinal(words: list[str]) -> int | None:
    """Return the value of cardinal words ("two", "hundred", "five"), or None where they form no number."""
    total = group = 0
    for word in words:
        if word in CARDINALS:
            group += CARDINALS[word]
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in MAGNITUDES:
            total += (group or 1) * MAGNITUDES[word]
            group = 0
        elif word not in ("and", "a"):
            return None
    return total + group
