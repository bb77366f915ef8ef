import { words } from "./words.js";

const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

let lang = choose();
let last = null; // the last answer
let answered = 0; // when it came, by performance.now()
let failing = false;

function choose() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = asked || read("lang") || navigator.language || "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function read(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

const word = (key, n) => (words[lang][key] ?? key).replace("{n}", n ?? "");

// Numbers: separators for measures, a true minus, grey zero, a dash for unknown.
const whole = (n) => Math.round(n).toLocaleString("en-US").replace("-", "\u2212");

function size(n) {
  if (n < 1024) return [whole(n), "B"];
  for (const unit of ["KiB", "MiB", "GiB", "TiB"]) {
    n /= 1024;
    if (n < 1024 || unit === "TiB") return [n < 10 ? n.toFixed(1) : whole(n), unit];
  }
}

// age writes seconds in at most two units.
function age(seconds) {
  const s = Math.max(0, seconds);
  if (s < 10) return word("s", s.toFixed(1));
  if (s < 60) return word("s", Math.floor(s));
  const [big, small, a, b] = s < 3600 ? ["min", "s", s / 60, s % 60] : s < 86400 ? ["h", "min", s / 3600, (s / 60) % 60] : ["d", "h", s / 86400, (s / 3600) % 24];
  return word(big, Math.floor(a)) + " " + word(small, Math.floor(b));
}

// Ages of states change slowly: whole seconds.
const since = (seconds) => (seconds < 10 ? word("s", Math.max(0, Math.floor(seconds))) : age(seconds));

const clock = (iso) => new Date(iso).toLocaleTimeString("en-GB", { hour12: false });

const glyphs = {
  running: '<circle cx="6" cy="6" r="4.6" fill="currentColor"/><path class="hole" d="M4.9 4v4l3.2-2z"/>',
  idle: '<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.4"/>',
  starting: '<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.4" opacity=".3"/><path class="arc" d="M6 1.8A4.2 4.2 0 0 1 10.2 6" fill="none" stroke="currentColor" stroke-width="1.4"/>',
  busy: '<path d="M6 1 11 6 6 11 1 6z" fill="currentColor"/>',
  failed: '<path d="M4 1.2h4L10.8 4v4L8 10.8H4L1.2 8V4z" fill="currentColor"/><path d="m4.4 4.4 3.2 3.2m0-3.2L4.4 7.6" stroke="var(--on)" stroke-width="1.3" stroke-linecap="round"/>',
  stopped: '<rect x="1.6" y="1.6" width="8.8" height="8.8" rx="1.2" fill="currentColor"/>',
  unknown: '<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2 1.6"/>',
};
const looks = { running: "running", starting: "starting", recovering: "busy", restarting: "busy", draining: "idle", ended: "stopped", stopped: "stopped", waiting: "busy", crash_looping: "failed", blocked: "failed", off: "stopped", failed: "failed" };

// The trees below are built from constants; whatever came from the server is set as text.
function svg(width, height, box, inner, className) {
  const el = document.createElementNS(SVG, "svg");
  for (const [k, v] of Object.entries({ width, height, viewBox: box, "aria-hidden": "true", class: className ?? "" })) el.setAttribute(k, v);
  el.innerHTML = inner;
  return el;
}

function make(tag, className, ...children) {
  const el = document.createElement(tag);
  if (className) el.className = className;
  el.append(...children);
  return el;
}

function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

function setNumber(el, n, className = "") {
  const known = n !== null && n !== undefined && n >= 0;
  setText(el, known ? whole(n) : "–");
  el.className = "r num " + (known && Math.round(n) !== 0 ? className : "t3");
}

// showStatus draws icon, word and time into a cell.
function showStatus(cell, state, seconds) {
  const look = failing ? "unknown" : looks[state] ?? "unknown";
  let st = cell.firstElementChild;
  if (!st || st.dataset.look !== look) {
    st = make("span", "st " + look, svg(12, 12, "0 0 12 12", glyphs[look]), make("b"), make("time"));
    st.dataset.look = look;
    cell.replaceChildren(st);
  }
  setText(st.children[1], word(failing ? "unconfirmed" : state));
  setText(st.children[2], seconds === null ? "" : since(seconds));
}

function spark(svgEl, values) {
  const width = 84, height = 20, slots = 119;
  const top = Math.max(...values, 1e-9) * 1.15;
  const points = values.map((v, i) => `${(width - ((values.length - 1 - i) * width) / slots).toFixed(1)},${(height - 1 - (v / top) * (height - 3)).toFixed(1)}`);
  if (points.length < 2) { svgEl.replaceChildren(); return; }
  const first = points[0].split(",")[0];
  svgEl.innerHTML = `<polygon points="${first},${height - 1} ${points.join(" ")} ${width},${height - 1}"/><polyline points="${points.join(" ")}"/>`;
}

