// Bodies of a create: an example of each type.

const GOAL = {type: "click_through", destinationUrl: "https://example.com/"};
const HALVES = [
  {id: "control", name: "Blue button", weight: 5000, variables: {button: "Buy now"}},
  {id: "variant-b", name: "Green button", weight: 5000, variables: {button: "Try it free"}},
];
const rule = (property, ruleOperator, value) => ({type: "rule", property, ruleOperator, value});
const group = (operator, ...children) => ({type: "group", operator, children});
const GERMAN = group(
  "AND", rule("country", "equals", ["DE", "AT", "CH"]), rule("browser.language", "equals", "de"),
);
const MOBILE = group("OR", rule("device", "equals", "mobile"), rule("device", "equals", "tablet"));
const OPENING_HOURS = {
  startAt: "2026-01-05T08:00:00Z",
  endAt: "2026-01-05T16:00:00Z",
  recurrence: {type: "daily", timezone: "Europe/Berlin"},
};

export const EXAMPLES = {
  "A/B test": {type: "ab_test", name: "Homepage button", slug: "homepage-button", variants: HALVES},
  "Auto-optimised": {
    type: "ab_test", name: "Newsletter banner", slug: "newsletter-banner", variants: HALVES,
    banditConfig: {enabled: true, warmupImpressions: 50, recomputeIntervalMinutes: 1},
  },
  "Smart link": {
    type: "smart_link", name: "Welcome image", slug: "welcome-image",
    variants: [
      {id: "german", name: "Willkommen", weight: 4000, conditions: GERMAN},
      {id: "mobile", name: "On the go", weight: 3000, conditions: MOBILE},
      {id: "others", name: "Welcome", weight: 3000, isDefault: true},
    ],
  },
  Schedule: {
    type: "scheduled", name: "Opening hours", slug: "opening-hours",
    variants: [
      {id: "open", name: "We are open", weight: 5000, schedule: OPENING_HOURS},
      {id: "closed", name: "See you tomorrow", weight: 5000, isDefault: true},
    ],
  },
};

// The slug is free if no experiment of these has it.
export function example(name, slugs) {
  const body = {...EXAMPLES[name], goalConfig: GOAL};
  const taken = new Set(slugs);
  for (let number = 2; taken.has(body.slug); number += 1) {
    body.slug = `${EXAMPLES[name].slug}-${number}`;
    body.name = `${EXAMPLES[name].name} ${number}`;
  }
  return body;
}
