"""The same task by Inspect AI. Arguments: folder, kind (numbers or choices), base URL, most tokens. Prints JSON."""

import json
import os
import sys

os.environ["REAL_API_KEY"] = "none"
folder, kind, base_url, max_tokens = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])

from inspect_ai import Task, eval  # noqa: E402
from inspect_ai.dataset import MemoryDataset, Sample  # noqa: E402
from inspect_ai.scorer import choice, match  # noqa: E402
from inspect_ai.solver import generate, multiple_choice  # noqa: E402

with open(os.path.join(folder, "test.jsonl"), encoding="utf-8") as lines:
    rows = [json.loads(line) for line in lines]
samples = [
    Sample(id=n + 1, input=row["question"], target=row["target"], choices=row.get("choices"))
    for n, row in enumerate(rows)
]
numbers = kind == "numbers"
task = Task(
    dataset=MemoryDataset(samples),
    solver=generate() if numbers else multiple_choice(),
    scorer=match(numeric=True) if numbers else choice(),
)
(log,) = eval(
    task,
    model="openai-api/real/smollm2",
    model_base_url=base_url,
    max_connections=2,
    temperature=0,
    max_tokens=max_tokens,
    display="none",
    log_dir=os.path.join(folder, "inspect-logs"),
)
assert log.status == "success", log.error
(name,) = {score.name for score in log.results.scores}
print(
    json.dumps(
        {
            "score": log.results.scores[0].metrics["accuracy"].value,
            "samples": [[one.output.completion, one.scores[name].value] for one in log.samples],
        }
    )
)
