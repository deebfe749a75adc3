// Smart links and schedules: what each variant is for, and what a visitor would see.

import {get} from "./api.js";
import {h, on} from "./dom.js";
import {
  choice, count, field, fields, inUtc, mark, note, panel, plural, refresh, tag, titleOf,
} from "./parts.js";

const DEVICES = ["desktop", "mobile", "tablet", "crawler"].map((device) => [device, device]);
let visitor = {};

export function load(path) {
  const time = visitor.time && {time: inUtc(visitor.time)};
  return get(path, {...visitor, ...time});
}

export function show(found) {
  const isSchedule = found.type === "scheduled";
  return [
    panel(isSchedule ? "Schedule" : "Conditions",
      h("ol", {class: "variants"}, found.experiment.variants.map((_, index) => variantRow(found, index)))),
    panel("As this visitor",
      h("form", {class: "row", "data-do": "visitor"},
        !isSchedule && [
          field("Country", "country", {maxlength: 2, placeholder: "DE", size: 4}),
          choice("Device", "device", DEVICES),
          field("Language", "language", {placeholder: "de-AT", size: 8}),
          field("Query", "query", {placeholder: "plan=pro", size: 14}),
        ],
        field("Time in UTC", "time", {type: "datetime-local"})),
      answer(found)),
  ];
}

function variantRow({experiment, words, shown, status, type}, index) {
  const {variants, winnerVariantId} = experiment;
  const variant = variants[index];
  const isDefault = variant === (variants.find((one) => one.isDefault) ?? variants[0]);
  return h("li", {"data-key": variant.id},
    h("strong", {}, titleOf(variant)),
    shown === variant.id && tag(status === "running" ? "shown now" : "its turn now", true),
    isDefault && tag("otherwise"),
    variant.id === winnerVariantId && tag("winner", true),
    h("span", {class: "soft number"},
      `${count(variant.impressions)} seen · ${plural(variant.clicks, "click")}`),
    note(words[index] ?? (type === "scheduled" ? "no schedule" : "no conditions")));
}

function answer({visit, experiment}) {
  const titles = new Map(experiment.variants.map((variant) => [variant.id, titleOf(variant)]));
  const reason = (id) => ({words, holds, found}) => h("li", {},
    mark(holds, holds ? "holds" : "does not hold"), h("strong", {}, titles.get(id)),
    ` ${words} `, h("small", {}, `found ${found}`));
  return h("div", {class: "answer", role: "status"},
    h("p", {}, "Sees ", h("strong", {}, titles.get(visit.shown)), ". ", visit.because),
    h("ul", {}, visit.variants.map(({id, reasons}) => reasons.map(reason(id)))));
}

on("input", "visitor", (form) => {
  visitor = fields(form);
  refresh();
});
