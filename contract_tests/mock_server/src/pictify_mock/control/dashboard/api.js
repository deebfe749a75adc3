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
  access.hidden = response.status !== 401;
  const text = await response.text();
  const answer = text ? JSON.parse(text) : null;
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

export function get(path, query = {}) {
  const parameters = new URLSearchParams(query);
  return call("GET", parameters.size ? `${path}?${parameters}` : path);
}

// A problem with the connection goes away by itself; the answer to a click stays.
export function notify(message, kind = "problem") {
  notice.firstElementChild.textContent = message;
  notice.dataset.kind = kind;
  notice.hidden = !message;
}

export function connected() {
  if (notice.dataset.kind === "connection") notify("");
}

export function disconnected(error) {
  notify(error.message, "connection");
}

// Do something for a click, show what went wrong, and refresh the page.
export async function act(work, message = "") {
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
