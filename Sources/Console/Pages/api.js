// Requests to the API; every POST carries a key of its own, so that a second try is never a second deed.

export class Refused extends Error {
  constructor(status, code, title) {
    super(title);
    this.status = status;
    this.code = code;
  }
}

let clockOffset = 0;

/** Now, by the server's clock: a wrong clock on the desk must not make calls look young. */
export const serverNow = () => Date.now() + clockOffset;

async function request(method, path, body, key) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(10000),
    });
  } catch {
    throw new Refused(0, "network", "network");
  }
  const isJSON = (response.headers.get("Content-Type") ?? "").includes("json");
  const answer = isJSON ? await response.json().catch(() => ({})) : {};
  if (!response.ok) throw new Refused(response.status, answer.code ?? "network", answer.title ?? "");
  return answer;
}

export const get = (path) => request("GET", path);

/** A deed; when the network fails it is tried once more under the same key. */
export async function post(path, body) {
  const key = newKey();
  try {
    return await request("POST", path, body, key);
  } catch (problem) {
    if (problem.status !== 0 && problem.status !== 503) throw problem;
    await new Promise((resolve) => setTimeout(resolve, 800));
    return request("POST", path, body, key);
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** All pages of a list, up to a bound. */
export async function list(path, maximum = 2000) {
  const items = [];
  let cursor = null;
  do {
    const mark = path.includes("?") ? "&" : "?";
    const page = await get(`${path}${mark}limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor && items.length < maximum);
  return items;
}

/** Who is signed in; null when nobody is. */
export async function me() {
  try {
    const before = Date.now();
    const account = await get("/api/v1/me");
    clockOffset = new Date(account.now).getTime() - (before + Date.now()) / 2;
    return account;
  } catch (problem) {
    if (problem.status === 401) return null;
    throw problem;
  }
}

export const signIn = (token) => request("POST", "/session", { token });
export const signOut = () => request("DELETE", "/session");
