"""How Schemathesis calls the Management API: with a token, and often enough with ids that are there."""

import os
import zlib

import requests
import schemathesis

ENDPOINT = os.environ["VESTIBULE_ENDPOINT"]
APP = (os.environ["VESTIBULE_APP"], os.environ["VESTIBULE_SECRET"])
COLLECTIONS = [
    "applications",
    "connector-factories",
    "connectors",
    "email-templates",
    "hooks",
    "one-time-tokens",
    "organization-invitations",
    "organization-roles",
    "organization-scopes",
    "organizations",
    "resources",
    "roles",
    "sso-connectors",
    "users",
]


class State:
    token = None
    ids = None


def token():
    """A token. It is fetched anew after the signing keys have changed."""
    if State.token is None:
        form = {"grant_type": "client_credentials", "resource": "https://default.logto.app/api", "scope": "all"}
        State.token = requests.post(ENDPOINT + "/oidc/token", auth=APP, data=form, timeout=10).json()["access_token"]
    return State.token


@schemathesis.auth(refresh_interval=None)
class Bearer:
    def get(self, case, context):
        return token()

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def is_the_callers(collection, row):
    """Whether the caller could not go on without it: its application, and the roles that are there from the start."""
    return row["id"] == APP[0] or (collection == "roles" and not row["name"].startswith("fuzz"))


def ids():
    """The ids of each collection, but for what the caller needs."""
    if State.ids is None:
        State.ids = {}
        for name in COLLECTIONS:
            headers = {"authorization": f"Bearer {token()}"}
            answer = requests.get(f"{ENDPOINT}/api/{name}?page_size=100", headers=headers, timeout=10)
            if answer.ok:
                State.ids[name] = sorted(row["id"] for row in answer.json() if not is_the_callers(name, row))
    return State.ids


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts an id that is there in the place of every second one that was made up."""
    segments = case.operation.path.split("/")
    for before, segment in zip(segments, segments[1:]):
        name = segment.strip("{}")
        if segment == name or name not in (case.path_parameters or {}):
            continue
        made_up = case.path_parameters[name]
        number = zlib.crc32(str(made_up).encode("utf-8", "surrogatepass"))
        known = ids().get(before, [])
        if known and number % 2 == 0:
            case.path_parameters[name] = known[number // 2 % len(known)]
        elif made_up == APP[0]:
            case.path_parameters[name] = "none"


@schemathesis.hook
def after_call(context, case, response):
    if "/configs/oidc/" in case.operation.path and case.method != "GET":
        State.token = None
