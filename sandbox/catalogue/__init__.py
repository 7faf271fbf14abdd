"""Some eighty well-known papers that the local arXiv can answer with: true facts, abstracts retold."""
