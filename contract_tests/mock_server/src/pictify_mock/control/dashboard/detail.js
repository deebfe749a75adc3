// One experiment: what it is, its links, and what can be done with it.

import {ROOT, act, call, get} from "./api.js";
import {h, on} from "./dom.js";
import {
  TYPES, button, choice, closePopover, count, facts, field, fields, note, panel, plural, popover,
  refresh, statusTag, submit, titleOf, withKey,
} from "./parts.js";
import * as results from "./results.js";
import * as visitor from "./visitor.js";

const EDITABLE = ["draft", "paused"];
const AT_ONCE = 5000;  // viewers in one request, so that the progress moves
const sending = new Map();  // the viewers sent so far and in all, by uid
const path = (uid, ...rest) => ["experiments", encodeURIComponent(uid), ...rest].join("/");

export async function load(uid) {
  const found = await get(path(uid));
  return {...found, visit: found.results ? null : await visitor.load(path(uid, "visit"))};
}

export function show(found, overview) {
  if (found.gone) return h("p", {class: "soft hint"}, found.gone);
  const {uid} = found;
  const row = `.list ${withKey(uid)} a`;
  return h("article", {"data-key": uid, "data-uid": uid, "data-next": row, "aria-label": titleOf(found)},
    head(found, overview),
    h("div", {class: "columns"}, links(found), copies(found, overview)),
    found.results ? results.show(found) : visitor.show(found),
    traffic(found));
}

function head(found, overview) {
  const team = overview.plans.length > 1 && ` · team ${found.team} (${overview.plans[found.team]})`;
  const {banditConfig: bandit} = found.experiment;
  const isRunning = found.status === "running";
  return h("header", {},
    h("a", {class: "back", href: "#experiments"}, "← All experiments"),
    h("div", {class: "title"}, h("h2", {tabindex: -1}, titleOf(found)), statusTag(found.status)),
    note(TYPES[found.type], bandit.enabled && ` · auto-optimised, ${bandit.algorithm}`, team),
    h("div", {class: "row actions", "data-next": ".title h2"},
      found.actions.includes("start") && move("Start", "start", "primary"),
      found.actions.includes("pause") && move("Pause", "pause"),
      found.actions.includes("complete") && complete(found),
      edit(found),
      button("Delete", "delete", {class: "danger", disabled: isRunning}),
      isRunning && h("small", {}, "Pause it to delete it.")));
}

// The focus stays when one replaces the other.
function move(words, action, look) {
  return button(words, "move", {class: look, "data-action": action, "data-key": "move"});
}

function complete(found) {
  const winners = found.experiment.variants.map((variant) => [variant.id, titleOf(variant)]);
  return popover("Complete…", h("form", {"data-do": "complete"},
    choice("Winner", "winnerVariantId", [["", "Choose one"], ...winners], {required: true}),
    note("This cannot be undone."),
    submit("Complete")));
}

function edit(found) {
  const disabled = !EDITABLE.includes(found.status);
  // The weights of the other types decide nothing.
  const weights = found.results && found.experiment.variants.map((variant) => {
    const value = variant.weight / 100;
    const range = {type: "number", min: 0, max: 100, step: 0.01, required: true};
    const attributes = {class: "weight", ...range, value, disabled};
    return field(`Weight of ${titleOf(variant)} in %`, variant.id, attributes);
  });
  return popover("Edit…", h("form", {"data-do": "edit"},
    field("Name", "name", {value: found.name, maxlength: 255}),
    weights,
    weights && disabled && note(`The weights of a ${found.status} experiment are fixed.`),
    submit("Save")));
}

function links(found) {
  return facts(found.links.map(({name, path: where, problem}) => {
    if (problem) return [name, h("span", {class: "soft"}, problem)];
    const link = h("a", {href: `../${where}`, target: "_blank", rel: "noreferrer"}, `/${where}`);
    return [name, link, `${ROOT}/${where}`, `the URL of the ${name}`];
  }));
}

