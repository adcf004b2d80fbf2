// Reads the stream of the dashboard while the page is seen, and shows it.

import { chart } from "./charts.js";
import { executorCard } from "./executor.js";
import { clock, count, each, make, milliseconds, setAttribute, setText, words } from "./parts.js";

const setting = name => document.querySelector(`meta[name=offloop-${name}]`).content;
const at = id => document.getElementById(id);
const path = setting("path");
const token = setting("token");
const retryAfter = 3000;

let stream = null;
let retry = null;
let lostAt = null;
let shown = null; // the last document
const failures = new Map(); // by executor

// ---- the connection

function open() {
  clearTimeout(retry);
  if (stream || document.hidden) return;
  stream = new EventSource(`${path}/events`);
  stream.addEventListener("numbers", event => {
    connected();
    show(JSON.parse(event.data));
  });
  stream.addEventListener("failures", event => showFailures(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    const isRefused = stream?.readyState === EventSource.CLOSED;
    close();
    disconnected(isRefused);
  });
}

function close() {
  stream?.close();
  stream = null;
}

function connected() {
  lostAt = null;
  document.body.classList.remove("stale");
  setText(at("connection-text"), "live");
  setAttribute(at("connection"), "data-state", "live");
}

async function disconnected(isRefused) {
  lostAt ??= new Date();
  document.body.classList.add("stale");
  setAttribute(at("connection"), "data-state", "lost");
  let why = "";
  if (isRefused) {
    try {
      const answer = await fetch(`${path}/events`);
      why = answer.ok ? "" : ` ${(await answer.text()).trim()}`;
      await answer.body?.cancel();
    } catch {
      // The server is gone, which is told already.
    }
  }
  if (lostAt) setText(at("connection-text"), `disconnected since ${clock(lostAt)}.${why}`);
  clearTimeout(retry);
  retry = setTimeout(open, retryAfter);
}

// Nothing is computed for a page that nobody sees.
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
open();

// ---- what is shown

function show(now) {
  if (shown && (shown.process.id !== now.process.id || shown.process.started !== now.process.started)) {
    location.reload(); // the program was started again: other executors, and another token
    return;
  }
  shown = now;
  document.title = `Offloop: ${now.process.name}`;
  setText(at("process"), `${now.process.name}, process ${now.process.id}, since ${clock(now.process.started)}, Offloop ${now.process.version}`);
  const allowed = action => now.actions.includes(action);
  at("none").hidden = now.executors.length > 0;
  each(
    at("executors"), now.executors, executor => executor.id,
    executor => {
      const card = executorCard(executor, allowed, ask);
      card.updateFailures(failures.get(executor.id) ?? []);
      return card;
    },
    (card, executor) => card.update(executor));
  showIndex(now.executors);
  showLoops(now.loops);
}

function showFailures(all) {
  failures.clear();
  for (const { id, failures: list } of all) {
    failures.set(id, list);
    at("executors").keyed?.get(String(id))?.updateFailures(list);
  }
}

function showIndex(executors) {
  at("index").hidden = executors.length < 2;
  each(
    at("index").firstElementChild, executors, executor => executor.id,
    executor => make(
      "li", {}, make("a", { href: `#executor-${executor.id}` }, make("span", { class: "state" }), " ", make("span"), " ", make("span"))),
    (item, executor) => {
      const [state, name, facts] = item.firstElementChild.children;
      setAttribute(state, "data-state", executor.state);
      setText(state, words(executor.state));
      setText(name, executor.name);
      setText(facts, `${count(executor.running)} running, ${count(executor.queued)} queued`);
      setAttribute(facts, "class", "facts");
    });
}

function showLoops(loops) {
  at("loops").hidden = loops.length === 0;
  each(
    at("loops").lastElementChild, loops, loop => loop.name,
    loop => chart(`Lag of ${loop.name.replace("_", " ")}`, "lag"), (figure, loop) => figure.update(loop.lag, milliseconds));
}

// ---- actions

let pending = null;

function ask(action, request, question) {
  pending = { action, request };
  at("question-title").textContent = question.title;
  at("question-text").textContent = question.text;
  at("question-yes").textContent = question.yes;
  at("question").showModal();
}

at("question-no").addEventListener("click", () => at("question").close());
at("question-yes").addEventListener("click", async () => {
  const { action, request } = pending;
  at("question").close();
  try {
    const answer = await fetch(`${path}/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Offloop-Token": token },
      body: JSON.stringify(request),
    });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    tell(isJson ? (await answer.json()).message : (await answer.text()).trim() || `The answer is ${answer.status}.`, answer.ok);
  } catch {
    tell("The request did not arrive: the server is gone.", false);
  }
});

function tell(text, isGood) {
  const result = at("result");
  result.hidden = false;
  result.classList.toggle("bad", !isGood);
  result.textContent = text;
}
