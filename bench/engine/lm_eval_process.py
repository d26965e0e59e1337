"""The same run by lm-evaluation-harness. Arguments: folder, base URL, connections. Prints JSON."""

import json
import logging
import os
import resource
import sys
import time

os.environ["OPENAI_API_KEY"] = "none"
os.environ["HF_HUB_OFFLINE"] = "1"
folder, base_url, connections = sys.argv[1], sys.argv[2], int(sys.argv[3])
said, sys.stdout = sys.stdout, sys.stderr
logging.disable(logging.WARNING)

from lm_eval import simple_evaluate  # noqa: E402


def cpu_ms():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


task = {
    "task": "bench",
    "dataset_path": "json",
    "dataset_kwargs": {"data_files": {"test": os.path.join(folder, "test.jsonl")}},
    "test_split": "test",
    "output_type": "generate_until",
    "doc_to_text": "question",
    "doc_to_target": "target",
    "generation_kwargs": {"until": [], "max_gen_toks": 256},
    "filter_list": [
        {
            "name": "last-number",
            "filter": [
                {"function": "regex", "group_select": -1, "regex_pattern": "(\\d+)"},
                {"function": "take_first"},
            ],
        }
    ],
    "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}],
}
start_cpu_ms = cpu_ms()
began = time.perf_counter()
results = simple_evaluate(
    model="local-chat-completions",
    model_args={
        "model": "bench",
        "base_url": f"{base_url}/chat/completions",
        "num_concurrent": connections,
        "max_retries": 3,
        "tokenized_requests": False,
    },
    tasks=[task],
    apply_chat_template=True,
    log_samples=True,
    bootstrap_iters=0,
)
log = os.path.join(folder, "lm-eval-samples.jsonl")
with open(log, "w") as lines:
    for sample in results["samples"]["bench"]:
        lines.write(json.dumps(sample, default=str) + "\n")
sys.stdout = said
print(
    json.dumps(
        {
            "status": "success",
            "accuracy": results["results"]["bench"]["exact_match,last-number"],
            "wallMs": (time.perf_counter() - began) * 1000,
            "startCpuMs": start_cpu_ms,
            "cpuMs": cpu_ms() - start_cpu_ms,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "logBytes": os.path.getsize(log),
        }
    )
)
