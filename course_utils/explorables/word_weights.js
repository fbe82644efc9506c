// Word weights: a text whose words are coloured by what they say for or against a class.

import { change, follow, format, html, prepare } from "./common.js";
import { createField, writePercent } from "./typed_text.js";

/** Write a weight with its sign: "+1.25", "−0.5", and "unknown" for null. */
export function writeWeight(weight) {
  if (weight === null) return "unknown";
  const text = format(weight);
  return weight > 0 && text !== "0.0" ? `+${text}` : text;
}

/** Return what stands before a word, so that colour is never alone: +, −, ? or nothing. */
export function writeSign(weight) {
  if (weight === null) return "?";
  const sign = writeWeight(weight)[0];
  return "+−".includes(sign) ? sign : "";
}

/** One word on its colour. A screen reader hears its number, a mouse finds it in the title. */
function createChip([word, weight], reach) {
  const sign = writeSign(weight);
  const kind = { "+": "for", "−": "against", "?": "unknown" }[sign] ?? "neutral";
  const chip = html("li", { class: `chip ${kind}`, title: `${word}: ${writeWeight(weight)}` },
    html("span", { class: "sign", "aria-hidden": "true" }, sign), html("span", { class: "apart" }, word),
    html("span", { class: "unseen" }, `, ${writeWeight(weight)}`));
  chip.style.setProperty("--depth", `${Math.round((100 * Math.abs(weight ?? 0)) / reach)}%`);
  return chip;
}

function createLegend(classes) {
  const entry = (kind, sign, words) => html("span", {},
    html("span", { class: `chip ${kind}`, "aria-hidden": "true" }, sign), ` ${words}`);
  return html("p", { class: "legend" },
    entry("for", "+", `speaks for “${classes[1]}”`),
    entry("against", "−", `speaks for “${classes[0]}”`),
    entry("unknown", "?", "unknown word"));
}

function render({ model, el }) {
  const release = prepare(el);
  const classes = model.get("classes");
  const field = createField({
    model, el, question: ["text"], onType: (text) => change(model, { text }),
  });
  const chips = html("ul", { class: "chips", dir: "auto", "aria-label": "Words and their weights" });
  const length = html("span", { class: "length" });
  const meter = html("div", { class: "meter", "aria-hidden": "true" },
    html("bdi", {}, classes[0]), html("span", { class: "track" }, length), html("bdi", {}, classes[1]));
  const verdict = html("p", { class: "verdict" });
  const status = html("span", { class: "unseen", role: "status" });
  el.replaceChildren(html("div", { class: "typed-text" },
    field.node, chips, createLegend(classes), meter, verdict, status));
  let spoken = JSON.stringify(model.get("answer")); // what stands here at first is not announced
  const unfollow = follow(model, ["text", "answer"], show);
  return () => { unfollow(); field.release(); release(); };

  function show() {
    field.show();
    if (!field.isCurrent()) return;
    const { words = [], probability } = model.get("answer");
    const reach = words.reduce((most, [, weight]) => Math.max(most, Math.abs(weight ?? 0)), 1);
    chips.replaceChildren(...words.flatMap((word) => [createChip(word, reach), " "]));
    length.style.width = `${100 * (probability ?? 0)}%`;
    verdict.textContent = probability === undefined ? "Nothing read yet."
      : `Probability of “${classes[1]}”: ${writePercent(probability)}`;
    const answer = JSON.stringify(model.get("answer"));
    if (answer !== spoken) status.textContent = words.length ? verdict.textContent : "";
    spoken = answer;
  }
}

export default { render };
