/* What makes reading easier; nothing here is needed to read. No page of ours has a script but this. */
"use strict";

const kept = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) {
    try {
      if (value === null) localStorage.removeItem(name); else localStorage.setItem(name, value);
    } catch { /* a browser that keeps nothing is no reason to fail */ }
  },
};

/* 1. Light or dark: as the system says, unless the reader says otherwise. */
const root = document.documentElement;
if (["light", "dark"].includes(kept.get("theme"))) root.dataset.theme = kept.get("theme");

const make = (name, words, parts = {}) =>
  Object.assign(document.createElement(name), { textContent: words, ...parts });

/* 2. Times in the reader's zone, with the watch's beside. */
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayOf = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

function tellTimes(within) {
  const own = kept.get("times") === "own";
  for (const time of within.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime()) || !/\d\d:\d\d/.test(time.dataset.watch ?? time.textContent)) continue;
    time.dataset.watch ??= time.textContent;
    const here = `${dayOf.format(at)} ${clock.format(at)}`;
    time.textContent = own ? here : time.dataset.watch;
    time.title = own ? `${time.dataset.watch}, the watch’s time` : `${here} in ${ownZone}`;
  }
}

/* 3. What the reader can choose, at the foot of each page. */
function addChoices() {
  const foot = document.querySelector(".end .frame");
  if (!foot) return;
  const choices = make("p", "", { className: "themes" });
  const choose = (words, pressed, act) => {
    const button = make("button", words, { type: "button", onclick: () => { act(button); } });
    button.setAttribute("aria-pressed", String(pressed));
    choices.append(button);
    return button;
  };
  for (const theme of ["light", "dark"]) {
    choose(theme === "light" ? "Light" : "Dark", root.dataset.theme === theme, () => {
      const chosen = root.dataset.theme === theme ? null : theme;
      if (chosen) root.dataset.theme = chosen; else delete root.dataset.theme;
      kept.set("theme", chosen);
      for (const [index, name] of ["light", "dark"].entries()) {
        choices.children[index].setAttribute("aria-pressed", String(root.dataset.theme === name));
      }
    });
  }
  if (document.querySelector("time[datetime]")) {
    choose("My times", kept.get("times") === "own", (button) => {
      const own = kept.get("times") !== "own";
      kept.set("times", own ? "own" : null);
      button.setAttribute("aria-pressed", String(own));
      tellTimes(document);
    });
  }
  choices.append(make("button", "Keys", { type: "button", onclick: showHelp }));
  foot.append(choices);
}

/* 4. Keys. They can be switched off, for those whose speech or fingers press them by chance. */
const places = { b: "board", d: "digest", a: "archive", s: "stories", i: "indicators", f: "feeds", l: "ledger", t: "try" };
const keys = [
  ["j, k", "next and previous story"], ["Enter", "open it"], ["n, p", "next and previous page"],
  ["/", "search"], ["g b", "board"], ["g d", "digest"], ["g a", "archive"], ["g s", "stories"],
  ["g i", "indicators"], ["g f", "feeds"], ["g l", "ledger"], ["g t", "try a text"], ["?", "this list"],
];
let afterG = false;

function showHelp() {
  let help = document.querySelector("dialog.keys");
  if (!help) {
    help = make("dialog", "", { className: "keys" });
    help.setAttribute("aria-labelledby", "keys-title");
    const list = make("dl", "");
    for (const [key, words] of keys) {
      const term = make("dt", "");
      for (const part of key.split(" ")) term.append(make("kbd", part.replace(",", "")), " ");
      list.append(term, make("dd", words));
    }
    const off = make("input", "", { type: "checkbox", checked: kept.get("keys") === "off", id: "keys-off" });
    off.onchange = () => kept.set("keys", off.checked ? "off" : null);
    const label = make("label", " Switch the keys off");
    label.prepend(off);
    const close = make("button", "Close", { type: "button", onclick: () => help.close() });
    help.append(make("h2", "Keys", { id: "keys-title" }), list, label, close);
    document.body.append(help);
  }
  if (!help.open) help.showModal();
}

function goTo(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
}

