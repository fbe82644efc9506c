// The numbers of one unit for one example: the weighted sum forward, the chain rule backward, the
// update that follows; and all weights of its layer as a table. Weights can be typed over.

import { createButton, html, newId, setAttributes, subscript } from "./common.js";
import { ACTIVATIONS, backward, computeGradients, createNetwork } from "./engine.js";
import { writeNumber } from "./playground_pictures.js";

const SLOPES = { linear: "1", relu: "1 where z > 0, else 0", tanh: "1 − a²", sigmoid: "a (1 − a)" };
const LARGEST = 1e6;

/** Return the network's numbers for one example: z, a, deltas, gradients of a batch of one. */
export function computeNumbers(run, example) {
  const { sizes, activation, output, weights, biases } = run.network;
  const network = createNetwork({ sizes, activation, output });
  Object.assign(network, { weights, biases });
  const loss = backward(network, example.inputs, example.target, run.loss);
  return { network, loss };
}

/** Return the mean gradients, penalties included, of the mini-batch that the next step takes. */
export function computeStep(run) {
  const { sizes, activation, output, weights, biases } = run.network;
  const { l1, l2 } = run.settings;
  const network = createNetwork({ sizes, activation, output });
  Object.assign(network, { weights, biases });
  const { inputs, targets } = run.train;
  computeGradients(network, inputs, targets, run.nextBatch(), { loss: run.loss, l1, l2 });
  return { weights: network.weightGradients, biases: network.biasGradients };
}

/** Read a number as people write it: with a comma, a real minus sign, spaces around it. */
export function parseNumber(text) {
  const number = Number(text.trim().replace("−", "-").replace(",", ".") || NaN);
  if (!(Math.abs(number) <= LARGEST)) {
    throw new Error("expected a number from −1,000,000 to 1,000,000, such as −0.5, got "
      + `${JSON.stringify(text.slice(0, 30))}.`);
  }
  return number;
}

