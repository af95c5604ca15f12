"""The public specification of transactional ids: `state.py` says which. The parts register."""

from kafka_tck.model.transactions_diary import claims, clients, coordinators, elections
from kafka_tck.model.transactions_diary.state import Cluster, transactions_diary

__all__ = ["Cluster", "claims", "clients", "coordinators", "elections", "transactions_diary"]
