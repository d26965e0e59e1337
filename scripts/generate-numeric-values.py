"""Writes packages/engine/src/semantics/text/numeric-values.gen.ts from Python's own Unicode data.

JavaScript knows which characters are numeric, not their values. The decimal digits need no table (they lie in runs
of ten); all others are listed here as runs: first code point, length, value of the first, step, and "digit" where
the characters stand for single digits (superscripts, circled ones).

    python3 scripts/generate-numeric-values.py
"""

import pathlib
import unicodedata
from fractions import Fraction

TARGET = "packages/engine/src/semantics/text/numeric-values.gen.ts"


def value(code):
    number = unicodedata.numeric(chr(code), None)
    if number is None or unicodedata.category(chr(code)) == "Nd":
        return None
    return Fraction(number).limit_denominator(1000)


def runs():
    current = None  # [start, length, first, step, kind]
    for code in range(0x110000):
        number = value(code)
        if number is None:
            continue
        kind = "" if unicodedata.digit(chr(code), None) is None else " digit"
        if current and code == current[0] + current[1] and kind == current[4]:
            step = number - current[2] if current[1] == 1 else current[3]
            if number == current[2] + step * current[1]:
                current = [current[0], current[1] + 1, current[2], step, kind]
                continue
        if current:
            yield current
        current = [code, 1, number, Fraction(0), kind]
    yield current


lines = [f"{start:x} {length} {first} {step}{kind}" for start, length, first, step, kind in runs()]
text = f"""// Written by scripts/generate-numeric-values.py from Unicode {unicodedata.unidata_version}; do not edit.

/** Runs of numeric characters: first code point (hex), length, value of the first, step, kind. */
export const numericRuns = `
{chr(10).join(lines)}
`;
"""
(pathlib.Path(__file__).parent.parent / TARGET).write_text(text, encoding="utf-8")
