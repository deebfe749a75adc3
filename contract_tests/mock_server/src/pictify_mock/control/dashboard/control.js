// Faults, clock, seed and state.

import {act, call, get} from "./api.js";
import {h, on} from "./dom.js";
import {
  beside, button, choice, count, field, fields, inUtc, note, panel, plural, seconds, submit, tag,
  withKey,
} from "./parts.js";

const METHODS = [["", "all"], ...["GET", "POST", "PUT", "DELETE"].map((method) => [method, method])];
const NUMBERS = ["status", "times", "probability", "delay", "retryAfter"];
const STATE_FILE = "pictify-mock-state.json";
const STEPS = [["15m", "+15 min"], ["1d", "+1 day"], ["7d", "+7 days"]];

export async function load() {
  const [overview, {faults}] = await Promise.all([get("experiments", {limit: 0}), get("faults")]);
  return {overview, faults};
}

export function show({overview, faults}) {
  return h("div", {class: "columns panels"},
    faultPanel(faults),
    h("div", {}, clockPanel(overview), seedPanel(overview), statePanel(overview)));
}

function faultPanel(faults) {
  return panel("Faults",
    note("The next requests that match get an error, or wait."),
    h("form", {class: "grid", "data-do": "fault"},
      field("Status", "status", {type: "number", min: 200, max: 599, value: 503}),
      field("Times, empty for ever", "times", {type: "number", min: 1, value: 1}),
      field("Probability", "probability", {type: "number", min: 0, max: 1, step: 0.01, placeholder: "1"}),
      choice("Method", "method", METHODS),
      field("Path", "path", {placeholder: "/s/ or */start"}),
      field("Delay in seconds", "delay", {type: "number", min: 0, max: 3600, step: 0.1}),
      field("Retry-After in seconds", "retryAfter", {type: "number", min: 0}),
      field("Body", "body", {placeholder: "text or JSON"}),
      submit("Add")),
    h("div", {"data-next": "[data-do=fault] [type=submit]"},
      faults.length > 0 && h("ul", {class: "faults"}, faults.map(faultRow)),
      !faults.length && note("No fault is waiting."),
      faults.length > 1 && button("Remove all", "no-faults")));
}

function faultRow(fault, index, faults) {
  const {name, times, matched, status, delay, drop, truncate, method, path, probability} = fault;
  const next = beside(faults, index);
  const what = [
    status && `status ${status}`, delay && `${delay} s delay`, drop && "dropped", truncate != null && "cut",
  ].filter(Boolean).join(", ");
  const where = `${method ?? "all methods"}, ${(path ?? "/") === "/" ? "all paths" : path}`;
  const left = times == null ? "for ever" : `${count(times)} left`;
  const chance = probability != null && `, probability ${probability}`;
  return h("li", {"data-key": name, "data-next": next && `.faults ${withKey(next.name)} button`},
    h("div", {},
      h("strong", {}, what), note(`${where}: ${left}`, chance, `, matched ${count(matched)}`)),
    button("Remove", "no-fault", {"data-name": name, "aria-label": `Remove ${what}, ${where}`}));
}

function clockPanel({now, clock}) {
  const step = (words, body) => button(words, "clock", {"data-body": JSON.stringify(body)});
  const state = clock.driven && tag(clock.frozen ? "frozen" : "moved", clock.frozen);
  return panel("Clock",
    h("p", {class: "big"}, `${seconds(now)} UTC`, state),
    h("div", {class: "row", "data-next": "[data-do=clock]"},
      step(clock.frozen ? "Run" : "Freeze", {freeze: !clock.frozen}),
      STEPS.map(([advance, words]) => step(words, {advance})),
      clock.driven && button("Follow the system", "release")),
    h("form", {class: "row", "data-do": "set-clock"},
      field("Set to, in UTC", "set", {type: "datetime-local", required: true}), submit("Set", {class: null})));
}

function seedPanel({seed}) {
  const words = seed == null ? "Without a seed, uids and draws differ from run to run."
    : `The seed is ${seed}: the same requests get the same uids and draws.`;
  return panel("Seed",
    note(words),
    h("form", {class: "row", "data-do": "seed"},
      field("Seed", "seed", {type: "number", required: true, value: 7}), submit("Set", {class: null})));
}

function statePanel({total, hasStartState}) {
  const experiments = hasStartState
    ? "Replace all experiments with those that the server started with?"
    : "Delete all experiments of all teams?";
  const question = `${experiments} Faults and logged requests are deleted; clock and seed are as at the start.`;
  const rest = "with counts, kept events, clock and random numbers, without keys.";
  return panel("State",
    note(`${plural(total, "experiment")}, ${rest}`),
    h("div", {class: "row"},
      button("Save to a file", "save"),
      field("Load a file", "file", {type: "file", accept: ".json", "data-do": "load"}),
      button("Reset everything", "reset", {class: "danger", "data-question": question})));
}

const time = ({now, frozen}) => `It is ${seconds(now)} UTC${frozen ? ", frozen" : ""}.`;

function jsonOrText(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

on("submit", "fault", (form) => act(() => {
  const fault = {times: null, ...fields(form)};
  for (const name of NUMBERS) if (fault[name]) fault[name] = Number(fault[name]);
  if (fault.body) fault.body = jsonOrText(fault.body);
  return call("POST", "faults", fault);
}, "The fault is added."));
on("click", "no-fault", ({dataset}) => act(() => {
  return call("DELETE", `faults/${encodeURIComponent(dataset.name)}`);
}, "The fault is removed."));
on("click", "no-faults", () => act(() => call("DELETE", "faults"), "All faults are removed."));
on("click", "clock", ({dataset}) => act(() => call("POST", "clock", JSON.parse(dataset.body)), time));
on("click", "release", () => act(() => call("DELETE", "clock"), time));
on("submit", "set-clock", (form) => act(() => call("POST", "clock", {set: inUtc(fields(form).set)}), time));
on("submit", "seed", (form) => {
  act(() => call("POST", "seed", {seed: Number(fields(form).seed)}), ({seed}) => `The seed is ${seed}.`);
});
on("click", "save", () => act(async () => {
  const state = JSON.stringify(await get("state"));
  const href = URL.createObjectURL(new Blob([state], {type: "application/json"}));
  h("a", {href, download: STATE_FILE}).click();
  setTimeout(URL.revokeObjectURL, 1000, href);
}, `The state is in ${STATE_FILE}.`));
on("input", "load", (input) => act(async () => {
  const [file] = input.files;
  const text = await file.text();
  input.value = "";
  try {
    return await call("PUT", "state", JSON.parse(text));
  } catch ({name, message}) {
    throw new Error(`${file.name}${name === "SyntaxError" ? " is not JSON" : ""}: ${message}`);
  }
}, ({experiments}) => `Loaded ${plural(experiments, "experiment")}.`));
on("click", "reset", ({dataset}) => {
  if (!confirm(dataset.question)) return;
  act(() => call("POST", "reset", {}), "Everything is as at the start.");
});
