"""The app over a snapshot, asked as a browser asks: question, drawing, JSON and compression."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.factory import create_app
from components import ids
from data.store import Snapshot, Store


class Browser:
    def __init__(self, snapshot: Snapshot) -> None:
        app = create_app(Store(snapshot))
        self.calls: Mapping[str, Mapping[str, Any]] = app.callback_map
        self._client = app.server.test_client()

    def panel(self, page: str, panel: str, search: str = "", encoding: str = "identity") -> bytes:
        """What comes when an address is opened, for one of its panels."""
        at = ids.panel(page, panel)
        name = f"{spelt(at)}.children"
        given = zip(self.calls[name]["inputs"], (search, "", "light"), strict=True)
        body = {
            "output": name,
            "outputs": {"id": at, "property": "children"},
            "inputs": [{**i, "value": v} for i, v in given],
            "changedPropIds": [f"{ids.URL}.search"],
        }
        return self.post(body, encoding)

    def post(self, body: Mapping[str, Any], encoding: str = "identity") -> bytes:
        """Fails where the answer is an error, or a panel says that it could not be drawn."""
        headers = {"Accept-Encoding": encoding}
        answer = self._client.post("/_dash-update-component", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        assert b"could not be drawn" not in answer.data, answer.data[:400]
        return answer.data


def spelt(id: Any) -> str:
    """As Dash spells an id in the name of a callback."""
    return json.dumps(dict(sorted(id.items())), separators=(",", ":"))
