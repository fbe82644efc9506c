// The arithmetic of a small network in words: what a unit computes, what the chain rule makes of it.
// It knows nothing of the screen. Layers count from 0, the input, as in engine.js.

import { ACTIVATIONS } from "./engine.js";

const NO_BREAK = "\u00a0"; // a space at which no line ends

/**
 * Write a number in few characters: "2", "−1.25", "0.0034", "1.2e5".
 *
 * Two decimals without trailing zeros, two significant digits where that would leave nothing. What
 * is smaller than 1e−12 is a rounding error and appears as 0. As write_number in Python.
 */
export function writeNumber(number) {
  if (!Number.isFinite(number)) return number > 0 ? "∞" : number < 0 ? "−∞" : "not a number";
  const size = Math.abs(number);
  if (size < 1e-12) return "0";
  return (number < 0 ? "−" : "") + (size < 0.001 || size >= 9999.5
    ? size.toExponential(1).replace(".0e", "e").replace("+", "").replace("-", "−")
    : inDecimals(size, decimalsOf(size)));
}

function decimalsOf(size) {
  if (size < 0.095) return size < 0.01 ? 4 : 3;
  return size < 99.995 ? 2 : size < 999.95 ? 1 : 0;
}

function inDecimals(size, decimals) {
  const digits = Math.floor(size * 10 ** decimals + 0.5);
  return String(digits / 10 ** decimals);
}

/** Write a number so exactly that it does not look equal to one that it only comes close to. */
function writeApart(number, other) {
  const text = writeNumber(number);
  const distance = Math.abs(number - other);
  if (text !== writeNumber(other) || distance < 1e-9) return text;
  const decimals = Math.min(12, 1 - Math.floor(Math.log10(distance)));
  return (number < 0 ? "−" : "") + Number(Math.abs(number).toFixed(decimals));
}

function isExact(number) {
  const shown = Number(writeNumber(number).replaceAll("−", "-"));
  return !(Math.abs(shown - number) > 1e-9 * Math.max(1, Math.abs(number)));
}

/** Return "= result", or "≈ result" where it or one of the numbers before it is shown rounded. */
function results(value, ...before) {
  return `${[value, ...before].every(isExact) ? "=" : "≈"}${NO_BREAK}${writeNumber(value)}`;
}

/** Write a number as a factor or a term: a negative one stands in brackets. */
function factor(number) {
  const text = writeNumber(number);
  return text.startsWith("−") ? `(${text})` : text;
}

function last(network) {
  return network.sizes.length - 1;
}

function activationOf(network, layer) {
  return layer === last(network) ? network.output : network.activation;
}

/** Return the letter of a unit's activation. */
export function letterOf(network, layer) {
  return layer === last(network) ? "ŷ" : "a";
}

/** Return the weight from unit `from` to unit `to` of the next layer, or its gradient. */
export function weightOf(matrices, network, { layer, from, to }) {
  return matrices[layer][from * network.sizes[layer + 1] + to];
}

/** Name a unit: "x₁", "hidden unit 2", "unit 2 of hidden layer 1", "the output". */
export function nameUnit({ network, names }, layer, index) {
  if (layer === 0) return names[index];
  if (layer === last(network)) return network.sizes[layer] === 1 ? "the output" : `output ${index + 1}`;
  return last(network) === 2 ? `hidden unit ${index + 1}` : `unit ${index + 1} of hidden layer ${layer}`;
}

/** Name what is selected, as a heading. */
export function nameItem(pass, item) {
  if (item.kind === "unit") {
    const name = nameUnit(pass, item.layer, item.index);
    return item.layer === 0 ? `Input ${name}` : name[0].toUpperCase() + name.slice(1);
  }
  const ends = [nameUnit(pass, item.layer, item.from), nameUnit(pass, item.layer + 1, item.to)];
  return `Weight from ${ends[0]} to ${ends[1]}`;
}

