"""The entry points that the tests call: python3 tasks.py is the whole command of a worker."""
import os
import signal
import time

from worker import Cancelled, serve

_remembered = None


def square(number, task):
    return number * number


def greet(name, task):
    return f"hello {name}"


def move(point, task):
    return {"X": point["X"] + 1, "Y": point["Y"] - 1, "Name": point["Name"].upper()}


def reverse(data, task):
    return data[::-1]


def fail(text, task):
    try:
        raise KeyError(text)
    except KeyError as cause:
        raise ValueError(f"it failed over {text}") from cause


def fail_oddly(text, task):
    raise ZeroDivisionError(text)


def count_with_progress(count, task):
    for number in range(1, count + 1):
        task.report(number)
    return count


def count_up(count, task):
    yield from range(count)


def blocks(length, task):
    for byte in range(40):
        yield bytes([byte]) * length


def wait_for_cancellation(path, task):
    with open(path, "w", encoding="utf-8"):  # the test waits for it
        pass
    task.cancelled.wait()
    raise Cancelled


def log(text, task):
    task.log(text, level=3)
    print(f"printed {text}", flush=True)


def exit_(code, task):
    raise SystemExit(code)


def crash(argument, task):
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)


def remember(value, task):
    global _remembered
    _remembered = value


def recall(argument, task):
    return _remembered


def unwritable(argument, task):
    return {1, 2, 3}


def sleep(milliseconds, task):
    time.sleep(milliseconds / 1000)
    return os.getpid()


ENTRY_POINTS = {name.rstrip("_").replace("_", "-"): value for name, value in list(globals().items())
                if callable(value) and value.__module__ == __name__}

if __name__ == "__main__":
    serve(ENTRY_POINTS)
