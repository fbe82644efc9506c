// Attention: words whose queries, keys and values are edited, and what each word then looks at.

import {
  change, createStateField, equals, follow, format, html, inBrackets, newId, picture, prepare, setAttributes, svg,
} from "./common.js";

const MOST = 9; // the largest number
const STEP = 0.5; // of the arrow keys
const STATE = ["q", "k", "v", "word", "scaled", "causal"];
const KINDS = { q: "query", k: "key", v: "value" };
const [WIDTH, HEIGHT, ARM] = [250, 206, 92]; // of the arrows; ARM from the origin to the end of an axis
const LETTER = 8.6; // the width of a letter, about

const dot = (a, b) => a.reduce((sum, number, index) => sum + number * b[index], 0);

/** Return numbers above 0 that sum to 1: e to the power of each score, divided by their sum. */
export function softmax(scores) {
  const most = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - most));
  const sum = exponentials.reduce((total, number) => total + number, 0);
  return exponentials.map((number) => number / sum);
}

/** Return the dot products, scores and weights of each query (row) and the context vectors. */
export function attend({ q, k, v, scaled, causal }) {
  const divisor = scaled ? Math.sqrt(q[0].length) : 1;
  const dots = q.map((query) => k.map((key) => dot(query, key)));
  const scores = dots.map((row, place) => row.map((number, other) => (
    causal && other > place ? -Infinity : number / divisor)));
  const weights = scores.map(softmax);
  const contexts = weights.map((row) => v[0].map((_, column) => dot(row, v.map((value) => value[column]))));
  return { dots, scores, weights, contexts };
}

/** Write a weight with three decimals, or with as many as are asked for. */
export function writeWeight(weight, digits = 3) {
  return (Math.floor(weight * 10 ** digits + 0.5) / 10 ** digits).toFixed(digits);
}

/** Write a vector: "(0.5, −1.25)". */
export function writeVector(numbers) {
  return `(${numbers.map(format).join(", ")})`;
}

/** Return the number that somebody typed, or throw an Error that says what is wrong. */
export function readNumber(text) {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) throw new Error(`type a number from −${MOST} to ${MOST}`);
  if (Math.abs(number) > MOST) throw new Error(`${text.trim()} is too large, type −${MOST} to ${MOST}`);
  return number;
}

/** Return the values of a pasted state, or throw an Error; `now` has the values that stand here. */
export function readState(values, now) {
  const names = values && typeof values === "object" ? Object.keys(values) : [];
  if (!names.length || !names.every((name) => STATE.includes(name))) {
    throw new Error(`expected ${STATE.join(", ")}`);
  }
  for (const name of names) check(name, values[name], now);
  return values;
}

function check(name, value, now) {
  if (name === "scaled" || name === "causal") {
    if (typeof value !== "boolean") throw new Error(`${name} must be true or false`);
  } else if (name === "word") {
    if (!Number.isInteger(value) || value < 0 || value >= now.q.length) {
      throw new Error(`word must be from 0 to ${now.q.length - 1}`);
    }
  } else {
    const [rows, columns] = [now[name].length, now[name][0].length];
    const fits = Array.isArray(value) && value.length === rows && value.every((row) => Array.isArray(row)
      && row.length === columns && row.every((number) => typeof number === "number" && Math.abs(number) <= MOST));
    if (!fits) throw new Error(`${name} must be ${rows} rows of ${columns} numbers from −${MOST} to ${MOST}`);
  }
}

/** Say in two sentences what the chosen word looks at, and what it gets. */
export function writeStanding(words, word, { weights, contexts }) {
  const best = weights[word].indexOf(Math.max(...weights[word]));
  return [`“${words[word]}” looks most at “${words[best]}” (${writeWeight(weights[word][best])}).`,
    `Its context vector is ${writeVector(contexts[word])}.`];
}

/** Write out the dot product with the key that gets most, and the first number of the context. */
export function writeLines({ words, q, k, v, word, scaled }, { dots, scores, weights, contexts }) {
  const best = weights[word].indexOf(Math.max(...weights[word]));
  const terms = q[word].map((number, index) => `${inBrackets(number)} × ${inBrackets(k[best][index])}`);
  const [product, score] = [dots[word][best], scores[word][best]];
  const root = scaled ? `; ÷ √${q[0].length} ${equals(score)} ${format(score)}` : "";
  const parts = weights[word].map((weight, index) => `${writeWeight(weight)} × ${inBrackets(v[index][0])}`);
  return [
    `q · k with “${words[best]}”: ${terms.join(" + ")} ${equals(product)} ${format(product)}${root}`,
    `context${v[0].length > 1 ? ", first number" : ""}: ${parts.join(" + ")} ≈ ${format(contexts[word][0])}`,
  ];
}

