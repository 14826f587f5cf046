"""Run as a program: has inspect_ai itself ask questions of a given task, and writes its logs.

    python asked_by_inspect.py QUESTIONS.json FOLDER

QUESTIONS.json: {"task": name, "samples": [{"id", "input", "target"}]}. The model always says Even.
"""

import json
import sys
from pathlib import Path


def main(questions, folder):
    from inspect_ai import Task
    from inspect_ai import eval as run
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import ModelAPI, ModelOutput, ModelUsage, modelapi
    from inspect_ai.scorer import includes

    @modelapi(name="always")
    class Always(ModelAPI):
        async def generate(self, input, tools, tool_choice, config):
            output = ModelOutput.from_content(self.model_name, "Even")
            output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
            return output

        async def count_tokens(self, input, config=None):  # the library's own needs the network
            return 1

    asked = json.loads(Path(questions).read_text())
    samples = MemoryDataset([Sample(**s) for s in asked["samples"]])
    run(
        Task(samples, scorer=includes(), name=asked["task"]),
        model="always/even",
        log_dir=folder,
        display="none",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
