// Builds elements; text becomes text nodes only, so nothing that came from outside is ever read as HTML.
import { catalogue } from "./catalogue.js";

let language = document.documentElement.dataset.language === "en" ? 1 : 0;
const stored = localStorage.getItem("language");
if (stored === "0" || stored === "1") language = Number(stored);

export function switchLanguage() {
  language = 1 - language;
  localStorage.setItem("language", String(language));
  document.documentElement.lang = language === 0 ? "zh-Hans" : "en";
}

/** The text of a key in the chosen language; an unknown key shows its last word. */
export function t(key) {
  const entry = catalogue[key];
  return entry ? entry[language] : String(key).split(".").pop();
}

/** A label: the chosen language large, the other one small beside or under it. */
export function label(key, className = "") {
  const entry = catalogue[key];
  if (!entry || entry[0] === entry[1]) return h("span", { class: "label " + className }, t(key));
  return h("span", { class: "label " + className },
    h("span", { class: "main" }, entry[language]), h("span", { class: "other" }, entry[1 - language]));
}

export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces what an element holds, keeping the keyboard where it was and the place scrolled to. */
export function fill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const top = element.scrollTop;
  element.replaceChildren();
  append(element, children);
  element.scrollTop = top;
  if (focused) {
    for (const candidate of element.querySelectorAll("[data-key]")) {
      if (candidate.dataset.key === focused) candidate.focus({ preventScroll: true });
    }
  }
}

export const byID = (id) => document.getElementById(id);

const twoDigits = (number) => String(number).padStart(2, "0");

/** `9 s` as `0:09`, an hour as `1:00:00`. */
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = `${hours > 0 ? twoDigits(minutes) : minutes}:${twoDigits(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

export function timeText(text) {
  const date = new Date(text);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}`;
}

export function dateText(text) {
  const date = new Date(text);
  return `${date.getMonth() + 1}-${date.getDate()} ${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

let toastTimer = 0;

/** Says something for a few seconds. */
export function toast(text, isError = false) {
  const box = byID("toast");
  box.textContent = text;
  box.className = isError ? "shown error" : "shown";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.className = ""; }, isError ? 6000 : 2500);
}
