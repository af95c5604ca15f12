"""Transactions as clients see their coordinator: who owns an id, and how far it has come."""
