MODE_PICKLE: int

class Disk:
    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> object: ...
