"""What can be set, by environment (`EVALBOARD_*`) or command line; checked once, at the start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from data import viewers


def cache_folder() -> Path:
    return Path.home() / ".cache" / "evalboard"


def usual_threads() -> int:
    """Enough that a slow answer does not hold up the others; more than this many a core only wait for each other."""
    return min(8, 2 * (os.cpu_count() or 1) + 1)


class Settings(BaseSettings):
    """Every setting of evalboard. `EVALBOARD_LOGS` takes several folders, separated as in PATH."""

    model_config = SettingsConfigDict(env_prefix="EVALBOARD_", frozen=True)

    logs: Annotated[tuple[Path, ...], NoDecode] = Field((), description="folders or files with logs")
    cache: Path = Field(default_factory=cache_folder, description="where parsed logs are kept")
    cache_gb: float = Field(20.0, gt=0, description="size that the cache may grow to, in GB")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8050, ge=0, le=65535, description="port to listen on")
    threads: int = Field(
        default_factory=usual_threads, ge=1, le=256, description="requests answered at the same time"
    )
    upload_mb: float = Field(
        512.0, ge=0, description="largest file that may be uploaded, in MB; 0: no uploads"
    )
    workspace_mb: float = Field(2000.0, gt=0, description="most that one private workspace may hold, in MB")
    workspaces_gb: float = Field(
        50.0, gt=0, description="most that all private workspaces may hold together, in GB"
    )
    workspace_days: float = Field(
        14.0, gt=0, le=3650, description="days that a workspace is kept after its last file"
    )
    watch_s: float = Field(2.0, gt=0, description="seconds between two looks for new logs")
    prefix: str = Field("/", description="path under which a proxy serves evalboard")
    viewer_url: str = Field(
        "",
        description="Inspect View that serves EVALBOARD_LOGS: its address, or a template with {log}, {id} and {epoch}",
    )
    viewer_map: dict[str, str] = Field(
        default_factory=dict,
        description='JSON object, where a viewer serves only some logs: {"/logs/team": "http://viewer:7575"}',
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="how much is told")

    @field_validator("logs", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(p for p in value.split(os.pathsep) if p) if isinstance(value, str) else value

    @field_validator("viewer_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return value and viewers.template(value)

    @field_validator("viewer_map")
    @classmethod
    def _addresses(cls, value: dict[str, str]) -> dict[str, str]:
        return {prefix: viewers.template(url) for prefix, url in value.items()}

    @property
    def viewers(self) -> viewers.Viewers:
        """Of all logs, and of those that have a viewer of their own."""
        roots = (
            [p if p.is_dir() else p.parent for p in map(Path.absolute, self.logs)] if self.viewer_url else []
        )
        return viewers.viewers({str(root): self.viewer_url for root in roots} | self.viewer_map)

    @field_validator("prefix")
    @classmethod
    def _slashes(cls, value: str) -> str:
        return f"/{value.strip('/')}/".replace("//", "/")
