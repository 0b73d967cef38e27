// What every page shares: messages and focus, dialogs, menus, countdowns, the clock, refused buttons, keys.
// Everything here only adds to markup that already works; nothing decides anything.
import { skew, word } from "./words.js";

const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Say a sentence to screen readers without moving the focus. */
export function say(sentence) {
  const region = $("#announcer");
  if (region) region.textContent = sentence;
}

/** True while a single key means a letter, not a command. */
export function keysAreDead(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if ($("dialog[open]") || document.body.classList.contains("busy")) return true;
  const at = event.target;
  if (!(at instanceof Element)) return false;
  if (at.isContentEditable || at.closest("textarea, select")) return true;
  const input = at.closest("input");
  return input !== null && !["checkbox", "radio", "button", "submit", "reset"].includes(input.type);
}

// ── Refused and busy buttons ────────────────────────────────────────────────────────────────────────────────
document.addEventListener("click", (event) => {
  const refused = event.target.closest?.('[aria-disabled="true"]');
  if (!refused) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  if (!form.matches("[hx-post], [data-quiet]")) {
    form.dataset.sent = "";
    document.body.classList.add("busy");
  }
});
// A page brought back from the cache shows what was true then: ask again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// ── Dialogs and menus ───────────────────────────────────────────────────────────────────────────────────────
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  if (event.target.closest("[data-close]") || event.target.matches("dialog")) {
    event.target.closest("dialog")?.close();
  }
  for (const menu of all("details.menu[open], details.formula[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
// Escape closes a menu, leaves a field, and puts away a reason or a time that hover or focus had shown.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || $("dialog[open]")) return;
  const menu = event.target.closest?.("details.menu[open], details.formula[open]");
  if (menu) {
    menu.open = false;
    $("summary", menu).focus();
  } else {
    document.activeElement?.blur();
  }
});

// ── Focus goes to what went wrong ───────────────────────────────────────────────────────────────────────────
function focusError(root) {
  const error = $("[data-focus-error]", root) ?? (root.matches?.("[data-focus-error]") ? root : null);
  error?.focus();
}

// ── Countdowns ──────────────────────────────────────────────────────────────────────────────────────────────
const said = new WeakMap();

function minutes(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")}`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Bring every countdown and clock up to now. */
export function tick() {
  for (const countdown of all("[data-deadline]")) {
    const left = Number(countdown.dataset.deadline) - (Date.now() / 1000 + skew());
    const text = $(".countdown-text", countdown);
    if (text) text.textContent = left > 0 ? minutes(left) : countdown.dataset.over || minutes(0);
    const meter = $("progress", countdown);
    if (meter) meter.value = Math.max(0, left);
    countdown.dataset.live = "";
    countdown.toggleAttribute("data-low", left > 0 && left <= 120);
    countdown.toggleAttribute("data-ended", left <= 0);
    const mark = left <= 0 ? 0 : left <= 60 ? 1 : left <= 120 ? 2 : 3;
    const before = said.get(countdown) ?? mark;
    said.set(countdown, mark);
    if (mark < before) {
      if (mark > 0 && countdown.dataset.spoken) say(countdown.dataset.spoken.replace("{n}", mark));
      if (mark === 0) countdown.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
    }
  }
  for (const clock of all("[data-clock]")) {
    try {
      const now = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.clock });
      const text = clock.textContent.replace(/\d{1,2}:\d{2}/, now.format(Date.now() + skew() * 1000));
      if (text !== clock.textContent) clock.textContent = text;
    } catch {
      clock.removeAttribute("data-clock");
    }
  }
}
setInterval(tick, 1000);

document.addEventListener("countdown:over", (event) => {
  const undo = event.target.closest(".undo");
  if (!undo) return;
  undo.dataset.over = "";
  const button = $("button", undo);
  if (button) button.disabled = true;
});

// ── Keys that work on every page ────────────────────────────────────────────────────────────────────────────
function fillSheet() {
  const sheet = $("#keys-here");
  if (!sheet) return;
  sheet.replaceChildren();
  for (const owner of all("[data-key]")) {
    if (owner.closest("dialog") || !owner.checkVisibility()) continue;
    const key = document.createElement("kbd");
    key.textContent = owner.dataset.key.toUpperCase();
    const term = document.createElement("dt");
    term.append(key);
    const meaning = document.createElement("dd");
    meaning.textContent = owner.dataset.keyLabel || owner.textContent.replace(owner.querySelector("kbd")?.textContent ?? "", "").trim();
    sheet.append(term, meaning);
  }
}

document.addEventListener("keydown", (event) => {
  if (keysAreDead(event)) return;
  // What is in reach on every page has a key with Shift, which no page uses for anything else.
  const tool = event.shiftKey && all(".frame-tools [data-key]").find((each) => each.dataset.key.toLowerCase() === `shift+${event.key.toLowerCase()}`);
  if (tool) {
    event.preventDefault();
    tool.click();
  } else if (event.key === "?") {
    event.preventDefault();
    fillSheet();
    $("#keys")?.showModal();
  } else if (event.key === "/" && $("[data-search]")) {
    event.preventDefault();
    $("[data-search]").focus();
  } else if (event.key === "t") {
    const root = document.documentElement;
    root.dataset.times = root.dataset.times === "absolute" ? "" : "absolute";
    say(root.dataset.times ? word("absolute") : word("relative"));
  } else if (!$("[data-workspace]")) {
    const owner = all("[data-key]").find((each) => each.dataset.key.toLowerCase() === event.key.toLowerCase() && !each.closest("dialog"));
    if (!owner || event.shiftKey) return;
    event.preventDefault();
    owner.focus();
    owner.click();
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest('[data-dialog="keys"]')) fillSheet();
});

// ── Appearance ──────────────────────────────────────────────────────────────────────────────────────────────
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-appearance]")) return;
  const theme = event.target.value;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Storage may be refused: the choice then lasts for this page.
  }
});

// ── Each new piece of page ──────────────────────────────────────────────────────────────────────────────────
// A region that does not scroll needs no stop of its own.
function settleTables(root) {
  for (const region of all(".table-wrap", root)) {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
}

function settle(root) {
  for (const box of all("[data-appearance]", root)) {
    box.value = document.documentElement.dataset.theme ?? "";
  }
  settleTables(root);
  for (const row of [".frame-nav", ".tabs"])
    $(`${row} [aria-current="page"]`, root)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  focusError(root);
  tick();
}
settle(document);
document.addEventListener("htmx:load", (event) => settle(event.detail.elt));
addEventListener("resize", () => settleTables(document));
