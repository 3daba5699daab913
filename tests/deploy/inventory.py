# SPDX-License-Identifier: Apache-2.0
"""The inventory of the tests: one machine, one simulated household, secrets that are looked for afterwards."""
import hashlib
import json
import pathlib
import subprocess

NAME = "taara.test"
SECRETS = {"home.passcode": "4711084212", "smtp.password": "canary-smtp-password", "ntfy.url": "https://ntfy.invalid/canary-topic",
           "grafana.admin": "canary-grafana-admin-password", "grafana.family": "canary-grafana-family", "grafana.key": "canary-grafana-key-" + "k" * 32}
# Of a key that nobody has; on a real machine age-keygen makes one.
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
PASSWORDS = {"family": "canary-family-password", "keeper": "canary-keeper-password"}


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", folder / "key.pem",
                    "-out", folder / "cert.pem"], check=True, capture_output=True)


def make_backup_key(folder):
    """The public half; the secret one is in backup.key."""
    subprocess.run(["age-keygen", "-o", folder / "backup.key"], check=True, capture_output=True)
    return subprocess.run(["age-keygen", "-y", folder / "backup.key"], check=True, capture_output=True, text=True).stdout.strip()


def hashed(password):
    return subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=password, check=True, capture_output=True, text=True).stdout.strip()


def grafana_variables(package):
    """What an owner adds who wants Grafana, too; nothing where there is no package."""
    return {} if not package else {
        "grafana_enabled": True, "grafana_package": str(package),
        "grafana_package_sha256": hashlib.sha256(pathlib.Path(package).read_bytes()).hexdigest(),
        "grafana_admin_password": SECRETS["grafana.admin"], "grafana_family_password": SECRETS["grafana.family"],
        "grafana_secret_key": SECRETS["grafana.key"]}


def variables(folder, package):
    """What an owner would write into group_vars."""
    return {
        "exporter_package": str(package),
        "exporter_config": {
            "households": [{
                "name": "home-1", "source": "taara", "url": "http://127.0.0.1:8077", "timezone": "Africa/Nairobi",
                "account": {"phone": "700000001", "partner_id": "partner-1", "hotspot_id": "hotspot-1",
                            "passcode_file": "/run/credentials/taara-exporter.service/home.passcode"},
                "plan": {"allocation": "1 TB", "cycle": "plan", "length": "30d"}}],
            "polling": {"interval": "60s", "min_interval": "60s"},
        },
        "exporter_secrets": {"home.passcode": SECRETS["home.passcode"]},
        "alertmanager_owner": {
            "timezone": "Africa/Nairobi", "quiet_hours": "none", "links": {"dashboard": f"https://{NAME}/"},
            "channels": {
                "email": {"to": ["family@example.org"], "from": "taara@example.org", "smarthost": "127.0.0.1:1025",
                          "username": "taara", "password_file": "smtp.password", "require_tls": False},
                "ntfy": {"url_file": "ntfy.url"}},
            "family": ["email"], "keeper": ["ntfy"]},
        "alertmanager_secrets": {name: SECRETS[name] for name in ("smtp.password", "ntfy.url")},
        "backup_recipient": RECIPIENT,
        "nginx_server_name": NAME, "nginx_certificate": str(folder / "cert.pem"), "nginx_key": str(folder / "key.pem"),
        "nginx_users": [{"name": name, "hash": hashed(password), "keeper": name == "keeper"} for name, password in PASSWORDS.items()],
    }


def write_inventory(folder, machine, package, grafana=None):
    folder = pathlib.Path(folder)
    make_certificate(folder)
    host = {"ansible_host": machine.address, "ansible_user": "root", "ansible_ssh_private_key_file": str(machine.key),
            "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"}
    values = variables(folder, package) | grafana_variables(grafana) | {"backup_recipient": make_backup_key(folder), "backup_to": str(folder / "fetched")}
    (folder / "hosts.json").write_text(json.dumps({"monitor": {"hosts": {"droplet": host}, "vars": values}}, indent=1), encoding="utf-8")
    (folder / "hosts.json").chmod(0o600)
