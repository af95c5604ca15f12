"""The transaction coordinator: transactional ids, their states, and the end of transactions."""
