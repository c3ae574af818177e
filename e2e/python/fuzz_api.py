"""Schemathesis against the Management API of a server of its own.

Starts `vestibule serve` (VESTIBULE_BIN) on a fresh SQLite database and a free port, makes an application that may
call the Management API, fills in a few rows of each kind, and lets Schemathesis call every operation of the
server's own document with generated input. Ends with its exit code. The seed is fixed: a run can be repeated.
"""

import json
import os
import pathlib
import secrets
import socket
import subprocess
import sys
import tempfile
import time

import requests

HERE = pathlib.Path(__file__).resolve().parent
API = "https://default.logto.app/api"
# Signing keys are replaced on their own: tokens end with them, and each run fetches its own.
KEYS = "/configs/oidc/"
COMMON = ["--seed", "20261121", "--workers", "1", "--no-color"]


def main():
    binary = os.environ["VESTIBULE_BIN"]
    seconds = int(os.environ.get("VESTIBULE_FUZZ_SECONDS", "170"))
    with tempfile.TemporaryDirectory(prefix="vestibule-fuzz-") as folder:
        endpoint, environment = settings(folder)
        with open(pathlib.Path(folder, "log"), "w+") as log:
            server = subprocess.Popen([binary, "serve"], cwd=folder, env=environment, stdout=log, stderr=log)
            try:
                wait(server, endpoint)
                create = [binary, "app", "create", "fuzz", "--type", "machine-to-machine", "--management-api"]
                made = subprocess.run(create, cwd=folder, env=environment, check=True, capture_output=True)
                app = json.loads(made.stdout)
                fill(endpoint, app)
                call = {"VESTIBULE_ENDPOINT": endpoint, "VESTIBULE_APP": app["id"], "VESTIBULE_SECRET": app["secret"]}
                code = fuzz(endpoint, call, ["--exclude-path-regex", KEYS, "--max-time", str(seconds)])
                code = code or fuzz(endpoint, call, ["--include-path-regex", KEYS, "--max-time", "10"])
                requests.get(endpoint + "/health/ready", timeout=10).raise_for_status()
            finally:
                server.kill()
                server.wait()
            log.seek(0)
            # Broken requests are logged by the HTTP library; what the server itself calls an error is one.
            errors = [line for line in log if " ERROR vestibule" in line or "panicked" in line]
        print("".join(errors[:50]))
        return code or (1 if errors else 0)


def settings(folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = f"http://localhost:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VESTIBULE_")}
    return endpoint, {
        **kept,
        "NO_COLOR": "1",
        "VESTIBULE_ENDPOINT": endpoint,
        "VESTIBULE_LISTEN": f"127.0.0.1:{port}",
        "VESTIBULE_DATA_DIR": folder,
        "VESTIBULE_DATABASE_URL": f"sqlite:{folder}/vestibule.db",
    }


def wait(server, endpoint):
    for _ in range(300):
        if server.poll() is not None:
            sys.exit(f"vestibule serve ended with {server.returncode}")
        try:
            if requests.get(endpoint + "/health/ready", timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    sys.exit("the server is not ready")


def fill(endpoint, app):
    """A few rows of every kind, so that not every id that is called is unknown."""
    token = requests.post(
        endpoint + "/oidc/token",
        auth=(app["id"], app["secret"]),
        data={"grant_type": "client_credentials", "resource": API, "scope": "all"},
        timeout=10,
    ).json()["access_token"]

    def make(path, body):
        headers = {"authorization": f"Bearer {token}"}
        answer = requests.post(f"{endpoint}/api{path}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()["id"] if answer.text and "id" in answer.json() else None

    for number in range(12):
        name = f"fuzz{number}"
        user = make("/users", {"username": name, "primaryEmail": f"{name}@example.com", "password": secrets.token_hex(16)})
        role = make("/roles", {"name": name, "description": name})
        resource = make("/resources", {"name": name, "indicator": f"https://{name}.example/"})
        scope = make(f"/resources/{resource}/scopes", {"name": name, "description": name})
        make(f"/roles/{role}/scopes", {"scopeIds": [scope]})
        make(f"/users/{user}/roles", {"roleIds": [role]})
        make(f"/users/{user}/personal-access-tokens", {"name": name})
        make("/applications", {"name": name, "type": "Traditional"})
        machine = make("/applications", {"name": name, "type": "MachineToMachine"})
        organization = make("/organizations", {"name": name})
        make("/organization-scopes", {"name": name})
        organization_role = make("/organization-roles", {"name": name})
        make(f"/organizations/{organization}/users", {"userIds": [user]})
        make(f"/organizations/{organization}/applications", {"applicationIds": [machine]})
        make(f"/organizations/{organization}/jit/roles", {"organizationRoleIds": [organization_role]})
        expires = int(time.time() * 1000) + 86_400_000
        invitee = f"guest{number}@example.com"
        make("/organization-invitations", {"invitee": invitee, "organizationId": organization, "expiresAt": expires})
        make("/one-time-tokens", {"email": invitee})


def fuzz(endpoint, call, arguments):
    schemathesis = pathlib.Path(sys.executable).parent / "schemathesis"
    document = endpoint + "/api/.well-known/management.openapi.json"
    command = [schemathesis, "--config-file", HERE / "schemathesis.toml", "run", document, *COMMON, *arguments]
    environment = {**os.environ, **call, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE)}
    with tempfile.TemporaryDirectory(prefix="vestibule-fuzz-") as folder:
        return subprocess.run(command, cwd=folder, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