/** A field for one number; what is no number stays there, and is explained. */
function createNumber(name, take, say) {
  const node = html("input", {
    type: "number", min: -MOST, max: MOST, step: "any", "aria-label": name, autocomplete: "off",
    title: "type a number; ↑ and ↓ change it by 0.5",
  });
  let shown = null;
  const accept = () => {
    try {
      const number = readNumber(node.validity.badInput ? "" : node.value);
      node.removeAttribute("aria-invalid");
      say("");
      if (number === shown) return;
      shown = number;
      take(number);
    } catch { /* told when it is left: somebody may be typing a minus sign */ }
  };
  const examine = () => {
    try {
      readNumber(node.validity.badInput ? "" : node.value);
    } catch (error) {
      setAttributes(node, { "aria-invalid": "true" });
      say(`${name}: ${error.message}. It keeps ${format(shown)}.`);
    }
  };
  node.addEventListener("input", accept);
  node.addEventListener("change", examine);
  node.addEventListener("blur", examine);
  node.addEventListener("focus", () => node.select());
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) event.stopPropagation(); // to copy numbers, not cells
    const step = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
    if (!step || event.altKey) return;
    event.preventDefault();
    const number = Number(((node.value === "" ? shown : Number(node.value)) + step).toPrecision(12));
    if (Math.abs(number) > MOST) return;
    node.value = number;
    accept();
  });
  return { node, show };

  /** Show a number; `anew` also where something that is no number stands here. */
  function show(number, anew) {
    if (number === shown && !anew) return;
    shown = number;
    node.value = Number(number.toFixed(2));
    node.removeAttribute("aria-invalid");
  }
}

/** The words with their numbers, and what the chosen query makes of them. */
function createTable(model, say) {
  const words = model.get("words");
  const sizes = ["q", "k", "v"].map((name) => model.get(name)[0].length);
  const group = newId();
  const edit = (name, row, column, number) => {
    const matrix = model.get(name).map((numbers) => [...numbers]);
    matrix[row][column] = number;
    change(model, { [name]: matrix });
  };
  const lines = words.map((word, row) => createLine(word, row));
  const root = html("span", {}, `÷ √${sizes[0]}`);
  const how = html("span", { class: "how" }, html("span", { class: "whole" }, "q · k "), root);
  const sum = html("td", { class: "weight sum" });
  const context = Array.from({ length: sizes[2] }, () => html("td", { class: "context" }));
  const head = (text, span, kind) => html("th", { scope: "col", class: kind, ...(span > 1 && { colspan: span }) }, ...text);
  const node = html("table", { class: `words${sizes.reduce((a, b) => a + b) > 9 ? " crowded" : ""}` },
    html("caption", { class: "unseen" }, "Query, key and value of each word, and what the query of the chosen word gives"),
    html("thead", {}, html("tr", {}, head(["word"], 1, "name"), head(["query q"], sizes[0], "first"),
      head(["key k"], sizes[1], "first"), head(["q · k"], 1, "first"),
      head(["score", how], 1, ""), head(["weight"], 1, ""), head(["value v"], sizes[2], "first"))),
    html("tbody", {}, ...lines.map((line) => line.node)),
    html("tfoot", {}, html("tr", {},
      html("th", { scope: "row", colspan: sizes[0] + sizes[1] + 3, class: "total" }, "sum of the weights, and context vector:"),
      sum, ...context)));
  context[0].classList.add("first");
  return { node, show };

  function createLine(word, row) {
    const radio = html("input", { type: "radio", name: group, "aria-label": `ask with the query of ${word}` });
    radio.addEventListener("change", () => { if (radio.checked) change(model, { word: row }); });
    const fields = ["q", "k", "v"].map((name, index) => Array.from({ length: sizes[index] }, (_, column) => (
      createNumber(`${KINDS[name]} of “${word}”${sizes[index] > 1 ? `, number ${column + 1}` : ""}`,
        (number) => edit(name, row, column, number), say))));
    const [product, scored, weight] = [1, 2, 3].map(() => html("span"));
    const bar = html("span", { class: "length" });
    const cells = fields.map((numbers, index) => numbers.map((field, column) => (
      html("td", { class: `number ${"qkv"[index]}${column ? "" : " first"}` }, field.node))));
    const line = html("tr", {},
      html("th", { scope: "row", class: "name" }, html("label", {}, radio, html("bdi", {}, word))),
      ...cells[0], ...cells[1], html("td", { class: "first" }, product), html("td", {}, scored),
      html("td", { class: "weight" }, html("span", { class: "bar" }, weight,
        html("span", { class: "track", "aria-hidden": "true" }, bar))), ...cells[2]);
    return { node: line, radio, fields, product, scored, weight, bar };
  }

  function show(values, result, anew) {
    const { word, scaled } = values;
    lines.forEach((line, row) => {
      line.radio.checked = row === word;
      line.node.classList.toggle("asked", row === word);
      ["q", "k", "v"].forEach((name, index) => line.fields[index].forEach((field, column) => (
        field.show(values[name][row][column], anew))));
      line.product.textContent = format(result.dots[word][row]);
      line.scored.textContent = format(result.scores[word][row]);
      line.node.classList.toggle("masked", result.scores[word][row] === -Infinity);
      line.weight.textContent = writeWeight(result.weights[word][row]);
      line.bar.style.width = `${100 * result.weights[word][row]}%`;
    });
    root.hidden = !scaled;
    sum.textContent = writeWeight(result.weights[word].reduce((total, weight) => total + weight, 0));
    context.forEach((cell, column) => { cell.textContent = format(result.contexts[word][column]); });
  }
}

