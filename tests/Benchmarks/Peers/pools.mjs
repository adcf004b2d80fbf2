// One round of a Node pool; prints one JSON object. Usage: pools.mjs workerpool|tinypool|piscina SECONDS ECHO_BUDGET
const WORKERS = 2
const BULK = 10_000
const file = (name) => new URL(name, import.meta.url)

const makers = {
  async workerpool() {
    const { default: workerpool } = await import('workerpool')
    const pool = workerpool.pool(file('workerpool-worker.mjs').pathname, {
      workerType: 'process', minWorkers: WORKERS, maxWorkers: WORKERS, forkOpts: { serialization: 'advanced' },
    })
    return { submit: (value) => pool.exec('noop', [value]), close: () => pool.terminate() }
  },
  async tinypool() {
    const { Tinypool } = await import('tinypool')
    const pool = new Tinypool({
      filename: file('worker.mjs').href, runtime: 'child_process', serialization: 'advanced', minThreads: WORKERS, maxThreads: WORKERS,
    })
    return { submit: (value) => pool.run(value), close: () => pool.destroy() }
  },
  async piscina() {
    const { Piscina } = await import('piscina')
    const pool = new Piscina({
      filename: file('worker.mjs').href, concurrentTasksPerWorker: 16, minThreads: WORKERS, maxThreads: WORKERS,
    })
    return { submit: (value) => pool.run(value), close: () => pool.destroy() }
  },
}

const now = () => performance.now()

/** The rate of an action that does `count` of something: the median of as many calls as fit in the time, after one to warm up. */
async function perSecond(seconds, count, action) {
  await action()
  return (count * 1000) / await medianMs(seconds, action)
}

/** The median, because it ignores occasional other work on the machine. */
async function medianMs(seconds, action) {
  const times = []
  const begin = now()
  while (times.length === 0 || now() - begin < seconds * 1000) {
    const start = now()
    await action()
    times.push(now() - start)
  }
  return times.sort((a, b) => a - b)[times.length >> 1]
}

function echo(pool, length, seconds) {
  const payload = new Uint8Array(length)
  return medianMs(seconds, () => pool.submit(payload))
}

const [kind, secondsText, budgetText] = process.argv.slice(2)
const seconds = Number(secondsText)
const results = {}
const maker = makers[kind]
const start = now()
const pool = await maker()
await pool.submit(1)
results.first = now() - start
await medianMs(seconds / 2, () => pool.submit(1))
results.one = 1e6 / await perSecond(seconds, 1, () => pool.submit(1))
results.bulk = await perSecond(seconds, BULK, () => Promise.all(Array.from({ length: BULK }, (_, i) => pool.submit(i))))
results.echo1 = await echo(pool, 1 << 20, seconds / 2)
results.echo16 = await echo(pool, 16 << 20, seconds)
if (results.echo16 * 100 / 16 < Number(budgetText) * 1000) results.echo100 = await echo(pool, 100_000_000, seconds)
await pool.close()
console.log(JSON.stringify(results))
process.exit(0)
