from hypothesis import HealthCheck, settings

from tests.jobs.jobs import storage
from tests.people import alice, article, bob, charlie, corpus, manuela, root, vera

__all__ = ["alice", "article", "bob", "charlie", "corpus", "manuela", "root", "storage", "vera"]

# Nothing is asserted about how long a busy machine takes.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
