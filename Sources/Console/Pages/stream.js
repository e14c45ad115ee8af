// The event stream, read by hand: unlike EventSource this sees signs of life, so silence is noticed and shown.

const silenceMilliseconds = 20000;
const retryMilliseconds = [500, 1000, 2000, 3000, 5000];

export class Stream {
  /** `handlers`: ready(), reset(), event(type, data), state(isLive, since), signedOut(). */
  constructor(handlers) {
    this.handlers = handlers;
    this.lastID = null;
    this.failures = 0;
    this.isLive = false;
    this.isStopped = false;
    this.run();
  }

  stop() {
    this.isStopped = true;
    this.controller?.abort();
  }

  async run() {
    while (!this.isStopped) {
      try {
        await this.connect();
      } catch (error) {
        if (error.status === 401) {
          this.stop();
          this.handlers.signedOut();
          return;
        }
      }
      this.setLive(false);
      if (this.isStopped) return;
      const wait = retryMilliseconds[Math.min(this.failures, retryMilliseconds.length - 1)];
      this.failures += 1;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  async connect() {
    this.controller = new AbortController();
    this.watch();
    const headers = { Accept: "text/event-stream" };
    if (this.lastID) headers["Last-Event-ID"] = this.lastID;
    try {
      const response = await fetch("/api/v1/events", { headers, signal: this.controller.signal, cache: "no-store" });
      if (!response.ok) throw Object.assign(new Error("refused"), { status: response.status });
      await this.read(response.body.getReader());
    } finally {
      clearTimeout(this.timer);
    }
  }

  async read(reader) {
    const decoder = new TextDecoder();
    let buffer = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.watch();
      buffer += decoder.decode(value, { stream: true });
      const parts = buffer.split("\n\n");
      buffer = parts.pop();
      for (const part of parts) this.take(part);
    }
  }

  take(part) {
    let type = "message";
    let id = null;
    const data = [];
    for (const line of part.split("\n")) {
      const colon = line.indexOf(":");
      if (colon <= 0) continue;
      const field = line.slice(0, colon);
      const value = line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") type = value;
      if (field === "id") id = value;
      if (field === "data") data.push(value);
    }
    if (id === null) {
      // While the database is away entries have no id yet; they come again with one.
      if (data.length > 0) this.handlers.event(type, JSON.parse(data.join("\n")));
      return;
    }
    this.failures = 0;
    if (type === "ready") {
      const isFirst = this.lastID === null;
      this.lastID = id;
      this.setLive(true);
      this.handlers.ready(isFirst);
    } else if (type === "reset") {
      this.lastID = id;
      this.setLive(true);
      this.handlers.reset();
    } else {
      this.handlers.event(type, JSON.parse(data.join("\n")));
      this.lastID = id;
    }
  }

  watch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(), silenceMilliseconds);
  }

  setLive(isLive) {
    if (this.isLive === isLive && this.since) return;
    this.isLive = isLive;
    this.since = Date.now();
    this.handlers.state(isLive, this.since);
  }
}
