// The queue: who waits, life first, and for how long.
import { serverNow } from "./api.js";
import { byID, clockText, fill, h, label, t } from "./dom.js";

const maximumRows = 150;
const rank = { life: 0, urgent: 1, hospital: 2, technical: 3, service: 4 };

/** Life first, then by class, then whoever waits longest. */
export const order = (a, b) =>
  (rank[a.class] ?? 9) - (rank[b.class] ?? 9) || (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : 0);

export const waitingOf = (alerts) => alerts.filter((alert) => alert.state === "open" || !alert.holder).sort(order);
export const inHandOf = (alerts) => alerts.filter((alert) => alert.state !== "open" && alert.holder).sort(order);

/** 0 to 3: below 15, 30 and 60 seconds, and above; what is neither life nor urgent never goes beyond 1. */
export function heat(seconds, alertClass) {
  const grade = seconds < 15 ? 0 : seconds < 30 ? 1 : seconds < 60 ? 2 : 3;
  return alertClass === "life" || alertClass === "urgent" ? grade : Math.min(grade, 1);
}

/** Whom it is about: a person, or how many homes of a district. */
export const person = (alert) => alert.affected
  ? `${t("district")} ${alert.district} · ${alert.affected.lost} / ${alert.affected.supervised} ${t("devicesLost")}`
  : alert.residentName ?? t("unknownPerson");

export function marks(alert) {
  return [
    alert.signalCount > 1 && h("span", { class: "mark" }, `×${alert.signalCount}`),
    alert.raisedCount > 0 && h("span", { class: "mark raised" }, `▲ ${t("raised")}`),
    alert.hospitalSince && h("span", { class: "mark hospital" }, t("inHospital")),
    alert.suspended && h("span", { class: "mark hospital" }, t("isSuspended")),
  ];
}

function row(alert, store, account) {
  const seconds = (serverNow() - new Date(alert.openedAt).getTime()) / 1000;
  const isWaiting = alert.state === "open" || !alert.holder;
  const isSelected = store.selected === alert.id;
  return h("button", {
    class: `row class-${alert.class} ${isWaiting ? `waiting heat-${heat(seconds, alert.class)}` : "held"}`,
    "aria-current": isSelected ? "true" : null, "data-key": `row-${alert.id}`, "data-since": alert.openedAt,
    "data-class": alert.class,
    onclick: () => store.select(alert.id),
  },
  h("span", { class: "seconds" }, clockText(seconds)),
  h("span", { class: "who" },
    h("span", { class: "kind" }, h("b", { class: "class" }, t(`class.${alert.class}`)), t(`kind.${alert.kind}`),
      marks(alert)),
    h("span", { class: "name" }, person(alert)),
    h("span", { class: "place" }, alert.address ?? alert.serial ?? t("unknownPlace"))),
  !isWaiting && h("span", { class: "holder" },
    alert.holder.staff === account.staff ? t("you") : alert.holderName ?? ""));
}

function group(title, alerts, empty, store, account) {
  return h("div", { class: "group" },
    h("h2", {}, label(title), h("span", { class: "count" }, String(alerts.length))),
    alerts.length === 0 && h("p", { class: "empty" }, label(store.hasRead("alerts") ? empty : "reading")),
    alerts.slice(0, maximumRows).map((alert) => row(alert, store, account)),
    alerts.length > maximumRows && h("p", { class: "empty" }, `${t("more")} ${alerts.length - maximumRows}`));
}

export function drawQueue(store, account) {
  fill(byID("queue"),
    group("waiting", waitingOf(store.alerts), "nothingWaiting", store, account),
    group("inHand", inHandOf(store.alerts), "nothingInHand", store, account));
}

/** Counts the seconds on without drawing anew. */
export function tickQueue() {
  const now = serverNow();
  for (const element of document.querySelectorAll("[data-since]")) {
    const seconds = (now - new Date(element.dataset.since).getTime()) / 1000;
    const counter = element.querySelector(".seconds");
    if (counter) counter.textContent = clockText(seconds);
    if (!element.classList.contains("waiting")) continue;
    const wanted = `heat-${heat(seconds, element.dataset.class)}`;
    if (element.classList.contains(wanted)) continue;
    element.classList.remove("heat-0", "heat-1", "heat-2", "heat-3");
    element.classList.add(wanted);
  }
}
