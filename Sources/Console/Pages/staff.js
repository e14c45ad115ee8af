// The page for a phone: what I am asked, and the next step of what I have.
import { list, post, serverNow } from "./api.js";
import { byID, clockText, fill, h, label, switchLanguage, t, toast } from "./dom.js";
import { leave, withAccount } from "./signin.js";
import { Stream } from "./stream.js";

const steps = ["accepted", "enRoute", "onScene", "withPatient", "completed"];
const next = { accepted: ["enRoute"], enRoute: ["onScene"], onScene: ["withPatient", "completed"],
  withPatient: ["completed"] };

let account = null;
let offers = [];
let tasks = [];
let connection = { isLive: false, since: Date.now() };
let readFailedAt = null;
let isLoaded = false;
let timer = 0;

function start(signedIn) {
  account = signedIn;
  new Stream({
    ready: () => mark(), reset: () => mark(), event: () => mark(),
    state: (isLive, since) => { connection = { isLive, since }; draw(); },
    signedOut: () => location.reload(),
  });
  setInterval(tick, 500);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) mark(); });
  draw();
}

function mark(wait = 150) {
  clearTimeout(timer);
  timer = setTimeout(read, wait);
}

async function read() {
  try {
    [offers, tasks] = await Promise.all([list("/api/v1/offers?staff=me"), list("/api/v1/tasks")]);
    tasks = tasks.filter((task) => task.slots.some((slot) => slot.staff === account.staff));
    readFailedAt = null;
    isLoaded = true;
  } catch {
    readFailedAt ??= Date.now();
    mark(2000);
  }
  draw();
}

async function act(path, body) {
  try {
    await post(path, body);
    navigator.vibrate?.(40);
  } catch (problem) {
    toast(t(`problem.${problem.code}`), true);
  }
  mark(0);
}

function what(row) {
  return [
    h("p", { class: "kind" }, row.alertClass && h("b", { class: "class" }, t(`class.${row.alertClass}`)),
      t(`task.${row.taskKind ?? row.kind}`), row.alertKind && ` · ${t(`kind.${row.alertKind}`)}`),
    h("h2", {}, row.residentName ?? t("unknownPerson")),
    h("p", { class: "place" }, row.address ?? t("unknownPlace")),
  ];
}

function offerCard(offer) {
  return h("section", { class: `sheet class-${offer.alertClass ?? "service"}` }, what(offer),
    h("p", { class: "within" }, t("answerWithin"), " ",
      h("b", { "data-until": offer.expiresAt }, leftText(offer.expiresAt))),
    h("div", { class: "pair" },
      h("button", { class: "quietButton", onclick: () => act(`/api/v1/offers/${offer.id}/decline`, {}) },
        label("decline")),
      h("button", { class: "primary", onclick: () => act(`/api/v1/offers/${offer.id}/accept`, {}) },
        label("accept"))));
}

/** How far this person's own part has come: the step before the one that is awaited. */
function standing(task, slot) {
  const awaited = slot.duty ? steps.indexOf(slot.duty.awaited) : -1;
  if (task.slots.length > 1 && awaited > 0) return steps[awaited - 1];
  return task.state;
}

function taskCard(task) {
  const slot = task.slots.find((entry) => entry.staff === account.staff);
  const offer = slot.offers.find((entry) => entry.staff === account.staff && entry.state === "accepted");
  const state = standing(task, slot);
  const reached = steps.indexOf(state);
  return h("section", { class: `sheet mine class-${task.alertClass ?? "service"}` }, what(task),
    h("ol", { class: "steps" }, steps.map((step, index) =>
      h("li", { class: index < reached ? "done" : index === reached ? "here" : "" }, t(`taskState.${step}`)))),
    slot.duty && h("p", { class: "within" }, `${t("nextStep")} `,
      h("b", { "data-until": slot.duty.deadline }, leftText(slot.duty.deadline))),
    h("div", { class: "stack" }, (next[state] ?? []).map((step, index) =>
      h("button", { class: index === 0 ? "primary huge" : "huge",
        onclick: () => act(`/api/v1/tasks/${task.id}/status`, { state: step }) }, label(`step.${step}`)))),
    offer && h("div", { class: "pair small" },
      h("button", { class: "quietButton", onclick: () => act(`/api/v1/offers/${offer.id}/relinquish`, {}) },
        label("relinquish")),
      h("button", { class: "danger", onclick: () => distress(offer) }, label("distress"))));
}

function distress(offer) {
  const dialog = byID("dialog");
  const call = () => { dialog.close(); act(`/api/v1/offers/${offer.id}/distress`, {}); };
  fill(dialog, h("form", { method: "dialog" }, h("h2", {}, t("distressSure")), h("div", { class: "buttons" },
    h("button", {}, label("back")),
    h("button", { type: "button", class: "danger", onclick: call }, label("distress")))));
  dialog.showModal();
}

function leftText(text) {
  const left = (new Date(text).getTime() - serverNow()) / 1000;
  return left < 0 ? `${t("overdue")} ${clockText(-left)}` : clockText(left);
}

function staleSince() {
  return connection.isLive ? readFailedAt : connection.since;
}

function tick() {
  for (const element of document.querySelectorAll("[data-until]")) {
    element.textContent = leftText(element.dataset.until);
    element.classList.toggle("over", new Date(element.dataset.until).getTime() < serverNow());
  }
  const counter = byID("staleSeconds");
  if (counter && staleSince() !== null) counter.textContent = clockText((Date.now() - staleSince()) / 1000);
}

function draw() {
  const stale = staleSince();
  document.body.classList.toggle("stale", stale !== null);
  fill(byID("bar"),
    h("span", { class: "brand" }, h("b", {}, "银铃"), account.staffName ?? ""),
    h("span", { class: "space" }),
    h("span", { class: `light ${stale === null ? "on" : "off"}` }, t(stale === null ? "live" : "connecting")),
    h("button", { onclick: () => { switchLanguage(); draw(); } }, t("otherLanguage")),
    h("button", { onclick: leave }, t("signOut")));
  fill(byID("banners"), stale !== null && isLoaded && h("div", { class: "banner red" },
    h("b", { id: "staleSeconds" }, clockText((Date.now() - stale) / 1000)), label("lost")));
  fill(byID("phone"),
    h("h1", {}, label("myOffers"), h("span", { class: "count" }, String(offers.length))),
    offers.length === 0 && h("p", { class: "empty" }, label("noOffers")), offers.map(offerCard),
    h("h1", {}, label("myTasks"), h("span", { class: "count" }, String(tasks.length))),
    tasks.length === 0 && h("p", { class: "empty" }, label("noMyTasks")), tasks.map(taskCard));
}

withAccount(["staff"], start);
