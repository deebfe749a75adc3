// Show another server's address and keys in all samples. They stay in this tab.
const form = document.querySelector("form.server");
const original = new Map();
for (const code of document.querySelectorAll("code")) original.set(code, code.innerHTML);

const escaped = (text) => new Option(text).innerHTML;
// The colours of code put tags inside an address: match around them, and keep them.
const pattern = (text) => {
  const characters = [...text].map((each) => each.replace(/\W/, "\\$&"));
  return new RegExp(characters.join("(?:<[^>]*>)*"), "g");
};

function show() {
  for (const [code, html] of original) {
    code.innerHTML = Object.entries(sessionStorage).reduce((shown, [name, value]) => {
      if (!name.startsWith("server:")) return shown;
      const tags = (found) => escaped(value) + (found.match(/<[^>]*>/g) ?? []).join("");
      return shown.replace(pattern(name.slice("server:".length)), tags);
    }, html);
  }
}

if (form) {
  form.hidden = false;
  for (const input of form.querySelectorAll("input")) {
    const name = `server:${input.placeholder}`;
    input.value = sessionStorage.getItem(name) ?? "";
    input.addEventListener("input", () => {
      const value = input.value.trim().replace(/\/+$/, "");
      if (value) sessionStorage.setItem(name, value);
      else sessionStorage.removeItem(name);
      show();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
}
show();