/** The panel of numbers; `texts` names the features. */
export function createNumbers(session, texts) {
  const title = html("p", { class: "numbers-title" });
  const place = html("p", { class: "numbers-example" });
  const next = createButton("Next example", () => session.nextExample());
  const first = createButton("First of the next mini-batch", () => session.nextInBatch());
  const [forwardId, backwardId] = [newId(), newId()];
  const forwardTable = createTable(forwardId, ["from", "a", "weight w", "a × w"]);
  const backwardTable = createTable(backwardId, ["weight", "a × δ", "gradient", "batch mean", "next update"]);
  const forwardSum = html("div", { class: "arithmetic-lines" });
  const delta = html("div", { class: "arithmetic-lines" });
  const note = html("p", { class: "quiet" });
  const error = html("p", { class: "typing-error", role: "status" });
  const layerTable = html("table", { class: "layer-weights" });
  const layerName = "All weights of this layer";
  const layerDetails = html("details", { class: "layer" }, html("summary", {}, layerName),
    html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": layerName }, layerTable));
  const body = html("div", { class: "numbers-body" }, html("div", { class: "numbers-head" }, title,
    html("div", { class: "buttons" }, next, first)), place,
  html("div", { class: "passes" },
    html("div", { class: "pass" },
      html("p", { class: "pass-title", id: forwardId }, "Forward: inputs times weights"),
      forwardTable.node, forwardSum, error),
    html("div", { class: "pass wide" },
      html("p", { class: "pass-title", id: backwardId }, "Backward: gradient and update"),
      delta, backwardTable.node, note)), layerDetails);
  const backwardPass = body.querySelector(".pass:last-child");
  const summary = html("summary", {}, "Numbers of the chosen unit");
  const node = html("details", { class: "numbers" }, summary, body);
  let built = "";
  node.addEventListener("toggle", () => { if (node.open) show(); });
  layerDetails.addEventListener("toggle", () => showLayer());
  return { node, show, open: () => { node.open = true; } };

  function show() {
    const [layer, unit] = session.selected;
    const { run } = session;
    const name = nameOf(layer, unit);
    summary.textContent = `Numbers: ${name}`;
    if (!node.open) return;
    const example = session.currentExample();
    title.textContent = describeUnit(run, layer, name);
    place.textContent = describeExample(run, example);
    first.hidden = example?.set === "test";
    const isUnit = layer > 0 && example !== null;
    for (const part of [forwardTable.node, backwardPass]) part.hidden = !isUnit;
    layerDetails.hidden = layer === 0;
    showLayer();
    if (!isUnit) {
      const feature = texts[run.settings.features[unit]];
      writeLines(forwardSum, example && layer === 0
        ? [`${feature} = ${writeNumber(example.inputs[unit])}`] : []);
      return;
    }
    const { network } = computeNumbers(run, example);
    buildRows(network, layer, unit);
    showForward(network, layer, unit);
    showBackward(run, network, layer, unit, example);
  }

  function nameOf(layer, unit) {
    const { network, settings } = session.run;
    if (layer === 0) return `feature ${texts[settings.features[unit]]}`;
    return layer === network.sizes.length - 1 ? "output" : `layer ${layer}, unit ${unit + 1}`;
  }

  function sourceName(layer, from) {
    if (layer === 1) return texts[session.run.settings.features[from]];
    return `${subscript("a", from + 1)} of layer ${layer - 1}`;
  }

  /** Make rows anew only for another unit: a field that is being typed in must stay. */
  function buildRows(network, layer, unit) {
    const key = `${network.sizes}/${session.run.settings.features}/${layer}/${unit}`;
    if (key === built) return;
    built = key;
    error.textContent = "";
    const sources = Array.from({ length: network.sizes[layer - 1] }, (_, from) => sourceName(layer, from));
    const names = [...sources, "bias b"];
    const unitName = nameOf(layer, unit);
    forwardTable.build(names, (row) => {
      const isBias = row === names.length - 1;
      const field = html("input", {
        type: "text", inputmode: "decimal", autocomplete: "off", size: 8,
        "aria-label": isBias ? `bias of ${unitName}` : `weight from ${names[row]} to ${unitName}`,
      });
      field.addEventListener("focus", () => field.select());
      field.addEventListener("change", () => {
        try {
          const value = parseNumber(field.value);
          error.textContent = "";
          session.setWeight(layer - 1, isBias ? null : row, unit, value);
        } catch (problem) {
          error.textContent = problem.message;
        }
      });
      return [null, field, null];
    });
    backwardTable.build(names, () => [null, null, null, null]);
  }

  function showForward(network, layer, unit) {
    const inputs = network.a[layer - 1];
    const units = network.sizes[layer];
    inputs.forEach((value, from) => {
      const weight = network.weights[layer - 1][from * units + unit];
      forwardTable.fill(from, [writeNumber(value), writeNumber(weight), writeNumber(value * weight)]);
    });
    const bias = network.biases[layer - 1][unit];
    forwardTable.fill(inputs.length, ["", writeNumber(bias), writeNumber(bias)]);
    const [z, a] = [network.z[layer][unit], network.a[layer][unit]];
    const isOutput = layer === network.sizes.length - 1;
    const name = isOutput ? network.output : network.activation;
    const applied = name === "linear" ? "z" : `${name}(${writeNumber(z)})`;
    writeLines(forwardSum, [
      `z = sum of the last column = ${writeNumber(z)}`,
      `${isOutput ? "ŷ" : "a"} = ${applied} = ${writeNumber(a)}`,
    ]);
  }

  function showBackward(run, network, layer, unit, example) {
    const { learningRate, l1, l2 } = run.settings;
    const slope = network.deltas[layer][unit];
    const units = network.sizes[layer];
    const batch = run.nextBatch();
    const step = computeStep(run);
    const fill = (row, terms, gradient, mean) => backwardTable.fill(row, [
      terms, writeNumber(gradient), writeNumber(mean), writeNumber(-learningRate * mean)]);
    writeLines(delta, describeDelta(run, network, layer, unit, example));
    network.a[layer - 1].forEach((value, from) => {
      const weight = network.weights[layer - 1][from * units + unit];
      const gradient = value * slope + l1 * Math.sign(weight) + 2 * l2 * weight;
      const push = l1 || l2 ? ` + ${bracket(l1 * Math.sign(weight) + 2 * l2 * weight)}` : "";
      fill(from, `${writeNumber(value)} × ${bracket(slope)}${push}`, gradient,
        step.weights[layer - 1][from * units + unit]);
    });
    fill(network.a[layer - 1].length, `1 × ${bracket(slope)}`, slope, step.biases[layer - 1][unit]);
    const isNext = example.set === "train" && batch.includes(example.index);
    note.textContent = "δ is the slope of the loss over z; gradient: of this example alone. Batch mean: "
      + (batch.length === 1 ? `the gradient of the next mini-batch, ${isNext ? "which is this example" : "one other example"}. `
        : `the mean gradient of the ${batch.length} examples of the next mini-batch. `)
      + `The next step adds −${learningRate} × batch mean.`
      + (l1 || l2 ? " The second term of a gradient is that of the penalty." : "");
  }

  function showLayer() {
    if (!layerDetails.open || !node.open || session.selected[0] === 0) return;
    const { network } = session.run;
    const [layer] = session.selected;
    const isOutput = layer === network.sizes.length - 1;
    const units = network.sizes[layer];
    const heads = Array.from({ length: units }, (_, to) => nameOf(layer, to).replace(/^.*, /, ""));
    const cell = (value) => html("td", {}, writeNumber(value));
    const row = (name, values) => html("tr", {}, html("th", { scope: "row" }, name), ...values.map(cell));
    const weights = network.weights[layer - 1];
    layerTable.replaceChildren(
      html("caption", {}, `Weights and biases into ${isOutput ? "the output" : `layer ${layer}`}`),
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "from"),
        ...heads.map((text) => html("th", { scope: "col" }, text)))),
      html("tbody", {}, ...Array.from({ length: network.sizes[layer - 1] }, (_, from) => row(
        sourceName(layer, from), [...weights.slice(from * units, (from + 1) * units)])),
      row("bias", [...network.biases[layer - 1]])),
    );
  }
}

