"""Every operation as a module. Each is imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import (
        complete_experiment,
        create_experiment,
        delete_experiment,
        get_experiment,
        get_experiment_quota,
        list_experiments,
        pause_experiment,
        render_experiment_url,
        start_experiment,
        track_experiment_click,
        track_experiment_events,
        track_experiment_pixel,
        update_experiment,
    )

__all__ = (
    "complete_experiment",
    "create_experiment",
    "delete_experiment",
    "get_experiment",
    "get_experiment_quota",
    "list_experiments",
    "pause_experiment",
    "render_experiment_url",
    "start_experiment",
    "track_experiment_click",
    "track_experiment_events",
    "track_experiment_pixel",
    "update_experiment",
)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f".{name}", __name__)


def __dir__() -> tuple[str, ...]:
    return __all__