// rows keeps one row (and one for its reason) a key, in order.
function rows(body, items, key, build, update) {
  const kept = new Map([...body.children].filter((r) => r.dataset.key).map((r) => [r.dataset.key, r]));
  const order = [];
  for (const item of items) {
    let row = kept.get(key(item));
    if (!row) {
      row = build(item);
      row.dataset.key = key(item);
    }
    order.push(row);
    const why = update(row, item);
    if (why) order.push(why);
  }
  if (order.length !== body.children.length || order.some((r, i) => body.children[i] !== r)) body.replaceChildren(...order);
}

// reason is the row below one that needs somebody.
function reason(row, columns, text, more) {
  if (!text) {
    row.classList.remove("att", "busy");
    return null;
  }
  row.why ??= make("tr", "why", (() => { const td = make("td", "", make("p"), make("p", "t3")); td.colSpan = columns; return td; })());
  row.classList.add("att");
  setText(row.why.firstChild.children[0], text);
  setText(row.why.firstChild.children[1], more ?? "");
  return row.why;
}

function empty(body, columns, text) {
  const td = make("td", "", text);
  td.colSpan = columns;
  body.replaceChildren(make("tr", "empty", td));
}

const viewGlyph = '<rect x="2.2" y="3" width="11.6" height="10" rx="1.4"/><path d="M2.2 6.4h11.6M5 9.6h6"/>';

function buildPipeline() {
  const cells = Array.from({ length: 11 }, () => make("td"));
  cells[1].append(make("div", "name", svg(15, 15, "0 0 16 16", viewGlyph, "i"), make("span", "mono"), make("span", "mono out")));
  cells[3].append(svg(84, 20, "0 0 84 20", "", "spark"));
  cells[7].className = "num";
  cells[7].append(make("span"), make("span", "t3"));
  return make("tr", "", ...cells);
}

function updatePipeline(row, p, now) {
  const c = row.children, t = p.stats.totals;
  showStatus(c[0], p.state, seconds(now, p.since));
  const name = c[1].firstChild.children;
  setText(name[1], p.name);
  setText(name[2], "→ " + Object.values(p.sinks).join(", "));
  const moving = p.state === "running" || p.state === "draining";
  setNumber(c[2], moving ? p.rows_per_second : null);
  spark(c[3].firstChild, p.history);
  setNumber(c[4], t.rows_in);
  setNumber(c[5], t.rows_out);
  setNumber(c[6], p.stats.lag);
  setText(c[7].children[0], p.stats.has_watermark ? clock(p.stats.watermark) : "–");
  setText(c[7].children[1], p.stats.has_watermark ? "  \u2212" + since(seconds(now, p.stats.watermark)) : "");
  c[8].className = "r num";
  setText(c[8], p.stats.epoch > 0 ? "#" + p.stats.epoch : "–");
  setNumber(c[9], t.rejected, "bad");
  setNumber(c[10], t.late, "warn");
  const bad = p.state === "failed" || p.state === "recovering";
  const more = p.next_try ? word("next_try", since(Math.max(0, -seconds(now, p.next_try)))) : word("safe");
  const why = reason(row, 11, bad ? p.reason || word("failed") : "", more);
  row.classList.toggle("busy", p.state === "recovering");
  return why;
}

const seconds = (now, iso) => (now - new Date(iso)) / 1000;

function show() {
  if (!last) return;
  const stale = (performance.now() - answered) / 1000;
  const now = new Date(last.time);
  document.body.classList.toggle("stale", failing);
  setText(byId("version"), last.version.version);
  setText(byId("uptime"), word("up", age(Math.floor(last.uptime_seconds))));

  const body = byId("pipelines");
  if (last.pipelines.length) rows(body, last.pipelines, (p) => p.name, buildPipeline, (row, p) => updatePipeline(row, p, now));
  else empty(body, 11, word("no_pipelines"));
  summary();

  rows(byId("parts"), last.parts, (p) => p.name, () => make("tr", "", make("td"), make("td"), make("td", "mono")), (row, p) => {
    showStatus(row.children[0], p.state, seconds(now, p.since));
    setText(row.children[1], word(p.name));
    setText(row.children[2], p.address || "–");
    const why = reason(row, 3, p.state === "running" ? "" : p.reason, p.fix);
    if (p.state !== "failed") row.classList.remove("att");
    return why;
  });

  const tables = byId("tables"), olap = last.parts.find((p) => p.name === "olap");
  if (last.tables.length) {
    rows(tables, last.tables, (t) => t.name, () => make("tr", "", make("td", "mono"), make("td"), make("td"), make("td")), (row, t) => {
      const c = row.children, g = t.grown, [n, unit] = size(t.bytes);
      setText(c[0], t.name);
      setNumber(c[1], t.rows);
      c[2].className = "r num " + (g === 0 ? "t3" : "t2");
      setText(c[2], g > 0 ? word("per_minute", whole(g)) : whole(g));
      c[3].className = "r num";
      if (c[3].childElementCount === 0) c[3].append(make("span"), " ", make("span", "t3"));
      setText(c[3].children[0], n);
      setText(c[3].children[1], unit);
      return null;
    });
  } else empty(tables, 4, last.tables_error || word(olap?.state === "running" || olap?.state === "starting" ? "no_tables" : "olap_off"));

  showStatus(byId("live"), failing ? "unknown" : "running", null);
  setText(byId("live").firstChild.children[1], word(failing ? "lost" : "live", age(stale)));
  setText(byId("zone"), word("zone", Intl.DateTimeFormat().resolvedOptions().timeZone));
}

