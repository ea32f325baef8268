// Keyboard triage and the trace that loads by itself. Every page works without this file.
"use strict";

const typing = (target) => target instanceof HTMLElement && target.matches("input:not([type=radio]), textarea, select");
const one = (selector) => document.querySelector(selector);

// -- the list of results: which one is current, and what a listing's page needs to turn pages

const hits = [...document.querySelectorAll("#hits > .hit")];
let current = -1;

function choose(index) {
  if (!hits.length) return;
  hits[current]?.classList.remove("current");
  current = Math.max(0, Math.min(index, hits.length - 1));
  hits[current].classList.add("current");
  hits[current].querySelector("a").focus({ preventScroll: true });
  hits[current].scrollIntoView({ block: "nearest" });
}

if (hits.length) {
  const query = one("#hits").dataset.query;
  const listed = hits.map((hit) => hit.dataset.key);
  try {
    sessionStorage.setItem("hits", JSON.stringify({ query, listed, more: one("#next")?.getAttribute("href") ?? "" }));
  } catch { /* storage is off: the pages still work, one by one */ }
}

// -- a listing: its neighbours in the list it was opened from

function neighbours() {
  const address = new URLSearchParams(location.search);
  const key = address.get("key");
  if (!one("#turn") || !key) return {};
  let stored = null;
  try { stored = JSON.parse(sessionStorage.getItem("hits")); } catch { return {}; }
  const place = stored?.listed?.indexOf(key) ?? -1;
  if (place < 0 || stored.query !== (address.get("from") ?? "")) return {};
  const to = (other) => other && `${location.pathname}?${new URLSearchParams({ key: other, from: stored.query })}`;
  const prev = to(stored.listed[place - 1]);
  const next = to(stored.listed[place + 1]) ?? (stored.more && `/search${stored.more}`);
  one("#turn").hidden = false;
  one("#place").textContent = `${place + 1} / ${stored.listed.length}`;
  for (const [name, href] of [["#prev", prev], ["#next", next]]) {
    if (href) one(name).setAttribute("href", href); else one(name).hidden = true;
  }
  return { prev, next };
}
const turn = neighbours();

// -- judging

const forms = [...document.querySelectorAll(".judge-form")];
// the form of the finding that has the focus, or that the address points at, or the first
const form = () => (document.activeElement?.closest(".finding")
  ?? document.getElementById(location.hash.slice(1)))?.querySelector(".judge-form") ?? forms[0];

const keys = {
  "/": () => one("#q")?.focus(),
  "?": () => one("#keys")?.showModal(),
  j: () => (hits.length ? choose(current + 1) : turn.next && location.assign(turn.next)),
  k: () => (hits.length ? choose(current - 1) : turn.prev && location.assign(turn.prev)),
  u: () => one("#back")?.click(),
  n: () => form()?.querySelector("[name=note]")?.focus(),
  s: () => form()?.requestSubmit(),
};
for (const digit of [1, 2, 3, 4]) {
  keys[digit] = () => {
    const radio = form()?.querySelectorAll("[name=verdict][type=radio]")[digit - 1];
    if (radio) { radio.checked = true; radio.focus(); }
  };
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (typing(event.target) || one("#keys")?.open) return;
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

if (one("#sort")) {
  one("#sort").addEventListener("change", (event) => event.target.form.requestSubmit());
  one("#sort").form.querySelector("button").hidden = true;
}
// a photo that the server would refuse is not sent there first
one("#photo")?.addEventListener("change", (event) => {
  const input = event.target;
  const large = [...input.files].some((file) => file.size > Number(input.dataset.limit));
  one("#problem").hidden = !large;
  one("#problem").textContent = large ? input.dataset.problem : "";
  if (large) input.value = "";
});
// a captured "picture" that is none: say so instead of a broken icon
for (const image of document.querySelectorAll(".thumb img")) {
  const broken = () => { image.parentElement.textContent = "无法显示"; };
  if (image.complete && !image.naturalWidth && image.loading !== "lazy") broken(); else image.addEventListener("error", broken);
}
for (const each of forms) {
  // a second click while the first is under way must not record twice
  each.addEventListener("submit", () => { each.querySelector("button.primary").disabled = true; });
}

// -- the trace takes a moment: the page is there before it

async function loadTrace(place) {
  const link = place.innerHTML;
  place.textContent = "正在追溯上游 …";
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(place.dataset.part, { headers: { Accept: "text/html" }, redirect: "error" });
    const text = await answer.text();
    place.innerHTML = policy.createHTML(answer.ok ? text : link);
  } catch {
    place.innerHTML = policy.createHTML(link);
  }
  place.removeAttribute("aria-busy");
}
// our own server's markup, escaped there: the one place where markup is put into a page
const policy = window.trustedTypes?.createPolicy("console", { createHTML: (text) => text }) ?? { createHTML: (text) => text };
if (one("#trace-body")) loadTrace(one("#trace-body"));
