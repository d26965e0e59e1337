"""Random mathematical answers and what the real inspect_ai's `math` scorer makes of them.

Arguments: a seed, how many cases, where the case file goes. The same seed gives the same cases. What Inspect
gave up for lack of time is left out: it depends on the machine.
"""

import asyncio
import json
import math as numbers
import random
import sys
from fractions import Fraction

from inspect_ai.model import ChatMessageUser, ModelName, ModelOutput
from inspect_ai.scorer import Target, math
from inspect_ai.solver import TaskState

NAMES = ["x", "y", "n", "a", "k", "t"]
WRAPS = ["{}", "{}", "${}$", "\\boxed{{{}}}", "$\\boxed{{{}}}$", "\\({}\\)", "\\[{}\\]", "$${}$$", "**{}**", "{}."]
LEADS = ["", "", "", "The answer is ", "Answer: ", "So the final answer is: ", "We get 3 and 4.\n\n", "Thus x = 2, hence ", "result = "]
ENDS = ["", "", "", "", "", "", "", "", "", ".", ".", "\n", " which is right", " cm", "\\text{ cm}", "^\\circ", " dollars", "%", "\\%"]


def whole(rng, most=40):
    return rng.choice([rng.randint(-most, most), rng.randint(0, 9), rng.randint(0, 10**rng.randint(1, 7))])


def rational(rng, value=None):
    """Several ways to write one rational number."""
    value = value if value is not None else Fraction(whole(rng), rng.choice([1, 1, 2, 3, 4, 5, 7, 8, 12, 25, 100]))
    top, bottom = value.numerator, value.denominator
    k = rng.choice([1, 1, 2, 3])
    sign, size = ("-" if top < 0 else ""), abs(top)
    forms = [f"\\frac{{{top * k}}}{{{bottom * k}}}", f"{sign}\\frac{{{size * k}}}{{{bottom * k}}}", f"{sign}\\dfrac{{{size}}}{{{bottom}}}", f"{top}/{bottom}", f"{sign}\\tfrac{{{size}}}{{{bottom}}}"]
    if bottom == 1:
        forms += [str(top)] * 4 + [f"{top:,}", f"{top}.0", f"{sign}{size // 7 or 0} + {size - size // 7}" if top > 0 else str(top)]
    if (10**4) % bottom == 0:
        forms += [f"{float(value):.4f}".rstrip("0").rstrip("."), f"{float(value)}"]
    if 100 % bottom == 0:
        forms += [f"{value * 100}\\%", f"{value * 100}%"]
    if bottom < 10 and size < 10:
        forms += [f"{sign}\\frac {size} {bottom}", f"{sign}\\frac{size}{bottom}"]
    if size > bottom > 1:
        forms += [f"{sign}{size // bottom}\\frac{{{size % bottom}}}{{{bottom}}}", f"{sign}{size // bottom} {size % bottom}/{bottom}"]
    if bottom == 1 and size >= 1000:
        forms += [f"{top:,}".replace(",", "\\,"), f"{top:,}".replace(",", "{,}"), f"{float(top):.3e}", f"{size / 1000:g} \\times 10^3", f"{size / 1000:g} \\cdot 10^{{3}}"]
    return rng.choice(forms)


def pair_rational(rng):
    value = Fraction(whole(rng), rng.choice([1, 1, 2, 3, 4, 5, 7, 8, 12, 25, 100]))
    return rational(rng, value), rational(rng, value)


def pair_root(rng):
    a, b = rng.randint(2, 9), rng.choice([2, 3, 5, 6, 7])
    forms = [f"\\sqrt{{{a * a * b}}}", f"{a}\\sqrt{{{b}}}", f"{a}\\sqrt {b}", f"{a}*sqrt({b})", f"sqrt({a * a * b})", f"{a}√{b}", f"\\frac{{{a * b}}}{{\\sqrt{{{b}}}}}", f"{a} \\cdot {b}^{{1/2}}", f"{a * a * b}^{{0.5}}", f"{a * b}/sqrt({b})", f"{numbers.sqrt(a * a * b):.6f}"]
    return rng.choice(forms), rng.choice(forms)


