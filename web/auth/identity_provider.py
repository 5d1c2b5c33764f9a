"""An authority's own identity provider (OpenID Connect): authorization code with PKCE, state and nonce.

Authlib checks the claims of the ID token, joserfc its signature against the provider's published keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_SCOPE = "openid email"
_SIGNATURES = ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512"]
"""Made with a private key. Never one that the client secret could make, and never none."""
_BASIC = "client_secret_basic"
_CLOCKS_APART = 60
"""Seconds."""
_PATIENCE = 10.0


class ProviderAway(Exception):
    """The provider did not answer, or not as one does. Trying again later can help."""


class NotVouchedFor(Exception):
    """The provider's answer proves nobody's address. `reason` is a fixed word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one way to the provider is checked against when it comes back; kept with the attempt."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """`domains` are the mail domains, in lower case, for whose addresses it is trusted; `back` is our own address to
    which it returns."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    domains: frozenset[str]
    back: str

    def answers_for(self, email: str) -> bool:
        """Whether people with such an address sign in there."""
        return email.lower().rpartition("@")[2] in self.domains

    async def way_there(self, ticket: Ticket) -> str:
        """The provider's address at which somebody signs in. Raises ProviderAway."""
        async with _client() as client:
            about = await self._about(client)
        address: str = prepare_grant_uri(
            about["authorization_endpoint"],
            self.client_id,
            "code",
            redirect_uri=self.back,
            scope=_SCOPE,
            state=ticket.state,
            nonce=ticket.nonce,
            code_challenge=create_s256_code_challenge(ticket.verifier),
            code_challenge_method="S256",
        )
        return address

    async def address_of(self, code: str, ticket: Ticket, now: datetime) -> str:
        """Whose the code is: an address that the provider vouches for, in lower case.

        Raises ProviderAway, and NotVouchedFor where any check fails.
        """
        async with _client() as client:
            about = await self._about(client)
            id_token = await self._id_token(client, about, code, ticket.verifier)
            keys = _json(await _ask(client.get(about["jwks_uri"])))
        claims = self._claims(id_token, keys, about, ticket.nonce, now)
        email = claims.get("email")
        if claims.get("email_verified", True) not in (True, "true"):
            raise NotVouchedFor("the address is not verified")
        if not isinstance(email, str) or not self.answers_for(email):
            raise NotVouchedFor("the address is of another domain")
        return email.lower()

    async def _about(self, client: httpx.AsyncClient) -> Mapping[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery)."""
        about = _json(await _ask(client.get(get_well_known_url(self.issuer, external=True))))
        wanted = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if any(not isinstance(about.get(name), str) for name in wanted):
            raise ProviderAway
        if about["issuer"].rstrip("/") != self.issuer:
            raise ProviderAway
        return about

    async def _id_token(self, client: httpx.AsyncClient, about: Mapping[str, Any], code: str, verifier: str) -> str:
        """Exchange the code, which only we can: with the client's secret and the verifier of this very way."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": verifier,
        }
        secret: dict[str, Any] = {"auth": (self.client_id, self.client_secret)}
        if _BASIC not in about.get("token_endpoint_auth_methods_supported", [_BASIC]):
            form |= {"client_id": self.client_id, "client_secret": self.client_secret}
            secret = {}
        answer = await _ask(client.post(about["token_endpoint"], data=form, **secret), refusable=True)
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise NotVouchedFor("the provider did not take its own code")
        id_token = _json(answer).get("id_token")
        if not isinstance(id_token, str):
            raise NotVouchedFor("there is no ID token")
        return id_token

    def _claims(
        self, id_token: str, keys: Mapping[str, Any], about: Mapping[str, Any], nonce: str, now: datetime
    ) -> Mapping[str, Any]:
        try:
            token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=_SIGNATURES)  # type: ignore[arg-type]
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={"iss": {"value": about["issuer"]}, "aud": {"value": self.client_id}},
                params={"nonce": nonce, "client_id": self.client_id},
            )
            claims.validate(now=int(now.timestamp()), leeway=_CLOCKS_APART)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotVouchedFor(type(error).__name__) from None
        found: Mapping[str, Any] = claims
        return found


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_PATIENCE, follow_redirects=False)


async def _ask(asking: Any, *, refusable: bool = False) -> httpx.Response:
    """An answer of the provider. Raises ProviderAway where there is none; a 4xx may be one."""
    try:
        answer: httpx.Response = await asking
    except (httpx.HTTPError, httpx.InvalidURL):
        raise ProviderAway from None
    if answer.is_server_error or (not answer.is_success and not refusable):
        raise ProviderAway
    return answer


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        raise ProviderAway from None
    if not isinstance(found, dict):
        raise ProviderAway
    return found