function step(ahead) {
  const links = [...document.querySelectorAll("main article h3 a, main .others a")].filter((one) => one.checkVisibility());
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (ahead > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + ahead, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  const within = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (within || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (kept.get("keys") === "off") return;
  const key = event.key;
  const wasG = afterG;
  afterG = false;
  if (wasG && places[key]) goTo(`nav a[data-place="${places[key]}"]`);
  else if (key === "g") { afterG = true; setTimeout(() => { afterG = false; }, 1500); }
  else if (key === "j") step(1);
  else if (key === "k") step(-1);
  else if (key === "n") goTo("main a[rel=next]");
  else if (key === "p") goTo("main a[rel=prev]");
  else if (key === "?") showHelp();
  else if (key === "/") {
    const field = document.querySelector("#q");
    if (field) field.focus(); else goTo('nav a[data-place="search"]');
  } else return;
  event.preventDefault();
});

/* 5. The board stays as it is now: asked for anew when something has changed, and only then. */
const EVERY = 10_000;
const LATEST = 300_000;

async function follow(main) {
  let mark = null;
  let fetched = Date.now();
  const told = make("p", "", { className: "off" });
  told.setAttribute("role", "status");
  document.body.append(told);
  const look = async () => {
    if (document.hidden || main.contains(document.activeElement) && document.activeElement !== main) return true;
    const answer = await fetch("/api/pulse", { headers: { Accept: "application/json" } });
    if (answer.status === 401) return false;
    if (!answer.ok) return true;
    const now = (await answer.json()).mark;
    const changed = mark !== null && now !== mark;
    mark = now;
    if (!changed && Date.now() - fetched < LATEST) return true;
    const page = await fetch(location.pathname);
    if (!page.ok || page.redirected) return !page.redirected;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const body = fresh.querySelector("main");
    if (!body) return true;
    main.replaceChildren(...body.childNodes);
    document.title = fresh.title;
    tellTimes(main);
    fetched = Date.now();
    if (changed) told.textContent = "The board has changed.";
    return true;
  };
  const turn = async () => {
    const goOn = await look().catch(() => true);
    if (goOn) setTimeout(turn, EVERY);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look().catch(() => true); });
  await turn();
}

/* 6. The value of a day in a chart, where the mouse is: written when it first comes to the chart. */
const WEEK = 7;
const dayInUtc = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

function* usualOf(runs) {
  for (const run of runs ? runs.split(" ") : []) {
    const [span, days] = run.split("x");
    for (let left = Number(days); left > 0; left -= 1) yield span === "-" ? "" : `, usual ${span.replace("-", " to ")}`;
  }
}

/* A digit or a letter for each count below 36, else figures parted by spaces. */
const countsOf = (row) => row.includes(" ")
  ? row.trim().split(" ").map((one) => (one === "-" ? null : Number(one)))
  : [...row].map((one) => (one === "-" ? null : parseInt(one, 36)));

function wordsOf({ first, n, before, usual }) {
  const counts = countsOf(n);
  const known = before === undefined ? null : [...countsOf(before), ...counts];
  const bands = [...usualOf(usual)];
  return counts.map((count, at) => {
    const day = dayInUtc.format(new Date(Date.parse(first) + at * 86_400_000));
    if (count === null) return `${day}: no answer`;
    if (!known) return `${day}: ${count}`;
    const end = known.length - counts.length + at + 1;
    const sum = known.slice(Math.max(0, end - WEEK), end).reduce((one, other) => one + other, 0);
    return `${day}: ${count}; 7 days ${sum}${bands[at] ?? ""}`;
  });
}

function tellDays(chart) {
  const draw = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const { width, height } = chart.viewBox.baseVal;
  const left = Number(chart.dataset.left ?? 0);
  const words = wordsOf(chart.dataset);
  const step = (width - left) / words.length;
  for (const [at, told] of words.entries()) {
    const day = draw("g");
    const title = draw("title");
    const area = draw("rect");
    title.textContent = told;
    const places = { class: "day", x: left + step * at, width: step, height };
    for (const [name, value] of Object.entries(places)) area.setAttribute(name, value);
    day.append(title, area);
    chart.append(day);
  }
}

document.addEventListener("pointerover", (event) => {
  const chart = event.target instanceof Element && event.target.closest("svg[data-n]");
  if (!chart || chart.querySelector(".day")) return;
  tellDays(chart);
});

/* 7. What a page only leads to unfolds in its place; without this the link leads to a page of its own. */
document.addEventListener("click", async (event) => {
  const link = event.target instanceof Element && event.target.closest("a[data-unfold]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const answer = await fetch(link.href).catch(() => null);
  const page = answer?.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page && page.querySelector("[data-fold]");
  if (!part) { location.assign(link.href); return; }
  const fold = make("details", "", { open: true, className: part.className });
  fold.append(make("summary", link.textContent), ...part.childNodes);
  link.parentElement.replaceWith(fold);
  tellTimes(fold);
  fold.querySelector("summary").focus();
});

tellTimes(document);
addChoices();
const live = document.querySelector("main[data-live]");
if (live) follow(live);
