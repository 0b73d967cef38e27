// Checks the lines of a story in the reader's own browser: every line's bytes, its path to the root, the signature under
// it. The server has said what it found; this says what the browser found, and never repeats the server's word.
import * as merkle from "./merkle.js";

const root = document.querySelector("[data-verify]");
const says = root?.dataset ?? {};
const AT_ONCE = 6;

class Differs extends Error {}

function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A sign with its words, drawn by the same component as every other state. */
function state(hue, text) {
  const sign = root.querySelector(`template[data-sign="${hue}"]`).content.cloneNode(true);
  sign.querySelector(".state > span").textContent = text;
  return sign;
}

function show(line, hue, text) {
  let place = line.querySelector("[data-result]");
  if (!place) {
    place = document.createElement("span");
    place.dataset.result = "";
    line.querySelector(".story-proof").append(place);
  }
  place.dataset.result = hue;
  place.replaceChildren(state(hue, text));
}

async function keys(list) {
  return Promise.all((list ?? "").split(" ").filter(Boolean).map(merkle.parseKey));
}

/** What the log's own keys say about a checkpoint; asked once for each text. */
function signatures(own, witnesses) {
  const asked = new Map();
  return (proof) => {
    if (!asked.has(proof.signed)) asked.set(proof.signed, judge(proof.note, own, witnesses));
    return asked.get(proof.signed);
  };
}

async function judge(note, own, witnesses) {
  const mine = own.filter((key) => key.name === note.origin);
  const said = await Promise.all(mine.map((key) => merkle.signed(note, key)));
  const others = await Promise.all(witnesses.map((key) => merkle.signed(note, key)));
  if (said.includes("bad") || others.includes("bad")) return "bad";
  if (said.includes("good")) return "good";
  return said.includes("unknown") ? "unknown" : "bad";
}

async function fetched(uid) {
  const address = `/api/v1/audit/${encodeURIComponent(says.log)}/events/${uid}`;
  const response = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return response.json();
}

/** The bytes of a line must be what the line shows: its id, its action and its time. */
function compare(line, body) {
  let content;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new Differs(says.body);
  }
  const { uid, action, at } = line.dataset;
  if (content?.uid !== uid || content.action !== action || content.occurred_at !== at) throw new Differs(says.body);
}

/** "good", "hash" (its text may not be read here), "unsigned" or "waiting"; Differs where it does not match. */
async function check(line, signature) {
  const entry = await fetched(line.dataset.uid);
  let leaf = merkle.bytes(entry.leaf);
  if (entry.body !== null) {
    const body = merkle.bytes(entry.body);
    leaf = await merkle.leafHash(body);
    compare(line, body);
  }
  if (entry.proof === null) return { found: "waiting" };
  const proof = merkle.parseProof(entry.proof);
  if (proof.index !== entry.index) throw new Differs(says.other);
  const top = await merkle.rootOf(leaf, proof.index, proof.note.size, proof.path);
  if (top === null || !merkle.same(top, proof.note.root)) throw new Differs(says.root);
  const said = await signature(proof);
  if (said === "bad") throw new Differs(says.signature);
  if (said === "unknown") return { found: "unsigned", proof };
  return { found: entry.body === null ? "hash" : "good", proof };
}

async function checkLine(line, signature) {
  show(line, "neutral", says.checking);
  try {
    const { found, proof } = await check(line, signature);
    const values = { index: proof?.index.toLocaleString(), size: proof?.note.size.toLocaleString() };
    const [hue, sentence] = {
      good: ["good", says.verified],
      hash: ["good", says.byHash],
      unsigned: ["info", says.unsigned],
      waiting: ["neutral", says.waiting],
    }[found];
    show(line, hue, filled(sentence, values));
    return found;
  } catch (error) {
    if (error instanceof Differs) {
      show(line, "bad", `${says.differs}: ${error.message}`);
      return "differs";
    }
    show(line, "warn", says.failed);
    return "failed";
  }
}

function conclude(found) {
  const all = found.length;
  const good = found.filter((one) => one === "good" || one === "hash").length;
  const wrong = found.filter((one) => one === "differs").length;
  const place = root.querySelector("[data-here]");
  const [hue, sentence, count] = wrong
    ? ["bad", says.wrong, wrong]
    : good === all && all > 0
      ? ["good", says.all, good]
      : ["info", says.some, good];
  place.hidden = false;
  place.dataset.here = hue;
  place.replaceChildren(state(hue, filled(sentence, { count, all })));
}

async function begin() {
  const lines = [...root.querySelectorAll("[data-uid]")];
  const cannot = (reason) => {
    for (const line of lines) show(line, "warn", `${says.failed}: ${reason}`);
    conclude(lines.map(() => "failed"));
  };
  if (!globalThis.crypto?.subtle) return cannot(says.insecure);
  let own;
  let witnesses;
  try {
    own = await keys(says.logKeys);
    witnesses = await keys(says.witnessKeys);
  } catch {
    own = [];
  }
  if (own.length === 0) return cannot(says.noKey);
  const signature = signatures(own, witnesses);
  const found = new Array(lines.length);
  let next = 0;
  const worker = async () => {
    while (next < lines.length) {
      const at = next++;
      found[at] = await checkLine(lines[at], signature);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  conclude(found);
}

if (root) begin();
