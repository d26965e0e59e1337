"""Random cases of scorers, judges, templates and shuffles, and what the real inspect_ai makes of them.

Arguments: a seed, how many cases, where the case file goes. The same seed gives the same cases.
"""

import asyncio
import json
import math
import random
import string
import sys

from inspect_ai.model import ChatMessageUser, GenerateConfig, ModelAPI, ModelName, ModelOutput, get_model, modelapi
from inspect_ai.scorer import Target, answer, choice, exact, f1, includes, match, model_graded_fact, model_graded_qa, pattern
from inspect_ai.solver import TaskState
from inspect_ai.solver._multiple_choice import parse_answers, set_choices_based_on_generated_response
from inspect_ai._util.format import format_template

WORDS = "the a an Paris paris PARIS Straße STRASSE İstanbul Café cafe\u0301 ﬁve ſeven Σίσυφος yes no true 東京 ½ ٣ Ⅷ x-ray it's 3rd no.".split()
JOINS = [" ", "  ", "\n", ", ", ". ", ": ", "\t", "\u00a0", "\u2009", "\u2028", "-", ""]
WRAPS = ["{}", "{}", "{}", "**{}**", "({})", "${}$", '"{}"', "\\boxed{{{}}}", "{}.", "{}!", "`{}`", "<{}", "x={}", "[{}]", "_{}_"]


def number(rng):
    whole = rng.choice([0, 1, 5, 7, 12, 25, 60, 123, 1234, 1234567, rng.randrange(10**9)])
    part = rng.choice(["", "", "", ".0", ".5", ".25", ".3333", ".14155", f".{rng.randrange(10**6)}"])
    text = rng.choice([f"{whole}", f"{whole}", f"{whole:,}", f"{whole:_}"]) + part
    form = rng.choice(["{}"] * 8 + ["-{}", "−{}", "+{}", "{}%", "${}", "€{}", "{}e3", "{}/4", "1/{}", "{} 000", "{}º", "{}rd", "0{}", "{}."])
    return form.format(text)


def word(rng):
    return number(rng) if rng.random() < 0.4 else rng.choice(WORDS)


def phrase(rng, least=1, most=5):
    out = ""
    for _ in range(rng.randint(least, most)):
        out += rng.choice(WRAPS).format(word(rng)) + rng.choice(JOINS)
    return out if rng.random() < 0.3 else out.strip()


def completion(rng, target):
    kind = rng.random()
    if kind < 0.15:
        return target
    if kind < 0.3:
        return rng.choice([target.upper(), target.lower(), target.swapcase(), f" {target}\n", f"{target}.", f"the {target}"])
    if kind < 0.55:
        return phrase(rng) + rng.choice(JOINS) + rng.choice(WRAPS).format(target)
    if kind < 0.7:
        return rng.choice(WRAPS).format(target) + rng.choice(JOINS) + phrase(rng)
    mark = rng.choice(["ANSWER: ", "Answer:", "answer : ", "**ANSWER:** ", "ANSWER:\n", "The answer is "])
    return phrase(rng, 0, 2) + rng.choice(["\n", " ", ""]) + mark + rng.choice(WRAPS).format(target) + rng.choice(["", ".", "\n", " ok"])


def scorer_case(rng):
    target = word(rng) if rng.random() < 0.7 else phrase(rng, 1, 3)
    name = rng.choice(["match", "match", "match", "includes", "exact", "f1", "answer", "pattern"])
    args = {}
    if name == "match":
        if rng.random() < 0.7:
            args["location"] = rng.choice(["begin", "end", "any", "exact"])
        if rng.random() < 0.6:
            args["numeric"] = True
        if rng.random() < 0.2:
            args["ignore_case"] = False
    if name == "includes" and rng.random() < 0.4:
        args["ignore_case"] = rng.random() < 0.5
    if name == "answer":
        args["pattern"] = rng.choice(["letter", "word", "line"])
        if args["pattern"] == "letter":
            target = rng.choice("ABCDE")
    if name == "pattern":
        args["pattern"] = rng.choice([r"(\d+)", r"answer\s*:?\s*(\S+)", r"\*\*(.+?)\*\*", r"(\w+)\W*$", r"is (\w+)|: (\w+)", r"\((.*?)\)"])
        if rng.random() < 0.4:
            args["ignore_case"] = rng.random() < 0.5
        if rng.random() < 0.3:
            args["match_all"] = True
    targets = [target, word(rng)] if rng.random() < 0.15 else target
    return {"kind": "scorer", "name": name, "input": {"completion": completion(rng, target), "target": targets, "args": args}}


