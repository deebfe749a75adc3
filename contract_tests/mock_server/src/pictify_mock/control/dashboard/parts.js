// The parts that all views are made of.

import {act} from "./api.js";
import {h, on} from "./dom.js";

export const TYPES = {ab_test: "A/B test", smart_link: "Smart link", scheduled: "Schedule"};
export const count = (number) => number.toLocaleString("en");
export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
export const percent = (share, digits = 1) => `${(share * 100).toFixed(digits)} %`;
export const seconds = (moment) => moment.replace("T", " ").slice(0, 19);
export const inUtc = (local) => `${local.slice(0, 16)}:00Z`;  // of a datetime-local input
export const titleOf = ({name, id, slug}) => name || id || slug;
export const beside = (list, index) => list[index + 1] ?? list[index - 1];
export const withKey = (key) => `[data-key="${CSS.escape(key)}"]`;

export function refresh() {
  document.dispatchEvent(new Event("refresh"));
}

export function fields(form) {
  return Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
}

export function panel(title, ...children) {
  return h("section", {class: "panel"}, h("h2", {}, title), ...children);
}

export function note(...words) {
  return h("p", {class: "soft"}, ...words);
}

export function tag(words, isOn = false) {
  return h("span", {class: isOn ? "tag on" : "tag"}, words);
}

export function statusTag(status) {
  return h("span", {class: "tag status", "data-status": status}, status);
}

export function mark(isMet, words) {
  const name = isMet ? "mark met" : "mark";
  return h("span", {class: name, role: "img", "aria-label": words}, isMet ? "✓" : "×");
}

export function field(label, name, attributes = {}) {
  return h("label", {class: "field"}, label, h("input", {name, autocomplete: "off", ...attributes}));
}

export function choice(label, name, options, attributes = {}) {
  const choices = options.map(([value, words]) => h("option", {value}, words));
  return h("label", {class: "field"}, label, h("select", {name, ...attributes}, choices));
}

export function button(words, action, attributes = {}) {
  return h("button", {type: "button", "data-do": action, ...attributes}, words);
}

export function submit(words, attributes = {}) {
  return h("button", {type: "submit", class: "primary", ...attributes}, words);
}

export function copyButton(name, text) {
  return button("Copy", "copy", {class: "copy", "data-text": text, "aria-label": `Copy ${name}`});
}

export function facts(rows) {
  return h("dl", {class: "facts"}, rows.map(([name, value, copied, copiedName = name]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value, copied && copyButton(copiedName, copied)))));
}

export function popover(words, form) {
  const attributes = {class: "popover", name: "popover", "data-key": words};
  return h("details", attributes, h("summary", {}, words), form);
}

export function closePopover() {
  const open = document.querySelector(".popover[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("form").reset();
  open.querySelector("summary").focus();
}

document.addEventListener("keydown", ({key}) => {
  if (key === "Escape") closePopover();
});
on("click", "copy", ({dataset: {text}}) => act(async () => {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {  // away from localhost without TLS
    const focused = document.activeElement;
    const area = document.body.appendChild(h("textarea", {"aria-hidden": "true"}));
    area.value = text;
    area.select();
    document.execCommand("copy");
    area.remove();
    focused.focus();
  }
}, "Copied."));
