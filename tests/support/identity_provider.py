"""A small, real OpenID provider for tests: discovery, a login form, codes that hold once, tokens signed by its own key.

It does what the standards ask of a provider (authorization code with PKCE, RFC 7636; ID tokens, OpenID Connect Core),
and what `spoil` asks beside that, so that a client can be seen to refuse it.
"""

import hmac
import secrets
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from contracts.clock import Clock

HOLDS = timedelta(minutes=5)
Claims = dict[str, Any]


@dataclass
class OpenIdProvider:
    """`people` are its users by address, with their passwords. `issuer` is where it is served; set it before use."""

    clock: Clock
    client_id: str
    client_secret: str
    back: str
    people: dict[str, str]
    issuer: str = ""
    spoil: Callable[[Claims], Claims] = field(default=lambda claims: claims)
    """Changes the claims of the ID tokens from now on."""
    sign_with: str = "own"
    """`own`: its published key. `other`: a key that nobody published. `secret`: the client's secret, HS256."""
    away: bool = False
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _key: RSAKey = field(default_factory=lambda: _new_key())

    def app(self) -> FastAPI:
        app = FastAPI()
        app.get("/.well-known/openid-configuration")(self._about)
        app.get("/keys")(self._keys)
        app.get("/authorize")(self._ask)
        app.post("/authorize")(self._log_in)
        app.post("/token")(self._token)
        return app

    async def _about(self) -> Response:
        if self.away:
            return Response(status_code=503)
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _keys(self) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _ask(self, request: Request) -> Response:
        """The login form. Whatever is wrong with the request is said here and leads nowhere."""
        asked = dict(request.query_params)
        if asked.get("client_id") != self.client_id or asked.get("redirect_uri") != self.back:
            return HTMLResponse("Unknown client", 400)
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return HTMLResponse("Not OpenID Connect", 400)
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return HTMLResponse("PKCE is demanded", 400)
        hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in asked.items())
        fields = '<input name="email"><input name="password" type="password"><button>Log in</button>'
        return HTMLResponse(f'<title>Provider</title><form method="post" action="/authorize">{hidden}{fields}</form>')

    async def _log_in(self, request: Request) -> Response:
        form = {name: str(given) for name, given in (await request.form()).items()}
        if not hmac.compare_digest(self.people.get(form["email"], ""), form["password"]):
            way_back = {"error": "access_denied", "state": form["state"]}
        else:
            code = secrets.token_urlsafe()
            self._codes[code] = {**form, "until": str((await self.clock.now() + HOLDS).timestamp())}
            way_back = {"code": code, "state": form["state"]}
        return RedirectResponse(f"{self.back}?{urlencode(way_back)}", 302)

    async def _token(self, request: Request) -> Response:
        form = {name: str(given) for name, given in (await request.form()).items()}
        wanted = self._codes.pop(form.get("code", ""), None)
        now = (await self.clock.now()).timestamp()
        if not self._is_client(request.headers.get("authorization", "")):
            return JSONResponse({"error": "invalid_client"}, 401)
        if wanted is None or now >= float(wanted["until"]) or form.get("redirect_uri") != self.back:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if create_s256_code_challenge(form.get("code_verifier", "")) != wanted["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        id_token = self._signed(self.spoil(self._claims(wanted, int(now))))
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": id_token})

    def _claims(self, wanted: dict[str, str], now: int) -> Claims:
        return {
            "iss": self.issuer,
            "sub": f"user-{wanted['email']}",
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": wanted["nonce"],
            "email": wanted["email"],
            "email_verified": True,
        }

    def _signed(self, claims: Claims) -> str:
        if self.sign_with == "secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.client_secret), algorithms=["HS256"])
        key = self._key if self.sign_with == "own" else _new_key()
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, key)

    def _is_client(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        known = f"{self.client_id}:{self.client_secret}"
        return scheme.lower() == "basic" and hmac.compare_digest(b64decode(given).decode(), known)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
