// The difference between two texts, word by word (Myers' shortest edit), small enough to run on every keystroke.
const LIMIT = 2000;
const TOKEN = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|[\p{L}\p{M}\p{N}_]+(?:[.,'’][\p{L}\p{M}\p{N}_]+)*|\s+|./gsu;

export function tokens(text) {
  return text.match(TOKEN) ?? [];
}

function shortestEdit(before, after) {
  const n = before.length;
  const m = after.length;
  const reach = n + m;
  const front = new Int32Array(2 * reach + 2);
  const trace = [];
  for (let d = 0; d <= reach; d += 1) {
    trace.push(front.slice(reach - d, reach + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && front[reach + k - 1] < front[reach + k + 1]);
      let x = down ? front[reach + k + 1] : front[reach + k - 1] + 1;
      while (x < n && x - k < m && before[x] === after[x - k]) x += 1;
      front[reach + k] = x;
      if (x >= n && x - k >= m) return trace;
    }
  }
  return trace;
}

function walkBack(before, after) {
  const trace = shortestEdit(before, after);
  const steps = [];
  let x = before.length;
  let y = after.length;
  for (let d = trace.length - 1; d > 0; d -= 1) {
    const at = (k) => trace[d][k + d];
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const from = down ? k + 1 : k - 1;
    const startX = at(from);
    const startY = startX - from;
    while (x > startX && y > startY && x > 0 && y > 0 && before[x - 1] === after[y - 1]) {
      x -= 1;
      y -= 1;
      steps.push(["=", before[x]]);
    }
    if (down) {
      y -= 1;
      steps.push(["+", after[y]]);
    } else {
      x -= 1;
      steps.push(["-", before[x]]);
    }
  }
  while (x > 0) {
    x -= 1;
    steps.push(["=", before[x]]);
  }
  return steps.reverse();
}

/** Pairs [op, text] with op "=", "-" or "+", neighbours of one kind joined, removals before insertions. */
export function diff(original, edited) {
  const before = tokens(original);
  const after = tokens(edited);
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const oldMiddle = before.slice(head, before.length - tail);
  const newMiddle = after.slice(head, after.length - tail);
  const middle = oldMiddle.length + newMiddle.length > LIMIT
    ? [["-", oldMiddle.join("")], ["+", newMiddle.join("")]]
    : walkBack(oldMiddle, newMiddle);

  const parts = [];
  let removed = "";
  let added = "";
  const flush = () => {
    if (removed) parts.push(["-", removed]);
    if (added) parts.push(["+", added]);
    removed = "";
    added = "";
  };
  const steps = [["=", before.slice(0, head).join("")], ...middle, ["=", before.slice(before.length - tail).join("")]];
  for (const [op, text] of steps) {
    if (!text) continue;
    if (op === "-") removed += text;
    else if (op === "+") added += text;
    else {
      flush();
      if (parts.at(-1)?.[0] === "=") parts.at(-1)[1] += text;
      else parts.push(["=", text]);
    }
  }
  flush();
  return parts;
}

/** Write the difference into an element as del and ins; text only, never markup. */
export function show(target, original, edited, unchanged) {
  if (original === edited) {
    const none = document.createElement("span");
    none.className = "diff-none";
    none.textContent = unchanged;
    target.replaceChildren(none);
    return;
  }
  target.replaceChildren(...diff(original, edited).map(([op, text]) => {
    if (op === "=") return document.createTextNode(text);
    const part = document.createElement(op === "-" ? "del" : "ins");
    part.textContent = text;
    return part;
  }));
}
