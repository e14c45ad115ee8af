// What the page knows: read whole once, then read again, at most a few times a second, wherever an event says so.
import { get, list } from "./api.js";

const coalesceMilliseconds = 250;
const paths = {
  alerts: "/api/v1/alerts", tasks: "/api/v1/tasks", stays: "/api/v1/stays", reminders: "/api/v1/reminders",
  suspensions: "/api/v1/suspensions",
};
const affected = {
  alert: ["alerts"], signal: ["alerts"], call: [], task: ["tasks"], offer: ["tasks"], stay: ["stays", "alerts"],
  reminder: ["reminders"], suspension: ["suspensions"],
};

export class Store {
  constructor(changed) {
    this.changed = changed;
    this.lists = { alerts: [], tasks: [], stays: [], reminders: [], suspensions: [] };
    this.known = new Set();
    this.selected = null;
    this.detail = null;
    this.isLoaded = false;
    this.readFailedAt = null;
    this.dirty = new Set();
    this.timer = 0;
    this.isReading = false;
  }

  get alerts() { return this.lists.alerts; }

  /** Whether a list was read once: before that an empty one says nothing. */
  hasRead(name) { return this.known.has(name); }

  reload() { this.mark([...Object.keys(paths), "detail"]); }

  take(type, data) {
    const names = [...(affected[type.split(".")[0]] ?? [])];
    if (this.detail && data.case === this.detail.case) names.push("detail");
    this.mark(names);
  }

  select(id) {
    if (this.selected === id) return;
    this.selected = id;
    this.detail = null;
    this.changed("detail");
    if (id) this.mark(["detail"], 0);
  }

  mark(names, wait = coalesceMilliseconds) {
    for (const name of names) this.dirty.add(name);
    if (this.dirty.size === 0 || this.isReading) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.read(), this.isLoaded ? wait : 0);
  }

  async read() {
    this.isReading = true;
    const names = [...this.dirty];
    this.dirty.clear();
    try {
      await Promise.all(names.map((name) => this.readOne(name)));
      this.readFailedAt = null;
      this.isLoaded = true;
    } catch (problem) {
      this.readFailedAt ??= Date.now();
      for (const name of names) this.dirty.add(name);
    }
    this.isReading = false;
    this.changed("state");
    if (this.dirty.size > 0) this.mark([], this.readFailedAt ? 2000 : coalesceMilliseconds);
  }

  async readOne(name) {
    if (name !== "detail") {
      this.lists[name] = await list(paths[name]);
      this.known.add(name);
      this.changed(name);
      return;
    }
    const id = this.selected;
    if (!id) return;
    let detail;
    try {
      detail = await get(`${paths.alerts}/${id}`);
    } catch (problem) {
      if (problem.status !== 404) throw problem;
      detail = { id, isGone: true };
    }
    if (this.selected === id) {
      this.detail = detail;
      this.changed("detail");
    }
  }
}
