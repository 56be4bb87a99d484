// The last sends as they happen: asks once a second, and changes what has changed.
const PERIOD = 1000;
const PATIENCE = 5000;
const MARKS = {
  succeeded: "✓",
  failed: "✗",
  panicked: "✗",
  cancelled: "◌",
  deferred: "…",
  skipped: "–",
};
const STATES = {
  live: "Live",
  paused: "Paused",
  lost: "Connection lost, trying again",
};

const list = document.getElementById("list");
const pause = document.getElementById("pause");
const state = document.getElementById("state");
const none = document.getElementById("none");

/** The items that are shown, by send. A send never changes once it is here. */
let items = new Map();
/** The JSON that they were made of. */
let shown = "";
let isPaused = false;
let isLost = false;
let timer = 0;

function say(name) {
  if (state.dataset.state !== name) {
    state.dataset.state = name;
    state.textContent = STATES[name];
  }
}

/** An element with text or with children. Nothing here is ever read as HTML. */
function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function duration(ns) {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(ns < 1e4 ? 1 : 0)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

function two(number, digits = 2) {
  return String(number).padStart(digits, "0");
}

function time(us) {
  const at = new Date(us / 1000);
  const shown = [at.getHours(), at.getMinutes(), at.getSeconds()].map((it) => two(it)).join(":");
  const made = element("time", "", `${shown}.${two(at.getMilliseconds(), 3)}`);
  made.dateTime = at.toISOString();
  return made;
}

/** Text that may be broken behind the parts of a name. */
function breakable(text) {
  return text.split(/(?<=[_/]|::)/).flatMap((part) => [part, document.createElement("wbr")]);
}

/** A path, its last part the more visible. */
function path(text) {
  const [, start, end] = /^(.*(?:::|\.))?([^]*)$/.exec(text);
  return [element("span", "start", ...breakable(start ?? "")), element("b", "", ...breakable(end))];
}

function receiver(ran, total) {
  const item = element("li", ran.outcome);
  const mark = element("span", "mark", MARKS[ran.outcome] ?? "?");
  mark.ariaHidden = "true";
  const key = element("code", "key", ...path(ran.key));
  const isCalled = ran.outcome !== "skipped" && ran.outcome !== "deferred";
  const took = element("span", "took", isCalled ? duration(ran.duration_ns) : "");
  const whole = element("span", "whole", element("span", "share"));
  whole.ariaHidden = "true";
  const share = total > 0 ? Math.min(1, ran.duration_ns / total) : 0;
  whole.firstChild.style.inlineSize = `${(100 * share).toFixed(1)}%`;
  item.append(mark, key, element("span", "outcome", ran.outcome), took, whole);
  if (ran.message !== null) item.append(element("span", "said", ran.message));
  return item;
}

function count(sent, outcomes, word) {
  const number = sent.receivers.filter((ran) => outcomes.includes(ran.outcome)).length;
  return number > 0 ? [element("span", `count ${word}`, `${number} ${word}`)] : [];
}

function item(sent) {
  const link = element("a", "name", element("code", "", ...path(sent.signal)));
  link.href = `#${encodeURIComponent(sent.signal)}`;
  const head = element(
    "div",
    "head",
    link,
    ...(sent.guarantee === "inline" ? [] : [element("b", `tag ${sent.guarantee}`, sent.guarantee)]),
    ...count(sent, ["failed", "panicked"], "failed"),
    ...count(sent, ["skipped"], "skipped"),
    element("span", "took", duration(sent.duration_ns)),
  );
  const about = element("p", "about", time(sent.at_us));
  if (sent.sender !== null) about.append(" by ", element("code", "sender", ...breakable(sent.sender)));
  about.append(" at ", element("code", "place", ...breakable(`${sent.file}:${sent.line}`)));
  const made = element("li", "send", head, about);
  if (sent.refused !== null) made.append(element("p", "note", `Refused: ${sent.refused}`));
  if (sent.receivers.length > 0) {
    const ran = sent.receivers.map((it) => receiver(it, sent.duration_ns));
    made.append(element("ul", "ran", ...ran));
  } else if (sent.refused === null) {
    made.append(element("p", "note", "Nobody was called."));
  }
  return made;
}

/** Shows the sends, newest first. What is there already stays the element that it is. */
function show(sends) {
  const isFirst = shown === "";
  const now = new Map();
  for (const sent of sends.reverse()) {
    const key = `${sent.number} ${sent.at_us}`;
    let made = items.get(key);
    if (!made) {
      made = item(sent);
      made.classList.toggle("new", !isFirst);
    }
    now.set(key, made);
  }
  for (const [key, old] of items) if (!now.has(key)) old.remove();
  let next = list.firstChild;
  for (const made of now.values()) {
    if (made === next) next = next.nextSibling;
    else list.insertBefore(made, next);
  }
  items = now;
  none.hidden = items.size > 0;
}

/** The program may be another one since it went away: its graph and catalogue are taken anew. */
async function refresh() {
  const text = await get("signals");
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const id of ["graph", "catalogue"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (fresh && old.outerHTML !== fresh.outerHTML) old.replaceWith(document.adoptNode(fresh));
  }
}

async function get(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(response.statusText);
  return response.text();
}

async function poll() {
  let text = null;
  let sends = null;
  try {
    text = await get("signals/recent.json");
    sends = JSON.parse(text);
    if (isLost) await refresh();
  } catch {
    sends = null;
  }
  isLost = sends === null;
  if (isPaused) return;
  clearTimeout(timer);
  timer = setTimeout(poll, PERIOD);
  say(isLost ? "lost" : "live");
  if (!isLost && text !== shown) {
    show(sends);
    shown = text;
  }
}

pause.hidden = false;
pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.textContent = isPaused ? "Go on" : "Pause";
  clearTimeout(timer);
  if (isPaused) say("paused");
  else poll();
});
poll();
