// The microscope: a translation word by word, with its probabilities, its attention as a heat map
// of real words, and the sentences that a beam search finds.

import {
  change, createButton, createSelect, follow, format, html, newId, prepare, setAttributes,
} from "./common.js";
import {
  answers, createField, createPath, createRows, isAlone, pickByKey, showPicked, writePercent,
} from "./typed_text.js";

const MOST_WRITTEN = 30;
const MOST_SENTENCES = 5;
const STRIDE = 150; // milliseconds between two words on the way to the end
const FULL = `A translation has at most ${MOST_WRITTEN} words here.`;
const COMPLETE = "The translation is complete: nothing follows the end mark.";
const MEAN = "all (mean)";
const UNDECIDED = "…";

/** Return the weights of a block, counted from 1, and of a head; head 0 is the mean of all. */
export function chooseWeights(attention, block, head) {
  const heads = attention[Math.min(block, attention.length) - 1];
  if (head > 0) return heads[Math.min(head, heads.length) - 1];
  return heads[0].map((row, i) => row.map((_, j) => (
    heads.reduce((sum, weights) => sum + weights[i][j], 0) / heads.length)));
}

/** Return the pairs (word that was read, word that was written), one for each row. */
export function pairSteps(written, chosen, end) {
  const last = chosen.at(-1) === end ? end : UNDECIDED;
  return written.map((word, index) => [word, written[index + 1] ?? last]);
}

/** Return a word for a small place, cut where it is long. */
function shorten(word) {
  const letters = [...word];
  return letters.length > 16 ? `${letters.slice(0, 15).join("")}…` : word.trim() || "(empty)";
}

/** Pick words and take them back where Python answers. */
function createTalk(model, say) {
  return {
    hint: "Click a word, or press 1 to 5 outside the field.",
    canPick: () => true,
    canTakeBack: () => model.get("chosen").length > 0,
    pick(index) {
      const chosen = model.get("chosen");
      if (chosen.length >= MOST_WRITTEN) say(FULL);
      else change(model, { chosen: [...chosen, model.get("answer").words[index][0]] });
    },
    takeBack: (count) => change(model, { chosen: model.get("chosen").slice(0, -count) }),
  };
}

/** The slider of the temperature. What it shows may be ahead of what Python was asked for. */
function createTemperature(attributes, onInput) {
  const id = newId();
  const input = html("input", { id, type: "range", min: 0.1, max: 2, step: 0.1, ...attributes });
  const shown = html("span", { class: "value", "aria-hidden": "true" });
  input.addEventListener("input", () => { show(Number(input.value)); onInput(Number(input.value)); });
  const node = html("div", { class: "control" }, html("label", { for: id }, "Temperature"), input, shown);
  return { node, show };

  function show(value) {
    if (Number(input.value) !== value) input.value = value;
    setAttributes(input, { "aria-valuetext": format(value) });
    shown.textContent = format(value);
  }
}

/** The heat map: a table of numbers on their colours, in a field of its own that scrolls. */
function createHeatMap(model) {
  const end = model.get("end");
  const select = (name, key) => createSelect({
    name, options: [], onChange: (text) => change(model, { [key]: text === MEAN ? 0 : Number(text) }),
  });
  const [block, head] = [select("Block", "block"), select("Head", "head")];
  const region = html("div", { class: "map", role: "region", tabindex: "0" });
  const nothing = html("p", { class: "hint" }, "Nothing to show yet.");
  const node = html("div", { class: "attention" },
    html("div", { class: "selects" }, html("p", { class: "title" }, "Attention"), block.node, head.node),
    region, nothing,
    html("p", { class: "hint" }, "A row is a step: word read → word written. It sums to 1."));
  let rowsBefore = 0;
  return { node, show };

  function show(answer) {
    const { attention, source, written } = answer;
    for (const part of [region, block.node, head.node]) part.hidden = !attention;
    nothing.hidden = Boolean(attention);
    if (!attention) return;
    const [blocks, heads] = [attention.length, attention[0].length];
    const [chosenBlock, chosenHead] = [Math.min(model.get("block"), blocks), Math.min(model.get("head"), heads)];
    fill(block, count(blocks), String(chosenBlock));
    fill(head, [MEAN, ...count(heads)], chosenHead ? String(chosenHead) : MEAN);
    const name = chosenHead ? `head ${chosenHead}` : "mean of all heads";
    setAttributes(region, { "aria-label": `Attention weights, block ${chosenBlock}, ${name}` });
    const weights = chooseWeights(attention, chosenBlock, chosenHead);
    region.replaceChildren(createTable(weights, pairSteps(written, answer.chosen, end), source));
    if (written.length !== rowsBefore) region.scrollTop = region.scrollHeight; // to the newest step
    rowsBefore = written.length;
  }
}

