"""What goes wrong on a machine, said in a sentence."""


class ServerProblem(Exception):
    """A sentence for the person at the terminal; shown without a traceback, and the exit code is 1."""
