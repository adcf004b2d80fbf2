"""The tasks of the sample: python3 spelling.py is the whole command of a worker."""
import difflib
import time

from worker import serve


def closest(query, task):
    """A record of C# is a dictionary here, and a list is an array there."""
    if not query["Word"]:
        raise ValueError("There is no word.")
    return difflib.get_close_matches(query["Word"], query["Among"])


def changes(edit, task):
    """A generator is a stream."""
    for line in difflib.ndiff(edit["Before"].split(), edit["After"].split()):
        yield line


def hang(argument, task):
    time.sleep(1000)


if __name__ == "__main__":
    serve({"closest": closest, "changes": changes, "hang": hang})
