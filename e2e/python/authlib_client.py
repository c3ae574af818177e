"""A confidential web application built on Authlib, driven by the test over stdin and stdout.

Reads one JSON line of settings, prints the authorization URL, reads the address that the browser came back to,
and prints one JSON line of what it found.
"""

import json
import secrets
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken, IDToken, UserInfo
from joserfc import jwt
from joserfc.jwk import KeySet


def say(value):
    print(json.dumps(value), flush=True)


def verified(id_token, keys, metadata, client_id, claims_class, **checks):
    """The claims of an ID token after its signature and its content were checked."""
    algorithms = metadata["id_token_signing_alg_values_supported"]
    token = jwt.decode(id_token, keys, algorithms=algorithms)
    options = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": client_id},
    }
    claims = claims_class(token.claims, token.header, options=options, params={"client_id": client_id, **checks})
    claims.validate(leeway=5)
    return dict(claims)


def main():
    settings = json.loads(sys.stdin.readline())
    metadata = requests.get(settings["issuer"] + "/.well-known/openid-configuration", timeout=10).json()
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    session = OAuth2Session(
        settings["id"],
        settings["secret"],
        redirect_uri=settings["redirectUri"],
        scope="openid profile offline_access",
        token_endpoint_auth_method="client_secret_basic",
        token_endpoint=metadata["token_endpoint"],
    )
    verifier = secrets.token_urlsafe(48)
    nonce = secrets.token_urlsafe(16)
    address, state = session.create_authorization_url(
        metadata["authorization_endpoint"],
        nonce=nonce,
        prompt="consent",
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    say({"authorizationUrl": address})

    callback = json.loads(sys.stdin.readline())["callback"]
    first = session.fetch_token(
        metadata["token_endpoint"], authorization_response=callback, state=state, code_verifier=verifier
    )
    claims = verified(
        first["id_token"],
        keys,
        metadata,
        settings["id"],
        CodeIDToken,
        nonce=nonce,
        access_token=first["access_token"],
    )
    userinfo = UserInfo(session.get(metadata["userinfo_endpoint"], timeout=10).json())
    second = session.refresh_token(metadata["token_endpoint"], refresh_token=first["refresh_token"])
    refreshed = verified(second["id_token"], keys, metadata, settings["id"], IDToken)
    introspection = session.introspect_token(
        metadata["introspection_endpoint"], token=second["access_token"], token_type_hint="access_token"
    ).json()
    revocation = session.revoke_token(metadata["revocation_endpoint"], token=second["refresh_token"])
    after = session.introspect_token(metadata["introspection_endpoint"], token=second["access_token"]).json()
    say(
        {
            "claims": claims,
            "userinfo": userinfo,
            "refreshed": refreshed,
            "newAccessToken": first["access_token"] != second["access_token"],
            "introspection": introspection,
            "revocation": revocation.status_code,
            "afterRevocation": after,
            "idToken": second["id_token"],
            "endSessionEndpoint": metadata["end_session_endpoint"],
        }
    )


main()
