"""Consumer groups (KIP-848) as a pure judge: from what was answered to what may be answered."""
