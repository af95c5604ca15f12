"""Consumer groups (KIP-848): members that join, give up, take over and leave."""