function copies({uid, slug}, {keys}) {
  const key = keys?.api ?? "$PICTIFY_API_KEY";
  const curl = `curl -sS ${ROOT}/experiments/api/${uid} -H "Authorization: Bearer ${key}"`;
  const python = [
    "from pictify_experiments import PictifyExperiments",
    "",
    `with PictifyExperiments(${keys ? `"${keys.api}", ` : ""}base_url="${ROOT}") as pictify:`,
    `    experiment = pictify.get_experiment("${uid}")`,
    "    print(experiment.status)",
    "",
  ].join("\n");
  const rows = [["uid", uid], ["slug", slug], ["curl", curl], ["Python", python]];
  return facts(rows.map(([name, text]) => [name, h("code", {class: "line"}, text), text]));
}

function traffic({uid, status, experiment}) {
  const isRunning = status === "running";
  const progress = sending.get(uid);
  const rates = experiment.variants.map((variant, index) => {
    const attributes = {class: "rate", type: "number", min: 0, max: 100, step: 0.1, value: index ? 8 : 5};
    return field(`Clicks on ${titleOf(variant)} in %`, variant.id, attributes);
  });
  return panel("Traffic",
    h("form", {class: "row", "data-do": "traffic"},
      field("Viewers", "viewers", {type: "number", min: 1, max: 100000, value: 100, required: true}),
      rates,
      submit("Send", {disabled: !isRunning, "aria-disabled": progress && "true"}),
      progress && h("progress", {...progress, "aria-label": "Viewers sent"})),
    note(isRunning ? "Each viewer loads the pixel, and some click." : "Only a running experiment counts."));
}

const uidOf = (element) => element.closest("[data-uid]").dataset.uid;

const nowIs = ({experiment}) => `${titleOf(experiment)} is ${experiment.status}.`;

// Ask for a change, and close the popover of the form once it is made.
function change(form, work, message) {
  act(async () => {
    const result = await work(uidOf(form));
    closePopover();
    return result;
  }, message);
}

async function send(uid, viewers, clickRates) {
  let [sent, clicks] = [0, 0];
  try {
    while (sent < viewers) {
      sending.set(uid, {value: sent, max: viewers});
      refresh();
      const part = {uid, viewers: Math.min(AT_ONCE, viewers - sent), clickRates};
      const {viewers: came, variants} = await call("POST", "traffic", part);
      sent += came;
      clicks += variants.reduce((sum, variant) => sum + variant.clicks, 0);
    }
  } finally {
    sending.delete(uid);
  }
  return `${plural(sent, "viewer")} came, ${count(clicks)} clicked.`;
}

on("click", "move", (target) => {
  act(() => call("POST", path(uidOf(target), target.dataset.action), {}), nowIs);
});
on("click", "delete", (target) => {
  if (!confirm("Delete this experiment?")) return;
  act(async () => {
    await call("DELETE", path(uidOf(target)));
    location.hash = "#experiments";
  }, "The experiment is deleted.");
});
on("click", "recompute", (target) => {
  act(() => call("POST", "recompute", {uid: uidOf(target)}), "The weights are recomputed.");
});
on("submit", "complete", (form) => {
  change(form, (uid) => call("POST", path(uid, "complete"), fields(form)), nowIs);
});
on("submit", "edit", (form) => change(form, async (uid) => {
  const body = {name: form.elements.name.value};
  const inputs = [...form.querySelectorAll(".weight:enabled")];
  if (inputs.length) {
    const {experiment} = await get(path(uid));
    const weights = new Map(inputs.map((input) => [input.name, Math.round(input.value * 100)]));
    body.variants = experiment.variants.map((one) => ({...one, weight: weights.get(one.id)}));
  }
  await call("PUT", path(uid), body);
}, "Saved."));
on("submit", "traffic", (form) => {
  const uid = uidOf(form);
  if (sending.has(uid)) return;
  const rates = [...form.querySelectorAll(".rate")].map((input) => [input.name, input.value / 100]);
  const viewers = Number(form.elements.viewers.value);
  act(() => send(uid, viewers, Object.fromEntries(rates)));
});
