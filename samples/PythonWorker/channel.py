"""The pipes of a worker, how they are opened, and the start marks."""
import base64
import hmac
import json
import mmap
import os
import socket
import struct
import sys
import threading

SECRET_BYTES = 32
WRONG_SERVER = 3  # an exit code


class MessagePipes:
    """JSON-RPC 2.0 with Content-Length framing: the coordinator's messages come on one pipe, and ours go on another."""

    def __init__(self, control, report):
        self._report = report
        self._input = control.makefile("rb")
        self._lock = threading.Lock()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode()
        with self._lock:  # one message at a time, whichever thread it comes from
            self._report.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method, *params):
        self.send({"method": method, "params": params})

    def messages(self):
        while header := self._input.readline():
            length = int(header.removeprefix(b"Content-Length:"))
            self._input.readline()  # the empty line
            yield json.loads(self._input.read(length))


class DataPipe:
    """Frames of a task, a part and that many bytes, for payloads that are too large for a message. A thread of its own empties it."""

    HEADER = struct.Struct("<iiq")

    def __init__(self, connection):
        self._connection = connection
        self._sending = threading.Lock()
        self._changed = threading.Condition()
        self._frames = {}
        self._unwanted = set()
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, sequence, part, data):
        with self._sending:
            self._connection.sendall(self.HEADER.pack(sequence, part, len(data)))
            self._connection.sendall(data)

    def receive(self, sequence):
        with self._changed:
            self._changed.wait_for(lambda: sequence in self._frames)
            return self._frames.pop(sequence)

    def discard(self, sequence):
        """The argument of a task that was given back: it may have come, or may still come."""
        with self._changed:
            if self._frames.pop(sequence, None) is None:
                self._unwanted.add(sequence)

    def _read(self):
        stream = self._connection.makefile("rb")
        while header := stream.read(self.HEADER.size):
            sequence, _, length = self.HEADER.unpack(header)
            data = stream.read(length)
            with self._changed:
                if sequence in self._unwanted:
                    self._unwanted.remove(sequence)
                else:
                    self._frames[sequence] = data
                self._changed.notify_all()


class StartMarks:
    """What the coordinator reads when this process is gone: whether a task had started, and whether it had finished. In a mapped file, so
    that not even SIGKILL loses it."""

    WORDS, STARTED, FINISHED = 512, 1 << 32, 1 << 33

    def __init__(self, path):
        with open(path, "r+b") as file:
            self._page = mmap.mmap(file.fileno(), 0)

    def note(self, sequence, bits=0):
        struct.pack_into("<Q", self._page, sequence % self.WORDS * 8, sequence & 0xFFFFFFFF | bits)


def connect(launch, path):
    """Connects, and makes sure of the server before anything is believed: by the system's word, then by its secret."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    if hasattr(socket, "SO_PEERCRED"):
        server, _, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        if server != launch["coordinatorProcessId"]:
            end(WRONG_SERVER, f"The server of the pipe is process {server}, not the coordinator.")
    said = connection.recv(SECRET_BYTES, socket.MSG_WAITALL)
    if not hmac.compare_digest(said, base64.b64decode(launch["serverSecret"])):
        end(WRONG_SERVER, "The process at the other end of the pipe is not the coordinator.")
    connection.sendall(base64.b64decode(launch["workerSecret"]))
    return connection


def end(code, text):
    print(text, file=sys.stderr, flush=True)
    os._exit(code)


def end(code, text):
    print(text, file=sys.stderr, flush=True)
    os._exit(code)
