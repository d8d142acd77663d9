"""What was answered to a request that may be sent again, so that it is answered the same and done once."""

from django.utils import timezone

from annotator.accounts.models import Answer, User


def claim(*, user: User, key: str, fingerprint: str) -> Answer:
    """Return what was answered under ``key``, or a new row to be filled in; within a transaction.

    Whoever sends the same at the same time waits here until the first is done, or has failed.
    """
    answers = Answer.objects.filter(user=user)
    answers.filter(at__lt=timezone.now() - Answer.KEPT).delete()
    answer, _ = answers.get_or_create(key=key, defaults={"user": user, "fingerprint": fingerprint})
    return answer
