// Remembers the checkpoints this browser saw, and checks that each log only grew since: whoever rewrites a log would have
// to reach into every reader's browser as well.
import * as merkle from "./merkle.js";

function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function show(section, hue, text) {
  const sign = document.querySelector(`template[data-sign="${hue}"]`).content.cloneNode(true);
  sign.querySelector(".state > span").textContent = text;
  const place = section.querySelector("[data-here]");
  place.dataset.here = hue;
  place.replaceChildren(sign);
}

/** What this browser kept of a log; nothing where it kept nothing, or what it kept is not readable. */
function kept(name) {
  try {
    const { size, root, at } = JSON.parse(localStorage.getItem(name));
    return Number.isSafeInteger(size) ? { size, root: merkle.bytes(root), text: root, at } : null;
  } catch {
    return null;
  }
}

function keep(name, note) {
  const root = btoa(String.fromCharCode(...note.root));
  localStorage.setItem(name, JSON.stringify({ size: note.size, root, at: new Date().toISOString() }));
}

async function signature(note, keys) {
  const said = await Promise.all(keys.filter((key) => key.name === note.origin).map((key) => merkle.signed(note, key)));
  if (said.includes("bad")) return "bad";
  if (said.includes("good")) return "good";
  return said.includes("unknown") ? "unknown" : "bad";
}

async function path(log, old, size) {
  const query = new URLSearchParams({ from: old, to: size });
  const response = await fetch(`/api/v1/audit/${encodeURIComponent(log)}/proof/consistency?${query}`, { cache: "no-store" });
  // A size that the log says it never published, and this browser saw signed: another log than before.
  if (response.status === 400) return null;
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return (await response.json()).hashes.map(merkle.bytes);
}

async function check(section) {
  const says = section.dataset;
  const text = section.querySelector("[data-note]")?.textContent;
  if (!text || !says.logKeys || !globalThis.crypto?.subtle) return show(section, "info", says.unsigned);
  const note = merkle.parseNote(text);
  const keys = await Promise.all(says.logKeys.split(" ").map(merkle.parseKey));
  const said = await signature(note, keys);
  if (said === "bad") return show(section, "bad", says.bad);
  if (said === "unknown") return show(section, "info", says.unsigned);
  const name = `countersign-log:${note.origin}`;
  const before = kept(name);
  if (!before || before.size === 0) {
    keep(name, note);
    return show(section, "info", says.first);
  }
  const values = { size: note.size.toLocaleString(), old: before.size.toLocaleString(), when: new Date(before.at).toLocaleString() };
  // A page that was asked for before another one may be read after it: then the older tree stands here.
  const [older, newer] = before.size <= note.size ? [before, note] : [note, before];
  const hashes = older.size === newer.size ? [] : await path(says.log, older.size, newer.size);
  if (hashes === null || !(await merkle.continues(older, newer, hashes))) {
    return show(section, "bad", filled(says.forked, values));
  }
  if (newer === note) keep(name, note);
  return show(section, "good", filled(before.size < note.size ? says.continues : says.same, values));
}

for (const section of document.querySelectorAll("[data-growth]")) {
  check(section).catch(() => show(section, "warn", section.dataset.failed));
}
