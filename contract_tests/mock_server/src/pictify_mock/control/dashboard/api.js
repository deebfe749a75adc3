// Call the control paths, which are beside this page.

export const ROOT = new URL("..", document.baseURI).href.replace(/\/$/, "");
const TOKEN = "control-token";
const notice = document.getElementById("notice");
const access = document.getElementById("access");

export async function call(method, path, body) {
  const token = sessionStorage.getItem(TOKEN);
  const headers = token ? {Authorization: `Bearer ${token}`} : {};
  if (method !== "GET") headers["Content-Type"] = "application/json";
  const response = await fetch(path, {method, headers, body: body && JSON.stringify(body)}).catch(() => {
    throw new Error("The server does not answer.");
  });
  if (response.status === 401) {
    askForToken();
    throw new Error(token ? "This is not the control token of this server." : "");
  }
  const answer = response.status === 204 ? null : await response.json().catch(() => {
    throw new Error(`The response is not JSON, status ${response.status}.`);
  });
  if (!response.ok) throw new Error(answer.errors?.map(line).join("\n") ?? answer.detail);
  return answer;
}

const line = ({field, message}) => `${field || "The body"}: ${message}`;

function askForToken() {
  sessionStorage.removeItem(TOKEN);
  access.hidden = false;
  access.elements.token.select();
  access.elements.token.focus();
}

export function get(path, query = {}) {
  const parameters = new URLSearchParams(query);
  return call("GET", parameters.size ? `${path}?${parameters}` : path);
}

// A problem with the connection goes away by itself, the answer to a click with its page.
export function notify(message, kind = "problem") {
  notice.firstElementChild.textContent = message;
  notice.dataset.kind = kind;
  notice.dataset.page = location.hash;
}

export function leavePage() {
  if (notice.dataset.page !== location.hash) notify("");
}

export const isLocked = () => !access.hidden;

export function connected() {
  access.hidden = true;
  if (notice.dataset.kind === "connection") notify("");
}

export function disconnected(error) {
  notify(error.message, "connection");
}

// Do something for a click, say what came of it, and refresh the page.
export async function act(work, message = (words) => words) {
  notify("");  // so that screen readers read the same words again
  try {
    const result = await work();
    notify(typeof message === "function" ? message(result) : message, "done");
  } catch (error) {
    notify(error.message);
  }
  document.dispatchEvent(new Event("refresh"));
}

export function useToken(token) {
  sessionStorage.setItem(TOKEN, token);
}
