// What the server told the scripts: its clock, its words in the reader's language, and the token for writing.
const box = document.getElementById("words");

/** Sentences come from the template, so they are translated where all the others are. */
export function word(name) {
  return box?.dataset[name] ?? name;
}

const servedAt = Number(box?.dataset.now);
const arrived = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
const offset = servedAt ? servedAt - (performance.timeOrigin + arrived) / 1000 : 0;

/** Seconds the server's clock is ahead of this machine's. */
export function skew() {
  return offset;
}

/** POST a form to the site as the signed-in reader; never follows to the login page in silence. */
export async function post(url, fields, options = {}) {
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  const response = await fetch(url, { method: "POST", body, headers: { ...token, Accept: "application/json" }, ...options });
  let reply = {};
  try {
    reply = await response.clone().json();
  } catch {
    // 204, or a page: the status alone says what happened.
  }
  return { ok: response.ok && !response.redirected, status: response.redirected ? 401 : response.status, reply };
}

/** The reader's clock as hours and minutes. */
export function clock() {
  const zone = document.querySelector("[data-clock]")?.dataset.clock;
  try {
    return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(Date.now() + offset * 1000);
  } catch {
    return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(Date.now());
  }
}
