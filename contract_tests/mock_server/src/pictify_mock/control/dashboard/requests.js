// The log of the requests to the API, live.

import {ROOT, act, call, get} from "./api.js";
import {h, on} from "./dom.js";
import {button, choice, copyButton, count, field, fields, refresh, tag} from "./parts.js";

const METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"].map((method) => [method, method]);
const SHOWN = 100;
const LEFT_OUT = new Set(["host", "content-length", "accept-encoding", "connection"]);  // curl sends its own
const KEYS = {authorization: "Bearer $PICTIFY_API_KEY", "x-write-key": "$PICTIFY_WRITE_KEY"};
let filter = {};

export async function load() {
  const {path, status, ...query} = filter;
  if (path) query.path = `*${path}*`;
  if (status?.length === 3) query.status = status;  // not while it is typed
  const [overview, {requests}] = await Promise.all([
    get("experiments", {limit: 0}),
    get("requests", {...query, limit: SHOWN}),
  ]);
  return {overview, requests: requests.toReversed()};
}

export function show({requests, overview}) {
  const words = requests.length ? "The newest first. Keys are not kept." : "No request to the API yet that matches. Viewers sent from this page are not listed.";
  return h("div", {class: "log"},
    h("form", {class: "row", "data-do": "log", role: "search", "aria-label": "Requests"},
      field("Path contains", "path", {type: "search"}),
      choice("Method", "method", [["", "all"], ...METHODS]),
      field("Status", "status", {type: "number", min: 200, max: 599, placeholder: "any"}),
      button("Forget all", "forget"),
      h("output", {class: "soft"}, words)),
    h("section", {class: "requests", "aria-label": "Log"}, requests.map((one) => entry(one, overview))));
}

function entry(one, {plans}) {
  const {at, method, path, query, status, ms, request, answer, team, fault, experiment} = one;
  const target = query ? `${path}?${query}` : path;
  const link = {href: `#experiments/${encodeURIComponent(experiment)}`, "data-next": ".title h2"};
  return h("details", {"data-key": answer.headers["x-request-id"] ?? at},
    h("summary", {},
      h("time", {datetime: at}, at.slice(11, 23)),
      h("strong", {}, method),
      h("span", {class: `code c${String(status)[0]}`}, status),
      h("span", {class: "target"}, target),
      plans.length > 1 && team != null && tag(`team ${team}`),
      fault && tag(`fault ${fault}`, true),
      h("span", {class: "soft number"}, `${ms.toFixed(1)} ms`)),
    h("div", {class: "row"},
      button("Copy as curl", "copy", {class: "copy", "data-text": curl(method, target, request)}),
      experiment && h("a", link, "Open the experiment")),
    h("div", {class: "columns"},
      part("Request", request), part(`Response, ${count(answer.bytes)} bytes`, answer)));
}

function part(title, {headers, body}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const content = body == null ? "(binary)" : indented(body);
  const text = [...lines, ...(content ? ["", content] : [])].join("\n");
  return h("div", {}, h("h2", {}, title), h("pre", {tabindex: "0", "aria-label": title}, text));
}

function indented(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;  // not JSON, or cut
  }
}

function curl(method, target, {headers, body}) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const sent = Object.entries(headers).filter(([name]) => !LEFT_OUT.has(name));
  const line = ([name, value]) => (name in KEYS ? `"${name}: ${KEYS[name]}"` : quoted(`${name}: ${value}`));
  const options = sent.map((header) => `-H ${line(header)}`);
  if (body) options.push(`-d ${quoted(body)}`);
  const verb = method === "HEAD" ? "-I" : `-X ${method}`;
  return ["curl -sS", verb, quoted(ROOT + target), ...options].join(" ");
}

on("input", "log", (form) => {
  filter = fields(form);
  refresh();
});
on("click", "forget", () => act(() => call("DELETE", "requests"), "The log is empty."));
