from collections.abc import Iterator, Mapping

DEFAULT_SETTINGS: Mapping[str, object]
MODE_RAW: int
MODE_BINARY: int

class Disk:
    _directory: str
    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> object: ...
    def remove(self, file_path: str) -> None: ...
    def _write(
        self, full_path: str, iterator: Iterator[bytes], mode: str, encoding: str | None = None
    ) -> int: ...
