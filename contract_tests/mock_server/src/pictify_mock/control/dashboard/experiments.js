// The list of experiments, with the one that is open beside it.

import {ROOT, act, call, get} from "./api.js";
import * as detail from "./detail.js";
import {h, on} from "./dom.js";
import {EXAMPLES, example} from "./examples.js";
import {
  TYPES, beside, button, choice, copyButton, count, facts, field, fields, note, refresh, statusTag,
  titleOf, withKey,
} from "./parts.js";

const STATUSES = ["draft", "running", "paused", "completed"];
const PAGE = 100;
let filter = {};
let offset = 0;

export async function load(uid) {
  const [overview, opened] = await Promise.all([
    get("experiments", {...filter, offset, limit: PAGE}),
    uid ? detail.load(uid).catch((error) => ({gone: error.message})) : null,
  ]);
  return {overview, opened};
}

export function show({overview, opened}, uid) {
  if (!overview.total) return empty(overview);
  const {experiments, found} = overview;
  const next = beside(experiments, experiments.findIndex((row) => row.uid === uid));
  const hint = h("p", {class: "soft hint"}, "Choose an experiment.");
  return h("div", {class: "split", "data-opened": Boolean(opened)},
    h("section", {class: "list", "data-next": ".title h2", "aria-label": "List of experiments"},
      filters(overview),
      h("ul", {}, experiments.map((row) => item(row, overview, uid))),
      found > PAGE && pages(experiments.length, found),
      !found && h("p", {class: "soft hint"}, "No experiment matches.")),
    h("div", {class: "opened", "data-next": next && `.list ${withKey(next.uid)} a`},
      opened ? detail.show(opened, overview) : hint));
}

function pages(shown, found) {
  return h("div", {class: "row pages", "data-next": ".pages button"},
    button("Newer", "turn", {"data-offset": offset - PAGE, disabled: !offset}),
    h("output", {class: "soft"}, `${count(offset + 1)} to ${count(offset + shown)} of ${count(found)}`),
    button("Older", "turn", {"data-offset": offset + PAGE, disabled: offset + PAGE >= found}));
}

function filters({statuses, found}) {
  const withCounts = STATUSES.map((status) => [status, `${status} ${count(statuses[status] ?? 0)}`]);
  return h("div", {class: "tools"},
    h("form", {class: "filters", "data-do": "filter", role: "search", "aria-label": "Experiments"},
      field("Search", "q", {type: "search", placeholder: "name, slug or uid"}),
      choice("Type", "type", [["", "all types"], ...Object.entries(TYPES)]),
      choice("Status", "status", [["", "all statuses"], ...withCounts]),
      h("output", {class: "sr"}, `${count(found)} found`)),
    h("div", {class: "row examples"}, h("span", {class: "soft"}, "New example"), examples()));
}

function examples() {
  return Object.keys(EXAMPLES).map((name) => button(name, "example", {class: "small", "data-name": name}));
}

function item(row, overview, uid) {
  const team = overview.plans.length > 1 && ` · team ${row.team}`;
  return h("li", {"data-key": row.uid},
    h("a", {href: `#experiments/${encodeURIComponent(row.uid)}`, "aria-current": row.uid === uid && "true"},
      h("span", {class: "name"}, titleOf(row)), statusTag(row.status),
      h("span", {class: "soft"}, `${TYPES[row.type]} · ${row.slug}`, team),
      h("span", {class: "soft number"}, `${count(row.impressions)} seen`)));
}

function empty({keys}) {
  const key = keys?.api ?? "$PICTIFY_API_KEY";
  const body = JSON.stringify(example("A/B test", []));
  const headers = `-H "Authorization: Bearer ${key}" -H "Content-Type: application/json"`;
  const curl = `curl -sS ${ROOT}/experiments/api ${headers} -d '${body}'`;
  const rows = [["Address", ROOT], ...(keys ? [["API key", keys.api], ["Write key", keys.write]] : [])];
  return h("div", {class: "empty"},
    h("h2", {tabindex: -1}, "No experiments yet"),
    note("Create one with your code, with this line, or with a button. It appears here."),
    facts(rows.map(([name, value]) => [name, h("code", {}, value), value])),
    h("div", {class: "snippet"},
      h("pre", {tabindex: "0", "aria-label": "curl"}, curl), copyButton("curl", curl)),
    h("div", {class: "row examples"}, h("span", {class: "soft"}, "Or begin with an example:"), examples()));
}

on("input", "filter", (form) => {
  filter = fields(form);
  offset = 0;
  refresh();
});
on("click", "turn", ({dataset}) => {
  offset = Number(dataset.offset);
  refresh();
});
on("click", "example", ({dataset}) => act(async () => {
  const {experiments} = await get("experiments", {limit: 1000});
  const body = example(dataset.name, experiments.map(({slug}) => slug));
  const {experiment} = await call("POST", "experiments", body);
  location.hash = `#experiments/${encodeURIComponent(experiment.uid)}`;
  return `${titleOf(experiment)} is created.`;
}));
