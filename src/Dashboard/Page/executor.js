// One executor on the page.

import { chart } from "./charts.js";
import { bytes, clock, count, each, make, milliseconds, rate, seconds, setAttribute, setText, table, words } from "./parts.js";

// ask(path, request, question) is called for an action; allowed tells whether there is one.
export function executorCard(executor, allowed, ask) {
  const title = make("h2", { id: `executor-${executor.id}` }, executor.name);
  const state = make("span", { class: "state" });
  const reason = make("p", { class: "reason" });
  const drain = make("button", { type: "button" }, "Drain…");
  drain.setAttribute("aria-label", `Drain executor ${executor.name}`);
  drain.addEventListener("click", () => ask("drain", { executor: executor.id }, {
    title: `Drain ${executor.name}?`,
    text: "It accepts no more tasks and lets those that it has end. Then it is closed, and cannot be opened again.",
    yes: "Drain it",
  }));
  const heading = make("div", { class: "heading" }, title, make("span", { class: "kind" }, executor.kind), state, drain);
  const tiles = make("dl", { class: "tiles" });
  const counts = make("dl", { class: "tiles counts" });
  const charts = make("div", { class: "charts" });
  const throughput = chart("Throughput", "throughput");
  const queue = chart("Queue", "queue");
  charts.append(throughput, queue);
  const workers = table("Workers", ["worker", "pid", "state", "tasks", "memory", "done", "age", "actions"]);
  const ends = gone();
  const failures = failureList(executor);
  const card = make(
    "section", { class: "executor", "aria-labelledby": title.id }, heading, reason, tiles, counts, charts, workers, ends, failures);

  card.update = now => {
    const isClosed = now.state === "closed";
    setText(title, now.name);
    setText(state, words(now.state));
    setAttribute(state, "data-state", now.state);
    setText(reason, now.stateReason ?? "");
    reason.hidden = !now.stateReason;
    drain.hidden = !allowed("drain") || isClosed || now.state === "shuttingDown";
    each(tiles, tilesOf(now), tile => tile.name, newTile, updateTile);
    each(counts, countsOf(now), tile => tile.name, newTile, updateTile);
    charts.hidden = !now.live;
    if (now.live) {
      throughput.update(now.live.throughput, value => `${rate(value)}/s`);
      queue.update(now.live.queued, value => count(value));
    }
    const canAct = (allowed("recycle") && now.canRecycle) || allowed("end-task");
    workers.classList.toggle("without-actions", !canAct);
    workers.hidden = now.workers.length === 0;
    each(
      workers.body, now.workers, worker => worker.id, () => workers.row(["id", "", "", "tasks", "number", "number", "number", "actions"]),
      (row, worker) => updateWorker(row, worker, now, allowed, ask));
    ends.update(now);
  };
  card.updateFailures = list => failures.update(list);
  return card;
}

function tilesOf(now) {
  const percentiles = times => (times
    ? [["p50", milliseconds(times.p50Ms)], ["p95", milliseconds(times.p95Ms)], ["p99", milliseconds(times.p99Ms)]]
    : [["p50", "–"], ["p95", "–"], ["p99", "–"]]);
  return [
    { name: "per second", values: [["", rate(now.live?.perSecond)]] },
    { name: "queued", values: [["", count(now.queued)]] },
    { name: "running", values: [["", count(now.running)]] },
    { name: "wait", values: percentiles(now.live?.wait) },
    { name: "run", values: percentiles(now.live?.run) },
  ];
}

function countsOf(now) {
  return [
    { name: "succeeded", values: [["", count(now.succeeded)]] },
    { name: "failed", values: [["", count(now.failed)]], isBad: now.failed > 0 },
    { name: "timed out", values: [["", count(now.timedOut)]], isBad: now.timedOut > 0 },
    { name: "lost", values: [["", count(now.lost)]], isBad: now.lost > 0 },
    { name: "cancelled", values: [["", count(now.cancelled)]] },
    { name: "restarts", values: [["", count(now.restarts)]], isBad: now.restarts > 0 },
    ...(now.abandonedThreads ? [{ name: "abandoned threads", values: [["", count(now.abandonedThreads)]], isBad: true }] : []),
  ];
}

function newTile(tile) {
  const element = make("div", { class: tile.values.length > 1 ? "tile wide" : "tile" }, make("dt", {}, tile.name));
  for (const [label] of tile.values) {
    const value = make("dd");
    if (label) value.append(make("span", { class: "label" }, `${label} `));
    value.append(make("span"));
    element.append(value);
  }
  return element;
}

function updateTile(element, tile) {
  tile.values.forEach(([, text], i) => setText(element.children[i + 1].lastElementChild, text));
  element.classList.toggle("bad", tile.isBad === true);
}