/** Say in one line what stands at an item of the picture, for screen readers. */
export function describeItem(pass, item, view) {
  const { network } = pass;
  if (item.kind === "weight") {
    const matrices = view === "backward" ? network.weightGradients : network.weights;
    const value = writeNumber(weightOf(matrices, network, item));
    const name = nameItem(pass, item);
    return view === "backward" ? `${name}: gradient ${value}` : `${name}: ${value}`;
  }
  const { layer, index } = item;
  const name = nameItem(pass, item);
  const value = writeNumber(network.a[layer][index]);
  if (layer === 0) return `${name}: ${value}`;
  if (view === "backward") {
    const delta = writeNumber(network.deltas[layer][index]);
    return `${name}: activation ${value}, delta ${delta}, gradient of its bias ${delta}`;
  }
  const bias = writeNumber(network.biases[layer - 1][index]);
  return `${name}: weighted sum ${writeNumber(network.z[layer][index])}, activation ${value}, bias ${bias}`;
}

/** Write out what is selected: lines of { label, parts }. */
export function explain(pass, item, view) {
  const backwards = view === "backward";
  if (item.kind === "weight") return backwards ? explainGradient(pass, item) : explainWeight(pass, item);
  if (item.layer === 0) return explainInput(backwards);
  return backwards ? explainDelta(pass, item) : explainUnit(pass, item);
}

function line(label, ...parts) {
  return { label, parts };
}

function explainInput(backwards) {
  return [line("", backwards
    ? "An input is given, not learnt: it needs no gradient."
    : "An input is given, not computed. Its slider changes it.")];
}

function explainUnit({ network }, { layer, index }) {
  const values = [...network.a[layer - 1]];
  const weights = values.map((_, from) => weightOf(network.weights, network, { layer: layer - 1, from, to: index }));
  const bias = network.biases[layer - 1][index];
  const [z, a] = [network.z[layer][index], network.a[layer][index]];
  const products = values.map((value, from) => weights[from] * value);
  const terms = [...products, bias];
  return [
    line("multiply", ...products.map((product, from) => (
      `${factor(weights[from])} × ${factor(values[from])} ${results(product, weights[from], values[from])}`))),
    line("add, with the bias", `z = ${[writeNumber(terms[0]), ...terms.slice(1).map(factor)].join(" + ")} ${results(z, ...terms)}`),
    line("activate", writeActivation(activationOf(network, layer), letterOf(network, layer), z, a)),
  ];
}

function writeActivation(name, letter, z, a) {
  const text = writeNumber(z);
  if (name === "linear") return `${letter} = z ${results(a)} (linear: as it is)`;
  const middle = {
    relu: ` = max(0, ${text})`,
    sigmoid: ` = 1 / (1 + e^${factor(-z)})`,
  }[name] ?? "";
  const isZero = name === "relu" && a === 0; // so whatever z was rounded to
  return `${letter} = ${name}(${text})${middle} ${isZero ? results(0) : results(a, z)}`;
}

function explainWeight({ network }, item) {
  const weight = weightOf(network.weights, network, item);
  const value = network.a[item.layer][item.from];
  return [
    line("adds to z", `w × ${item.layer === 0 ? "x" : "a"} = ${factor(weight)} × ${factor(value)} `
      + results(weight * value, weight, value)),
  ];
}

function explainGradient(pass, item) {
  const { network, learningRate } = pass;
  const value = network.a[item.layer][item.from];
  const delta = network.deltas[item.layer + 1][item.to];
  const gradient = weightOf(network.weightGradients, network, item);
  const letter = item.layer === 0 ? "x" : "a";
  return [
    line("∂L/∂w", `${letter} × δ`, `= ${factor(value)} × ${factor(delta)} ${results(gradient, value, delta)}`),
    updateLine("w", weightOf(network.weights, network, item), learningRate, gradient),
  ];
}

function updateLine(name, value, learningRate, gradient) {
  const next = value - learningRate * gradient;
  return line(`new ${name}`, `${name} − η × ∂L/∂${name}`,
    `= ${writeNumber(value)} − ${writeNumber(learningRate)} × ${factor(gradient)} `
    + results(next, value, learningRate, gradient));
}

function explainDelta(pass, { layer, index }) {
  const { network, learningRate } = pass;
  const lines = layer === last(network) ? explainOutputDelta(pass, index) : explainHiddenDelta(pass, layer, index);
  const delta = network.deltas[layer][index];
  return [...lines, line("∂L/∂b", `1 × δ = ${writeNumber(delta)}`),
    updateLine("b", network.biases[layer - 1][index], learningRate, delta)];
}

