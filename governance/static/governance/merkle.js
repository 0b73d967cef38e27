// The trail's own arithmetic, in the reader's browser: hashes of entries, paths to a root (RFC 9162), signed notes and
// proofs (C2SP). Nothing here talks to the server or to the page; what is malformed throws, what is wrong is false.
const PROOF = "c2sp.org/tlog-proof@v1";
const HASH = 32;
const NOTE_KEY = 0x01;
const WITNESS_KEY = 0x04;
const MOST = 63;
const utf8 = new TextEncoder();

// ── Bytes ───────────────────────────────────────────────────────────────────────────────────────────────────
export function bytes(base64) {
  const text = atob(base64);
  const found = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  // One way to write it only: spare bits or a missing pad would be a second text for the same bytes.
  if (btoa(text) !== base64) throw new Error("not base64");
  return found;
}

export function same(left, right) {
  return left.length === right.length && left.every((octet, at) => octet === right[at]);
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function sha256(data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

export const leafHash = (body) => sha256(joined(Uint8Array.of(0), body));
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

function size(text) {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(Number(text))) throw new Error("not a number");
  return Number(text);
}

function hash(text) {
  const found = bytes(text);
  if (found.length !== HASH) throw new Error("not a hash");
  return found;
}

// ── Paths ───────────────────────────────────────────────────────────────────────────────────────────────────
// Sizes may pass 2^31, so halving is division and never a shift.
const half = (number) => Math.floor(number / 2);
const odd = (number) => number % 2 === 1;

/** The root that a leaf at this index and these siblings make in a tree of this size; null where they make none. */
export async function rootOf(leaf, index, leaves, path) {
  if (index < 0 || index >= leaves) return null;
  let position = index;
  let last = leaves - 1;
  let node = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (odd(position) || position === last) {
      node = await nodeHash(sibling, node);
      while (position && !odd(position)) {
        position = half(position);
        last = half(last);
      }
    } else {
      node = await nodeHash(node, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 ? node : null;
}

/** Whether the newer tree begins with every leaf of the older one. */
export async function continues(older, newer, path) {
  if (older.size === newer.size) return path.length === 0 && same(older.root, newer.root);
  if (older.size === 0 || older.size > newer.size || path.length === 0) return false;
  let position = older.size - 1;
  let last = newer.size - 1;
  while (odd(position)) {
    position = half(position);
    last = half(last);
  }
  const [start, ...rest] = position ? path : [older.root, ...path];
  let old = start;
  let fresh = start;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (odd(position) || position === last) {
      old = await nodeHash(sibling, old);
      fresh = await nodeHash(sibling, fresh);
      while (position && !odd(position)) {
        position = half(position);
        last = half(last);
      }
    } else {
      fresh = await nodeHash(fresh, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 && same(old, older.root) && same(fresh, newer.root);
}

// ── Notes and proofs ────────────────────────────────────────────────────────────────────────────────────────
/** A signed checkpoint in its parts: whose tree, how large, which root, and the lines of those who signed. */
export function parseNote(note) {
  const cut = note.lastIndexOf("\n\n");
  if (cut < 0 || !note.endsWith("\n")) throw new Error("not a note");
  const text = note.slice(0, cut + 1);
  const [origin, leaves, root, end] = text.split("\n");
  if (end !== "") throw new Error("not a checkpoint of ours");
  const signatures = note.slice(cut + 2, -1).split("\n").map((line) => {
    const [dash, name, material, more] = line.split(" ");
    if (dash !== "—" || !name || !material || more !== undefined) throw new Error("not a signature");
    const data = bytes(material);
    return { name, id: data.slice(0, 4), value: data.slice(4) };
  });
  return { text, origin, size: size(leaves), root: hash(root), signatures };
}

/** One event's proof: its index, its siblings, and the checkpoint they lead to. */
export function parseProof(text) {
  const cut = text.indexOf("\n\n");
  if (cut < 0) throw new Error("not a proof");
  const [header, ...lines] = text.slice(0, cut).split("\n");
  if (header !== PROOF) throw new Error("not a proof");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const place = lines.shift() ?? "";
  if (!place.startsWith("index ") || lines.length > MOST) throw new Error("not a proof");
  const signed = text.slice(cut + 2);
  return { index: size(place.slice("index ".length)), path: lines.map(hash), signed, note: parseNote(signed) };
}

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────
/** A public key as verifiers are given them, `name+id+key`; its id is worked out again. */
export async function parseKey(vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const material = bytes(rest.join("+"));
  const expected = (await sha256(joined(utf8.encode(`${name}\n`), material))).slice(0, 4);
  const hex = Array.from(expected, (octet) => octet.toString(16).padStart(2, "0")).join("");
  if (hex !== id.toLowerCase()) throw new Error("a key whose id is not its own");
  return { name, hex, id: expected, kind: material[0], raw: material.slice(1) };
}

/** What a key says about a note: "good", "bad", "absent", or "unknown" where this browser cannot tell. */
export async function signed(note, key) {
  const mine = note.signatures.filter((one) => one.name === key.name && same(one.id, key.id));
  if (mine.length === 0) return "absent";
  if (key.kind !== NOTE_KEY && key.kind !== WITNESS_KEY) return "unknown";
  let ready;
  try {
    ready = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return "unknown";
  }
  for (const { value } of mine) {
    const timed = key.kind === WITNESS_KEY;
    if (value.length !== (timed ? 72 : 64)) return "bad";
    const at = timed ? new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0) : 0n;
    const message = timed ? `cosignature/v1\ntime ${at}\n${note.text}` : note.text;
    const signature = timed ? value.slice(8) : value;
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, ready, signature, utf8.encode(message)))) return "bad";
  }
  return "good";
}
