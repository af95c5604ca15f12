"""Requirements on frames: which bytes are answered, which close the connection, which wait."""

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

impossible_sizes_close = Requirement(
    "frames.impossible-sizes-close-the-connection",
    "A frame whose size is negative, zero or above socket.request.max.bytes closes the connection "
    "without an answer.",
    Code("NetworkReceive.readFrom"),
    covers=("A-73",),
    mutants=("takes-frames-of-any-size",),
)

broken_headers_close = Requirement(
    "frames.broken-headers-close-the-connection",
    "A frame whose header is cut, or whose client id runs past it, closes the connection without "
    "an answer.",
    Code("RequestHeader.parse"),
    covers=("A-73",),
    mutants=("passes-over-broken-headers",),
)

foreign_bytes_close = Requirement(
    "frames.bytes-of-other-protocols-close-the-connection",
    "Bytes that are not Kafka's (HTTP, a TLS hello, text) close the connection without an answer.",
    Code("NetworkReceive.readFrom"),
    covers=("A-73",),
    mutants=("takes-frames-of-any-size",),
)

unfinished_frames_wait = Requirement(
    "frames.unfinished-frames-are-waited-for",
    "A frame of which some bytes are missing is waited for, and answered once they have come; a "
    "size up to the limit is no reason to close.",
    Code("NetworkReceive.readFrom"),
    covers=("A-73", "A-77"),
    mutants=("limits-frames-below-the-limit",),
)

broken_bodies_close = Requirement(
    "frames.broken-bodies-close-the-connection",
    "A request whose body or tags cannot be read (cut, a count or length beyond the frame, null "
    "where none is allowed, an overlong varint) closes the connection, without an answer and "
    "without an effect.",
    Code("AbstractRequest.parseRequest; ByteBufferAccessor"),
    covers=("A-74",),
    mutants=("passes-over-broken-bodies",),
)

unknown_keys_close = Requirement(
    "frames.keys-not-served-close-the-connection",
    "A request with an unknown api key, or one that only brokers or controllers serve, closes the "
    "connection.",
    Code("SocketServer.parseRequestHeader; ApiKeys"),
    covers=("A-75",),
    mutants=("passes-over-unknown-keys",),
)

unsupported_versions_close = Requirement(
    "frames.versions-not-served-close-the-connection",
    "A request of a known api in a version that is not served closes the connection; only "
    "ApiVersions is answered in any version.",
    Code("SocketServer.parseRequestHeader"),
    covers=("A-75", "G-20"),
    mutants=("passes-over-unknown-versions",),
)

api_versions_answers_any_version = Requirement(
    "frames.api-versions-answers-any-version",
    "ApiVersions in a version that is not served is answered in the form of version 0, with "
    "UNSUPPORTED_VERSION and the one entry of ApiVersions itself.",
    KIP(511),
    covers=("A-76", "G-20"),
    mutants=("closes-on-unknown-api-versions",),
)

software_must_be_named = Requirement(
    "frames.api-versions-wants-the-software-named",
    "ApiVersions from version 3 on with an empty or illegal software name or version is "
    "INVALID_REQUEST; with legal ones it is answered, also repeatedly.",
    KIP(511),
    covers=("A-76",),
    mutants=("takes-any-software-name",),
)

tags_and_client_ids_are_free = Requirement(
    "frames.unknown-tags-and-null-client-ids-are-accepted",
    "Unknown tagged fields in header and body are ignored in flexible versions, a null client id "
    "is accepted, and a request that comes byte by byte is answered as one that comes whole.",
    KIP(482),
    covers=("A-77",),
    mutants=("clients-must-have-an-id",),
)

answers_are_of_the_request = Requirement(
    "frames.answers-carry-the-requests-correlation-id",
    "An answer carries the correlation id of its request, whatever its sign, and has the form of "
    "the request's version.",
    Code("RequestHeader.toResponseHeader"),
    covers=("A-77", "A-79"),
    mutants=("correlation-ids-lose-their-sign",),
)

connections_go_on = Requirement(
    "frames.a-connection-goes-on-after-an-answer",
    "After an answer the connection takes the next request, be the answer an error or not.",
    Code("SocketServer.processCompletedSends"),
    covers=("A-79", "A-76"),
    mutants=("refusals-close",),
)

others_are_undisturbed = Requirement(
    "frames.other-connections-are-undisturbed",
    "What one connection sends, however broken, does not disturb another, and a request that "
    "closes its connection has changed nothing.",
    Code("SocketServer.processException"),
    covers=("A-73", "A-74"),
    mutants=("a-broken-request-closes-all",),
)

pipelined_requests_are_answered_in_order = Requirement(
    "frames.pipelined-requests-are-answered-in-order",
    "Requests that are sent one behind the other are handled and answered in that order, also "
    "behind one that waits, and none behind one that closes the connection.",
    Code("SocketServer.handleChannelMuteEvent"),
    covers=("G-40", "A-79"),
    mutants=("requests-overtake",),
)
