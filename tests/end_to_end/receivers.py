# SPDX-License-Identifier: Apache-2.0
"""Who gets the messages: a mail server and an HTTP sink that keep what comes, with its time, and can misbehave."""
import asyncio
import dataclasses
import email
import email.policy
import http.server
import json
import threading
import time

from aiosmtpd.smtp import SMTP


@dataclasses.dataclass(frozen=True)
class Mail:
    arrived: float
    to: tuple
    message: email.message.EmailMessage

    @property
    def subject(self):
        return str(self.message["Subject"])

    @property
    def text(self):
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @property
    def page(self):
        return self.message.get_body(("html",)).get_content().replace("\r\n", "\n")


class MailServer:
    """A real SMTP server (aiosmtpd) in a thread. While `refuses` is set it sends every mail away until later, before its
    content as greylisting does: Alertmanager 0.25 takes a refusal after the content for a success, and the mail is lost
    (prometheus/alertmanager#4005, mended in 0.28)."""

    def __init__(self):
        self.mails, self.refused, self.refuses = [], 0, False
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(self.listen(), self.loop).result(60)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)

    async def listen(self):
        return await self.loop.create_server(lambda: SMTP(self, loop=self.loop, hostname="mail.test"), "127.0.0.1", 0)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # pylint: disable=invalid-name
        if self.refuses:
            self.refused += 1
            return "451 Requested action aborted: try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # pylint: disable=invalid-name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(Mail(time.time(), tuple(envelope.rcpt_tos), message))
        return "250 OK"


@dataclasses.dataclass(frozen=True)
class Post:
    arrived: float
    path: str
    body: dict


class ChatSink(http.server.ThreadingHTTPServer):
    """Keeps every POST of JSON. While `hangs` is set it takes the request and answers after an hour."""

    daemon_threads = True

    def __init__(self):
        self.posts, self.left_waiting, self.hangs = [], 0, False
        super().__init__(("127.0.0.1", 0), ChatRequest)
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class ChatRequest(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # pylint: disable=invalid-name
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.hangs:
            self.server.left_waiting += 1
            time.sleep(3600)
            return
        self.server.posts.append(Post(time.time(), self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass
