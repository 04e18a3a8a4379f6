"""Channel: length-prefixed JSON frames over a pair of pipes, between the tests' process and the solution's."""

import json
import os
import struct
from typing import Any

LONGEST = 64 << 20
_HEAD = struct.Struct(">I")
# Not in escapes: those of two surrogates would come out as one character.
_dumps = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class Gone(Exception):
    """The other side has closed its end."""


class Broken(Exception):
    """The other side sent what is no frame; the message says what was wrong with it."""


class TooLong(Exception):
    """A frame that is more than may be sent, or than can be taken in."""


class Channel:
    """Sends and receives JSON values; reads and writes descriptors directly, so nothing stays in a buffer on a fork."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader = reader
        self._writer = writer
        # Bound here: a solution may put something else in their place.
        self._read, self._write = os.read, os.write

    def send(self, value: Any) -> None:
        """Send one value. Raises TooLong, or Gone where nobody reads any more."""
        body = _dumps(value).encode("utf-8", "surrogatepass")
        if len(body) > LONGEST:
            raise TooLong
        data = memoryview(_HEAD.pack(len(body)) + body)
        try:
            while data:
                data = data[self._write(self._writer, data) :]
        except BrokenPipeError:
            raise Gone from None

    def receive(self, decoder: json.JSONDecoder) -> Any:
        """Wait for one value. Raises Gone, Broken for what no peer sends, TooLong for what is too much here."""
        (length,) = _HEAD.unpack(self._exactly(_HEAD.size))
        if length > LONGEST:
            raise Broken(f"the head of a frame of {length} bytes")
        body = self._exactly(length)
        try:
            # Not by `decode`, which looks for spaces around it: no peer writes any.
            text = body.decode("utf-8", "surrogatepass")
            value, end = decoder.raw_decode(text)
            if end != len(text):
                raise ValueError("more than one value")
            return value
        except (MemoryError, RecursionError):
            raise TooLong from None
        except Exception as error:
            raise Broken(f"what is no value ({type(error).__name__})") from None

    def _exactly(self, length: int) -> bytes:
        data = self._read(self._reader, min(length, 1 << 16))
        if len(data) == length:
            return data
        parts = [data]
        while data and (length := length - len(data)):
            data = self._read(self._reader, min(length, 1 << 20))
            parts.append(data)
        if not data:
            raise Gone
        return b"".join(parts)
