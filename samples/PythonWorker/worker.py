"""A worker for an Offloop process pool, in Python and its standard library alone.

It is the reference for a worker in another language: docs/protocol.md says what each step means, this says it in code. Tasks are functions
of (argument, task), found by the name of their entry point; see tasks.py. Unix only, because the pipes of Windows are no sockets.
"""
import base64
import collections
import json
import os
import signal
import threading
import time
import traceback

from channel import DataPipe, MessagePipes, StartMarks, connect, end

VERSION = 3
MAX_INLINE = 64 << 10  # a longer payload travels on the data pipe
PATIENCE = 0.005  # how long a task may run before what waits behind it is given back

NONE, JSON, RAW = 0, 1, 2  # PayloadKind
RETURNED, THREW, ARGUMENT_REFUSED, RESULT_REFUSED, ITEM_REFUSED, SKIPPED = range(6)  # FinishKind
NO_RESULT, STREAM = 8, 16  # bits of CallKind
NOT_LAUNCHED, WRONG_VERSION, MISUNDERSTOOD = 2, 4, 76  # exit codes

# The .NET exception that a caller gets for one of Python. Any other name is fine too: the caller gets a RemoteTaskException with it.
DOTNET_NAMES = {"ValueError": "System.ArgumentException", "TimeoutError": "System.TimeoutException"}


class Cancelled(Exception):
    """The task's token was cancelled."""


class PayloadError(Exception):
    """A value cannot travel."""


class Task:
    """What a function may do while it runs."""

    def __init__(self, worker, request, kind):
        self._worker = worker
        self._lock = threading.Condition()
        self._wants_progress = request.get("progressType") is not None
        self._waiting = None  # the latest value of progress, while another one is on its way
        self._is_on_its_way = False
        self._values = 0
        self._credit = request.get("credit") or 0
        self._items = 0
        self.sequence, self.id, self.attempt = request["sequence"], request["taskId"], request["attempt"]
        self.is_stream, self.has_result = bool(kind & STREAM), not kind & (NO_RESULT | STREAM)
        self.cancelled = threading.Event()

    def log(self, text, level=2):  # LogLevel.Information
        self._worker.control.notify("Log", {"sequence": self.sequence, "level": level, "text": text})

    def report(self, value):
        """Progress. One value is on its way at a time, and of those that come meanwhile the latest is kept."""
        with self._lock:
            if self._wants_progress and self._is_on_its_way:
                self._waiting = (value,)
            elif self._wants_progress:
                self._send_progress(value)

    def progress_taken(self):
        with self._lock:
            self._is_on_its_way = False
            self._send_waiting()

    def close(self):
        with self._lock:
            self._send_waiting()  # the last value may follow without having been asked for
            self._wants_progress = False

    def yield_item(self, item):
        """Waits for credit: the consumer decides how fast a stream is."""
        with self._lock:
            self._lock.wait_for(lambda: self._credit > 0 or self.cancelled.is_set())
            if self.cancelled.is_set():
                raise Cancelled
            self._credit -= 1
            self._items += 1
        value = self._worker.write(item, self.sequence, self._items)
        self._worker.control.notify("Item", {"sequence": self.sequence, "number": self._items, "value": value})

    def grant(self, count):
        with self._lock:
            self._credit += count
            self._lock.notify_all()

    def cancel(self):
        self.cancelled.set()
        with self._lock:
            self._lock.notify_all()

    def _send_waiting(self):
        if self._wants_progress and self._waiting is not None:
            value, self._waiting = self._waiting, None
            self._send_progress(*value)

    def _send_progress(self, value):
        self._is_on_its_way = True
        self._values += 1
        payload = self._worker.write(value, self.sequence, -self._values)
        self._worker.control.notify("Progress", {"sequence": self.sequence, "number": self._values, "value": payload})


def each_of(request):
    """The request, and one for each argument of its "more": the tasks that follow it and are otherwise like it."""
    more = request.pop("more", ())
    yield request
    for i, argument in enumerate(more, 1):
        yield {**request, "sequence": request["sequence"] + i, "taskId": request["taskId"] + i, "argument": [JSON, argument]}


