"""What shall go wrong in the next run. A module of its own, because a retry imports the tasks a second time."""

import os
import signal

import anyio


class Trouble:
    """Of this kind, when the n-th sample starts, for each n in `at`."""

    def __init__(self, kind: str = "", at: tuple[int, ...] = ()):
        self.kind, self.at = kind, at

    async def strike(self, n: int) -> None:
        if n not in self.at:
            return
        if self.kind == "error":
            raise RuntimeError("503: the model is overloaded, try again later")
        os.kill(os.getpid(), {"interrupt": signal.SIGINT, "kill": signal.SIGKILL}[self.kind])
        await anyio.sleep(30)


next_run = Trouble()
