// The reviewer's workspace: keys, drafts, the lease, evidence, the live difference. The server decides everything;
// a page whose script failed still reviews, by plain forms.
import { show } from "./diff.js";
import { keysAreDead, say, tick } from "./frame.js";
import { clock, post, word } from "./words.js";

const IDLE_AFTER = 60_000;
const HEARTBEAT = 20_000;
const DRAFT_PAUSE = 800;
const DRAFT_RETRY = 10_000;
// A second click or key meant for the case just left must not hit the one that took its place.
const SETTLE = 350;

const root = document.querySelector("[data-workspace]");
const form = root?.querySelector("form[data-decision]");
const standing = performance.now();
const $ = (selector) => root.querySelector(selector);
const all = (selector) => [...root.querySelectorAll(selector)];
let lost = false;

function status(name, text) {
  const place = $(`[data-status="${name}"]`);
  if (place) place.textContent = text;
}

function dead() {
  return lost || document.body.classList.contains("busy") || performance.now() - standing < SETTLE;
}

// ── Time spent: what was visible, and what was active ───────────────────────────────────────────────────────
const spent = { visible: 0, active: 0, sent: { visible: 0, active: 0 } };
let lastSeen = performance.now();
let lastMoved = performance.now();

function count() {
  const now = performance.now();
  const step = now - lastSeen;
  // A gap longer than the ticking means the machine slept: nobody was reading.
  if (document.visibilityState === "visible" && step < 5000) {
    spent.visible += step;
    if (now - lastMoved <= IDLE_AFTER) spent.active += step;
  }
  lastSeen = now;
}

function takeSeconds() {
  count();
  const taken = {};
  for (const kind of ["visible", "active"]) {
    taken[kind] = Math.round((spent[kind] - spent.sent[kind]) / 1000);
    spent.sent[kind] += taken[kind] * 1000;
  }
  return taken;
}

function giveBack(taken) {
  for (const kind of ["visible", "active"]) spent.sent[kind] -= taken[kind] * 1000;
}

// ── The lease ───────────────────────────────────────────────────────────────────────────────────────────────
function loseLease(reply) {
  lost = true;
  root.dataset.lost = "";
  for (const button of all("form[data-decision] .button, [data-extend]")) button.setAttribute("aria-disabled", "true");
  const notice = $("[data-lease-lost]");
  if (!notice) return;
  const sentence = notice.querySelector("[data-sentence]");
  if (sentence && reply?.sentence) sentence.textContent = reply.sentence;
  notice.hidden = false;
  notice.focus();
}

function renew(reply) {
  const lease = $("[data-lease]");
  if (lease && reply.deadline) lease.dataset.deadline = reply.deadline;
  if (typeof reply.left === "number") for (const place of all("[data-left]")) place.textContent = reply.left;
  tick();
}

async function beat() {
  if (lost || !root.dataset.heartbeatUrl) return;
  const taken = takeSeconds();
  try {
    const { ok, status: code, reply } = await post(root.dataset.heartbeatUrl, taken);
    if (ok) {
      renew(reply);
      status("line", "");
    } else {
      giveBack(taken);
      if (code === 401) status("line", word("loggedOut"));
      else if ([403, 404, 409].includes(code)) loseLease(reply);
    }
  } catch {
    giveBack(taken);
    status("line", word("offline"));
  }
}

async function extend(extender) {
  try {
    const { ok, status: code, reply } = await post(extender.action, new FormData(extender));
    if (ok) {
      renew(reply);
      say(word("extended"));
    } else if ([403, 404, 409].includes(code)) loseLease(reply);
    else say(word("notExtended"));
  } catch {
    say(word("notExtended"));
  }
}

// ── The draft ───────────────────────────────────────────────────────────────────────────────────────────────
let draftTimer = 0;
let draftDirty = false;
let draftFlight = null;

