"""A service on this machine: answers as it is told, hangs, or is not there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """What it was sent, and what it answers: status codes in turn, the last one for ever."""

    def __init__(self, *codes: int, hangs: bool = False, retry_after: str = "") -> None:
        self.bodies: list[bytes] = []
        self.codes = list(codes) or [200]
        self.hangs = hangs
        self.retry_after = retry_after
        self.over = threading.Event()
        self.url = ""


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """Listen meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            receiver.bodies.append(self.rfile.read(size))
            if receiver.hangs:
                receiver.over.wait()
                return
            code = receiver.codes.pop(0) if len(receiver.codes) > 1 else receiver.codes[0]
            self.send_response(code)
            if receiver.retry_after:
                self.send_header("Retry-After", receiver.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook/s3cr3t"
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