def choice_case(rng):
    count = rng.choice([2, 3, 4, 5, 10])
    letters = string.ascii_uppercase[:count]
    several = rng.random() < 0.4
    right = rng.sample(letters, rng.randint(1, min(3, count))) if several else [rng.choice(letters)]
    said = right if rng.random() < 0.6 else rng.sample(letters, rng.randint(1, min(3, count)))
    mark = rng.choice(["ANSWER: ", "ANSWER:", "Answer: ", "answer:  ", "**ANSWER: ", "ANSWER : ", "The answer is "])
    text = rng.choice([",", ", ", " ", "", " and ", ",and "]).join(said)
    if rng.random() < 0.2:
        text = text.lower()
    text = phrase(rng, 0, 3) + rng.choice(["\n", " ", ""]) + mark + rng.choice(WRAPS).format(text) + rng.choice(["", ".", "\n", "\nbecause", ")"])
    target = rng.choice([right, right, "".join(right), ",".join(right)]) if several else right[0]
    options = [f"option {one}" for one in range(count)]
    return {"kind": "choice", "name": "choice", "input": {"completion": text, "choices": options, "target": target, "multiple_correct": several}}


def verdict(rng):
    """What a judge may reply, grade or not."""
    if rng.random() < 0.5:
        return phrase(rng, 0, 2) + "\nGRADE: " + rng.choice("CCIIP")
    grade = rng.choice(["C", "I", "P", "C", "I", "c", "i", "p", "N", "CI", "correct", "Incorrect", "PARTIAL", "correctly", "ı", "İ", "é", "7", "10", ""])
    name = rng.choice(["GRADE", "GRADE", "GRADE", "grade", "Grade", "UPGRADE", "GRADES", "GRADE_", "**GRADE**", "_GRADE"])
    gap = rng.choice(["", "", " ", "  ", "\u200b", "\ufeff ", "\n", "\t"])
    mark = rng.choice([":", ":", ":", ":", ":", " :", "\uff1a", " is", "::", "\u200b:"])
    line = name + mark + gap + rng.choice(["{}", "{}", "{}", "{}", "**{}**", "({})", "${}$", "'{}'", "{}.", "{}!", "{}_"]).format(grade)
    return phrase(rng, 0, 3) + rng.choice(["\n", " ", ""]) + line + rng.choice(["", "", "", "\n", " ", " because", "\n\nGRADE: C", "\nGRADE: I", " GRADE:"])


def graded_case(rng):
    args = {}
    if rng.random() < 0.5:
        args["partial_credit"] = rng.random() < 0.8
    if rng.random() < 0.25:
        args["instructions"] = "End with GRADE: and a letter."
    if rng.random() < 0.25:
        args["grade_pattern"] = rng.choice([r"GRADE:\s*(\w+)", r"(?i)grade\s*:\s*([CPI])", r"(\d+)", r"GRADE: (C)|GRADE: (I)", r"GRADE", r"is (C)?", r"(?P<g>[CPI])$"])
    given = {"completion": phrase(rng), "target": word(rng), "args": args}
    if rng.random() < 0.4:
        if rng.random() < 0.5:
            args["reducer"] = rng.choice(["mode", "majority", "mean", "max", "median", "at_least_2"])
        given["grader_outputs"] = [verdict(rng) for _ in range(rng.randint(1, 5))]
        return {"kind": "graded", "name": "vote_mode", "input": given}
    return {"kind": "graded", "name": rng.choice(["model_graded_qa", "model_graded_fact"]), "input": {**given, "grader_output": verdict(rng)}}


