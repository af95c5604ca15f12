"""The partition log of the bundled broker, with Kafka's rules and Kafka's files."""

from kafka_tck.reference.log.aborted import Aborted
from kafka_tck.reference.log.appending import Appended
from kafka_tck.reference.log.config import LogConfig
from kafka_tck.reference.log.files import FileDirectory
from kafka_tck.reference.log.log import Log
from kafka_tck.reference.log.lookup import TimestampAndOffset
from kafka_tck.reference.log.memory import MemoryDirectory
from kafka_tck.reference.log.reading import LogPlace
from kafka_tck.reference.log.refusal import Refusal, UnexpectedAppendOffset
from kafka_tck.reference.log.requests import check_produced, is_transactional
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.storage import Directory, File

__all__ = [
    "Aborted",
    "Appended",
    "Directory",
    "File",
    "FileDirectory",
    "Log",
    "LogConfig",
    "LogPlace",
    "LogRules",
    "MemoryDirectory",
    "Refusal",
    "TimestampAndOffset",
    "UnexpectedAppendOffset",
    "check_produced",
    "is_transactional",
]
