"""A timestamp authority on this machine: a root, a certificate under it, and openssl answering over HTTP."""

import http.server
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = {name}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority(NamedTuple):
    """One that answers: its address, the file of its root, and what it does instead of answering, if anything."""

    url: str
    root: Path
    folder: Path
    mood: dict[str, str]

    def answer(self, question: bytes) -> bytes:
        (self.folder / "question").write_bytes(question)
        _openssl(
            self.folder,
            *(
                [
                    "ts",
                    "-reply",
                    "-queryfile",
                    "question",
                    "-signer",
                    "tsa.pem",
                    "-inkey",
                    "tsa.key",
                    "-config",
                    "config",
                    "-out",
                    "answer",
                ]
            ),
        )
        return (self.folder / "answer").read_bytes()


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)


def make(folder: Path, name: str) -> None:
    """The keys and certificates of an authority, valid for ten years."""
    folder.mkdir()
    (folder / "config").write_text(CONFIG.format(name=name, folder=folder))
    (folder / "serial").write_text("01")
    key = "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config config"
    _openssl(folder, *f"{key} -x509 -days 3650 -extensions root -keyout root.key -out root.pem".split())
    _openssl(folder, *f"{key} -subj /CN={name}-stamps -keyout tsa.key -out tsa.csr".split())
    sign = "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 3650"
    _openssl(folder, *f"{sign} -extfile config -extensions stamping -out tsa.pem".split())


@contextmanager
def serving(folder: Path, name: str = "one") -> Iterator[Authority]:
    """An authority that answers on a free port until the end of the block."""
    make(folder, name)
    mood: dict[str, str] = {}

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            asked_for = self.headers["Content-Type"] == "application/timestamp-query"
            status = 500 if mood.get("status") == "500" or not asked_for else 200
            if self.path != mood.get("path", "/stamp"):
                status = 404
            answer = authority.answer(question) if status == 200 else b""
            if kept := mood.get("kept"):
                answer = Path(kept).read_bytes()
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Door)
    authority = Authority(f"http://127.0.0.1:{server.server_port}/stamp", folder / "root.pem", folder, mood)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
