"""What can be said about a text without a database: offsets, paragraphs, runs, words, candidates."""
