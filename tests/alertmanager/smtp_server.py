#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A mail server on loopback that keeps what it gets in a Maildir. Debian's interpreter: python3-aiosmtpd is its package.

    tests/alertmanager/smtp_server.py MAILDIR [USER PASSWORD_FILE [CERTIFICATE KEY]]

Prints its port and runs until it is stopped. With a user it takes mail only after a login, with a certificate only after
STARTTLS.
"""
import asyncio
import signal
import ssl
import sys
import warnings

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult


def login(user, password_file):
    with open(password_file, "rb") as file:
        expected = (user.encode(), file.read().strip())
    # handled=False: a refusal is said by the server, not by this function.
    # LOGIN is left out: aiosmtpd asks for the name with other words than Go's programs know.
    return {"auth_required": True, "auth_require_tls": False, "auth_exclude_mechanism": ["LOGIN"],
            "authenticator": lambda _server, _session, _envelope, _way, data: AuthResult(success=(data.login, data.password) == expected, handled=False)}


def starttls(certificate, key):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return {"tls_context": context, "require_starttls": True}


async def main(maildir, user=None, password_file=None, certificate=None, key=None):
    options = login(user, password_file) if user else {}
    if certificate:
        options |= starttls(certificate, key)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: SMTP(Mailbox(maildir), loop=loop, hostname="test", **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # that a login without TLS is none to copy
    asyncio.run(main(*sys.argv[1:]))