const count = (number) => Array.from({ length: number }, (_, index) => String(index + 1));

/** Give a drop-down its options, and choose one. */
function fill(select, options, chosen) {
  const old = [...select.input.options].map((option) => option.textContent);
  if (JSON.stringify(old) !== JSON.stringify(options)) {
    select.input.replaceChildren(...options.map((option) => html("option", {}, option)));
  }
  select.show(chosen);
}

function createTable(weights, steps, source) {
  const word = (text) => html("bdi", { class: "apart" }, shorten(text));
  const columns = source.map((text) => html("th", { scope: "col", title: text }, word(text)));
  const rows = weights.map((row, index) => {
    const [read, written] = steps[index];
    const isOpen = written === UNDECIDED && index === weights.length - 1;
    const name = isOpen ? "the next word" : written;
    const cells = row.map((weight, place) => createCell(weight, `${name} looks at ${source[place]}`));
    return html("tr", { class: isOpen && "deciding" },
      html("th", { scope: "row", title: `${read} → ${written}` }, html("span", { class: "read" }, word(read), " →"),
        " ", html("b", {}, word(written))), ...cells);
  });
  return html("table", {},
    html("thead", {}, html("tr", {}, html("th", { scope: "col", class: "corner" }, "read → written"), ...columns)),
    html("tbody", {}, ...rows));
}

function createCell(weight, words) {
  const cell = html("td", { title: `${words}: ${writePercent(weight)}` }, weight.toFixed(2));
  cell.classList.toggle("faint", weight < 0.005);
  cell.style.setProperty("--depth", `${Math.round(100 * Math.min(1, weight))}%`);
  return cell;
}

/** A beam search: its width, and the sentences that it found. */
function createBeam(model, attributes) {
  const id = newId();
  const input = html("input", { id, type: "number", min: 1, max: MOST_SENTENCES, step: 1, ...attributes });
  const isWidth = (value) => Number.isInteger(value) && value >= 1 && value <= MOST_SENTENCES;
  const ask = (width) => { if (width !== model.get("width")) change(model, { width }); };
  input.addEventListener("input", () => { if (isWidth(Number(input.value))) ask(Number(input.value)); });
  input.addEventListener("change", () => {
    const value = Math.round(Number(input.value) || model.get("width"));
    ask(Math.max(1, Math.min(MOST_SENTENCES, value)));
    input.value = model.get("width");
  });
  const body = html("tbody");
  const table = html("table", {}, html("thead", {}, html("tr", {},
    html("th", { scope: "col" }, "Sentence"), html("th", { scope: "col" }, "log-probability"))), body);
  const note = html("p", { class: "hint", role: "status" });
  const node = html("div", { class: "beam" },
    html("div", { class: "control" }, html("label", { for: id }, "Beam search: width"), input), note, table);
  const isCurrent = () => answers(model, "found", ["text", "width"]);
  let timer = null;
  return {
    node,
    show,
    message: () => (isCurrent() ? model.get("found").message : "") ?? "",
    release: () => clearTimeout(timer),
  };

  function show() {
    if (!input.matches(":focus")) input.value = model.get("width");
    clearTimeout(timer);
    if (!isCurrent()) {
      timer = setTimeout(() => { note.textContent = "Searching …"; table.hidden = true; }, 300);
      return;
    }
    const { sentences = [] } = model.get("found");
    note.textContent = sentences.length ? "" : "No sentence found.";
    table.hidden = sentences.length === 0;
    body.replaceChildren(...sentences.map(([text, score]) => html("tr", {},
      html("td", {}, html("bdi", {}, text.trim() || "(empty)")), html("td", { class: "score" }, format(score)))));
  }
}

