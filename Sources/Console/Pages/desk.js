// The desk: puts the parts together.
import { post, serverNow } from "./api.js";
import { actions, allowed, drawCard } from "./card.js";
import { ask, showKeys } from "./dialogs.js";
import { byID, clockText, fill, h, label, switchLanguage, t, timeText, toast } from "./dom.js";
import { drawQueue, inHandOf, tickQueue, waitingOf } from "./queue.js";
import { leave, withAccount } from "./signin.js";
import * as sound from "./sound.js";
import { Store } from "./store.js";
import { Stream } from "./stream.js";
import { drawWork, tickWork } from "./work.js";

const addresses = { take: "hold", note: "notes", call: "calls" };
let account = null;
let store = null;
let connection = { isLive: false, since: Date.now() };
let known = null;

function start(signedIn, wasTyped) {
  account = signedIn;
  store = new Store(changed);
  new Stream({
    ready: (isFirst) => { if (isFirst || store.readFailedAt) store.reload(); },
    reset: () => store.reload(),
    event: (type, data) => store.take(type, data),
    state: (isLive, since) => { connection = { isLive, since }; drawFrame(); },
    signedOut: () => location.reload(),
  });
  if (wasTyped) sound.turnOn().then(drawFrame);
  document.addEventListener("keydown", pressed);
  setInterval(tick, 250);
  drawAll();
}

function changed(what) {
  if (what === "alerts") {
    announce();
    drawQueue(store, account);
    if (!store.detail) drawCard(store, account, run);
  } else if (what === "detail") {
    drawQueue(store, account);
    drawCard(store, account, run);
  } else if (what === "state") {
    drawFrame();
  } else {
    drawWork(store, account, (id) => store.select(id), confirmReminder);
  }
}

/** Rings while a life alert waits; chimes once for each other new one. */
function announce() {
  const waiting = waitingOf(store.alerts);
  sound.ring(waiting.some((alert) => alert.class === "life"));
  const ids = new Set(waiting.map((alert) => alert.id));
  if (known && waiting.some((alert) => !known.has(alert.id) && alert.class !== "life")) sound.chime();
  known = ids;
}

async function act(path, body) {
  try {
    await post(path, body);
    store.mark(["alerts", "tasks", "reminders", "detail"], 0);
  } catch (problem) {
    toast(t(`problem.${problem.code}`), true);
    store.mark(["alerts", "detail"], 0);
  }
}

function run(name) {
  const alert = store.detail ?? store.alerts.find((row) => row.id === store.selected);
  if (!allowed(alert, account).some((action) => action.name === name)) return;
  ask(name, (body) => act(`/api/v1/alerts/${alert.id}/${addresses[name] ?? name}`, body));
}

const confirmReminder = (id) => act(`/api/v1/reminders/${id}/confirm`);

function move(step) {
  const rows = [...waitingOf(store.alerts), ...inHandOf(store.alerts)];
  if (rows.length === 0) return;
  const index = rows.findIndex((alert) => alert.id === store.selected);
  const next = rows[index < 0 ? 0 : Math.min(Math.max(index + step, 0), rows.length - 1)];
  store.select(next.id);
  document.querySelector(`[data-key="row-${next.id}"]`)?.scrollIntoView({ block: "nearest" });
}

async function toggleSound() {
  if (sound.isOn()) sound.turnOff();
  else await sound.turnOn();
  drawFrame();
}

function pressed(event) {
  if (byID("dialog").open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
  const key = event.key.toLowerCase();
  if (key === "arrowdown" || key === "j") move(1);
  else if (key === "arrowup" || key === "k") move(-1);
  else if (key === "m") toggleSound();
  else if (key === "?") showKeys(actions);
  else {
    const action = actions.find((candidate) => candidate.key === key);
    if (!action) return;
    run(action.name);
  }
  event.preventDefault();
}

function staleSince() {
  if (!connection.isLive) return connection.since;
  return store.readFailedAt;
}

function drawFrame() {
  const stale = staleSince();
  document.body.classList.toggle("stale", stale !== null);
  const isLive = stale === null;
  fill(byID("bar"),
    h("span", { class: "brand" }, h("b", {}, "银铃"), "Silverbell"),
    h("span", { class: `light ${isLive ? "on" : "off"}` },
      label(isLive ? "live" : store.isLoaded ? "lost" : "connecting")),
    h("span", { class: "space" }),
    h("span", { class: "now", id: "now" }, timeText(serverNow())),
    h("button", { onclick: toggleSound, "aria-pressed": String(sound.isOn()), "data-key": "sound" },
      label(sound.isOn() ? "mute" : "soundOn"), h("kbd", {}, "M")),
    h("button", { onclick: () => { switchLanguage(); drawAll(); }, "data-key": "language" }, t("otherLanguage")),
    h("span", { class: "me" }, account.staffName ?? account.account),
    h("button", { onclick: leave, "data-key": "leave" }, label("signOut")));
  fill(byID("banners"),
    !isLive && store.isLoaded && h("div", { class: "banner red" },
      h("b", { id: "staleSeconds" }, staleText(stale)), label("lost"), h("span", { class: "hint" }, t("lostHint"))),
    !sound.isOn() && h("div", { class: "banner amber" }, label("soundOff"),
      h("button", { onclick: toggleSound, "data-key": "soundBanner" }, label("soundOn"))));
}

const staleText = (since) => clockText((Date.now() - since) / 1000);

let wasSoundOn = null;

function tick() {
  tickQueue();
  tickWork();
  const now = byID("now");
  if (now) now.textContent = timeText(serverNow());
  const counter = byID("staleSeconds");
  if (counter && staleSince() !== null) counter.textContent = staleText(staleSince());
  if (wasSoundOn !== sound.isOn()) {
    wasSoundOn = sound.isOn();
    drawFrame();
  }
}

function drawAll() {
  drawFrame();
  drawQueue(store, account);
  drawCard(store, account, run);
  drawWork(store, account, (id) => store.select(id), confirmReminder);
}

withAccount(["dispatcher", "supervisor", "administrator", "auditor"], start);
