// The card of the chosen alert: who, where, what happened, and what can be done.
import { serverNow } from "./api.js";
import { byID, clockText, dateText, fill, h, label, t, timeText } from "./dom.js";
import { heat, marks, person } from "./queue.js";
import { suspendedHint } from "./suspensions.js";
import { timeline } from "./timeline.js";

/** What can be done with an alert, in the order of the buttons. */
export const actions = [
  { name: "take", key: "t", isPrimary: true, when: (a, mine) => a.state !== "resolved" && !mine },
  { name: "verify", key: "v", when: (a) => a.state !== "resolved" },
  { name: "call", key: "c", when: (a) => a.state !== "resolved" },
  { name: "sendStaff", key: "s", when: (a) => a.state !== "resolved" },
  { name: "note", key: "n", when: () => true },
  { name: "settle", key: "p", when: (a) => a.state !== "resolved" && !a.resident },
  { name: "release", key: "l", when: (a, mine) => a.state !== "resolved" && mine },
  { name: "resolve", key: "r", isFinal: true, when: (a) => a.state !== "resolved" },
  { name: "reopen", key: "o", when: (a) => a.state === "resolved" },
];

const isMine = (alert, account) => alert.holder?.staff === account.staff && account.staff !== undefined;

export function allowed(alert, account) {
  if (!alert || alert.isGone || account.role !== "dispatcher") return [];
  return actions.filter((action) => action.when(alert, isMine(alert, account)));
}

function fact(name, ...value) {
  return h("div", { class: "fact" }, h("dt", {}, label(name)), h("dd", {}, value));
}

function head(alert) {
  const seconds = (serverNow() - new Date(alert.openedAt).getTime()) / 1000;
  const isWaiting = alert.state === "open";
  return h("header", {
    class: `cardHead class-${alert.class} ${isWaiting ? `waiting heat-${heat(seconds, alert.class)}` : ""}`,
    "data-class": alert.class,
    "data-since": alert.state === "resolved" ? null : alert.openedAt,
  },
  h("div", { class: "headline" },
    h("span", { class: "kind" }, h("b", { class: "class" }, t(`class.${alert.class}`)), t(`kind.${alert.kind}`),
      marks(alert)),
    h("h1", {}, person(alert)),
    h("p", { class: "place" }, alert.address ?? t("unknownPlace"))),
  alert.state !== "resolved" && h("div", { class: "clock" },
    h("span", { class: "seconds" }, clockText(seconds)), label(isWaiting ? "waited" : `state.${alert.state}`)));
}

function facts(alert) {
  return h("dl", { class: "facts" },
    fact("openedAt", timeText(alert.openedAt)),
    fact("repeats", `${alert.signalCount} ${t("times")}`,
      alert.signalCount > 1 && h("small", {}, ` ${t("lastSignal")} ${timeText(alert.lastSignalAt)}`)),
    fact("heldBy", alert.holderName ?? "—"),
    alert.serial && fact("device", alert.serial),
    alert.verdict && fact("verdict", t(`verdict.${alert.verdict}`)),
    fact("rule", h("small", {}, alert.reason)),
    alert.oddities.length > 0 && fact("oddities", alert.oddities.join(", ")));
}

/** The people behind a network fault, those at highest risk first. */
function affected(alert, detail) {
  const { lost, lines } = alert.affected;
  const names = new Map((detail?.people ?? []).map((one) => [one.id, one.name]));
  return [
    h("h2", {}, label("affected"), h("span", { class: "count" }, String(lost))),
    h("ol", { class: "timeline affected" }, lines.map((line) => h("li", { class: "entry" },
      h("b", {}, `${t("risk")} ${line.risk}`),
      h("span", { class: "what" }, names.get(line.resident) ?? "—"), h("span", { class: "actor" }, line.serial)))),
    lines.length < lost && h("p", { class: "empty" }, `${t("more")} ${lost - lines.length}`),
  ];
}

export function drawCard(store, account, run) {
  const listed = store.alerts.find((alert) => alert.id === store.selected);
  const alert = store.detail ?? listed;
  const place = byID("card");
  if (!store.selected || !alert) {
    fill(place, h("div", { class: "blank" }, h("div", { class: "bell" }, "铃"), label("chooseAlert"),
      h("p", {}, t("chooseHint"))));
    return;
  }
  if (alert.isGone) {
    fill(place, h("div", { class: "blank" }, label("goneAlert")));
    return;
  }
  const buttons = allowed(alert, account).map((action) => h("button", {
    class: `${action.isPrimary ? "primary" : ""} ${action.isFinal ? "final" : ""}`, "data-key": action.name,
    onclick: () => run(action.name),
  }, label(action.name), h("kbd", {}, action.key.toUpperCase())));
  fill(place, head(alert),
    alert.hospitalSince && h("p", { class: "hospitalHint" }, t("inHospitalSince"), " ",
      dateText(alert.hospitalSince)),
    suspendedHint(alert),
    buttons.length > 0 && h("div", { class: "buttons" }, buttons),
    facts(alert),
    alert.affected && affected(alert, store.detail),
    h("h2", {}, label("timeline")),
    store.detail ? timeline(store.detail) : h("p", { class: "empty" }, "…"));
}
