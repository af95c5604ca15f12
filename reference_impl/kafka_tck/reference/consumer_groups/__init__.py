"""Consumer groups (KIP-848): the coordinator decides who reads what, member by member."""
