// Who is not watched over now, on whose word and until when; starting, extending and ending it.
import { list, post } from "./api.js";
import { choice, line, residentPicker, show, when } from "./dialogs.js";
import { dateText, h, label, t, toast } from "./dom.js";

const maximumRows = 100;

export const maySuspend = (account) =>
  ["dispatcher", "supervisor", "administrator"].includes(account.role) && account.staff !== undefined;

async function send(path, body, store) {
  try {
    await post(path, body);
    store.mark(["suspensions", "alerts", "detail"], 0);
  } catch (problem) {
    toast(t(`problem.${problem.code}`), true);
    store.mark(["suspensions"], 0);
  }
}

const moment = (text) => (text ? new Date(text).toISOString() : undefined);

/** Picks the owner among the staff; whoever fills in the form when nobody is picked. */
function ownerPicker(account) {
  const select = h("select", { name: "owner" }, h("option", { value: "" }, account.staffName ?? t("you")));
  list("/api/v1/staff", 2000).then((rows) => {
    for (const row of rows) {
      if (row.id !== account.staff) select.append(h("option", { value: row.id }, row.name));
    }
  }, () => toast(t("problem.network"), true));
  return h("label", { class: "field" }, label("owner"), select);
}

function start(store, account, resident) {
  show("suspend", [
    h("p", { class: "notice" }, label("neverHeld")),
    resident ? h("p", { class: "name" }, resident.name) : residentPicker(),
    choice("holds", ["absence", "technical", "all"]), line("reason", true), ownerPicker(account),
    when("from", false), when("until", true),
  ], (data) => send("/api/v1/suspensions", {
    resident: resident?.id ?? data.get("resident"), holds: data.get("holds"), reason: data.get("reason"),
    owner: data.get("owner") || undefined, from: moment(data.get("from")), until: moment(data.get("until")),
  }, store));
}

function extend(store, row) {
  show("extend", [h("p", { class: "name" }, row.residentName ?? ""), when("until", true)],
    (data) => send(`/api/v1/suspensions/${row.id}/extend`, { until: moment(data.get("until")) }, store));
}

function item(row, store, account) {
  return h("div", { class: "item" },
    h("div", { class: "taskHead" }, h("b", {}, row.residentName ?? ""),
      h("span", { class: "state" }, t(`suspension.${row.state}`))),
    h("p", { class: "slot" }, t(`holds.${row.holds}`), h("span", { class: "quiet" }, ` ${row.reason}`)),
    h("p", { class: "slot" }, `${t("owner")} ${row.ownerName ?? ""} `,
      h("span", { class: "quiet" }, `${dateText(row.from)} → ${dateText(row.until)}`)),
    maySuspend(account) && h("div", { class: "buttons" },
      h("button", { class: "small", "data-key": `extend-${row.id}`, onclick: () => extend(store, row) },
        label("extend")),
      h("button", {
        class: "small", "data-key": `end-${row.id}`,
        onclick: () => show("endNow", [h("p", { class: "name" }, row.residentName ?? "")],
          () => send(`/api/v1/suspensions/${row.id}/end`, undefined, store)),
      }, label("endNow"))));
}

/** The panel: those that have not ended, the next end first. */
export function suspensionsPanel(store, account) {
  const rows = [...store.lists.suspensions].sort((a, b) => (a.until < b.until ? -1 : a.until > b.until ? 1 : 0));
  return h("div", { class: "group" },
    h("h2", {}, label("suspensions"), h("span", { class: "count" }, String(rows.length)),
      maySuspend(account) && h("button", {
        class: "small", "data-key": "suspend", onclick: () => start(store, account, null),
      }, label("suspend"))),
    rows.length === 0 && h("p", { class: "empty" }, label("noSuspensions")),
    rows.slice(0, maximumRows).map((row) => item(row, store, account)),
    rows.length > maximumRows && h("p", { class: "empty" }, `${t("more")} ${rows.length - maximumRows}`));
}

/** What the card shows of it. */
export function suspendedHint(alert) {
  if (!alert.suspended) return null;
  const { since, until, reason } = alert.suspended;
  return h("p", { class: "hospitalHint" },
    `${t("suspendedSince")} ${dateText(since)} ${t("suspendedUntil")} ${dateText(until)} (${reason})`);
}
