// Open tasks with their offers, hospital stays, and reminders that wait for somebody.
import { serverNow } from "./api.js";
import { byID, clockText, dateText, fill, h, label, t } from "./dom.js";
import { suspensionsPanel } from "./suspensions.js";

const maximumRows = 100;

function countdown(text) {
  const left = (new Date(text).getTime() - serverNow()) / 1000;
  return h("span", { class: `left ${left < 0 ? "over" : ""}`, "data-until": text }, leftText(left));
}

const leftText = (left) => (left < 0 ? `${t("overdue")} ${clockText(-left)}` : clockText(left));

export function tickWork() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = (new Date(element.dataset.until).getTime() - serverNow()) / 1000;
    element.textContent = leftText(left);
    element.classList.toggle("over", left < 0);
  }
}

function slot(entry, names) {
  const holder = entry.offers.find((offer) => offer.state === "accepted");
  if (holder) {
    return h("p", { class: "slot has" }, h("b", {}, names.get(holder.staff) ?? ""),
      entry.duty && h("span", {}, `→ ${t(`taskState.${entry.duty.awaited}`)} `, countdown(entry.duty.deadline)));
  }
  const asked = entry.offers.filter((offer) => offer.state === "sent");
  if (asked.length === 0) return h("p", { class: "slot none" }, t("nobodyYet"));
  return asked.map((offer) => h("p", { class: "slot asked", title: offer.reason },
    `${t("asked")} `, h("b", {}, names.get(offer.staff) ?? ""), countdown(offer.expiresAt)));
}

function task(row, select) {
  const names = new Map(row.people.map((person) => [person.id, person.name]));
  const contents = [
    h("div", { class: "taskHead" }, h("b", {}, t(`task.${row.kind}`)),
      h("span", { class: `state ${row.state}` }, t(`taskState.${row.state}`))),
    h("p", { class: "name" }, row.residentName ?? row.address ?? t("unknownPerson")),
    row.slots.map((entry) => slot(entry, names)),
    row.note && h("p", { class: "warn" }, t(`note.${row.note}`)),
  ];
  const className = `item ${row.alertClass ? `class-${row.alertClass}` : ""}`;
  return row.alert
    ? h("button", { class: className, "data-key": `task-${row.id}`, onclick: () => select(row.alert) }, contents)
    : h("div", { class: className }, contents);
}

function reminder(row, confirm) {
  return h("div", { class: "item" },
    h("div", { class: "taskHead" }, h("b", {}, t(`audience.${row.audience}`)),
      row.deadline && countdown(row.deadline)),
    h("p", { class: "name" }, row.residentName ?? ""),
    h("p", { class: "slot" }, row.recipientName, h("span", { class: "quiet" },
      ` ${t("sentTimes")} ${row.sentCount} ${t("times")}`)),
    confirm && h("button", { class: "small", "data-key": `confirm-${row.id}`, onclick: () => confirm(row.id) },
      label("confirm")));
}

function stay(row) {
  return h("div", { class: "item" },
    h("p", { class: "name" }, row.residentName ?? "", h("span", { class: "quiet" }, ` ${row.hospital}`)),
    h("p", { class: "slot" }, row.location ?? "", h("span", { class: "quiet" },
      row.admittedAt ? ` ${t("admitted")} ${dateText(row.admittedAt)}` : "")));
}

function group(name, rows, empty, draw) {
  return h("div", { class: "group" },
    h("h2", {}, label(name), h("span", { class: "count" }, String(rows.length))),
    rows.length === 0 && h("p", { class: "empty" }, label(empty)),
    rows.slice(0, maximumRows).map(draw),
    rows.length > maximumRows && h("p", { class: "empty" }, `${t("more")} ${rows.length - maximumRows}`));
}

export function drawWork(store, account, select, confirm) {
  const { tasks, reminders, stays } = store.lists;
  fill(byID("work"),
    group("tasks", tasks, "noTasks", (row) => task(row, select)),
    group("reminders", reminders, "noReminders",
      (row) => reminder(row, account.role === "dispatcher" ? confirm : null)),
    group("stays", stays, "noStays", stay),
    suspensionsPanel(store, account));
}
