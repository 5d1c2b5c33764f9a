"""What the app of a test signs people in with."""

from local.ports import free_port
from post.smtp import SmtpPost
from starter.encryption import KeyRing
from tests.support.smtp_sink import LOOPBACK, SmtpSink
from web.auth.codes import CodePost
from web.auth.doorkeeper import Doorkeeper
from web.auth.identity_provider import IdentityProvider

SENDER = "Virtual School <pep@virtual-school.example>"


def keeper(sink: SmtpSink | None = None, provider: IdentityProvider | None = None) -> Doorkeeper:
    """A doorkeeper with keys of its own, that mails codes to the sink; without one, to a server that is not there."""
    post = SmtpPost(LOOPBACK, sink.port if sink else free_port())
    return Doorkeeper(CodePost(post, SENDER, second_try_after=0), KeyRing.generate(), provider)