def shuffle_case(rng):
    return {"kind": "shuffle", "name": "python_random", "input": {"seed": rng.choice([rng.randrange(100), rng.randrange(2**31), rng.randrange(2**53)]), "n": rng.randint(0, 30)}}


def template_case(rng):
    pieces = ["{a}", "{b}", "{missing}", "{{", "}}", "{a!r}", "{b:>5}", "{a:.2}", "text ", "é", "{n:05d}", "{n:,}", "{f:.2f}", "{x.y}", "{l[0]}", "{ a}", "{0}"]
    template = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 6)))
    return {"kind": "template", "name": "format_template", "input": {"template": template, "params": {"a": "Ä b", "b": "x", "n": 1234, "f": 2.675, "l": ["p", "q"]}}}


def state_of(text, choices=None):
    return TaskState(
        model=ModelName("mockllm/m"), sample_id=1, epoch=1, input="q", choices=choices,
        messages=[ChatMessageUser(content="q")], output=ModelOutput.from_content("m", text),
    )


@modelapi(name="said")
class Said(ModelAPI):
    """A judge whose reply is given."""

    def __init__(self, model_name, base_url=None, api_key=None, config=GenerateConfig(), reply="", **_):
        super().__init__(model_name, base_url, api_key, [], config)
        self.reply = reply

    async def generate(self, input, tools, tool_choice, config):
        return ModelOutput.from_content(self.model_name, self.reply)


def judges(replies):
    return [get_model(f"said/{at}", reply=reply, memoize=False) for at, reply in enumerate(replies)]


def shuffled(seed, count):
    items = list(range(count))
    random.Random(seed).shuffle(items)
    return items


async def graded(case):
    given = case["input"]
    panel = given.get("grader_outputs")
    model = judges(panel) if panel is not None else judges([given["grader_output"]])[0]
    make = model_graded_fact if case["name"] == "model_graded_fact" else model_graded_qa
    try:
        return await scored(make(model=model, **given["args"]), state_of(given["completion"]), given["target"])
    except IndexError:
        return {"error": "error"}  # a pattern without a group: here that is a fault of the pattern


async def expected(case):
    given = case["input"]
    try:
        if case["kind"] == "graded":
            return await graded(case)
        if case["kind"] == "shuffle":
            return shuffled(given["seed"], given["n"])
        if case["kind"] == "template":
            return format_template(given["template"], given["params"])
        if case["kind"] == "choice":
            state = state_of(given["completion"], given["choices"])
            parsed = parse_answers(state, given["multiple_correct"])
            set_choices_based_on_generated_response(state, parsed)
            marked = sorted(string.ascii_uppercase[at] for at, one in enumerate(state.choices) if one.correct)
            return {"parsed": marked, **await scored(choice(), state, given["target"])}
        make = {"match": match, "includes": includes, "exact": exact, "f1": f1, "answer": answer, "pattern": pattern}
        return await scored(make[case["name"]](**given["args"]), state_of(given["completion"]), given["target"])
    except Exception as error:
        return {"error": type(error).__name__}


async def scored(scorer, state, target):
    score = await scorer(state, Target(target))
    value = score.value
    if isinstance(value, float) and not math.isfinite(value):
        value = {"$float": "NaN"}
    return {"value": value, "answer": score.answer, "reason": getattr(score, "reason", None)}


async def main(seed, count, path):
    rng = random.Random(seed)
    cases = []
    for at in range(count):
        make = rng.choices([scorer_case, choice_case, graded_case, template_case, shuffle_case], [6, 3, 3, 1, 1])[0]
        case = {"id": f"random-{seed}-{at}", **make(rng)}
        case["expected"] = await expected(case)
        cases.append(case)
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"cases": cases}, out)
    print(json.dumps({"cases": len(cases), "kinds": len({json.dumps(case["expected"]) for case in cases})}))


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
