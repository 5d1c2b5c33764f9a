"""What can keep the service from starting here. Each text is whole sentences: what happened and what to do."""


class LocalError(Exception):
    """Something on this machine keeps the service from starting or running."""


class ProgramMissingError(LocalError):
    """A program that the service starts is not installed."""


class PortTakenError(LocalError):
    """Another program listens on a port that the service needs."""


class FolderRefusedError(LocalError):
    """A folder is in use by another service, or belongs to somebody else."""


class StartFailedError(LocalError):
    """A part of the service did not start or did not become ready."""
