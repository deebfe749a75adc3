// The frame: views by the fragment of the address, the refresh, the theme and the header.

import {connected, disconnected, isLocked, leavePage, notify, useToken} from "./api.js";
import * as control from "./control.js";
import {h, on, patch} from "./dom.js";
import * as experiments from "./experiments.js";
import {plural, seconds, tag} from "./parts.js";
import * as requests from "./requests.js";

const POLL = 1000;
const VIEWS = {experiments, requests, control};
const THEME = "theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");
const $ = (id) => document.getElementById(id);
let turn = 0;
let timer;

async function refresh() {
  clearTimeout(timer);
  const mine = ++turn;
  const [name, argument] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const view = VIEWS[name] ?? experiments;
  try {
    const data = await view.load(argument);
    if (mine !== turn) return;
    connected();
    patch($("view"), view.show(data, argument));
    showHeader(data.overview, view);
  } catch (error) {
    if (mine !== turn) return;
    disconnected(error);
  }
  if (!document.hidden && !isLocked()) timer = setTimeout(refresh, POLL);
}

function showHeader({now, clock, total}, view) {
  patch($("clock"), h("time", {datetime: now}, `${seconds(now)} UTC`), clock.frozen && tag("frozen", true));
  document.title = `${plural(total, "experiment")} · Pictify Experiments mock server`;
  for (const link of document.querySelectorAll("#tabs a")) {
    const current = VIEWS[link.hash.slice(1)] === view;
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function applyTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  const isDark = theme ? theme === "dark" : DARK.matches;
  $("theme").setAttribute("aria-pressed", isDark);
  return isDark;
}

on("click", "theme", () => {
  const theme = $("theme").getAttribute("aria-pressed") === "true" ? "light" : "dark";
  localStorage.setItem(THEME, theme);
  applyTheme(theme);
});
on("click", "dismiss", () => notify(""));
on("submit", "token", (form) => {
  useToken(form.elements.token.value);
  form.reset();
  refresh();
});

applyTheme(localStorage.getItem(THEME));
DARK.addEventListener("change", () => applyTheme(localStorage.getItem(THEME)));
window.addEventListener("hashchange", () => {
  window.scrollTo(0, 0);
  leavePage();
  refresh();
});
document.addEventListener("refresh", refresh);
document.addEventListener("visibilitychange", refresh);
refresh();