/** All weights: a row for each query, a column for each key. */
function createHeat(words) {
  const rows = words.map((word) => {
    const cells = words.map(() => html("td"));
    const sum = html("td", { class: "sum" });
    return { cells, sum, node: html("tr", {}, html("th", { scope: "row" }, html("bdi", {}, word)), ...cells, sum) };
  });
  const node = html("table", { class: `heat${words.join("").length > 16 || words.length > 4 ? " many" : ""}` },
    html("caption", {}, "all weights"),
    html("thead", {}, html("tr", {}, html("td", { class: "corner" }, "query ↓ key →"),
      ...words.map((word) => html("th", { scope: "col" }, html("bdi", {}, word))),
      html("th", { scope: "col", class: "sum" }, "sum"))),
    html("tbody", {}, ...rows.map((row) => row.node)));
  return { node, show };

  function show({ word }, { scores, weights }) {
    rows.forEach((row, place) => {
      row.node.classList.toggle("asked", place === word);
      row.cells.forEach((cell, other) => {
        const isMasked = scores[place][other] === -Infinity;
        cell.classList.toggle("masked", isMasked);
        cell.textContent = isMasked ? "mask" : writeWeight(weights[place][other], 2);
        cell.style.setProperty("--depth", `${Math.round(50 * weights[place][other])}%`);
      });
      row.sum.textContent = writeWeight(weights[place].reduce((total, weight) => total + weight, 0), 2);
    });
  }
}

/** The chosen query and all keys as arrows, where they have two numbers. */
function createArrows(words) {
  const node = picture("arrows", WIDTH, HEIGHT, { role: "img" });
  const [middleX, middleY] = [WIDTH / 2, HEIGHT / 2];
  return { node, show };

  function show({ q, k, word }, { weights }) {
    const reach = Math.max(1, ...[...q, ...k].flat().map(Math.abs));
    const scale = ARM / reach;
    const place = ([x, y]) => [middleX + x * scale, middleY - y * scale];
    const tick = [5, 2, 1].find((size) => size <= reach);
    const keys = joinEqual(k, words, weights[word]);
    const arrows = [...keys.map(({ tip, weight }) => drawArrow(place(tip), "key", 1.5 + 4 * weight)),
      drawArrow(place(q[word]), "query", 3)];
    const names = [{ tip: q[word], name: `query ${words[word]}`, kind: "number" }, ...keys];
    node.replaceChildren(
      svg("g", { class: "axes" },
        svg("path", { d: `M${middleX - ARM} ${middleY} h${2 * ARM} M${middleX} ${middleY - ARM} v${2 * ARM}` }),
        svg("path", { d: [-tick, tick].map((at) => `M${middleX + at * scale} ${middleY - 3} v6 M${middleX - 3} ${middleY - at * scale} h6`).join(" ") })),
      svg("text", { class: "tick", x: middleX + tick * scale, y: middleY + 18, "text-anchor": "middle" }, String(tick)),
      svg("text", { class: "tick", x: middleX - 6, y: middleY - tick * scale + 6, "text-anchor": "end" }, String(tick)),
      ...arrows, ...placeNames(names, place, tick * scale));
    const told = keys.map(({ tip, name }) => `${name} to ${writeVector(tip)}`).join("; ");
    setAttributes(node, {
      "aria-label": `Arrows from the origin. The query of ${words[word]}, dashed, to ${writeVector(q[word])}. `
        + `The keys, the wider the larger their weight: ${told}.`,
    });
  }

  function drawArrow([x, y], kind, width) {
    const long = Math.hypot(x - middleX, y - middleY);
    if (long < 1) return svg("circle", { class: `arrow-head ${kind}`, cx: middleX, cy: middleY, r: 5 });
    const [a, b] = [(x - middleX) / long, (y - middleY) / long];
    const head = Math.min(long, 6 + 1.6 * width);
    const [footX, footY, half] = [x - a * head, y - b * head, head * 0.42];
    return svg("g", {},
      svg("path", { class: `arrow ${kind}`, d: `M${middleX} ${middleY} L${footX} ${footY}`, "stroke-width": width }),
      svg("path", { class: `arrow-head ${kind}`, d: `M${x} ${y} L${footX - b * half} ${footY + a * half} L${footX + b * half} ${footY - a * half} Z` }));
  }

  /** Put each name near its tip, where it covers no other name and stays inside. */
  function placeNames(names, place, toTick) {
    const taken = [[middleX + toTick, middleY + 12], [middleX - 10, middleY - toTick]].map(([x, y]) => (
      { left: x - 6, right: x + 6, top: y - 8, bottom: y + 8 })); // the numbers of the axes
    const covers = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
    return names.map(({ tip, name, kind }) => {
      const [x, y] = place(tip);
      const wide = name.length * LETTER;
      const [out, up] = [tip[0] < 0 ? -1 : 1, tip[1] < 0 ? 1 : -1];
      const offsets = [[out, 0], [0, up], [out, up], [out, -up], [0, -up], [-out, up], [-out, 0], [out, 2 * up], [0, 2 * up], [out, -2 * up], [0, 3 * up]];
      const boxes = offsets.map(([sideways, upwards]) => {
        const left = Math.min(WIDTH - wide, Math.max(0, x + sideways * 8 - (wide * (1 - sideways)) / 2));
        const middle = Math.min(HEIGHT - 9, Math.max(9, y + upwards * 17));
        return { left, right: left + wide, top: middle - 9, bottom: middle + 9, middle };
      });
      const box = boxes.find((candidate) => !taken.some((other) => covers(candidate, other))) ?? boxes[0];
      taken.push(box);
      return svg("text", { class: `halo ${kind ?? ""}`, x: box.left, y: box.middle + 5.5 }, name);
    });
  }
}

