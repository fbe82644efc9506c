// One neuron: inputs, weights and bias on sliders, the arithmetic in numbers, the activation.

import {
  change, createSelect, createSlider, equals, follow, format, html, inBrackets, niceTicks, picture,
  prepare, setAttributes, subscript, svg,
} from "./common.js";

export const ACTIVATIONS = {
  step: (z) => (z >= 0 ? 1 : 0),
  sigmoid: (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))),
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
  linear: (z) => z,
};

/** Return w₁x₁ + w₂x₂ + … + b. */
export function weightedSum(inputs, weights, bias) {
  return inputs.reduce((sum, input, index) => sum + weights[index] * input, 0) + bias;
}

/** Return the output of the neuron. */
export function neuronOutput(inputs, weights, bias, activation) {
  return ACTIVATIONS[activation](weightedSum(inputs, weights, bias));
}

/** Write the arithmetic out: the weighted sum, then the activation. */
export function writeArithmetic(inputs, weights, bias, activation) {
  const z = weightedSum(inputs, weights, bias);
  const output = ACTIVATIONS[activation](z);
  const terms = inputs.map((x, index) => `${inBrackets(weights[index])} × ${inBrackets(x)}`);
  const sum = [...terms, inBrackets(bias)].join(" + ");
  return [
    `z = ${sum} ${equals(z)} ${format(z)}`,
    `ŷ = ${activation}(${format(z)}) ${equals(output)} ${format(output)}`,
  ];
}

/** Return the part of the curve to draw around z: limits of z and of the output. */
export function curveLimits(activation, z) {
  const reach = Math.max(6, Math.ceil(Math.abs(z)));
  const low = { tanh: -1.2, relu: -0.2 * reach, linear: -reach }[activation] ?? -0.2;
  const high = { relu: reach, linear: reach }[activation] ?? 1.2;
  return { reach, low, high };
}

function circle(x, y, radius, kind) {
  return svg("circle", { cx: x, cy: y, r: radius, class: `unit ${kind}` });
}

function label(x, y, text, kind = "", anchor = "middle") {
  return svg("text", { x, y, class: kind, "text-anchor": anchor }, text);
}

/** Draw inputs, bias, sum and output once; the returned function writes new numbers into it. */
function createDiagram(count) {
  const rows = count + 1;
  const height = rows * 70 + 6;
  const middle = height / 2;
  const node = picture("diagram", 448, height, { role: "img" });
  const rowY = (row) => 38 + row * 70;
  const edges = [];
  for (let row = 0; row < rows; row += 1) {
    const line = svg("line", { x1: 64, y1: rowY(row), x2: 208, y2: middle, class: "edge" });
    const share = 0.42;
    const text = label(64 + share * 144, rowY(row) + share * (middle - rowY(row)) - 5, "", "halo");
    edges.push({ line, text });
    node.append(line);
  }
  const values = edges.map((_, row) => {
    const isBias = row === count;
    const value = label(36, rowY(row) + (isBias ? 6 : 15), isBias ? "1" : "", "number");
    node.append(circle(36, rowY(row), 31, isBias ? "constant" : ""), value);
    if (!isBias) node.append(label(36, rowY(row) - 8, subscript("x", row + 1)));
    return value;
  });
  const activationName = label(318, middle - 9, "", "halo");
  const sum = label(236, middle + 17, "", "number");
  const output = label(408, middle + 17, "", "number");
  node.append(
    ...edges.map((edge) => edge.text),
    circle(236, middle, 37, ""), label(236, middle - 7, "Σ = z"), sum,
    svg("path", { d: `M275 ${middle} H 358`, class: "edge", "stroke-width": 2 }),
    svg("path", { d: `M370 ${middle} l -14 -7 v 14 z`, class: "tip" }),
    activationName, circle(408, middle, 36, "result"), label(408, middle - 7, "ŷ"), output,
  );
  return { node, show };

  function show({ inputs, weights, bias, activation, z, result, words }) {
    const strengths = [...weights, bias];
    edges.forEach(({ line, text }, row) => {
      const strength = strengths[row];
      const width = strength === 0 ? 1 : Math.min(8, 1.5 + 2 * Math.abs(strength));
      const kind = strength < 0 ? "negative" : strength > 0 ? "positive" : "zero";
      setAttributes(line, { class: `edge ${kind}`, "stroke-width": width });
      const name = row === count ? "b" : subscript("w", row + 1);
      text.textContent = `${name} = ${format(strength)}`;
      if (row < count) values[row].textContent = format(inputs[row]);
    });
    sum.textContent = format(z);
    output.textContent = format(result);
    activationName.textContent = activation;
    setAttributes(node, { "aria-label": `A neuron with its numbers. ${words.join(". ")}.` });
  }
}