def pair_polynomial(rng):
    x, a, b = rng.choice(NAMES), rng.randint(1, 6), rng.randint(1, 6)
    forms = [f"({x}+{a})({x}+{b})", f"{x}^2+{a + b}{x}+{a * b}", f"{x}^{{2}} + {a + b}{x} + {a * b}", f"({x}+{a})*({x}+{b})", f"{x}**2+{a + b}*{x}+{a * b}", f"{a * b}+{x}^2+{a + b}*{x}", f"{x}({x}+{a + b})+{a * b}", f"\\left({x}+{a}\\right)\\left({x}+{b}\\right)", f"{a * b} + {a + b}{x} + {x}\\cdot {x}"]
    return rng.choice(forms), rng.choice(forms)


def pair_constant(rng):
    k = rng.randint(1, 9)
    groups = [
        [f"{k}\\pi", f"{k}*pi", f"{k} \\pi", f"{k}π", f"\\pi \\cdot {k}", f"\\frac{{{2 * k}\\pi}}{{2}}", f"{k * numbers.pi:.10f}", f"{k * numbers.pi:.4f}"],
        [f"e^{k}", f"e^{{{k}}}", f"exp({k})", f"\\exp({k})", f"E**{k}"],
        ["\\sin(\\pi/6)", "\\frac12", "1/2", "sin(pi/6)", "\\sin\\frac{\\pi}{6}", "0.5", "\\cos{\\frac{\\pi}{3}}", "\\cos 60^\\circ"],
        [f"\\ln {k}", f"\\log({k})", f"log({k})", f"\\ln({k})", f"ln({k})"],
        [f"{k}!", f"{numbers.factorial(k)}", f"factorial({k})"],
        [f"\\binom{{{k + 3}}}{{2}}", str(numbers.comb(k + 3, 2)), f"binomial({k + 3},2)", f"\\dbinom{{{k + 3}}}{{2}}", f"{{{k + 3} \\choose 2}}"],
        [f"\\log_2 {2**k}", str(k), f"\\log_{{2}}({2**k})", f"log({2**k},2)"],
        [f"|{-k}|", str(k), f"\\left|{-k}\\right|", f"abs({-k})", f"\\lvert {-k} \\rvert"],
        [f"\\lfloor {k}.5 \\rfloor", str(k), f"floor({k}.5)"],
        [f"2^{{{k}}}", str(2**k), f"2**{k}", f"2^{k}", f"2^{{{k - 1}}} \\cdot 2"],
        [f"\\pm {k}", f"±{k}", f"{k}, -{k}", f"\\{{{-k}, {k}\\}}", f"{k} or {-k}"],
        [f"{k}+2i", f"2i+{k}", f"{k} + 2 i", f"{k}+2*I", f"{k} + i \\cdot 2"],
        [f"{30 * k}^\\circ", f"{30 * k}°", f"{30 * k}", f"{30 * k} degrees", f"{30 * k}^{{\\circ}}", f"\\frac{{{k}\\pi}}{{6}}"],
        ["\\infty", "∞", "+\\infty", "-\\infty", "oo"],
    ]
    group = rng.choice(groups)
    return rng.choice(group), rng.choice(group)


def pair_several(rng):
    items = [rational(rng, Fraction(whole(rng, 9), rng.choice([1, 1, 1, 2, 4]))) for _ in range(rng.randint(2, 4))]
    other = list(items)
    if rng.random() < 0.3:
        rng.shuffle(other)
    x = rng.choice(NAMES)
    kinds = [
        lambda m: f"({', '.join(m)})", lambda m: f"\\left({', '.join(m)}\\right)", lambda m: f"\\{{{', '.join(m)}\\}}", lambda m: f"\\left\\{{{','.join(m)}\\right\\}}",
        lambda m: ", ".join(m), lambda m: f"[{m[0]}, {m[1]}]", lambda m: f"[{m[0]}, {m[1]})", lambda m: f"({m[0]}, {m[1]}]", lambda m: f"{{{', '.join(m)}}}",
        lambda m: f"\\begin{{pmatrix}} {m[0]} & {m[1]} \\\\ {m[1]} & {m[0]} \\end{{pmatrix}}", lambda m: f"\\begin{{bmatrix}}{m[0]}\\\\{m[1]}\\end{{bmatrix}}",
        lambda m: f"(-\\infty, {m[0]}) \\cup ({m[1]}, \\infty)", lambda m: f"{m[0]} < {x} < {m[1]}", lambda m: f"{m[0]} \\le {x} \\leq {m[1]}", lambda m: f"{x} = {m[0]}, {x} = {m[1]}", lambda m: f"{x} \\in [{m[0]}, {m[1]}]",
        lambda m: f"{m[0]} \\text{{ and }} {m[1]}", lambda m: f"{x}={m[0]} \\text{{ or }} {x}={m[1]}",
    ]
    first = rng.choice(kinds)
    second = first if rng.random() < 0.6 else rng.choice(kinds)
    return first(items), second(other)


