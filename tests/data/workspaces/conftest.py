"""A server with a few logs of its own, and workspaces beside them."""

import io

import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.store import Store
from data.viewstate import ViewState
from data.workspaces import Limits, Workspaces

LIMITS = Limits(file=2_000_000, total=5_000_000, files=40, days=7, disk=0)


class Server:
    """One process; `again` is another one, or the same after a restart."""

    def __init__(self, logs, cache, limits, start):
        self.start = start
        self.logs, self.cache, self.limits = logs, cache, limits
        self.store, self.work = Store(), Ingester([logs], Cache(cache))
        self.look()
        self.home = cache / "workspaces"
        self.workspaces = Workspaces(self.store, self.work, self.home, limits)

    def look(self):
        found = self.work.look()
        if found is not None:
            self.store.publish(found)

    def again(self):
        return self.start(self.logs, self.limits, self.cache)

    def add(self, name, data, key=""):
        """The key of the workspace that has it now."""
        return self.workspaces.receive(key, name, io.BytesIO(data), len(data))[0]

    def shown(self, key=""):
        """What a view with this key shows, once everything is read."""
        state = ViewState().edit(workspace=key)
        self.workspaces.shown(state)
        self.workspaces.look()
        return self.workspaces.shown(state)

    def close(self):
        self.workspaces.close()


@pytest.fixture
def server(demo_logs, tmp_path):
    made = []

    def start(logs=demo_logs / "twinkle", limits=LIMITS, cache=tmp_path / "cache"):
        made.append(Server(logs, cache, limits, start))
        return made[-1]

    yield start
    for one in made:
        one.close()
