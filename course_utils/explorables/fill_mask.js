// Fill the mask: a sentence with holes, the words that a model puts in, and what it looks at.

import { change, createButton, follow, html, newId, prepare, setAttributes } from "./common.js";
import { MOST_LETTERS, createField, isAlone, writePercent } from "./typed_text.js";

const MASK = "[MASK]";
const MOST_WORDS = 10;
const MEAN = "mean of all";

/** Return a text with [MASK] in place of a selection, spaces around it, and where the cursor goes. */
export function insertMask(text, start, end) {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const left = before && !/[\s([“"'’-]$/.test(before) ? " " : "";
  const right = /^[\p{L}\p{N}[(]/u.test(after) ? " " : "";
  const head = `${before}${left}${MASK}${right}`;
  return { text: head + after, cursor: head.length };
}

/** Return the mean of some rows of equal length. */
function average(rows) {
  return rows[0].map((_, column) => rows.reduce((sum, row) => sum + row[column], 0) / rows.length);
}

/** Return what a mask (from 0 on) looks at, in one block and head (from 1 on), or in their mean. */
export function lookOf(attention, mask, block, head) {
  const blocks = attention[block - 1] ? [attention[block - 1]] : attention;
  return average(blocks.map((heads) => average((heads[head - 1] ? [heads[head - 1]] : heads).map((rows) => rows[mask]))));
}

/** Return the pieces of a text, the masks as such: [["The ", false], ["[MASK]", true], …]. */
export function splitAtMasks(text) {
  return text.split(MASK).flatMap((piece, index) => [...(index ? [[MASK, true]] : []), ...(piece ? [[piece, false]] : [])]);
}

/** The sentence: its tokens on the colour of their weights, and each mask a button. */
function createSentence(choose) {
  const node = html("ol", { class: "chips sentence", dir: "auto", "aria-label": "The sentence" });
  return { node, show };

  /** Show the tokens; `weights` are those of the chosen mask, or null. The focus stays where it is. */
  function show({ text, tokens, masks, fills }, chosen, weights) {
    const focused = [...node.querySelectorAll("button")].findIndex((button) => button.matches(":focus"));
    const most = Math.max(1e-9, ...(weights ?? []));
    const pieces = tokens ? tokens.map((token, place) => [token, masks.includes(place)]) : splitAtMasks(text);
    let number = -1;
    node.replaceChildren(...pieces.flatMap(([piece, isMask], place) => {
      if (isMask) number += 1;
      const name = isMask ? createMask(number, fills[number]) : html("span", { class: "apart" }, piece);
      const item = html("li", { class: isMask && number === chosen ? "token here" : "token" }, name);
      if (weights) {
        item.style.setProperty("--depth", `${Math.round((100 * weights[place]) / most)}%`);
        item.classList.add("looked-at");
        item.append(html("span", { class: "share" }, writeShare(weights[place])));
      }
      return [item, " "];
    }));
    node.querySelectorAll("button")[focused]?.focus();
  }

  function createMask(number, fill) {
    const best = fill?.[0]?.[0];
    const button = createButton("", () => choose(number));
    button.append(html("span", {}, MASK), ...(best === undefined ? [] : [html("span", {}, " → "), html("span", { class: "apart" }, best)]));
    return button;
  }
}

/** Write a weight with two decimals, "<.01" where it is above 0 and smaller. */
export function writeShare(weight) {
  return weight > 0 && weight < 0.005 ? "<.01" : (Math.floor(weight * 100 + 0.5) / 100).toFixed(2);
}

/** The ten most probable tokens as bars; the rows stay. */
function createBars() {
  const rows = Array.from({ length: MOST_WORDS }, () => {
    const [word, length] = [html("bdi", { class: "word" }), html("span", { class: "length" })];
    const percent = html("span", { class: "percent" });
    return { word, length, percent, item: html("li", {}, word, html("span", { class: "track", "aria-hidden": "true" }, length), percent) };
  });
  const title = html("p", { class: "title" });
  const list = html("ol", { class: "fills", "aria-label": "Most probable tokens" }, ...rows.map((row) => row.item));
  return { node: html("div", { class: "bar-side" }, title, list), show };

  function show(pairs, heading) {
    title.textContent = heading;
    rows.forEach((row, index) => {
      const [word, probability] = pairs[index] ?? ["", 0];
      row.item.style.visibility = pairs[index] ? "visible" : "hidden";
      row.word.textContent = word.trim() || "(empty)";
      row.length.style.width = `${100 * probability}%`;
      row.percent.textContent = writePercent(probability);
    });
  }
}

/** A labelled drop-down of the mean and of the numbers from 1 on. */
function createChoice(name, onChange) {
  const id = newId();
  const select = html("select", { id });
  select.addEventListener("change", () => onChange(Number(select.value)));
  const node = html("div", { class: "control" }, html("label", { for: id }, name), select);
  return { node, show };

  function show(count, value) {
    if (select.options.length !== count + 1) {
      select.replaceChildren(html("option", { value: 0 }, MEAN),
        ...Array.from({ length: count }, (_, index) => html("option", { value: index + 1 }, String(index + 1))));
    }
    select.value = value > count ? 0 : value;
  }
}

/** What the chosen mask looks at: a choice of block and head, and the tokens that get most. */
function createLook(model) {
  const [block, head] = ["block", "head"].map((name) => createChoice(name, (number) => change(model, { [name]: number })));
  const rows = Array.from({ length: 6 }, () => {
    const [token, length, share] = [html("bdi", { class: "word" }), html("span", { class: "length" }), html("span", { class: "percent" })];
    return { token, length, share, item: html("li", {}, token, html("span", { class: "track", "aria-hidden": "true" }, length), share) };
  });
  const title = html("p", { class: "title" });
  const node = html("div", { class: "look-side" }, title,
    html("div", { class: "choices" }, block.node, head.node),
    html("ol", { class: "fills looked", "aria-label": "Tokens that get most attention" }, ...rows.map((row) => row.item)),
    html("p", { class: "hint" }, "Above: the darker a token, the more the chosen mask looks at it."));
  return { node, show };

  function show({ tokens, attention }, chosen, weights) {
    title.textContent = `What mask ${chosen + 1} looks at`;
    block.show(attention.length, model.get("block"));
    head.show(attention[0].length, model.get("head"));
    const most = weights.map((weight, place) => [weight, place]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    rows.forEach((row, index) => {
      const [weight, place] = most[index] ?? [0, -1];
      row.item.style.visibility = place < 0 ? "hidden" : "visible";
      row.token.textContent = tokens[place] ?? "";
      row.length.style.width = `${Math.min(100, 100 * weight)}%`;
      row.share.textContent = writeShare(weight);
    });
  }
}

function render({ model, el }) {
  const release = prepare(el);
  const field = createField({ model, el, question: ["text"], onType: (text) => change(model, { text }) });
  const input = field.node.querySelector("textarea");
  const insert = createButton(`Insert ${MASK}`, () => {
    const { text, cursor } = insertMask(input.value, input.selectionStart, input.selectionEnd);
    if (text.length > MOST_LETTERS) {
      field.say("The text is full.");
      return;
    }
    input.value = text;
    input.focus();
    input.setSelectionRange(cursor, cursor);
    input.dispatchEvent(new Event("input"));
  });
  input.setSelectionRange(input.value.length, input.value.length);
  const sentence = createSentence((number) => change(model, { mask: number + 1 }));
  const [bars, look] = [createBars(), createLook(model)];
  const status = html("span", { class: "unseen", role: "status" });
  el.replaceChildren(html("div", { class: "typed-text fill-mask" }, field.node,
    isAlone(model) ? "" : html("div", { class: "buttons" }, insert),
    sentence.node, html("div", { class: "sides" }, bars.node, look.node), status));
  let spoken = sayIt(); // what stands here at first is not announced
  const unfollow = follow(model, ["text", "mask", "block", "head", "answer"], show);
  return () => { unfollow(); field.release(); release(); };

  /** Return the number of the chosen mask, from 0 on; where there are fewer, of the last one. */
  function chosenOf({ fills = [] }) {
    return Math.min(model.get("mask"), fills.length) - 1;
  }

  function sayIt() {
    const answer = model.get("answer");
    const pairs = answer.fills?.[chosenOf(answer)] ?? [];
    if (!pairs.length) return "";
    const best = pairs.slice(0, 3).map(([word, probability]) => `${word} ${writePercent(probability)}`);
    return `Mask ${chosenOf(answer) + 1}: ${best.join(", ")}`;
  }

  function show() {
    field.show();
    if (!field.isCurrent()) return;
    const answer = model.get("answer");
    const chosen = chosenOf(answer);
    const weights = answer.attention && chosen >= 0
      ? lookOf(answer.attention, chosen, model.get("block"), model.get("head")) : null;
    const count = answer.fills?.length ?? 0;
    sentence.node.hidden = !count;
    if (count) sentence.show(answer, chosen, weights);
    bars.show(answer.fills?.[chosen] ?? [], count ? `Most probable for mask ${chosen + 1} of ${count}` : "No mask yet");
    look.node.hidden = !weights;
    if (weights) look.show(answer, chosen, weights);
    for (const [index, button] of [...sentence.node.querySelectorAll("button")].entries()) {
      setAttributes(button, { "aria-pressed": String(index === chosen) });
    }
    const words = sayIt();
    if (words !== spoken) status.textContent = words;
    spoken = words;
  }
}

export default { render };
