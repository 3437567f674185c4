from collections.abc import Callable
from types import TracebackType
from typing import Literal

class CircuitBreaker:
    def __init__(
        self,
        failure_threshold: int | None = None,
        recovery_timeout: float | None = None,
        expected_exception: type[BaseException]
        | Callable[[type[BaseException], BaseException], bool]
        | None = None,
        name: str | None = None,
    ) -> None: ...
    def __enter__(self) -> None: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> Literal[False]: ...
    @property
    def closed(self) -> bool: ...
    @property
    def opened(self) -> bool: ...
