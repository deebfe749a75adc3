// Build elements, and change a page only where it differs, so that focus and selection stay.

const SVG = document.querySelector("svg").namespaceURI;
const SHAPES = new Set(["svg", "circle", "g", "line", "path", "rect", "title"]);
const handlers = {click: {}, submit: {}, input: {}};

export function h(name, attributes = {}, ...children) {
  const node = SHAPES.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...listed(children));
  return node;
}

let waiting = [];  // places for a focus that none of them could take yet

// Where the focus goes if its element goes: to what the nearest data-next around it selects.
export function patch(parent, ...children) {
  const focused = document.activeElement;
  const places = focused === document.body ? waiting : placesAround(focused);
  reconcile(parent, [...h("div", {}, ...children).childNodes]);
  waiting = [];
  if (focused !== document.body && isUsable(focused)) return;
  const next = places.flatMap((place) => [...document.querySelectorAll(place)]).find(isUsable);
  if (next) next.focus();
  else waiting = places;
}

function placesAround(node) {
  if (!node) return [];
  const places = placesAround(node.parentElement);
  return node.dataset.next ? [node.dataset.next, ...places] : places;
}

function isUsable(node) {
  return node.isConnected && !node.disabled && node.checkVisibility();
}

function listed(children) {
  return children.flat(Infinity).filter((child) => child != null && child !== false && child !== "");
}

function reconcile(parent, children) {
  const keys = new Set(children.map(keyOf).filter(Boolean));
  const known = new Map();
  for (const child of [...parent.childNodes]) {
    const key = keyOf(child);
    if (keys.has(key)) known.set(key, child);
    else if (key) child.remove();
  }
  let place = parent.firstChild;
  for (const wanted of children) {
    const key = keyOf(wanted);
    const old = key ? known.get(key) : place && !keyOf(place) && place;
    if (old && old.nodeName === wanted.nodeName) {
      morph(old, wanted);
      if (old === place) place = place.nextSibling;
      else parent.insertBefore(old, place);
    } else {
      parent.insertBefore(wanted, place);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function keyOf(node) {
  return node.dataset?.key;
}

function morph(old, wanted) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
    return;
  }
  for (const {name} of [...old.attributes]) {
    if (name !== "open" && !wanted.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const {name, value} of wanted.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  reconcile(old, [...wanted.childNodes]);
}

// Elements name their handler: a click on data-do="start" calls what on("click", "start", …) has.
export function on(event, name, handler) {
  handlers[event][name] = handler;
}

for (const event of Object.keys(handlers)) {
  document.addEventListener(event, (happened) => {
    const target = happened.target.closest("[data-do]");
    const handler = target && handlers[event][target.dataset.do];
    if (!handler) return;
    if (event === "submit") happened.preventDefault();
    handler(target);
  });
}