// summary counts the pipelines by state, those that need somebody first.
function summary() {
  const el = byId("summary"), counts = new Map();
  for (const p of last.pipelines) counts.set(p.state, (counts.get(p.state) ?? 0) + 1);
  const order = ["failed", "crash_looping", "blocked", "waiting", "recovering", "starting", "running", "draining", "ended", "stopped"].filter((s) => counts.has(s));
  // Written only when a state changed, so that it is announced then and not every second.
  const key = lang + failing + order.map((s) => s + counts.get(s)).join();
  if (el.dataset.key !== key) {
    el.dataset.key = key;
    el.replaceChildren(...order.map((s) => {
      const cell = make("span");
      showStatus(cell, s, null);
      cell.firstChild.children[2].textContent = counts.get(s);
      return cell;
    }), make("span", "grow"), make("span", "t2 num"));
    el.lastChild.setAttribute("aria-hidden", "true");
  }
  const total = last.pipelines.reduce((sum, p) => sum + (p.state === "running" ? p.rows_per_second : 0), 0);
  setText(el.lastChild, last.pipelines.length ? word("total_rate", whole(total)) : "");
}

function speak() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = word("title") + " · Millrace";
  for (const el of document.querySelectorAll("[data-word]")) el.textContent = word(el.dataset.word);
  for (const b of byId("languages").children) b.setAttribute("aria-pressed", String(b.dataset.lang === lang));
  show();
}

byId("languages").addEventListener("click", (e) => {
  const picked = e.target.dataset?.lang;
  if (!picked) return;
  lang = picked;
  try { localStorage.setItem("lang", lang); } catch { /* private windows forget */ }
  speak();
});

// signedIn shows the page, or the form that leads to it.
function signedIn(yes) {
  byId("main").hidden = !yes;
  byId("sign-out").hidden = !yes;
  const form = byId("sign-in");
  if (form.hidden !== yes) {
    form.hidden = yes;
    if (!yes) byId("account").focus();
  }
}

let token = ""; // what shows that a change comes from this page

async function send(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers["X-Csrf-Token"] = token;
  return fetch("api/v1/" + path, { method: "POST", headers, body: JSON.stringify(body ?? {}), signal: AbortSignal.timeout(15000) });
}

byId("sign-in").addEventListener("submit", async (e) => {
  e.preventDefault();
  const button = e.target.querySelector("button"), password = byId("password");
  button.disabled = true;
  setText(byId("refused"), "");
  try {
    const answer = await send("auth/login", { name: byId("account").value, password: password.value });
    const said = await answer.json();
    if (answer.ok) {
      token = said.csrf_token;
      password.value = "";
      clearTimeout(next);
      await poll();
    } else {
      setText(byId("refused"), word("refused", said.detail));
      password.select();
    }
  } catch (failure) {
    setText(byId("refused"), word("refused", failure.message));
  }
  button.disabled = false;
});

byId("sign-out").addEventListener("click", async () => {
  if (!token) {
    const me = await fetch("api/v1/auth/me", { cache: "no-store" });
    if (me.ok) token = (await me.json()).csrf_token;
  }
  await send("auth/logout");
  token = "";
  last = null;
  signedIn(false);
});

let next = 0;

async function poll() {
  try {
    const answer = await fetch("api/v1/status", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) {
      last = null;
      signedIn(false);
    } else if (answer.ok) {
      last = await answer.json();
      answered = performance.now();
      failing = false;
      signedIn(true);
    } else {
      throw new Error(String(answer.status));
    }
  } catch {
    // What was known stays, greyed, with its age.
    failing = performance.now() - answered > 3000;
  }
  if (last) show();
  next = setTimeout(poll, 1000);
}

speak();
poll();
