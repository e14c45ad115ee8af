// A case's timeline: one line an entry, in words.
import { dateText, h, label, t, timeText } from "./dom.js";

/** What an entry says beyond its type. */
function details(entry, names) {
  const name = (id) => names.get(id) ?? "";
  const type = entry.type;
  if (entry.call) return [t(`party.${entry.call.party}`), t(`outcome.${entry.call.outcome}`)];
  if (entry.offer) return [name(entry.offer.staff), t(`offer.${entry.offer.state}`), reasonText(entry.text)];
  if (entry.task) return [t(`task.${entry.task.kind}`), t(`taskState.${entry.task.state}`), reasonText(entry.text)];
  if (entry.signal) return [t(`kind.${entry.signal.kind}`), entry.signal.serial];
  if (type === "alert.verified" && entry.alert.verification) {
    return [t(`verdict.${entry.alert.verification.verdict}`), entry.alert.verification.spokeTo];
  }
  if (type === "alert.resolved" && entry.alert.resolution) {
    const { cause, action, closedBy } = entry.alert.resolution;
    return [t(`cause.${cause}`), t(`action.${action}`), t(`closedBy.${closedBy}`), entry.text];
  }
  if (type === "alert.opened") return [t(`kind.${entry.alert.kind}`)];
  if (entry.reminder) return [t(`audience.${entry.reminder.audience}`), entry.reminder.recipientName];
  if (entry.suspension) {
    const { state, holds, reason, until } = entry.suspension;
    return [t(`suspension.${state}`), t(`holds.${holds}`), reason, `${t("suspendedUntil")} ${dateText(until)}`];
  }
  if (entry.stay) return [entry.stay.hospital, entry.stay.location];
  return [entry.text];
}

const reasonText = (text) => (text ? t(`note.${text}`) : null);

export function timeline(detail) {
  if (!detail.timelineAvailable) return h("p", { class: "notice" }, label("timelineAway"));
  if (detail.timeline.length === 0) return h("p", { class: "empty" }, label("noTimeline"));
  const names = new Map((detail.people ?? []).map((person) => [person.id, person.name]));
  return h("ol", { class: "timeline" }, [...detail.timeline].reverse().map((entry) =>
    h("li", { class: `entry ${entry.type.split(".")[0]}` },
      h("time", { datetime: entry.at }, timeText(entry.at)),
      h("span", { class: "what" }, h("b", {}, t(`event.${entry.type}`)),
        details(entry, names).filter(Boolean).map((part) => h("span", {}, part))),
      h("span", { class: "actor" }, names.get(entry.actor) ?? ""))));
}
