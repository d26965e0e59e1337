"""The same run by Inspect AI. Arguments: folder, base URL, connections. Prints JSON."""

import json
import os
import resource
import sys
import time

os.environ["MOCK_API_KEY"] = "none"
folder, base_url, connections = sys.argv[1], sys.argv[2], int(sys.argv[3])

from inspect_ai import Task, eval  # noqa: E402
from inspect_ai.dataset import MemoryDataset, Sample  # noqa: E402
from inspect_ai.scorer import match  # noqa: E402
from inspect_ai.solver import generate  # noqa: E402


def cpu_ms():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


start_cpu_ms = cpu_ms()
with open(os.path.join(folder, "test.jsonl")) as lines:
    rows = [json.loads(line) for line in lines]
samples = [Sample(id=n + 1, input=row["question"], target=row["target"]) for n, row in enumerate(rows)]
task = Task(dataset=MemoryDataset(samples), solver=generate(), scorer=match(numeric=True))
began = time.perf_counter()
(log,) = eval(
    task,
    model="openai-api/mock/bench",
    model_base_url=base_url,
    max_connections=connections,
    max_samples=connections,
    display="none",
    log_dir=os.path.join(folder, "inspect-logs"),
)
print(
    json.dumps(
        {
            "status": log.status,
            "accuracy": log.results.scores[0].metrics["accuracy"].value,
            "wallMs": (time.perf_counter() - began) * 1000,
            "startCpuMs": start_cpu_ms,
            "cpuMs": cpu_ms() - start_cpu_ms,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "logBytes": os.path.getsize(log.location.removeprefix("file://")),
        }
    )
)
