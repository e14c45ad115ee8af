// The forms behind the card's buttons.
import { list } from "./api.js";
import { byID, fill, h, label, t } from "./dom.js";

const words = {
  verdict: ["needsHelp", "nobodyAnswers", "noHelpNeeded", "falseAlarm"],
  cause: ["illness", "fall", "fire", "loneliness", "accidentalPress", "deviceFault", "test", "wrongPerson", "request",
    "hospital", "other"],
  action: ["advice", "familyCame", "staffCame", "lifted", "ambulance", "publicService", "admitted", "died",
    "deviceChanged", "none"],
  closedBy: ["spokeTo", "seenBy", "handedOver", "hospitalConfirmed", "notNeeded"],
  outcome: ["answered", "noAnswer", "busy", "off", "wrongNumber"],
  party: ["device", "resident", "family", "neighbour", "keyHolder", "120"],
};

export function choice(name, among = words[name]) {
  return h("fieldset", {}, h("legend", {}, label(name)), h("div", { class: "choices" },
    among.map((word) => h("label", { class: "choice" },
      h("input", { type: "radio", name, value: word, required: true }), label(`${name}.${word}`)))));
}

export function line(name, isRequired = false) {
  return h("label", { class: "field" }, label(name), h("input", { name, maxlength: 80, required: isRequired }));
}

function area(name, isRequired = false) {
  return h("label", { class: "field" }, label(name),
    h("textarea", { name, rows: 3, maxlength: 1000, required: isRequired }));
}

export function when(name, isRequired = false) {
  return h("label", { class: "field" }, label(name),
    h("input", { name, type: "datetime-local", required: isRequired }));
}

function check(name) {
  return h("label", { class: "choice check" }, h("input", { type: "checkbox", name }), label(name));
}

const forms = {
  verify: {
    fields: () => [line("spokeTo"), check("identityConfirmed"), choice("verdict")],
    body: (data) => ({
      spokeTo: data.get("spokeTo") || undefined, identityConfirmed: data.has("identityConfirmed"),
      verdict: data.get("verdict"),
    }),
  },
  resolve: {
    fields: () => [choice("cause"), choice("action"), choice("closedBy"), area("note")],
    body: (data) => ({
      cause: data.get("cause"), action: data.get("action"), closedBy: data.get("closedBy"),
      note: data.get("note") || undefined,
    }),
  },
  note: { fields: () => [area("text", true)], body: (data) => ({ text: data.get("text") }) },
  reopen: { fields: () => [area("reason", true)], body: (data) => ({ reason: data.get("reason") }) },
  call: {
    fields: () => [choice("party"), choice("outcome")],
    body: (data) => ({ party: data.get("party"), outcome: data.get("outcome") }),
  },
  settle: { fields: () => [residentPicker()], body: (data) => ({ resident: data.get("resident") }) },
};

export function residentPicker() {
  const found = h("div", { class: "choices tall" });
  let residents = [];
  const search = h("input", { type: "search", "aria-label": t("search"), placeholder: t("search"), oninput: draw });
  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const matches = residents.filter((row) => row.name.toLowerCase().includes(wanted)).slice(0, 24);
    fill(found, matches.length === 0 && h("p", { class: "empty" }, t("noMatch")),
      matches.map((row) => h("label", { class: "choice" },
        h("input", { type: "radio", name: "resident", value: row.id, required: true }), row.name)));
  }
  list("/api/v1/residents", 5000).then((rows) => { residents = rows; draw(); }, () => draw());
  return h("fieldset", {}, h("legend", {}, label("resident")), search, found);
}

/** Shows the form of an action; calls `send(body)` when it is filled in. */
export function ask(name, send) {
  const form = forms[name];
  if (!form) return send(undefined);
  show(name, form.fields(), (data) => send(form.body(data)));
}

/** Shows a form; calls `taken(data)` when it is filled in. */
export function show(name, fields, taken) {
  const dialog = byID("dialog");
  const submit = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    dialog.close();
    taken(data);
  };
  fill(dialog, h("form", { onsubmit: submit }, h("h2", {}, label(name)), fields,
    h("div", { class: "buttons" },
      h("button", { type: "button", onclick: () => dialog.close() }, label("back")),
      h("button", { type: "submit", class: "primary" }, label("save")))));
  dialog.showModal();
  dialog.querySelector("input, textarea")?.focus();
}

/** Shows what keys there are. */
export function showKeys(actions) {
  const dialog = byID("dialog");
  const lines = [["↑ ↓", "keyChoose"], ...actions.map((action) => [action.key.toUpperCase(), action.name]),
    ["M", "keyMute"], ["?", "keyHelp"]];
  fill(dialog, h("form", { method: "dialog" }, h("h2", {}, label("keys")),
    h("dl", { class: "keys" }, lines.map(([key, name]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, label(name))])),
    h("div", { class: "buttons" }, h("button", { class: "primary" }, label("back")))));
  dialog.showModal();
}
