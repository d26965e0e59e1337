"""Prints, for each task named in a JSON file, the prompts that lm-eval itself makes, as one JSON document."""

import json
import logging
import sys

from lm_eval.tasks import TaskManager

SEED = 1234


def show(messages, add_generation_prompt=True):
    return json.dumps(messages, ensure_ascii=False)


def requests(task, **options):
    task.set_fewshot_seed(SEED)
    task.build_all_requests(**options)
    return [[part for part in one.args if isinstance(part, str)] for one in task.instances]


def prompts(task, shots):
    if shots is not None:
        task.set_config("num_fewshot", shots)
    made = {"plain": requests(task)}
    if task.OUTPUT_TYPE == "generate_until":
        chat = requests(task, apply_chat_template=True, chat_template=show)
        made["chat"] = [json.loads(context) for context, in chat]
    return made


def answer(make):
    try:
        return make()
    except Exception as error:  # what lm-eval refuses is an answer too
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    logging.disable(logging.WARNING)
    asked = json.load(open(sys.argv[1], encoding="utf-8"))
    manager = TaskManager()
    made = []
    for name in asked["tasks"]:
        task = answer(lambda: manager.load([name])["tasks"][name])
        failed = isinstance(task, dict)
        made.append([task if failed else answer(lambda: prompts(task, shots)) for shots in asked["shots"]])
    print(json.dumps(made))


main()
