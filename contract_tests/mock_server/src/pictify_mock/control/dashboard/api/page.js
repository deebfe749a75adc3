// Swagger UI, with the keys of this server filled in.

import {connected, get, notify, useToken} from "../api.js";

const DARK = matchMedia("(prefers-color-scheme: dark)");
const access = document.getElementById("access");

const ui = SwaggerUIBundle({
  dom_id: "#console",
  url: "openapi.json",
  validatorUrl: null,
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  onComplete: fillInKeys,
  requestInterceptor: (request) => ({...request, userFetch: send}),
});

// A page may not read a redirect to another site, but the request log has it.
async function send(url, options) {
  if (!url.endsWith("/click")) return fetch(url, options);
  const response = await fetch(url, {...options, redirect: "manual"});
  if (response.type !== "opaqueredirect") return response;
  const {requests: [{status, answer}]} = await get("../requests", {path: "*/click", limit: 1});
  return new Response(answer.body, {status, headers: answer.headers});
}

async function fillInKeys() {
  try {
    const {keys} = await get("../experiments", {limit: 0});
    connected();
    notify("");
    if (!keys) return;
    ui.preauthorizeApiKey("bearerAuth", keys.api);
    ui.preauthorizeApiKey("writeKeyAuth", keys.write);
  } catch (error) {
    notify(error.message);
  }
}

// The theme of the dashboard, else of the system
function applyTheme() {
  const theme = localStorage.getItem("theme") ?? (DARK.matches ? "dark" : "light");
  document.documentElement.classList.toggle("dark-mode", theme === "dark");
}

access.addEventListener("submit", (event) => {
  event.preventDefault();
  useToken(access.elements.token.value);
  fillInKeys();
});
applyTheme();
DARK.addEventListener("change", applyTheme);
