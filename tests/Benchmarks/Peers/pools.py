"""One round of a Python process pool; prints one JSON object. Usage: pools.py futures|pebble SECONDS ECHO_BUDGET"""

import json
import multiprocessing
import statistics
import sys
import time

WORKERS = 2
BULK = 10_000
MAP = 100_000


def noop(value):
    return value


class Futures:
    def __init__(self):
        from concurrent.futures import ProcessPoolExecutor

        self.pool = ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn"))

    def submit(self, argument):
        return self.pool.submit(noop, argument)

    def map(self, count, chunksize):
        return self.pool.map(noop, range(count), chunksize=chunksize)

    def close(self):
        self.pool.shutdown()


class Pebble:
    def __init__(self):
        from pebble import ProcessPool

        self.pool = ProcessPool(max_workers=WORKERS)

    def submit(self, argument):
        return self.pool.schedule(noop, args=(argument,))

    def map(self, count, chunksize):
        return self.pool.map(noop, range(count), chunksize=chunksize).result()

    def close(self):
        self.pool.close()
        self.pool.join()


def per_second(seconds, count, action):
    """The rate of an action that does `count` of something: the median of as many calls as fit in the time, after one to warm up."""
    action()
    return count * 1000 / median_ms(seconds, action)


def median_ms(seconds, action):
    """The median, because it ignores occasional other work on the machine."""
    times = []
    begin = time.perf_counter()
    while not times or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def bulk(pool):
    for future in [pool.submit(i) for i in range(BULK)]:
        future.result()


def drain(pool, chunksize):
    for _ in pool.map(MAP, chunksize):
        pass


def echo(pool, payload, seconds):
    return median_ms(seconds, lambda: pool.submit(payload).result())


def main():
    kind, seconds, budget = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    results = {}
    start = time.perf_counter()
    pool = Futures() if kind == "futures" else Pebble()
    pool.submit(1).result()
    results["first"] = (time.perf_counter() - start) * 1000
    results["one"] = 1e6 / per_second(seconds, 1, lambda: pool.submit(1).result())
    results["bulk"] = per_second(seconds, BULK, lambda: bulk(pool))
    results["map100"] = per_second(seconds, MAP, lambda: drain(pool, 100))
    results["map1000"] = per_second(seconds, MAP, lambda: drain(pool, 1000))
    results["echo1"] = echo(pool, bytes(1 << 20), seconds / 2)
    results["echo16"] = echo(pool, bytes(16 << 20), seconds)
    if results["echo16"] * 100 / 16 < budget * 1000:
        results["echo100"] = echo(pool, bytes(100_000_000), seconds)
    pool.close()
    print(json.dumps(results))


if __name__ == "__main__":
    main()