function render({ model, el }) {
  const release = prepare(el);
  const [end, alone] = [model.get("end"), isAlone(model)];
  const name = (word) => word.trim() || "(empty)";
  const hintId = newId();
  const fixed = alone ? { disabled: true, "aria-describedby": hintId } : {};
  const beam = model.get("searches") ? createBeam(model, fixed) : null;
  const field = createField({
    model,
    el,
    question: ["text", "chosen", "temperature"],
    onType: (text) => { halt(); change(model, { text, chosen: [] }); },
    addMessage: () => beam?.message() ?? "",
  });
  const steps = alone ? createPath(model) : createTalk(model, field.say);
  const soFar = html("p", { class: "so-far", dir: "auto" });
  const rows = createRows({ pick: pickOne, name, end });
  const next = createButton("Next word", () => pickOne(0));
  const back = createButton("Back", () => takeBack(1));
  const rush = createButton("To the end", () => { if (running) { halt(); show(); } else start(); });
  const again = createButton("Start over", () => takeBack(model.get("chosen").length));
  let wanted = null; // a temperature that waits until Python has answered
  const temperature = createTemperature(fixed, (value) => { wanted = value; show(); });
  const map = createHeatMap(model);
  const hint = html("p", { class: "hint", id: hintId }, alone
    ? "Without Python: only the first word can be picked, at this temperature and width of the search."
    : steps.hint);
  const status = html("span", { class: "unseen", role: "status" });
  el.replaceChildren(html("div", { class: "typed-text microscope" }, field.node,
    html("div", { class: "sides" },
      html("div", { class: "steps" },
        html("div", { class: "picked" }, html("p", { class: "title" }, "Translation so far:"), soFar),
        html("div", { class: "buttons" }, next, back, rush, again), rows.node, temperature.node, hint),
      html("div", { class: "views" }, map.node, beam?.node ?? "")),
    status));
  const unlisten = pickByKey(el, pickOne);
  let running = null; // the timer of the next word on the way to the end
  let drawn = null; // the answer, block and head that the pictures show
  let spoken = JSON.stringify(model.get("answer")); // what stands here at first is not announced
  const names = ["text", "chosen", "temperature", "answer", "block", "head", "width", "found"];
  const unfollow = follow(model, names, show);
  return () => { halt(); unfollow(); beam?.release(); field.release(); unlisten(); release(); };

  function canPick(index) {
    return Boolean(model.get("answer").words?.[index]) && steps.canPick(index);
  }

  /** Pick a word, unless the words are those for what stood here before. */
  function pick(index) {
    if (field.isCurrent() && canPick(index)) steps.pick(index);
  }

  function pickOne(index) {
    halt();
    pick(index);
  }

  function takeBack(count) {
    halt();
    if (steps.canTakeBack()) steps.takeBack(count);
    else show();
  }

  /** Write on to the end, a word at a time, so that it can be watched and stopped. */
  function start() {
    if (!field.isCurrent() || !canPick(0)) return;
    running = setTimeout(stride, 0);
    show();
  }

  function stride() {
    running = null;
    if (model.get("chosen").length >= MOST_WRITTEN || !canPick(0)) {
      show();
      if (canPick(0)) field.say(FULL);
      return;
    }
    running = setTimeout(stride, STRIDE);
    pick(0); // nothing, while Python thinks
  }

  function halt() {
    clearTimeout(running);
    running = null;
  }

  function show() {
    const answer = model.get("answer");
    if (field.isCurrent() && wanted !== null) {
      const value = wanted;
      wanted = null;
      if (value !== model.get("temperature")) {
        change(model, { temperature: value });
        return; // this drew it
      }
    }
    field.show();
    showPicked(soFar, model.get("chosen"), name, end);
    if (wanted === null) temperature.show(model.get("temperature"));
    beam?.show();
    rush.textContent = running ? "Stop" : "To the end";
    for (const button of [back, again]) setAttributes(button, { "aria-disabled": !steps.canTakeBack() && "true" });
    if (!field.isCurrent()) return;
    for (const button of [next, rush]) {
      setAttributes(button, { "aria-disabled": !canPick(0) && !running && "true" });
    }
    if (rows.show(answer.words ?? [], canPick)) back.focus();
    if (!alone) hint.textContent = answer.chosen.at(-1) === end ? COMPLETE : steps.hint;
    const picture = JSON.stringify([model.get("block"), model.get("head")]);
    if (drawn?.answer !== answer || drawn.picture !== picture) map.show(answer);
    drawn = { answer, picture };
    if (running) return; // only where it ends is told
    const words = JSON.stringify(answer);
    if (words !== spoken) status.textContent = announce(answer);
    spoken = words;
  }

  function announce(answer) {
    if (answer.message) return ""; // the field says it
    if (answer.chosen.at(-1) === end) return `The translation is complete: ${answer.chosen.slice(0, -1).join(" ")}`;
    return `Next: ${answer.words.map(([word, p]) => `${name(word)} ${writePercent(p)}`).join(", ")}`;
  }
}

export default { render };
