"""A fake provider: takes webhooks, keeps what it was sent, and lies when told to."""
import http.server
import json
import threading
import time


class Provider:
    """`mode`: ok; error = 500; hang = takes it and never answers; lost = 200, and nobody is told."""

    def __init__(self, port):
        self.mode = "ok"
        self.requests = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 120

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                mode = provider.mode
                provider.note(self.path, self.headers, body, mode)
                if mode == "hang":
                    provider._over.wait(60)
                    self.close_connection = True
                    return
                self.send_response(500 if mode == "error" else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                pass

        self._server = Server(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def note(self, path, headers, body, mode):
        try:
            content = json.loads(body)
        except ValueError:
            content = {}
        with self._lock:
            self.requests.append({
                "at": time.time(), "to": path, "key": headers.get("Idempotency-Key", ""), "mode": mode,
                "marked": headers.get("Silverbell-Possible-Repeat") == "true", "content": content})

    def clear(self):
        self.mode = "ok"
        with self._lock:
            self.requests = []

    def snapshot(self):
        with self._lock:
            return list(self.requests)

    def close(self):
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
