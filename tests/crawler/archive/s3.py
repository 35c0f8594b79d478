"""
A small store that speaks S3 over HTTP on loopback, and the places of archives that tests are run on.

Knows what our client asks for and no more: objects, ranges, uploads in parts, signatures. ``FUNDSTELLE_TEST_S3`` may name a
place in a real store, for which the usual variables hold the keys: then the tests run on that too.
"""

from __future__ import annotations

import os
import re
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from fsspec import filesystem

from crawler.archive import places
from crawler.archive.places import Place

REAL = os.environ.get("FUNDSTELLE_TEST_S3", "")
KINDS = ("file", "memory", "s3", *(["real"] if REAL else []))
KEY, SECRET, BUCKET = "AKIAFUNDSTELLE", "nurfuertests", "belege"
STATUS = {"NoSuchBucket": 404, "NoSuchKey": 404, "NoSuchUpload": 404, "InvalidRange": 416, "SlowDown": 503}


class Store(ThreadingHTTPServer):
    """Holds one bucket in memory; ``asked`` are the requests so far, ``refusals`` the codes that the next ones get."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.refusals: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm, wbufsize = True, 1 << 16  # an answer in one piece, or each takes 40 ms
    server: Store

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle_expect_100(self) -> bool:
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def answer(self) -> None:
        parts = urlsplit(self.path)
        bucket, _, name = parts.path.lstrip("/").partition("/")
        query = {key: value[0] for key, value in parse_qs(parts.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, name, self.headers.get("Range") or ""))
        code = self.server.refusals.pop(0) if self.server.refusals else self.refusal()
        if code or bucket != BUCKET:
            self.refuse(code or "NoSuchBucket")
        else:
            getattr(self, f"take_{self.command.lower()}")(name, query, body)

    do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - as the library names them

    def take_get(self, name: str, _query: dict[str, str], _body: bytes) -> None:
        whole = self.server.objects.get(name)
        if whole is None:
            self.refuse("NoSuchKey")
            return
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
        if span is None:
            self.send(200, whole)
        elif int(span[1]) >= len(whole):
            self.refuse("InvalidRange")
        else:
            self.send(206, whole[int(span[1]) : int(span[2]) + 1])

    def take_put(self, name: str, query: dict[str, str], body: bytes) -> None:
        if "uploadId" in query:
            self.server.parts[query["uploadId"]][int(query["partNumber"])] = body
        else:
            self.server.objects[name] = body
        self.send(200, b"", ETag='"1"')

    def take_post(self, name: str, query: dict[str, str], _body: bytes) -> None:
        if "uploads" in query:
            self.server.parts["1"] = {}
            self.send(200, b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>")
            return
        parts = self.server.parts.pop(query["uploadId"])
        self.server.objects[name] = b"".join(parts[number] for number in sorted(parts))
        self.send(200, b'<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>')

    def take_delete(self, name: str, _query: dict[str, str], _body: bytes) -> None:
        self.server.objects.pop(name, None)
        self.send(204, b"")

    def refusal(self) -> str:
        """Sign the request as its sender should have (AWS Signature Version 4) and compare."""
        said = dict(re.findall(r"(\w+)=([^,]+)", self.headers.get("Authorization") or ""))
        key, _, region, *_ = said["Credential"].split("/")
        if key != KEY:
            return "InvalidAccessKeyId"
        headers = {name: self.headers[name] for name in said["SignedHeaders"].split(";")}
        request = AWSRequest(self.command, f"{self.server.address}{self.path}", headers)
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        signer = S3SigV4Auth(Credentials(KEY, SECRET), "s3", region)
        signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        return "" if signature == said["Signature"] else "SignatureDoesNotMatch"

    def refuse(self, code: str) -> None:
        self.send(STATUS.get(code, 403), f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@cache
def running() -> Store:
    """Return the one store of this process; a client that is made anew costs more than all it is asked for."""
    server = Store()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store without objects, with its address and keys in the environment."""
    server = running()
    server.objects, server.asked, server.refusals = {}, [], []
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    return server


def place(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Name an empty place for archives of that kind in the environment, and a home of its own."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(folder / "home"))
    if kind == "s3":
        store(monkeypatch)
    (folder / "archive").mkdir()
    filesystem("memory").store.clear()
    urls = {"file": str(folder / "archive"), "memory": "memory://belege", "s3": f"s3://{BUCKET}/ort", "real": REAL}
    monkeypatch.setenv(places.VARIABLE, urls[kind])
    found = places.configured()
    assert found is not None
    return found
