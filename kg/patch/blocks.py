"""Blocks: a sorted run of pieces of text, found by bisection and replaced by their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.errors import EngineError

Key = tuple[str, ...]
Part = bytes | range
"""A piece of a new text: bytes, or offsets of the old one."""


class Blocks:
    """Pieces of text, each with the same ending, in the order of their keys.

    Args:
        text: what holds them.
        ending: the end of each piece; it stands nowhere else.
        key: the key of the piece that begins at an offset of the text.
        start: where the first piece begins.
        stop: where the last piece ends; with the text unless told.
        last: the ending of the last piece, where it has another.

    Raises:
        EngineError: the last piece does not end as it is to.

    >>> lines = Blocks(b"a 1\\nb 2\\nd 4\\n", b"\\n", lambda text, at: (chr(text[at]),))
    >>> lines.get(("b",)), lines.get(("c",))
    (b'b 2\\n', b'')
    >>> lines.replaced({("c",): b"c 3\\n", ("d",): b""})
    b'a 1\\nb 2\\nc 3\\n'
    """

    def __init__(
        self,
        text: bytes,
        ending: bytes,
        key: Callable[[bytes, int], Key],
        start: int = 0,
        *,
        stop: int | None = None,
        last: bytes | None = None,
    ) -> None:
        self._text, self._ending, self._key, self._start = text, ending, key, start
        self._stop = len(text) if stop is None else stop
        self._places: dict[Key, tuple[int, int]] = {}
        ends = text.endswith(ending if last is None else last, start, self._stop)
        if self._stop > start and not ends:
            raise EngineError("unusable-export", reason="the file ends too early")

    def get(self, key: Key) -> bytes:
        """The pieces whose keys begin with ``key``; empty when there are none."""
        begin, end = self._place(key)
        return self._text[begin:end]

    def key_at(self, offset: int) -> Key:
        """The key of the piece around an offset."""
        return self._key(self._text, self._begin(self._start, offset))

    def replaced(self, new: Mapping[Key, bytes]) -> bytes:
        """The whole text, with other pieces for those whose keys begin with such a key.

        Guarantees: the order is kept; nothing is read but what bisection meets.
        """
        text = memoryview(self._text)
        return b"".join(
            text[part.start : part.stop] if isinstance(part, range) else part
            for part in self.parts(new)
        )

    def parts(self, new: Mapping[Key, bytes]) -> list[Part]:
        """The same in parts: offsets of the text for what stays; nothing of what is behind."""
        parts: list[Part] = []
        done = 0
        for key in sorted(new):
            begin, end = self._place(key)
            parts += (range(done, begin), new[key])
            done = end
        return [*parts, range(done, self._stop)]

    def _place(self, key: Key) -> tuple[int, int]:
        """From the first piece with such a key to the first after it."""
        if key not in self._places:
            begin = end = self._bisect(lambda found: found < key, self._start)
            for _ in range(2):  # mostly there is one piece or none
                if end == self._stop or self._cut(end, key) != key:
                    break
                end = self._after(end)
            else:
                end = self._bisect(lambda found: found[: len(key)] == key, end)
            self._places[key] = begin, end
        return self._places[key]

    def _cut(self, begin: int, key: Key) -> Key:
        return self._key(self._text, begin)[: len(key)]

    def _begin(self, start: int, offset: int) -> int:
        found = self._text.rfind(self._ending, start, offset)
        return start if found < 0 else found + len(self._ending)

    def _after(self, begin: int) -> int:
        found = self._text.find(self._ending, begin, self._stop)
        return self._stop if found < 0 else found + len(self._ending)

    def _bisect(self, is_before: Callable[[Key], bool], low: int) -> int:
        """The first piece from ``low`` on, of whose key that is not true."""
        high = self._stop
        while low < high:
            begin = self._begin(low, (low + high) // 2)
            if is_before(self._key(self._text, begin)):
                low = self._after(begin)
            else:
                high = begin
        return low