/** Join the keys that are equal: one arrow with several names, the largest weight decides. */
function joinEqual(keys, words, weights) {
  const joined = [];
  keys.forEach((tip, index) => {
    const same = joined.find((other) => other.tip.every((number, axis) => number === tip[axis]));
    if (same) Object.assign(same, { name: `${same.name}, ${words[index]}`, weight: Math.max(same.weight, weights[index]) });
    else joined.push({ tip, name: words[index], weight: weights[index] });
  });
  return joined;
}

function createTick(model, name, text) {
  const input = html("input", { type: "checkbox" });
  input.addEventListener("change", () => change(model, { [name]: input.checked }));
  return { node: html("label", { class: "tick-box" }, input, text), show: (value) => { input.checked = value; } };
}

function render({ model, el }) {
  const release = prepare(el);
  const words = model.get("words");
  const note = html("p", { class: "note", role: "status" });
  const say = (text) => { if (note.textContent !== text) note.textContent = text; };
  const table = createTable(model, say);
  const heat = createHeat(words);
  const arrows = model.get("q")[0].length === 2 ? createArrows(words) : null;
  const scaled = createTick(model, "scaled", "divide by the root of d");
  const causal = createTick(model, "causal", "causal mask");
  const [standing, context] = [html("span"), html("span", { class: "unseen" })];
  const lines = html("div", { class: "lines" });
  let isPasted = false;
  const state = createStateField(model, STATE, (values) => {
    readState(values, read());
    isPasted = true; // what is no number gives way
    change(model, values);
    show();
    isPasted = false;
    say("");
  });
  // How many letters wide it is; with fewer words, the letters of a slide may be larger.
  const isWide = ["q", "k", "v"].reduce((sum, name) => sum + model.get(name)[0].length, 0) > 8;
  const room = isWide ? 61 : 49 + 2 * Math.max(3, words.length);
  el.replaceChildren(html("div", { class: "attention", style: `--room: ${room}; --words: ${words.length}` },
    html("div", { class: "scroll" }, table.node),
    html("div", { class: "settings" }, scaled.node, causal.node, note,
      html("p", { class: "standing", role: "status" }, standing, " ", context)),
    html("div", { class: "below" }, heat.node,
      arrows ? html("div", { class: "arrow-side" }, arrows.node) : "",
      lines),
    state.node));
  const unfollow = follow(model, STATE, show);
  return () => { unfollow(); release(); };

  function read() {
    return Object.fromEntries(["words", ...STATE].map((name) => [name, model.get(name)]));
  }

  function show() {
    const values = read();
    const result = attend(values);
    table.show(values, result, isPasted);
    heat.show(values, result);
    arrows?.show(values, result);
    scaled.show(values.scaled);
    causal.show(values.causal);
    writeStanding(words, values.word, result).forEach((sentence, index) => {
      const node = [standing, context][index];
      if (node.textContent !== sentence) node.textContent = sentence;
    });
    lines.replaceChildren(...writeLines(values, result).map((text) => html("p", {}, text)));
    state.show();
  }
}

export default { render };
