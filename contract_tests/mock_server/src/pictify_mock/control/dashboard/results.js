// The results of an A/B test: the variants, if there is enough to decide, and the weights.

import {h} from "./dom.js";
import {button, count, mark, note, panel, percent, plural, seconds, tag, titleOf} from "./parts.js";

const COLUMNS = ["Variant", "Weight", "Impressions", "Clicks", "Click rate", "Lift", "Chance to be best"];
const COLOURS = 8;
const CHART = {width: 600, height: 120};
const CHECKS = {
  minimumSampleSize: {title: "Sample size", value: count},
  minimumRunDays: {title: "Run time", value: (days) => count(Math.floor(days * 10) / 10)},
  confidenceThreshold: {title: "Confidence", value: percent},
};
const NOTE = "The mock's own reading, since the docs do not define results: 95 % intervals by Wilson, "
  + "lift against the first variant, and the chance to have the highest click rate.";

export function show(found) {
  const {variants, banditConfig, winnerVariantId} = found.experiment;
  const {variants: measured, checks} = found.results;
  const seen = measured.filter((_, index) => variants[index].impressions);
  const most = Math.max(0.001, ...seen.map(({interval}) => interval[1]));
  return [
    panel("Results",
      h("table", {class: "results"},
        h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", {scope: "col"}, name)))),
        h("tbody", {}, variants.map((variant, index) => {
          const chip = h("span", {class: `chip v${index % COLOURS}`});
          const name = [chip, titleOf(variant), variant.id === winnerVariantId && tag("winner", true)];
          return row(name, variant, measured[index], most);
        }))),
      h("ul", {class: "checks"}, checks.map(check)),
      note(NOTE)),
    banditConfig.enabled && panel("Weights over time", weights(found)),
  ];
}

function row(name, {id, weight, impressions, clicks}, {rate, interval, lift, chance}, most) {
  const cell = (column, ...content) => h("td", {"data-label": COLUMNS[column]}, ...content);
  const ends = interval.map((end) => percent(end)).join(" to ");
  const direction = lift > 0 ? "up" : "down";
  return h("tr", {"data-key": id},
    h("th", {scope: "row"}, name),
    cell(1, `${weight / 100} %`, bar(weight / 10000)),
    cell(2, count(impressions)),
    cell(3, count(clicks)),
    cell(4, impressions ? [percent(rate), range(rate, interval, most), h("small", {}, ends)] : "–"),
    cell(5, lift ? h("span", {class: direction}, `${lift > 0 ? "+" : ""}${percent(lift)}`) : "–"),
    cell(6, percent(chance), bar(chance)));
}

function picture(...shapes) {
  const track = h("rect", {class: "track", width: 100, height: 6});
  const size = {viewBox: "0 0 100 6", preserveAspectRatio: "none"};
  return h("svg", {class: "bar", "aria-hidden": "true", ...size}, track, shapes);
}

function bar(share) {
  return picture(h("rect", {class: "share", width: share * 100, height: 6}));
}

function range(rate, [low, high], most) {
  const place = (value) => (value / most) * 100;
  return picture(
    h("rect", {class: "interval", x: place(low), width: place(high) - place(low), height: 6}),
    h("rect", {class: "point", x: Math.max(0, place(rate) - 0.75), width: 1.5, height: 6}));
}

function check({field, words, reached, needed, met}) {
  const {title, value} = CHECKS[field];
  return h("li", {title: field},
    mark(met, met ? "reached" : "not reached"), h("strong", {}, title),
    ` ${value(reached)} of ${value(needed)} `, h("small", {}, words));
}

function weights({weights: moments, experiment, status}) {
  const again = h("div", {}, button("Recompute now", "recompute", {disabled: status !== "running"}));
  if (!moments.length) return [note("The weights have not moved yet."), again];
  const words = `${seconds(moments[0].at)} to ${seconds(moments.at(-1).at)} UTC, ${plural(moments.length - 1, "move")}`;
  return [chart(moments, experiment.variants, words), note(words), again];
}

// A column for each time that the weights moved.
function chart(moments, variants, words) {
  const {width, height} = CHART;
  const step = width / moments.length;
  const columns = moments.map(({weights: parts}, index) => {
    let top = 0;
    return variants.map(({id}, place) => {
      const part = ((parts[id] ?? 0) / 10000) * height;
      top += part;
      const area = {x: index * step, y: top - part, width: step, height: part};
      return h("rect", {class: `v${place % COLOURS}`, ...area});
    });
  });
  const size = {viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none"};
  return h("svg", {class: "chart", role: "img", "aria-label": `Weights from ${words}`, ...size}, columns);
}