function explainOutputDelta({ network, target, loss }, index) {
  const layer = last(network);
  const [prediction, delta] = [network.a[layer][index], network.deltas[layer][index]];
  const wanted = target[index];
  const units = network.sizes[layer];
  const share = units === 1 ? "" : ` / ${units}`;
  const error = `${writeApart(prediction, wanted)} − ${factor(wanted)}`;
  if (loss === "crossentropy") {
    const [plain, numbers] = units === 1 ? ["ŷ − y", error] : [`(ŷ − y)${share}`, `(${error})${share}`];
    return [line("δ = ∂L/∂z", `${plain}`, `= ${numbers} ${results(delta, prediction, wanted)}`),
      line("", "(∂L/∂ŷ × ∂ŷ/∂z: with cross-entropy and sigmoid, all else cancels)")];
  }
  const first = (2 * (prediction - wanted)) / units;
  return [
    line("∂L/∂ŷ", `2 × (ŷ − y)${share}`, `= 2 × (${error})${share} ${results(first, prediction, wanted)}`),
    ...explainSlope(network, layer, index, first),
  ];
}

function explainHiddenDelta({ network }, layer, index) {
  const deltas = [...network.deltas[layer + 1]];
  const weights = deltas.map((_, to) => weightOf(network.weights, network, { layer, from: index, to }));
  const sum = deltas.reduce((total, delta, to) => total + weights[to] * delta, 0);
  const products = deltas.map((delta, to) => `${factor(weights[to])} × ${factor(delta)}`);
  const rule = deltas.length === 1 ? "w × δ of the next unit" : "w × δ, added up";
  return [line("∂L/∂a", rule, `= ${products.join(" + ")} ${results(sum, ...weights, ...deltas)}`),
    ...explainSlope(network, layer, index, sum)];
}

/** Write the slope of the activation function, and δ as the product with what came back. */
function explainSlope(network, layer, index, returned) {
  const [z, a] = [network.z[layer][index], network.a[layer][index]];
  const name = activationOf(network, layer);
  const letter = letterOf(network, layer);
  const slope = ACTIVATIONS[name].slope(z, a);
  const words = {
    linear: "1",
    relu: slope ? "1, as z > 0" : "0, as z ≤ 0",
    tanh: `1 − ${letter}² = 1 − ${factor(a)}² ${results(slope, a)}`,
    sigmoid: `${letter} × (1 − ${letter}) = ${factor(a)} × (1 − ${factor(a)}) ${results(slope, a)}`,
  }[name];
  const delta = network.deltas[layer][index];
  return [
    line(`∂${letter}/∂z`, `slope of ${name}`, `= ${words}`),
    line("δ = ∂L/∂z", `∂L/∂${letter} × ∂${letter}/∂z`, `= ${factor(returned)} × ${factor(slope)} ${results(delta, returned, slope)}`),
  ];
}

/** Write the loss out. */
export function writeLoss({ network, target, loss, lossValue }) {
  const predictions = [...network.a[last(network)]];
  const units = predictions.length;
  if (loss === "crossentropy") return writeCrossEntropy(predictions, target, lossValue);
  const squares = predictions.map((value, index) => `(${writeApart(value, target[index])} − ${factor(target[index])})²`);
  const value = results(lossValue, ...predictions, ...target);
  if (units === 1) return `L = (ŷ − y)² = ${squares[0]} ${value}`;
  return `L = ${units === 2 ? `(${squares.join(" + ")}) / 2` : "mean of (ŷ − y)²"} ${value}`;
}

function writeCrossEntropy(predictions, target, lossValue) {
  const value = results(lossValue, ...predictions);
  if (predictions.length > 1) return `L = mean cross-entropy ${value}`;
  const [prediction, wanted] = [predictions[0], target[0]];
  const shown = writeApart(prediction, 1);
  if (wanted === 1) return `L = −ln ŷ = −ln ${shown} ${value}`;
  if (wanted === 0) return `L = −ln(1 − ŷ) = −ln(1 − ${shown}) ${value}`;
  return `L = −y ln ŷ − (1 − y) ln(1 − ŷ) ${value}`;
}

/** Say how many steps were made and what the last one did to the loss. */
export function writeSteps(steps, before, after) {
  if (steps === 0) return "No step yet.";
  const verdict = after < before ? "lower" : after > before ? "higher: the step was too large" : "the same";
  return `Step ${steps}: loss before ${writeNumber(before)}, after ${writeNumber(after)}, ${verdict}.`;
}