def pair_relation(rng):
    x = rng.choice(NAMES)
    left, right = pair_rational(rng)
    forms = [f"{x} = {{}}", f"{x}={{}}", "{}", "{}", f"{x} \\ge {{}}", f"{x} > {{}}", f"{x} \\neq {{}}", f"f({x}) = {{}}", f"{{}} = {x}", f"{{}} < {x}", f"{x} >= {{}}", f"{x} ≤ {{}}"]
    first = rng.choice(forms)
    second = first if rng.random() < 0.5 else rng.choice(forms)
    return first.format(left), second.format(right)


def pair_text(rng):
    words = rng.choice([["Yes", "yes", "YES", "\\text{Yes}", "\\text{yes}", "yes."], ["Monday", "\\text{Monday}", "monday", "\\mathrm{Monday}"], ["(B)", "B", "\\text{(B)}", "\\textbf{(B)}", "b", "\\text{B}"], ["no solution", "No solution", "\\text{no solution}", "\\emptyset", "∅", "DNE"], ["even", "\\text{even}", "odd"], ["x^2 dollars", "3 apples", "3\\text{ apples}", "3"]])
    return rng.choice(words), rng.choice(words)


def changed(rng, text):
    at = [index for index, one in enumerate(text) if one.isdigit()]
    if not at:
        return text + rng.choice(["1", "x", "+1"])
    index = rng.choice(at)
    return text[:index] + str((int(text[index]) + rng.randint(1, 9)) % 10) + text[index + 1:]


def math_case(rng):
    make = rng.choices([pair_rational, pair_root, pair_polynomial, pair_constant, pair_several, pair_relation, pair_text], [5, 2, 2, 5, 3, 3, 1])[0]
    answer, target = make(rng)
    if rng.random() < 0.3:
        answer = changed(rng, answer)
    if rng.random() < 0.3:
        target = rng.choice(WRAPS[:5]).format(target)
    completion = rng.choice(LEADS) + rng.choice(WRAPS).format(answer) + rng.choice(ENDS)
    targets = [target, make(rng)[0]] if rng.random() < 0.08 else target
    return {"kind": "scorer", "name": "math", "input": {"completion": completion, "target": targets, "args": {}}}


async def expected(case, scorer):
    given = case["input"]
    state = TaskState(
        model=ModelName("mockllm/m"), sample_id=1, epoch=1, input="q",
        messages=[ChatMessageUser(content="q")], output=ModelOutput.from_content("m", given["completion"]),
    )
    try:
        score = await scorer(state, Target(given["target"]))
    except Exception as error:
        return {"error": type(error).__name__}
    value = score.value
    if isinstance(value, float) and not numbers.isfinite(value):
        value = {"$float": "NaN"}
    status = (score.metadata or {}).get("math_scorer_status")
    return {"value": value, "answer": score.answer, "status": status, "reason": getattr(score, "reason", None)}


async def main(seed, count, path):
    rng = random.Random(seed)
    scorer = math(timeout=20)
    cases = []
    for at in range(count):
        case = {"id": f"math-{seed}-{at}", **math_case(rng)}
        case["expected"] = await expected(case, scorer)
        if not str(case["expected"].get("status")).endswith("timeout"):
            cases.append(case)
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"cases": cases}, out)
    print(json.dumps({"cases": len(cases)}))


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
