// SPDX-License-Identifier: MIT
// Shows the progress of one workspace's upgrade, requests it if that has not been done, and leads to the login page.
(function () {
  "use strict";

  const address = location.pathname.match(
    /^\/upkeep\/([A-Za-z0-9_][A-Za-z0-9_.-]*)(?:\/([A-Za-z-]{2,7})\/([A-Za-z0-9_-]{1,40}))?\/$/);
  if (!address) return;
  const workspace = address[1], lang = address[2] || "en", skin = address[3] || "neoclassic";
  const base = "/upkeep/" + workspace + "/";
  const kept = "upkeep:" + workspace;  // per tab, so that a reload does not make the bar go back
  const OLD_MS = 15000;                // a status published longer ago is requested again
  const LONGEST_S = 30, LEAVE_MS = 5000, ASK_AGAIN_MS = 30000;

  let login = "/", texts = {}, state = "", spoken = "", shown = 0, misses = 0, busy = false, leaving = false;
  let requested_at = -ASK_AGAIN_MS, timer = 0, asked_at = 0, pause_s = 2;

  const part = (id) => document.getElementById(id);
  const put = (id, text) => { if (part(id).textContent !== text) part(id).textContent = text; };
  const show = (id, on) => { part(id).hidden = !on; };

  // ---- Texts

  function say(key, values) {
    return (texts[key] || "").replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
  }

  function duration(seconds) {
    const minutes = Math.round(seconds / 60), hours = Math.round(seconds / 3600);
    if (seconds < 50) return say("time.0");
    if (minutes < 2) return say("time.1");
    if (minutes < 55) return say("time.n", { n: minutes });
    return hours < 2 ? say("time.hour") : say("time.hours", { n: hours });
  }

  async function load_texts() {
    const answer = await fetch("/upkeep/texts.tsv");
    if (!answer.ok) throw new Error("no texts");
    login = (answer.headers.get("X-Upkeep-Login") || login).split("{workspace}").join(workspace)
      .replace("{lang}", lang).replace("{skin}", skin);
    const rows = (await answer.text()).trimEnd().split("\n").map((line) => line.split("\t"));
    const known = rows[0].slice(1);
    const wanted = [address[2] || "", ...navigator.languages].map((tag) => tag.toLowerCase().split("-")[0]);
    const chosen = wanted.find((tag) => known.includes(tag)) || known[0];
    const column = rows[0].indexOf(chosen);
    for (const row of rows.slice(1)) texts[row[0]] = row[column] || row[1];
    document.documentElement.lang = chosen;
    put("workspace", workspace);
    put("login", say("login"));
    part("login").href = login;
  }

  // ---- The page

  function place(status) {
    const ahead = status.position;
    if (ahead === null) return "";
    return ahead === 0 ? say("ahead.0") : ahead === 1 ? say("ahead.1") : say("ahead.n", { n: ahead });
  }

  function times(status) {
    if (status.state === "running") return status.eta_s === null ? "" : say("left", { time: duration(status.eta_s) });
    const starts = status.start_s === null ? "" : status.start_s < 10 ? say("starts.now")
      : say("starts", { time: duration(status.start_s) });
    const ready = status.eta_s === null ? "" : say("ready", { time: duration(status.eta_s) });
    return [starts, ready].filter(Boolean).join(" ");
  }

  // Never falls, except for another attempt after a failure.
  function percent(status) {
    if (status.state === "upgraded") return 100;
    if (state === "failed" && status.state !== "failed") shown = 0;
    return Math.max(shown, status.percent || 0);
  }

  // Announces a new state and each quarter of the way, not every percent.
  function speak(sentence, status) {
    const quarter = status.state === "running" ? Math.floor(shown / 25) * 25 : 0;
    const text = sentence + (quarter ? " " + say("percent", { n: quarter }) : "");
    if (text !== spoken) put("aloud", spoken = text);
  }

  function render(status) {
    if (part("instead")) part("instead").remove();  // the script works
    const known = ["pending", "queued", "running", "upgraded", "failed", "held", "closed"];
    const word = known.includes(status.state) ? status.state : "unknown";
    const active = word === "queued" || word === "running";
    shown = percent(status);
    state = word;
    try { sessionStorage.setItem(kept, word === "failed" ? "0" : String(shown)); } catch (error) { /* private mode */ }
    const sentence = say(word);
    put("said", sentence);
    show("bar", active || word === "upgraded");
    part("bar").value = shown;
    put("percent", active || word === "upgraded" ? shown + " %" : "");
    put("more", word === "upgraded" ? say("going") : word === "failed" ? say("failed.more") : word === "queued" ? [place(status), times(status)].join(" ").trim()
      : word === "running" ? times(status) : word === "pending" ? say("asking") : word === "held" || word === "closed" ? say(word + ".more") : "");
    put("step", word === "running" && status.step ? say("step", { step: status.step }) : "");
    put("reference", word === "failed" && status.reference ? say("reference", { reference: status.reference }) : "");
    put("wait", active ? say("wait") : "");
    put("again", say("again"));
    const retry_s = word === "failed" ? (Date.parse(status.retry_at) - Date.parse(status.as_of)) / 1000 : 0;
    put("retry", word === "failed" && retry_s > 0 ? say("retry", { time: duration(retry_s) }) : "");
    show("again", word === "failed" && retry_s <= 0);
    show("login", ["upgraded", "unknown", "held"].includes(word));
    note("");
    document.title = (active || word === "upgraded" ? shown + " % – " : "") + say("title");
    speak(sentence, status);
    if (word === "upgraded" && !leaving) {
      leaving = true;
      setTimeout(() => location.assign(login), LEAVE_MS);
    }
  }

  function note(key) {
    put("note", key ? say(key) : "");
    show("note", Boolean(key));
  }

  // ---- Requests

  // A thousand pages that were opened together must not poll together.
  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(ask, seconds * 1000 * (0.85 + 0.3 * Math.random()));
  }

  async function get(url, options) {
    const limit = new AbortController();
    const alarm = setTimeout(() => limit.abort(), 20000);
    try {
      const answer = await fetch(url, { cache: "no-store", signal: limit.signal,
                                        headers: { Accept: "application/json" }, ...options });
      if (answer.ok || answer.status === 404) {
        const status = await answer.json();
        const age = Date.parse(answer.headers.get("Date")) - Date.parse(status.as_of);
        return { status, old: age > OLD_MS };
      }
      const reason = await answer.json().catch(() => ({}));
      return { wait_s: Number(answer.headers.get("Retry-After")) || 5, busy: reason.error === "busy" };
    } catch (error) {
      return { wait_s: 5 };
    } finally {
      clearTimeout(alarm);
    }
  }

  function missed(answer) {
    misses += 1;
    // Only a queued upgrade continues by itself.
    if (misses > 1) note(state === "queued" || state === "running" ? "offline" : "away");
    later(Math.min(LONGEST_S, answer.wait_s * Math.pow(1.5, misses - 1)));
  }

  function take(status) {
    misses = 0;
    render(status);
    pause_s = Math.min(Math.max(status.poll_s || LONGEST_S, 1), LONGEST_S);
    if (state === "failed" && Date.parse(status.retry_at) > Date.parse(status.as_of))
      pause_s = Math.min(pause_s, (Date.parse(status.retry_at) - Date.parse(status.as_of)) / 1000 + 1);
    if (state === "upgraded") return clearTimeout(timer);
    later(pause_s);
  }

  async function ask() {
    if (busy) return;
    busy = true;
    asked_at = Date.now();
    try {
      let answer = await get(base + "status");
      if (answer.status && answer.old) answer = await get(base + "status?fresh");
      if (!answer.status) return missed(answer);
      take(answer.status);
    } finally {
      busy = false;
    }
    // A user who came to log in wants the upgrade. The server decides whether it may be retried now.
    const first = requested_at < 0;
    if (state === "pending" && Date.now() - requested_at > ASK_AGAIN_MS) await request();
    else if (state === "failed" && first) await request();
  }

  async function request() {
    if (busy) return;
    busy = true;
    requested_at = Date.now();
    try {
      const answer = await get(base + "request", { method: "POST" });
      if (answer.status) take(answer.status);
      else {
        note(answer.busy ? "busy" : "away");
        requested_at += answer.wait_s * 1000 - ASK_AGAIN_MS;  // nothing was queued
      }
    } finally {
      busy = false;
    }
  }

  part("again").addEventListener("click", request);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state !== "upgraded" && Date.now() - asked_at > pause_s * 1000) ask();
  });

  async function start() {
    try {
      shown = Number(sessionStorage.getItem(kept)) || 0;
    } catch (error) { /* private mode */ }
    for (let tries = 1; ; ++tries) {
      try {
        await load_texts();
        break;
      } catch (error) {
        await new Promise((resume) => setTimeout(resume, Math.min(LONGEST_S, 2 * tries) * 1000));
      }
    }
    document.title = say("title");
    put("said", say("loading"));
    ask();
  }
  start();
})();
