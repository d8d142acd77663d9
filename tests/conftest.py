from tests.people import alice, article, bob, charlie, corpus, manuela, root, vera

__all__ = ["alice", "article", "bob", "charlie", "corpus", "manuela", "root", "vera"]
