"""The scenario of the CLI in asyncio: a ticker on the loop beside blocking tasks in an executor; prints a line "task" after the first, and
one JSON object.
Usage: ticker.py thread|process fetch|spin SECONDS INTERVAL_MS WORKERS URL"""

import asyncio
import http.client
import json
import multiprocessing
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from urllib.parse import urlsplit

local = threading.local()


def fetch(url):
    parts = urlsplit(url)
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection(parts.hostname, parts.port)
    local.connection.request("GET", parts.path or "/")
    return len(local.connection.getresponse().read())


def spin(milliseconds):
    end = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end:
        pass
    return milliseconds


async def tick(seconds, interval, lags):
    """Ticks on an absolute schedule; those that were missed are skipped, as the CLI does it."""
    start = time.perf_counter()
    n = 0
    while n * interval < seconds:
        lags.append(time.perf_counter() - start - n * interval)
        n = max(n + 1, -int(-(time.perf_counter() - start) // interval))
        await asyncio.sleep(start + n * interval - time.perf_counter())


async def work(pool, task, argument, end, ends):
    loop = asyncio.get_running_loop()
    while time.perf_counter() < end:
        await loop.run_in_executor(pool, task, argument)
        if not ends:
            print("task", flush=True)
        ends.append(time.perf_counter())


def percentile(ordered, percent):
    return ordered[max(0, -int(-percent * len(ordered) // 100) - 1)] * 1000


async def main():
    kind, load, seconds, interval, workers, url = sys.argv[1:7]
    seconds, workers = float(seconds), int(workers)
    task, argument = (fetch, url) if load == "fetch" else (spin, 50)
    if kind == "thread":
        pool = ThreadPoolExecutor(workers)
    else:
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    start = time.perf_counter()
    lags, ends = [], []
    await asyncio.gather(
        tick(seconds, float(interval) / 1000, lags),
        *(work(pool, task, argument, start + seconds, ends) for _ in range(workers)),
    )
    pool.shutdown()
    ordered = sorted(lags)
    # From the third second the workers are up and warm, and so it is counted for the CLI.
    counted = sum(1 for end in ends if 2 <= end - start < seconds)
    print(json.dumps({
        "ticks": len(lags),
        "lagP50": percentile(ordered, 50),
        "lagP99": percentile(ordered, 99),
        "lagMax": ordered[-1] * 1000,
        "perSecond": counted / (seconds - 2),
        "perSecondAll": sum(1 for end in ends if end - start < seconds) / seconds,
    }))


if __name__ == "__main__":
    asyncio.run(main())