function updateWorker(row, worker, executor, allowed, ask) {
  const [id, pid, state, tasks, memory, done, age, actions] = row.children;
  setText(id, worker.node ?? String(worker.id));
  if (worker.node) setAttribute(id, "title", `${worker.nodeAddress}, ${worker.slots} slots`);
  setText(pid, worker.processId === null ? "–" : String(worker.processId));
  if (!state.firstChild) state.append(make("span", { class: "state" }));
  setText(state.firstChild, words(worker.state));
  setAttribute(state.firstChild, "data-state", worker.state);
  setText(memory, bytes(worker.residentBytes));
  setText(done, count(worker.tasksDone));
  setText(age, seconds(worker.ageSeconds));
  if (!tasks.firstChild) tasks.append(make("ul"), make("span", { class: "nothing" }, "–"));
  const [list, nothing] = tasks.children;
  nothing.hidden = worker.tasks.length > 0;
  // A window of short tasks may be long; the first ones are those that run.
  each(list, worker.tasks.slice(0, 16), task => `${task.id}/${task.attempt}`, task => {
    const item = make("li", {}, make("span", { class: "name" }, task.name), " ", make("span", { class: "facts" }));
    if (allowed("end-task")) {
      const end = make("button", { type: "button", "aria-label": `End task ${task.name}` }, "End…");
      end.addEventListener("click", () => ask("end-task", { executor: executor.id, task: task.id }, {
        title: "End this task?",
        text: `“${task.name}” is ended as by a cancellation: its token, the grace, the kill. Its caller gets an exception.`,
        yes: "End it",
      }));
      item.append(" ", end);
    }
    return item;
  }, (item, task) => setText(
    item.children[1], `${task.attempt > 1 ? `attempt ${task.attempt}, ` : ""}${seconds(task.ageSeconds)}`));
  if (allowed("recycle") && executor.canRecycle && !actions.firstChild) {
    const recycle = make("button", { type: "button", "aria-label": `Replace worker ${worker.id}` }, "Replace…");
    recycle.addEventListener("click", () => ask("recycle", { executor: executor.id, worker: worker.id }, {
      title: `Replace worker ${worker.id}?`,
      text: "It ends when another one is ready in its place and the tasks that it has are done. No task is lost.",
      yes: "Replace it",
    }));
    actions.append(recycle);
  }
}

// The workers that are gone, and why.
function gone() {
  const summary = make("summary");
  const ends = table("Workers that ended", ["time", "worker", "pid", "how", "why"]);
  const more = make("button", { type: "button" });
  const element = make("details", { class: "ends" }, summary, ends, more);
  let shown = 5;
  let last = null;
  more.addEventListener("click", () => {
    shown = shown === 5 ? 50 : 5;
    element.update(last);
  });
  element.update = now => {
    last = now;
    more.hidden = now.workerEnds.length <= 5;
    setText(more, shown === 5 ? `Show all ${now.workerEnds.length}` : "Show five");
    element.hidden = now.workerEnds.length === 0;
    const restarts = now.restarts === 1 ? "1 restart" : `${count(now.restarts)} restarts`;
    setText(summary, `Workers that ended: the last ${now.workerEnds.length} (${restarts})`);
    if (now.workerEnds.some(end => end.kind !== "left") && !element.wasOpened) {
      element.wasOpened = true; // once; whoever closes it keeps it closed
      element.open = true;
    }
    each(ends.body, now.workerEnds.slice(0, shown), end => `${end.workerId}/${end.time}`, end => {
      const row = ends.row(["", "", "", "", "why"]);
      const [time, worker, pid, how, why] = row.children;
      time.append(make("time", { datetime: end.time }, clock(end.time)));
      worker.textContent = String(end.workerId);
      pid.textContent = end.processId === null ? "–" : String(end.processId);
      how.append(make("span", { class: "state", "data-state": end.kind }, words(end.kind)));
      why.textContent = end.reason;
      return row;
    });
  };
  return element;
}

// The last failures; each opens to what is known of it.
function failureList(executor) {
  const title = make("h3");
  const list = make("ul", { class: "failures" });
  const more = make("button", { type: "button" });
  let shown = 10;
  let last = [];
  const element = make("div", {}, title, list, more);
  element.hidden = true;
  more.addEventListener("click", () => {
    shown = shown === 10 ? Infinity : 10;
    element.update(last);
  });
  element.update = failures => {
    last = failures;
    element.hidden = failures.length === 0;
    setText(title, failures.length === 1 ? "The last failure" : `The last ${failures.length} failures`);
    more.hidden = failures.length <= 10;
    setText(more, shown === 10 ? `Show all ${failures.length}` : "Show ten");
    each(list, failures.slice(0, shown), failure => failure.number, failure => failureItem(failure, executor));
  };
  return element;
}

function failureItem(failure) {
  const how = failure.outcome === null ? "runs again" : words(failure.outcome);
  const summary = make(
    "summary", {},
    make("time", { datetime: failure.time }, clock(failure.time)), " ",
    make("span", { class: "state", "data-state": failure.outcome ?? "retried" }, how), " ",
    make("span", { class: "name" }, failure.task), " ",
    make("span", { class: "facts" }, [
      words(failure.cause), failure.phase === null ? "" : words(failure.phase), failure.attempt > 1 ? `attempt ${failure.attempt}` : "",
      failure.count > 1 ? `the last of ${count(failure.count)}` : "",
    ].filter(Boolean).join(", ")));
  const facts = [
    failure.exceptionType, `task ${failure.taskId}`, failure.workerId === null ? "" : `worker ${failure.workerId}`,
    failure.node === null ? "" : `node ${failure.node}`, failure.processId === null ? "" : `process ${failure.processId}`, failure.exitCode === null ? "" : `exit code ${failure.exitCode}`,
    failure.probableSignal === null ? "" : `probably ${failure.probableSignal}`,
    failure.dumpFile === null ? "" : `memory in ${failure.dumpFile}`,
  ].filter(Boolean).join(" · ");
  const details = make("details", {}, summary, make("p", { class: "message" }, failure.message), make("p", { class: "facts" }, facts));
  const text = (title, content) => {
    if (content) details.append(make("h4", {}, title), make("pre", { tabindex: "0", "aria-label": title }, content));
  };
  text("End of the standard error", failure.standardErrorTail);
  text("Stack", failure.stack);
  return make("li", {}, details);
}