class Worker:
    def __init__(self, launch, entry_points):
        self._entry_points = entry_points
        self._max_bytes = launch["maxMessageBytes"]
        self._marks = StartMarks(launch["startMarkFile"])
        self._definitions = {}  # by the number that stands for a method on this worker
        self._queue = collections.deque()
        self._changed = threading.Condition()  # guards what follows, and the queue
        self._is_leaving = False
        self._current = None
        self._started_at = 0
        self._cancelled = set()  # tasks that have not started
        self._exit_heard = threading.Event()
        self.control = MessagePipes(connect(launch, launch["controlPipe"]), connect(launch, launch["reportPipe"]))
        self.data = DataPipe(connect(launch, launch["dataPipe"]))

    def run(self):
        """Runs tasks one after the other on this thread. Another one reads the control pipe, so that the worker answers whatever a task does."""
        self.control.notify("Ready", {"protocolVersion": VERSION, "processId": os.getpid(), "library": os.path.abspath(__file__)})
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._give_back, daemon=True).start()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._is_leaving)
                if not self._queue:
                    return
                request = self._queue.popleft()
            self._run_one(request)

    def write(self, value, sequence, part):
        """A payload as a message mentions it. A large one goes ahead on the data pipe."""
        try:
            kind, data = (RAW, value) if isinstance(value, (bytes, bytearray)) else (JSON, json.dumps(value).encode())
        except (TypeError, ValueError) as error:
            raise PayloadError(f"A value of type {type(value).__name__} could not be written: {error}") from error
        if len(data) > self._max_bytes:
            raise PayloadError(f"A value has {len(data)} bytes, more than the {self._max_bytes} that the coordinator takes.")
        if len(data) > MAX_INLINE:
            self.data.send(sequence, part, data)
            return [kind]
        return [kind, base64.b64encode(data).decode() if kind == RAW else value]

    def read(self, payload, sequence):
        """The argument of a task. It may still be on its way on the data pipe."""
        match payload:
            case [0]:
                return None
            case [1, value]:
                return value
            case [2, text]:
                return base64.b64decode(text)
            case [kind]:
                data = self.data.receive(sequence)
                return data if kind == RAW else json.loads(data)

    def _run_one(self, request):
        sequence, began = request["sequence"], time.monotonic()
        self._marks.note(sequence)
        definition = self._definitions[request["method"]]
        task = Task(self, request, definition["kind"])
        argument = self.read(request["argument"], sequence)
        with self._changed:
            is_cancelled = sequence in self._cancelled
            self._cancelled.discard(sequence)
            self._current, self._started_at = task, began
            self._changed.notify_all()
        outcome = {"kind": SKIPPED}
        if not is_cancelled:
            if request.get("reportStart"):
                self.control.notify("Report", {"started": sequence})
            self._marks.note(sequence, StartMarks.STARTED)
            outcome = self._call(definition, argument, task)
            task.close()
        with self._changed:
            self._current = None
        took = int((time.monotonic() - began) * 1e6)
        if "answer" in request:  # the initializer of the threads, of which there is one
            self.control.send({"id": request["answer"], "result": outcome.get("error")})
            return
        self.control.notify("Report", {"finished": [{"sequence": sequence, **outcome, "microseconds": took}]})

    def _call(self, definition, argument, task):
        """How the task ended, as a part of the report. A task may raise anything, and all of it is its outcome."""
        function = self._entry_points.get(definition.get("entryPoint"))
        if function is None:
            problem = LookupError(f"This worker has no entry point '{definition.get('entryPoint')}' ({definition['displayName']}).")
            return {"kind": ARGUMENT_REFUSED, "error": describe(problem)}
        try:
            result = function(argument, task)
            for item in result if task.is_stream else ():
                task.yield_item(item)
        except SystemExit as exit_:
            self._exit(exit_.code if isinstance(exit_.code, int) else 1)
        except PayloadError as error:
            return {"kind": ITEM_REFUSED if task.is_stream else THREW, "error": describe(error)}
        except BaseException as error:
            return {"kind": THREW, "error": describe(error)}
        finally:
            self._marks.note(task.sequence, StartMarks.STARTED | StartMarks.FINISHED)
        try:
            return {"kind": RETURNED, "result": self.write(result, task.sequence, 0) if task.has_result else [NONE]}
        except PayloadError as error:
            return {"kind": RESULT_REFUSED, "error": describe(error)}

    def _exit(self, code):
        """Without this word an exit code may be taken for a signal's."""
        self.control.send({"id": 1, "method": "ExitingAsync", "params": [code]})
        self._exit_heard.wait(0.5)
        os._exit(code)

    def _give_back(self):
        """Returns what waits behind a task that turns out long, so that another worker may run it."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._current and self._queue)
                task = self._current
                self._changed.wait(max(0.0, self._started_at + PATIENCE - time.monotonic()))
                if task is not self._current or time.monotonic() < self._started_at + PATIENCE:
                    continue
                sequences = [request["sequence"] for request in self._queue]
                large = [request["sequence"] for request in self._queue if request["argument"] in ([JSON], [RAW])]
                self._queue.clear()
            for sequence in large:
                self.data.discard(sequence)
            if sequences:
                self.control.notify("Report", {"givenBack": sequences})

    def _listen(self):
        try:
            for message in self.control.messages():
                self._take(message)
        except (ValueError, LookupError, TypeError) as error:  # no JSON, or not what is in the specification
            end(MISUNDERSTOOD, f"The worker was sent what it does not understand and ends: {error!r}")
        except OSError:
            pass  # the coordinator is gone, and the watch on standard input ends this process

    def _take(self, message):
        match message:
            case {"method": "Run", "params": [{"items": requests}]}:
                for request in requests:
                    if definition := request.get("definition"):
                        self._definitions[request["method"]] = definition
                with self._changed:
                    for request in requests:
                        self._queue.extend(each_of(request))
                    self._changed.notify_all()
            case {"method": "InitializeThreadsAsync", "id": id_, "params": [request]}:
                self._definitions[request["method"]] = request["definition"]
                with self._changed:
                    self._queue.append({**request, "answer": id_})
                    self._changed.notify_all()
            case {"method": "Cancel", "params": [sequence]}:
                with self._changed:
                    task = self._current
                    if task is None or sequence > task.sequence:
                        self._cancelled.add(sequence)
                if task is not None and task.sequence == sequence:
                    task.cancel()
            case {"method": "ProgressTaken", "params": [sequence]}:
                self._tell(sequence, Task.progress_taken)
            case {"method": "Credit", "params": [sequence, count]}:
                self._tell(sequence, Task.grant, count)
            case {"method": "Leave"}:
                with self._changed:
                    self._is_leaving = True
                    self._changed.notify_all()
                    task = self._current
                if task is not None:
                    task.cancel()
            case {"method": "PingAsync", "id": id_}:
                self.control.send({"id": id_, "result": None})
            case {"method": method, "id": id_}:
                self.control.send({"id": id_, "error": {"code": -32601, "message": f"There is no method '{method}'."}})
            case {"result": _} | {"error": _}:
                self._exit_heard.set()  # ExitingAsync is the only request

    def _tell(self, sequence, what, *arguments):
        task = self._current
        if task is not None and task.sequence == sequence:
            what(task, *arguments)


def describe(error):
    """An exception as facts: type, message, stack, causes."""
    name = type(error).__name__
    cause = error.__cause__ or error.__context__
    return {
        "type": "System.OperationCanceledException" if isinstance(error, Cancelled) else DOTNET_NAMES.get(name, name),
        "message": str(error) or name,
        "stackTrace": "".join(traceback.format_tb(error.__traceback__)),
        "inner": [describe(cause)] if cause else [],
    }


def watch(line):
    """The end of standard input is the end of the coordinator: this process ends at once, with all that its tasks have started."""
    while os.read(line, 4096):
        pass
    os.killpg(0, signal.SIGKILL)


def serve(entry_points):
    os.setpgid(0, 0)  # first: the pool kills this process as a group, and Ctrl+C in the terminal passes it by
    line = os.dup(0)  # standard input is the line to the coordinator, so a task finds nothing there
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    text = b""
    while not text.endswith(b"\n") and (more := os.read(line, 1)):
        text += more
    try:
        launch = json.loads(text)
        version = launch["version"]
    except (ValueError, LookupError, TypeError):
        end(NOT_LAUNCHED, "This program is started by an Offloop process pool and cannot be run by hand.")
    if version != VERSION:
        end(WRONG_VERSION, f"The worker speaks version {VERSION} of the protocol ({os.path.abspath(__file__)}) "
            f"and its coordinator version {version} ({launch.get('library', 'its file is not known')}); use files of one release for both.")
    threading.Thread(target=watch, args=[line], daemon=True).start()
    Worker(launch, entry_points).run()