/** Draw the axes of the activation curve once; the returned function moves curve and point. */
function createCurve(height) {
  const [left, right, top, bottom] = [38, 262, 30, height - 40];
  const node = picture("curve", 272, height, { role: "img" });
  const axes = svg("g", { class: "axes" });
  const curve = svg("path", { class: "function" });
  const guide = svg("path", { class: "guide" });
  const point = svg("circle", { r: 8, class: "current" });
  const title = label(150, 17, "", "number");
  node.append(axes, guide, curve, point, title,
    label(right, height - 1, "weighted sum z", "", "end"));
  let drawn = "";
  return { node, show };

  function show({ activation, z, result, words }) {
    const { reach, low, high } = curveLimits(activation, z);
    const x = (value) => left + ((value + reach) / (2 * reach)) * (right - left);
    const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
    if (drawn !== `${activation} ${reach}`) {
      drawn = `${activation} ${reach}`;
      drawAxes(x, y, reach, low, high);
      drawFunction(activation, x, y, reach);
    }
    setAttributes(guide, { d: `M${x(z)} ${y(0)} V${y(result)} H${x(0)}` });
    setAttributes(point, { cx: x(z), cy: y(result) });
    title.textContent = `ŷ = ${activation}(${format(z)})`;
    setAttributes(node, {
      "aria-label": `The curve of ${activation} with a point at the current z. ${words[1]}.`,
    });
  }

  function drawAxes(x, y, reach, low, high) {
    const ticksX = niceTicks(-reach, reach, 4);
    const ticksY = niceTicks(low, high, 4).filter((tick) => Number.isInteger(tick));
    const text = (number) => String(number).replace("-", "−");
    axes.replaceChildren(
      svg("path", { d: `M${left} ${top} V${bottom} H${right}` }),
      svg("path", { class: "zero", d: `M${left} ${y(0)} H${right} M${x(0)} ${top} V${bottom}` }),
      ...ticksX.map((tick) => label(x(tick), height - 19, text(tick))),
      ...ticksY.map((tick) => label(left - 8, y(tick) + 5, text(tick), "", "end")),
      ...ticksX.map((tick) => svg("path", { d: `M${x(tick)} ${bottom} v5` })),
      ...ticksY.map((tick) => svg("path", { d: `M${left} ${y(tick)} h-5` })),
    );
  }

  function drawFunction(activation, x, y, reach) {
    const steps = 160;
    const at = (index) => -reach + (2 * reach * index) / steps;
    const points = Array.from({ length: steps + 1 }, (_, index) => at(index));
    // A step is drawn upright, not as a slope between two neighbouring points.
    const corners = activation === "step" ? [-reach, -1e-9, 0, reach] : points;
    const path = corners.map((z) => `${x(z)} ${y(ACTIVATIONS[activation](z))}`).join(" L");
    setAttributes(curve, { d: `M${path}` });
  }
}

function replaced(values, index, value) {
  return values.map((old, position) => (position === index ? value : old));
}

function createControls(model, count) {
  const slider = (name, onInput) => createSlider({ name, limit: 3, step: 0.05, onInput });
  const inputs = [];
  const weights = [];
  for (let index = 0; index < count; index += 1) {
    inputs.push(slider(subscript("input x", index + 1), (value) => {
      change(model, { inputs: replaced(model.get("inputs"), index, value) });
    }));
    weights.push(slider(subscript("weight w", index + 1), (value) => {
      change(model, { weights: replaced(model.get("weights"), index, value) });
    }));
  }
  const bias = slider("bias b", (value) => change(model, { bias: value }));
  const activation = createSelect({
    name: "activation",
    options: Object.keys(ACTIVATIONS),
    onChange: (value) => change(model, { activation: value }),
  });
  const groups = inputs.map((input, index) => [input, weights[index]]);
  const node = html("div", { class: "controls" },
    ...[...groups, [bias, activation]].map((group) => html(
      "div", { class: "group" }, ...group.map((control) => control.node))));
  return { node, show };

  function show(state) {
    inputs.forEach((control, index) => control.show(state.inputs[index]));
    weights.forEach((control, index) => control.show(state.weights[index]));
    bias.show(state.bias);
    activation.show(state.activation);
  }
}

function readState(model) {
  const [inputs, weights] = [model.get("inputs"), model.get("weights")];
  const [bias, activation] = [model.get("bias"), model.get("activation")];
  const z = weightedSum(inputs, weights, bias);
  const words = writeArithmetic(inputs, weights, bias, activation);
  return { inputs, weights, bias, activation, z, result: ACTIVATIONS[activation](z), words };
}

function render({ model, el }) {
  const release = prepare(el);
  const count = model.get("inputs").length;
  const diagram = createDiagram(count);
  const curve = createCurve((count + 1) * 70 + 6);
  const controls = createControls(model, count);
  const words = [html("span"), html("span")];
  el.replaceChildren(html("div", { class: "neuron" },
    html("div", { class: "pictures" }, diagram.node, curve.node),
    html("p", { class: "arithmetic" }, ...words), controls.node));
  const unfollow = follow(model, ["inputs", "weights", "bias", "activation"], () => {
    const state = readState(model);
    if (state.inputs.length !== count) return;
    [diagram, curve, controls].forEach((part) => part.show(state));
    words.forEach((word, index) => { word.textContent = state.words[index]; });
  });
  return () => { unfollow(); release(); };
}

export default { render };