function describeUnit(run, layer, name) {
  const words = name[0].toUpperCase() + name.slice(1);
  if (layer === 0) return words;
  const isOutput = layer === run.network.sizes.length - 1;
  return `${words} (${isOutput ? run.network.output : run.network.activation})`;
}

function describeExample(run, example) {
  if (!example) return "There is no example yet.";
  const [x1, x2] = example.point;
  const isNext = example.set === "train" && run.nextBatch().includes(example.index);
  return `${example.set === "train" ? "Training" : "Test"} example ${example.index + 1} of ${example.count}: `
    + `x₁ = ${writeNumber(x1)}, x₂ = ${writeNumber(x2)}, target y = ${writeNumber(example.target)}`
    + `${isNext ? "; in the next mini-batch" : ""}.`;
}

/** Write out delta, the slope of the loss over the weighted sum of a unit. */
function describeDelta(run, network, layer, unit, example) {
  const value = network.deltas[layer][unit];
  const a = network.a[layer][unit];
  if (layer === network.sizes.length - 1) {
    const difference = `${writeNumber(a)} − ${bracket(example.target)}`;
    return run.loss === "mse"
      ? [`δ = 2 (ŷ − y) = 2 (${difference}) = ${writeNumber(value)}`]
      : [`δ = ŷ − y = ${difference} = ${writeNumber(value)}`];
  }
  const units = network.sizes[layer + 1];
  const terms = Array.from({ length: units }, (_, to) => (
    `${bracket(network.weights[layer][unit * units + to])} × ${bracket(network.deltas[layer + 1][to])}`));
  const slope = ACTIVATIONS[network.activation].slope(network.z[layer][unit], a);
  return [
    `slope of ${network.activation}: ${SLOPES[network.activation]} = ${writeNumber(slope)}`,
    `δ = (sum of weight × δ of the next layer) × slope`,
    `= (${terms.join(" + ")}) × ${writeNumber(slope)} = ${writeNumber(value)}`,
  ];
}

function bracket(number) {
  const text = writeNumber(number);
  return text.startsWith("−") ? `(${text})` : text;
}

function writeLines(node, lines) {
  while (node.childElementCount > lines.length) node.lastChild.remove();
  while (node.childElementCount < lines.length) node.append(html("p"));
  lines.forEach((text, index) => {
    if (node.children[index].textContent !== text) node.children[index].textContent = text;
  });
}

/** A table whose rows are made once and filled often. */
function createTable(titleId, heads) {
  const body = html("tbody");
  const node = html("table", { "aria-labelledby": titleId }, html("thead", {}, html("tr", {},
    ...heads.map((text) => html("th", { scope: "col" }, text)))), body);
  return { node, build, fill };

  /** `createCells(row)` returns the parts of a row: an element, or null for text. */
  function build(names, createCells) {
    body.replaceChildren(...names.map((name, row) => html("tr", {}, html("th", { scope: "row" }, name),
      ...createCells(row).map((part) => html("td", {}, ...(part ? [part] : []))))));
  }

  function fill(row, texts) {
    texts.forEach((text, column) => {
      const cell = body.rows[row].cells[column + 1];
      const field = cell.querySelector("input");
      if (field) {
        if (document.activeElement !== field && field.value !== text) setAttributes(field, {}).value = text;
      } else if (cell.textContent !== text) cell.textContent = text;
    });
  }
}
