"""Where the wrong brokers come from: defects that were seen, and the slips behind them."""

from typing import Final

SLIPS: Final = {
    "M01": "the high watermark is not the least log end of the ISR",
    "M02": "the ISR does not say who is waited for",
    "M03": "the high watermark is not kept over a change of the leader",
    "M04": "acks=all is answered after the local append",
    "M05": "min.insync.replicas is checked too rarely",
    "M06": "consumers read up to the log end",
    "M07": "a bound is off by one",
    "M08": "one API does not compare the leader epoch",
    "M09": "a change of the leader does not make a later epoch",
    "M11": "the replicas in sync are not kept up to date",
    "M12": "a log is not cut where it leaves its leader's, or is cut too far",
    "M13": "a sequence, or a gap in it, is not noticed",
    "M14": "an answer names the log end, 0 or -1 instead of an offset",
    "M15": "what is known of a producer is forgotten",
    "M17": "a comparison of epochs is turned round",
    "M30": "who has been silent for too long stays, or who has not goes",
    "M32": "compaction keeps the wrong record, or changes what it keeps",
    "M33": "retention takes too much, or the log start is not kept",
    "M34": "what was stored is lost, or what is damaged is believed",
    "M35": "a change is forgotten on the way to those who need it",
    "M36": "an error stands in the place of another or of none, or a check is left out",
    "M37": "a request that is repeated acts twice",
    "M38": "something is done before all of it was checked",
}
"""Small slips that such code is prone to, whether or not a release had this one."""

SEEN: Final = {
    "B01": "KAFKA-1211 (0.11): a follower cut its log to its own high watermark",
    "B02": "KAFKA-1211 (0.11): followers compared offsets, and no epochs",
    "B03": "KAFKA-6361 (2.0): the end of an epoch was told without the epoch that was found",
    "B04": "KAFKA-7128 (2.0.1): a follower entered the ISR at a stale high watermark",
    "B05": "KAFKA-7395 (2.1): fetches were served whatever leader epoch they were made in",
    "B07": "KAFKA-13141 (2.7.2): the fetch of a follower that diverges counted as progress",
    "B10": "KIP-497: an ISR change counted before it was granted, or not while it was in doubt",
    "B14": "KAFKA-9491, KAFKA-3978: the high watermark was out of bounds after truncation or load",
    "B15": "KAFKA-7415 (2.0.1): a new leader noted its epoch only with its first batch",
    "B17": "KAFKA-10432 (2.6.1): the lineage of epochs was wrong after recovery",
    "B20": "Redpanda 6400, 5435 (22.2): a replica that does not lead told the ends of epochs",
    "B21": "KAFKA-6857, KAFKA-7747, Redpanda 9264: wrong ends of forgotten or undefined epochs",
    "B22": "KAFKA-14617, KAFKA-15221 (3.5): an earlier life of a broker counted as in sync",
    "B26": "KAFKA-7235 (2.2): what was meant for another life of a broker, or another, was obeyed",
    "B59": "KAFKA-5355, KAFKA-5376 (0.11): the isolation level was lost on a secondary path",
    "B61": "AutoMQ 754, Redpanda 18852: the list of aborted transactions was wrong",
    "B64": "KAFKA-2334 (2.2): the latest offset went back after an election",
    "B88": "KAFKA-13194 (3.1), KAFKA-8724: the bound of the cleaner was wrong, or cleaning stopped",
    "B92": "KAFKA-4529 (0.10.1.1), KAFKA-8522 (3.1): tombstones went too early, or never",
    "B94": "KAFKA-6975, KAFKA-17076, Redpanda 18282: bounds of a log after deletion and restart",
    "B97": "KAFKA-16310, KAFKA-16342, Redpanda 6606: lookups by time named another offset",
    "B98": "KAFKA-12257, KAFKA-13488 (3.0): a topic made again was mixed up with its namesake",
    "B100": "KAFKA-10687, KAFKA-14417: an error, or a field, was wrong in some request versions",
}
"""Defects of released brokers, by their rows in our corpus, with the release of the fix."""
