"""Run as a program: has inspect_ai itself ask questions of a given task, and writes its logs.

    python asked_by_inspect.py QUESTIONS.json FOLDER

QUESTIONS.json: {"task": name, "samples": [{"id", "input", "target"}]}. The model always says Even.
"""

import json
import sys
from pathlib import Path

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


asked = json.loads(Path(sys.argv[1]).read_text())
task = Task(MemoryDataset([Sample(**s) for s in asked["samples"]]), scorer=includes(), name=asked["task"])
run(task, model="always/even", log_dir=sys.argv[2], display="none")
