// What the theme makes in the browser: a table that scrolls can be reached with the keyboard, and
// each landmark with the button of a sample has a name of its own.
new MutationObserver(() => {
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])"))
    table.tabIndex = 0;
  document.querySelectorAll("nav.md-code__nav").forEach((buttons, place) => {
    buttons.ariaLabel = `Code ${place + 1}`;
  });
}).observe(document.body, { childList: true, subtree: true });