async function saveDraft() {
  clearTimeout(draftTimer);
  if (!draftDirty || lost || document.body.classList.contains("busy")) return;
  draftFlight?.abort();
  draftFlight = new AbortController();
  draftDirty = false;
  try {
    const { ok, status: code, reply } = await post(form.dataset.draftUrl, new FormData(form), { signal: draftFlight.signal });
    if (ok) {
      status("draft", word("draftSaved").replace("{time}", reply.saved || clock()));
    } else if ([403, 404, 409].includes(code)) {
      loseLease(reply);
    } else {
      draftDirty = true;
      status("draft", word(code === 401 ? "loggedOut" : "draftNotSaved"));
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    draftDirty = true;
    status("draft", word("draftNotSaved"));
    draftTimer = setTimeout(saveDraft, DRAFT_RETRY);
  }
}

// ── The live difference ─────────────────────────────────────────────────────────────────────────────────────
// A textarea speaks in plain line feeds whatever the server stored.
function originalOf(field) {
  return field.dataset.original.replace(/\r\n?/g, "\n");
}

function showDifference(field) {
  const target = document.getElementById(field.dataset.diff);
  if (target) show(target, originalOf(field), field.value, word("unchanged"));
}

function changed() {
  return all("[data-original]").some((field) => field.value !== originalOf(field));
}

// ── Evidence ────────────────────────────────────────────────────────────────────────────────────────────────
function gate(missing) {
  for (const place of all("[data-missing]")) {
    place.textContent = missing.length ? word("openFirst").replace("{list}", missing.join(", ")) : "";
  }
  for (const button of all('[data-gate="evidence"]')) {
    if (missing.length) button.setAttribute("aria-disabled", "true");
    else {
      button.removeAttribute("aria-disabled");
      button.type = "submit";
    }
  }
}

async function opened(panel) {
  if (!panel.open || panel.dataset.opened !== undefined || panel.dataset.asking !== undefined) return;
  panel.dataset.asking = "";
  const mark = panel.querySelector(".evidence-mark");
  try {
    const { ok, status: code, reply } = await post(panel.dataset.evidenceUrl, {});
    if (ok) {
      panel.dataset.opened = "";
      if (mark) mark.textContent = word("openedAt").replace("{time}", reply.opened || clock());
      if (Array.isArray(reply.missing)) gate(reply.missing);
    } else if ([403, 409].includes(code)) loseLease(reply);
    else if (mark) mark.textContent = word("notRecorded");
  } catch {
    if (mark) mark.textContent = word("notRecorded");
  }
  delete panel.dataset.asking;
}

// ── Deciding ────────────────────────────────────────────────────────────────────────────────────────────────
function arm(button) {
  for (const other of all("[data-arm]")) other.setAttribute("aria-pressed", String(other === button));
  const gap = missingField(button);
  (gap ?? button).focus();
  status("armed", word(gap ? "needsField" : "confirm").replace("{decision}", labelOf(button)));
}

function labelOf(button) {
  return button.dataset.keyLabel || button.textContent.replace(button.querySelector("kbd")?.textContent ?? "", "").trim();
}

function missingField(button) {
  for (const name of (button?.dataset.needs ?? "").split(" ").filter(Boolean)) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field && !field.value.trim()) return field;
  }
  return null;
}

function confirmDecision() {
  if (dead()) return;
  const armed = $('[data-arm][aria-pressed="true"]');
  const usual = changed() ? $("[data-default-edited]") : null;
  const button = armed ?? usual ?? $("[data-submit]");
  if (!button) {
    status("armed", word("chooseFirst"));
    say(word("chooseFirst"));
    return;
  }
  if (button.getAttribute("aria-disabled") === "true") {
    button.focus();
    return;
  }
  form.requestSubmit(button);
}

function onSubmit(event) {
  if (dead()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const gap = missingField(event.submitter);
  if (gap) {
    event.preventDefault();
    event.stopImmediatePropagation();
    gap.setAttribute("aria-invalid", "true");
    if (event.submitter.dataset.arm !== undefined) arm(event.submitter);
    gap.focus();
    return;
  }
  clearTimeout(draftTimer);
  draftFlight?.abort();
  draftDirty = false;
  const taken = takeSeconds();
  for (const kind of ["visible", "active"]) {
    const input = form.elements.namedItem(`${kind}_seconds`);
    if (input) input.value = taken[kind];
  }
}

function onKey(event) {
  lastMoved = performance.now();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    if (!event.repeat) confirmDecision();
    return;
  }
  if (keysAreDead(event) || event.shiftKey || dead()) return;
  const owner = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key.toLowerCase() === event.key.toLowerCase() && !each.closest("dialog") && each.checkVisibility());
  if (!owner) return;
  event.preventDefault();
  if (owner.getAttribute("aria-disabled") === "true") owner.focus();
  else if (owner.dataset.arm !== undefined) arm(owner);
  else {
    owner.focus();
    if (!owner.matches("input:not([type=checkbox], [type=radio]), select, textarea")) owner.click();
  }
}

function start() {
  document.addEventListener("keydown", onKey);
  for (const kind of ["pointermove", "pointerdown", "wheel", "scroll"]) {
    addEventListener(kind, () => { lastMoved = performance.now(); }, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", count);
  setInterval(count, 1000);
  setInterval(beat, HEARTBEAT);

  // Before frame.js marks a form as sent: a refused submit must leave the page alive.
  root.addEventListener("submit", (event) => {
    const extender = event.target.closest("form[data-extend]");
    if (extender) {
      event.preventDefault();
      event.stopPropagation();
      if (!lost) extend(extender);
    } else if (event.target === form) onSubmit(event);
  }, true);
  root.addEventListener("toggle", (event) => {
    if (event.target.matches("details[data-evidence-url]")) opened(event.target);
  }, true);
  root.addEventListener("countdown:over", (event) => {
    if (event.target.matches("[data-lease]")) beat();
  });

  if (form) {
    root.addEventListener("input", (event) => {
      if (event.target.form !== form) return;
      event.target.removeAttribute("aria-invalid");
      if (event.target.dataset.original !== undefined) showDifference(event.target);
      if (!form.dataset.draftUrl) return;
      draftDirty = true;
      clearTimeout(draftTimer);
      draftTimer = setTimeout(saveDraft, DRAFT_PAUSE);
    });
    addEventListener("pagehide", () => {
      if (draftDirty && form.dataset.draftUrl && !lost) navigator.sendBeacon(form.dataset.draftUrl, new FormData(form));
    });
    for (const field of all("[data-original]")) showDifference(field);
  }
  if (root.dataset.nextUrl) {
    const hint = document.createElement("link");
    hint.rel = "prefetch";
    hint.href = root.dataset.nextUrl;
    document.head.append(hint);
  }
}

if (root) start();
