"use strict";

const POLL = 1000;
const WORDS = {start: "Start", pause: "Pause", complete: "Complete"};
const $ = (id) => document.getElementById(id);
const cards = new Map();
let token = sessionStorage.getItem("control-token");

async function call(method, path, body) {
  const headers = token ? {Authorization: `Bearer ${token}`} : {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
  const document = await answer.json();
  $("access").hidden = answer.status !== 401;
  if (!answer.ok) throw new Error(document.detail);
  return document;
}

async function act(method, path, body) {
  try {
    await call(method, path, body);
    await refresh();
  } catch (error) {
    notify(error.message);
  }
}

function notify(message) {
  $("notice").textContent = message;
  $("notice").hidden = !message;
}

async function poll() {
  try {
    await refresh();
    notify("");
  } catch (error) {
    notify(error instanceof TypeError ? "The server does not answer." : error.message);
  }
  setTimeout(poll, POLL);
}

async function refresh() {
  show(await call("GET", "experiments"));
}

function show(state) {
  const more = state.total > state.experiments.length ? `, the last ${state.experiments.length} to change are shown` : "";
  const time = state.now.replace("T", " ").slice(0, 19);
  const count = `${state.total.toLocaleString("en")} experiment${state.total === 1 ? "" : "s"}`;
  $("clock").textContent = `${time} UTC${state.frozen ? " (frozen)" : ""} · ${count}${more}`;
  for (const part of document.querySelectorAll("#lifecycle .state")) {
    part.querySelector("tspan").textContent = state.statuses[part.dataset.status] ?? 0;
  }
  $("empty").hidden = state.total > 0;
  const shown = new Set(state.experiments.map((experiment) => experiment.uid));
  for (const [uid, card] of cards) {
    if (!shown.has(uid)) {
      card.remove();
      cards.delete(uid);
    }
  }
  for (const experiment of state.experiments) {
    if (!cards.has(experiment.uid)) {
      cards.set(experiment.uid, copy("card"));
      $("experiments").append(cards.get(experiment.uid));
    }
    fill(cards.get(experiment.uid), experiment, state);
  }
}

function copy(id) {
  return $(id).content.firstElementChild.cloneNode(true);
}

function fill(card, experiment, state) {
  card.dataset.status = experiment.status;
  card.querySelector("h2").textContent = experiment.name || experiment.slug;
  card.querySelector(".facts").textContent = facts(experiment, state);
  card.querySelector(".status").textContent = experiment.status;
  fillRows(card.querySelector("tbody"), experiment);
  const form = JSON.stringify([experiment.slug, experiment.destination, experiment.actions, experiment.variants.map((one) => one.id)]);
  if (card.dataset.form !== form) {
    card.dataset.form = form;
    card.querySelector("nav").replaceChildren(...links(experiment, state.image));
    card.querySelector(".actions").replaceChildren(...controls(experiment));
  }
}

function facts(experiment, state) {
  const team = state.plans.length > 1 ? [`team ${experiment.team} (${state.plans[experiment.team]})`] : [];
  const bandit = experiment.bandit ? [`bandit ${experiment.bandit}`] : [];
  return [`/s/${experiment.slug}`, experiment.type, ...bandit, ...team, experiment.uid].join(" · ");
}

function fillRows(body, experiment) {
  while (body.rows.length > experiment.variants.length) body.lastElementChild.remove();
  const most = Math.max(1, ...experiment.variants.map((variant) => Math.max(variant.impressions, variant.clicks)));
  experiment.variants.forEach((variant, index) => {
    const row = body.rows[index] ?? body.appendChild(newRow());
    row.cells[0].textContent = `${variant.name || variant.id}${variant.id === experiment.winner ? " ★" : ""}`;
    measure(row.cells[1], variant.weight / 10000, `${variant.weight / 100} %`);
    measure(row.cells[2], variant.impressions / most, variant.impressions.toLocaleString("en"));
    measure(row.cells[3], variant.clicks / most, variant.clicks.toLocaleString("en"));
  });
}

function newRow() {
  const row = copy("row");
  ["weight", "impressions", "clicks"].forEach((name, index) => {
    const bar = copy("bar");
    bar.classList.add(name);
    row.cells[index + 1].append(bar);
  });
  return row;
}

function measure(cell, share, words) {
  cell.querySelector("i").style.width = `${Math.min(100, share * 100)}%`;
  cell.querySelector("b").textContent = words;
}

function links(experiment, hasImage) {
  const base = `/s/${encodeURIComponent(experiment.slug)}`;
  return [
    ...(hasImage ? [link("image", `${base}.${experiment.format}`)] : []),
    ...(experiment.destination ? [link("click", `${base}/click`)] : []),
    link("pixel", `${base}/pixel.gif`),
  ];
}

function link(text, href) {
  const anchor = document.createElement("a");
  Object.assign(anchor, {textContent: text, href, target: "_blank", rel: "noreferrer"});
  return anchor;
}

function controls(experiment) {
  const path = (action) => `experiments/${encodeURIComponent(experiment.uid)}/${action}`;
  return experiment.actions.map((action) => {
    if (action === "complete") return winner(experiment, path(action));
    const button = document.createElement("button");
    Object.assign(button, {type: "button", textContent: WORDS[action]});
    button.addEventListener("click", () => act("POST", path(action), {}));
    return button;
  });
}

function winner(experiment, path) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", `Complete ${experiment.slug} with a winner`);
  select.append(new Option("Complete with …", ""), ...experiment.variants.map((one) => new Option(one.name || one.id, one.id)));
  select.addEventListener("change", () => act("POST", path, {winnerVariantId: select.value}));
  return select;
}

$("reset").addEventListener("click", () => {
  if (confirm("Forget all experiments, faults and requests of all teams?")) act("POST", "reset", {});
});
$("access").addEventListener("submit", (event) => {
  event.preventDefault();
  token = $("token").value;
  sessionStorage.setItem("control-token", token);
  act("GET", "experiments");
});
poll();
