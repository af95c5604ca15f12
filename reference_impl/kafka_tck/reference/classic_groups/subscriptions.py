"""The topics that consumers say they subscribe to, in what they send when they join.

Source: ConsumerProtocolSubscription.json: version 0 is how each version begins, 4.3.
"""

import struct


def topics_of(metadata: bytes) -> frozenset[str] | None:
    """The topics; None if the bytes are not a subscription."""
    try:
        _, count = struct.unpack_from(">hi", metadata)
        at, topics = 6, set()
        for _ in range(count):
            (length,) = struct.unpack_from(">h", metadata, at)
            at += 2
            if length < 0 or at + length > len(metadata):
                return None
            topics.add(metadata[at : at + length].decode())
            at += length
    except (struct.error, UnicodeDecodeError):
        return None
    return frozenset(topics)
