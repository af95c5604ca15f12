"""What a transaction coordinator answers: one transactional id, request by request."""
