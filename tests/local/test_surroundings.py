"""What the parts of `./pep up` are told of their surroundings."""

from pathlib import Path

from local.surroundings import OPERATOR, Ports, Surroundings


def told(**given: str) -> dict[str, str]:
    return Surroundings(Path("/data"), Ports.from_first(8700), given).environment("postgresql+asyncpg://pep@/pep")


def test_alerts_go_to_the_operator_in_our_own_mailbox() -> None:
    assert told()["PEP_ALERT_EMAIL"] == OPERATOR


def test_whoever_is_named_is_told_instead() -> None:
    assert told(PEP_ALERT_EMAIL="duty@council.example")["PEP_ALERT_EMAIL"] == "duty@council.example"


def test_nobody_invented_is_told_through_somebody_elses_mail_server() -> None:
    assert "PEP_ALERT_EMAIL" not in told(PEP_SMTP_HOST="mail.council.example")
