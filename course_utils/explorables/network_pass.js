// A small network with all its numbers: forward and backward, each selected one written out.

import {
  change, createButton, createStateField, follow, html, newId, picture, prepare, setAttributes, svg,
} from "./common.js";
import { backward, createNetwork, forward, outputLoss, trainStep } from "./engine.js";
import {
  describeItem, explain, letterOf, nameItem, weightOf, writeLoss, writeNumber, writeSteps,
} from "./network_pass_words.js";

export const LEARNING_RATES = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
export const MOST_STEPS_BACK = 100;
const LARGEST = 1e9; // of any number that is pasted
const WIDEST = 1e4; // range of a slider
const [RADIUS, ROW] = [44, 112];
const [LABEL_WIDTH, LABEL_DISTANCE] = [60, 88]; // of a weight; from its middle to that of the unit
const TRAITS = ["weights", "biases", "inputs", "target", "view", "selected", "learning_rate", "steps", "past"];
const STATE = ["inputs", "target", "weights", "biases", "view", "selected", "learning_rate"];

// --- What is computed ---------------------------------------------------------------------------

/** Run a state forward, and back where it has a target; return the network filled with numbers. */
export function computePass({ weights, biases, inputs, target, activation, output, loss, input_names, learning_rate }) {
  const sizes = [weights[0].length, ...weights.map((matrix) => matrix[0].length)];
  const network = createNetwork({ sizes, activation, output });
  weights.forEach((matrix, layer) => network.weights[layer].set(matrix.flat()));
  biases.forEach((row, layer) => network.biases[layer].set(row));
  let lossValue = null;
  if (target) lossValue = backward(network, inputs, target, loss);
  else forward(network, inputs);
  return { network, target, loss, lossValue, names: input_names, learningRate: learning_rate };
}

/** Return weights and biases after one step of gradient descent, or null where it diverges. */
export function takeStep(state) {
  const { network } = computePass(state);
  const options = { loss: state.loss, learningRate: state.learning_rate };
  if (!Number.isFinite(trainStep(network, [state.inputs], [state.target], [0], options))) return null;
  return {
    weights: state.weights.map((matrix, layer) => matrix.map((row, from) => (
      row.map((_, to) => weightOf(network.weights, network, { layer, from, to }))))),
    biases: network.biases.map((row) => [...row]),
  };
}

/** Return the loss of a state with other weights and biases. */
export function lossWith(state, parameters) {
  const { network } = computePass({ ...state, ...parameters, target: null });
  return outputLoss(network, state.target, state.loss);
}

/** Return all that can be selected, one list a column of the picture, each from top to bottom. */
export function listItems(sizes) {
  const end = sizes.length - 1;
  const letter = (layer) => (layer === 0 ? "x" : layer === end ? "y" : `h${layer}.`);
  const columns = [];
  sizes.forEach((count, layer) => {
    if (layer > 0) columns.push(listWeights(sizes, layer - 1, letter));
    columns.push(Array.from({ length: count }, (_, index) => (
      { kind: "unit", layer, index, id: `${letter(layer)}${index + 1}` })));
  });
  return columns;
}

function listWeights(sizes, layer, letter) {
  return Array.from({ length: sizes[layer] * sizes[layer + 1] }, (_, place) => {
    const [to, from] = [Math.floor(place / sizes[layer]), place % sizes[layer]];
    const id = `${letter(layer)}${from + 1}-${letter(layer + 1)}${to + 1}`;
    return { kind: "weight", layer, from, to, id };
  });
}

/** Return the middles of the units of each layer, and the width and height that they need. */
export function placeUnits(sizes) {
  const column = Math.max(220, Math.min(300, 440 / (sizes.length - 1)));
  const height = Math.max(...sizes) * ROW;
  const places = sizes.map((count, layer) => Array.from({ length: count }, (_, row) => (
    [layer * column, height / 2 + (row - (count - 1) / 2) * ROW])));
  return { places, width: (sizes.length - 1) * column, height };
}

/** Return the middle of a weight's label: in front of its unit, in the order of the inputs. */
export function placeLabel(unit, index, count) {
  const spread = Math.min(34, 90 / count);
  return [unit[0] - LABEL_DISTANCE, unit[1] + (index - (count - 1) / 2) * spread];
}

/** Take over a pasted state that fits the network; say in an Error what is wrong with it. */
export function checkPastedState(values, model) {
  const finite = (value) => Number.isFinite(value) && Math.abs(value) <= LARGEST;
  const fits = (value, example) => (Array.isArray(example)
    ? Array.isArray(value) && value.length === example.length
      && example.every((part, index) => fits(value[index], part))
    : finite(value));
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new Error("expected { … } with inputs, weights and more");
  }
  const unknown = Object.keys(values).find((name) => !STATE.includes(name));
  if (unknown !== undefined) throw new Error(`it holds "${unknown.slice(0, 30)}", which this picture does not have`);
  for (const name of ["inputs", "target", "weights", "biases"]) {
    const own = model.get(name);
    const right = own === null ? values[name] === null : fits(values[name], own);
    if (name in values && !right) {
      throw new Error(`${name} must be numbers in the same shape as here, up to ${LARGEST}`);
    }
  }
  return { ...values, ...checkSettings(values, model) };
}

function checkSettings(values, model) {
  const rate = values.learning_rate ?? model.get("learning_rate");
  if (!(Number.isFinite(rate) && rate > 0 && rate <= 10)) {
    throw new Error("learning_rate must be above 0 and at most 10");
  }
  const targets = values.target ?? [];
  if (model.get("loss") === "crossentropy" && targets.some((target) => target < 0 || target > 1)) {
    throw new Error("the target of a cross-entropy lies between 0 and 1");
  }
  const view = values.view ?? model.get("view");
  if (view !== "forward" && !(view === "backward" && model.get("target"))) {
    throw new Error("view must be forward, or backward where there is a target");
  }
  const sizes = [model.get("weights")[0].length, ...model.get("biases").map((row) => row.length)];
  const selected = values.selected ?? model.get("selected");
  if (!listItems(sizes).flat().some((item) => item.id === selected)) {
    throw new Error("selected must name a unit or a weight: x1, h1.2, y1, x1-h1.2");
  }
  return { learning_rate: rate, view, selected };
}

// --- The picture --------------------------------------------------------------------------------

function signOf(value) {
  return value > 0 ? "positive" : value < 0 ? "negative" : "zero";
}

/** Return the size at which a text fits into a circle, or beside it. */
function fit(text, largest = 1) {
  return `${16 * Math.min(largest, 7.6 / text.length)}px`;
}

function write(x, y, text = "", attributes = {}) {
  return svg("text", { x, y: y + 5.5, "text-anchor": "middle", ...attributes }, text);
}

function edgePath([x, y], label, end) {
  const near = label[0] - LABEL_WIDTH / 2;
  const start = x + RADIUS;
  const bend = 0.55 * (near - start);
  return `M${start} ${y} C${start + bend} ${y} ${near - bend} ${label[1]} ${near} ${label[1]} `
    + `L${label[0]} ${label[1]} L${end[0]} ${end[1]}`;
}

/** Draw the network once; the returned function writes new numbers into it. */
function createDiagram({ sizes, names, activation, output, withTarget, select }) {
  const { places, width, height } = placeUnits(sizes);
  const end = sizes.length - 1;
  const isLong = names.some((name) => name.length > 3);
  const left = Math.max(RADIUS, isLong ? 4.6 * Math.max(...names.map((name) => name.length)) : 0) + 8;
  const box = [left + width + RADIUS + (withTarget ? 74 : 20), height + 62];
  const columns = listItems(sizes);
  const items = columns.flat();
  const parts = new Map(items.map((item) => [item.id, item.kind === "unit"
    ? createUnit(item, places, { end, names, isLong, select })
    : createWeight(item, places, { sizes, select })]));
  const targets = places[end].map(([x, y]) => write(x + RADIUS + 8, y + 13, "", { class: "number", "text-anchor": "start" }));
  const node = picture("network", ...box, {
    viewBox: `${-left} -2 ${box[0]} ${box[1]}`, preserveAspectRatio: "xMinYMid", role: "listbox",
    "aria-label": "The network. Arrow keys go from number to number.",
  });
  const targetNames = places[end].map(([x, y]) => write(x + RADIUS + 8, y - 11, "target", { "text-anchor": "start" }));
  const targetGroup = svg("g", { "aria-hidden": "true" }, ...targetNames, ...targets);
  node.append(
    svg("g", { "aria-hidden": "true" }, ...items.filter((item) => item.kind === "weight").map((item) => parts.get(item.id).line)),
    svg("g", { "aria-hidden": "true" }, ...createCaptions(places, height, { activation, output })), targetGroup,
    ...items.map((item) => parts.get(item.id).node));
  node.addEventListener("keydown", moveByKeys);
  let current = null;
  return { node, box, show };

  function moveByKeys(event) {
    const next = neighbour(event.key);
    if (!next) return;
    event.preventDefault();
    select(next.id);
    parts.get(next.id).node.focus();
  }

  function neighbour(key) {
    const column = columns.findIndex((list) => list.includes(current));
    const row = columns[column].indexOf(current);
    const nearest = (list) => list?.reduce((best, item) => (
      Math.abs(parts.get(item.id).y - parts.get(current.id).y)
        < Math.abs(parts.get(best.id).y - parts.get(current.id).y) ? item : best));
    return {
      ArrowUp: columns[column][row - 1], ArrowDown: columns[column][row + 1],
      ArrowLeft: nearest(columns[column - 1]), ArrowRight: nearest(columns[column + 1]),
      Home: columns[0][0], End: columns.at(-1)[0],
    }[key];
  }

  function show(state, pass) {
    current = items.find((item) => item.id === state.selected) ?? columns[2][0];
    for (const item of items) {
      const part = parts.get(item.id);
      part.show(state, pass, isPartOf(item, current, state.view));
      setAttributes(part.node, {
        tabindex: item === current ? "0" : "-1", "aria-selected": String(item === current),
        "aria-label": describeItem(pass, item, state.view),
      });
    }
    setAttributes(targetGroup, { visibility: state.target ? "visible" : "hidden" });
    state.target?.forEach((value, index) => { targets[index].textContent = writeNumber(value); });
  }
}

/** Tell whether a weight takes part in the arithmetic of what is selected. */
function isPartOf(item, current, view) {
  if (item.kind === "unit" || current.kind === "weight") return item === current;
  const outgoing = item.layer === current.layer && item.from === current.index;
  const incoming = item.layer + 1 === current.layer && item.to === current.index;
  return view === "backward" || current.layer === 0 ? outgoing || incoming : incoming;
}

function createCaptions(places, height, { activation, output }) {
  const end = places.length - 1;
  return places.flatMap(([[x]], layer) => {
    const name = layer === 0 ? "input" : layer === end ? "output" : end === 2 ? "hidden" : `hidden ${layer}`;
    const kind = layer === end ? output : activation;
    const rule = `${layer === end ? "ŷ" : "a"} = ${kind === "linear" ? "z" : `${kind}(z)`}`;
    return [write(x, height + 24, name, { class: "number" }), ...(layer ? [write(x, height + 46, rule)] : [])];
  });
}

function createItem(item, select, ...children) {
  const node = svg("g", { class: `item ${item.kind}-item`, role: "option" }, ...children);
  node.addEventListener("focus", () => select(item.id));
  node.addEventListener("click", () => { select(item.id); node.focus({ preventScroll: true }); });
  return node;
}

function createUnit(item, places, { end, names, isLong, select }) {
  const { layer, index } = item;
  const [x, y] = places[layer][index];
  const isInput = layer === 0;
  const top = write(x, isInput && isLong ? y + RADIUS + 12 : y - 13, isInput ? names[index] : "");
  const value = write(x, y + (isInput && isLong ? 0 : 12), "", { class: "number" });
  const under = write(x, y + RADIUS + 12);
  const kind = isInput ? "input-unit" : layer === end ? "output-unit" : "hidden-unit";
  const node = createItem(item, select,
    svg("circle", { cx: x, cy: y, r: RADIUS, class: `unit ${kind}` }), top, value, under);
  return { node, y, show };

  function show({ view }, { network }) {
    const letter = letterOf(network, layer);
    const a = writeNumber(network.a[layer][index]);
    if (isInput) put(value, a, 1.06);
    else if (view === "backward") {
      const delta = writeNumber(network.deltas[layer][index]);
      put(top, `${letter} ${a}`);
      put(value, `δ ${delta}`, 1.06);
      put(under, `∂b = ${delta}`, 1, 11);
    } else {
      put(top, `z ${writeNumber(network.z[layer][index])}`);
      put(value, `${letter} ${a}`, 1.06);
      put(under, `b = ${writeNumber(network.biases[layer - 1][index])}`, 1, 11);
    }
  }
}

function put(node, text, largest = 1, characters = 7.6) {
  if (node.textContent !== text) node.textContent = text;
  node.style.fontSize = `${16 * Math.min(largest, characters / text.length)}px`;
}

function createWeight(item, places, { sizes, select }) {
  const end = places[item.layer + 1][item.to];
  const label = placeLabel(end, item.from, sizes[item.layer]);
  const path = edgePath(places[item.layer][item.from], label, end);
  const shown = svg("path", { d: path, class: "edge" });
  const grip = svg("path", { d: path, class: "edge-grip" });
  const line = svg("g", {}, shown, grip);
  const ground = svg("rect", { class: "label-ground", y: label[1] - 10, height: 20, rx: 4 });
  const text = write(...label, "", { class: "number" });
  const node = createItem(item, select, ground, text);
  grip.addEventListener("click", () => node.dispatchEvent(new Event("click")));
  return { node, line, y: label[1], show };

  function show({ view }, { network }, isPart) {
    const strength = weightOf(view === "backward" ? network.weightGradients : network.weights, network, item);
    const content = writeNumber(strength);
    text.textContent = content;
    text.style.fontSize = fit(content);
    const half = Math.min(37, 4.9 * content.length + 4);
    setAttributes(ground, { x: label[0] - half, width: 2 * half });
    setAttributes(shown, {
      class: `edge ${signOf(strength)}${isPart ? "" : " aside"}`,
      "stroke-width": strength === 0 ? 1.5 : Math.min(6, 1.6 + 1.2 * Math.sqrt(Math.abs(strength))),
    });
  }
}

// --- Controls -----------------------------------------------------------------------------------

/** Return a round limit for sliders of these values: 5, 10, 20, 50, … */
export function roundLimit(values) {
  const largest = 1.5 * Math.max(...values.map(Math.abs), 1e-9);
  const power = 10 ** Math.floor(Math.log10(largest));
  return Math.max(5, [1, 2, 5, 10].map((part) => part * power).find((size) => size >= largest));
}

/**
 * A labelled slider that writes its number as the picture does. It steps by 1 where it is `whole`
 * and shows a whole number. Let go at an end, it makes room beyond.
 */
function createNumberSlider({ name = "", low, high, whole = false, onInput }) {
  const id = newId();
  const input = html("input", { id, type: "range" });
  const shown = html("span", { class: "value", "aria-hidden": "true" });
  const label = html("label", { for: id }, name);
  let limit = high;
  input.addEventListener("input", () => onInput(Number(input.value)));
  input.addEventListener("change", () => {
    const value = Number(input.value);
    if (low !== undefined || Math.abs(value) < limit || limit >= WIDEST) return;
    limit = roundLimit([value]);
    setRange(value);
  });
  const node = html("div", { class: "control" }, label, input, shown);
  return { node, input, label, show };

  function setRange(value) {
    const reach = Math.abs(value) > limit ? roundLimit([value]) : limit;
    const step = whole && Number.isInteger(value) ? 1 : reach / 100;
    setAttributes(input, {
      min: low ?? -reach, max: reach, step, "aria-valuetext": writeNumber(value),
    });
  }

  function show(value, text = name) {
    setRange(value);
    if (Number(input.value) !== value) input.value = value;
    shown.textContent = writeNumber(value);
    label.textContent = text;
  }
}

/** A slider over the learning rates; a rate between them is shown as it is. */
function createRateSlider(onInput) {
  const id = newId();
  const input = html("input", { id, type: "range", min: 0, max: LEARNING_RATES.length - 1, step: 1 });
  const shown = html("span", { class: "value", "aria-hidden": "true" });
  input.addEventListener("input", () => onInput(LEARNING_RATES[Number(input.value)]));
  const node = html("div", { class: "control" },
    html("label", { for: id }, "learning rate η"), input, shown);
  return { node, show };

  function show(rate) {
    const distance = (value) => Math.abs(Math.log(value / rate));
    const nearest = LEARNING_RATES.reduce((best, value) => (distance(value) < distance(best) ? value : best));
    input.value = LEARNING_RATES.indexOf(nearest);
    setAttributes(input, { "aria-valuetext": writeRate(rate) });
    shown.textContent = writeRate(rate);
  }
}

function writeRate(rate) {
  return rate >= 0.0001 ? String(Number(rate.toPrecision(3))) : writeNumber(rate);
}

function replaced(values, index, value) {
  return values.map((old, position) => (position === index ? value : old));
}

function createActions(model) {
  const read = () => readModel(model);
  const setParameters = (values) => change(model, { ...values, past: [], steps: 0 });
  return {
    select: (id) => { if (model.get("selected") !== id) change(model, { selected: id }); },
    look: (view) => change(model, { view }),
    setInput: (index, value) => change(model, { inputs: replaced(model.get("inputs"), index, value) }),
    setTarget: (index, value) => change(model, { target: replaced(model.get("target"), index, value) }),
    setRate: (learning_rate) => change(model, { learning_rate }),
    setWeight({ layer, from, to }, value) {
      const weights = model.get("weights");
      setParameters({ weights: replaced(weights, layer, replaced(weights[layer], from, replaced(weights[layer][from], to, value))) });
    },
    setBias({ layer, index }, value) {
      const biases = model.get("biases");
      setParameters({ biases: replaced(biases, layer - 1, replaced(biases[layer - 1], index, value)) });
    },
    step() {
      const state = read();
      const next = takeStep(state);
      if (!next) return false;
      const past = [...state.past, { weights: state.weights, biases: state.biases }];
      change(model, { ...next, past: past.slice(-MOST_STEPS_BACK), steps: state.steps + 1 });
      return true;
    },
    stepBack() {
      const { past, steps } = read();
      if (past.length) change(model, { ...past.at(-1), past: past.slice(0, -1), steps: steps - 1 });
    },
    reset: () => setParameters(model.get("start")),
    paste: (values) => setParameters(checkPastedState(values, model)),
  };
}

function readModel(model) {
  const names = [...TRAITS, "activation", "output", "loss", "input_names", "start"];
  return Object.fromEntries(names.map((name) => [name, model.get(name)]));
}

/** Sliders for the inputs and the targets. */
function createExample(state, actions) {
  const high = roundLimit(state.inputs);
  const inputs = state.input_names.map((name, index) => createNumberSlider({
    name: name.length > 3 ? name : `input ${name}`, high, whole: state.inputs.every(Number.isInteger),
    onInput: (value) => actions.setInput(index, value),
  }));
  const isProbability = state.loss === "crossentropy";
  const several = state.target?.length > 1;
  const targets = (state.target ?? []).map((_, index) => createNumberSlider({
    name: several ? `target y${"₁₂₃₄"[index]}` : "target y", low: isProbability ? 0 : undefined,
    high: isProbability ? 1 : roundLimit(state.target),
    whole: !isProbability && state.target.every(Number.isInteger),
    onInput: (value) => actions.setTarget(index, value),
  }));
  const node = html("div", { class: "example-side" }, ...[...inputs, ...targets].map((control) => control.node));
  return { node, show };

  function show(values) {
    inputs.forEach((control, index) => control.show(values.inputs[index]));
    targets.forEach((control, index) => control.show(values.target[index]));
  }
}

/** What is selected: its name, a slider for its weight or bias, and its arithmetic. */
function createSelection(state, actions) {
  const name = html("p", { class: "title" });
  const lines = html("div", { class: "lines" });
  let current = null;
  const slider = createNumberSlider({
    high: roundLimit([...state.weights.flat(2), ...state.biases.flat()]),
    onInput(value) {
      if (current.kind === "weight") actions.setWeight(current, value);
      else actions.setBias(current, value);
    },
  });
  const said = html("div", { role: "status" }, name, lines);
  const node = html("div", { class: "selection" }, said, slider.node);
  const items = listItems([state.weights[0].length, ...state.biases.map((row) => row.length)]).flat();
  let before = "";
  return { node, show };

  function show(values, pass) {
    current = items.find((item) => item.id === values.selected) ?? items[0];
    // A slider that moves tells its own value; what is newly selected or stepped is read out.
    const event = `${values.selected} ${values.view} ${values.steps}`;
    setAttributes(said, { "aria-live": before === event ? "off" : "polite" });
    before = event;
    name.textContent = nameItem(pass, current);
    lines.replaceChildren(...explain(pass, current, values.view).map(({ label, parts }) => html("p", {},
      ...(label ? [html("span", { class: "label" }, `${label}: `)] : []),
      ...parts.flatMap((part, index) => [html("span", { class: "part" }, part), index < parts.length - 1 ? " " : ""]))));
    const isInput = current.kind === "unit" && current.layer === 0;
    slider.node.hidden = isInput;
    if (isInput) return;
    if (current.kind === "weight") slider.show(values.weights[current.layer][current.from][current.to], "this weight");
    else slider.show(values.biases[current.layer - 1][current.index], "its bias b");
  }
}

/** Loss, learning rate and the buttons of gradient descent. */
function createDescent(actions) {
  const loss = html("p", { class: "loss" });
  const message = html("p", { class: "steps", role: "status" });
  const rate = createRateSlider(actions.setRate);
  const step = createButton("One step", () => {
    if (!actions.step()) message.textContent = "Not taken: a weight would pass a million. Lower the learning rate.";
  }, { title: "One step of gradient descent" });
  const back = createButton("Step back", actions.stepBack);
  const reset = createButton("Reset", actions.reset);
  const node = html("div", { class: "descent-side" }, loss, rate.node,
    html("div", { class: "buttons" }, step, back, reset), message);
  return { node, show };

  function show(state, pass) {
    const withTarget = state.target !== null;
    for (const part of [loss, rate.node, step, back, message]) part.hidden = !withTarget;
    if (!withTarget) return;
    loss.textContent = writeLoss(pass);
    rate.show(state.learning_rate);
    // A disabled button would lose the focus of those who hold it.
    setAttributes(back, { "aria-disabled": state.past.length ? false : "true" });
    const previous = state.past.length ? lossWith(state, state.past.at(-1)) : null;
    message.textContent = previous === null ? writeSteps(0) : writeSteps(state.steps, previous, pass.lossValue);
  }
}

function createViews(actions) {
  const buttons = ["forward", "backward"].map((view) => createButton(
    view === "forward" ? "Forward" : "Backward", () => actions.look(view)));
  const node = html("div", { class: "buttons views", role: "group", "aria-label": "Pass" }, ...buttons);
  return { node, show };

  function show({ target, view }) {
    node.hidden = target === null;
    buttons.forEach((button, index) => setAttributes(button, {
      "aria-pressed": String(view === ["forward", "backward"][index]),
    }));
  }
}

/** Say what stands where, and what colour and dashes mean. */
function createLegend() {
  const meaning = html("span");
  const sample = (kind) => svg("svg", { viewBox: "0 0 36 10", class: "dash", "aria-hidden": "true" },
    svg("path", { d: "M0 5 H36", class: `edge ${kind}`, "stroke-width": 3 }));
  const signs = Object.entries({ positive: "> 0", negative: "< 0", zero: "= 0" })
    .map(([kind, words]) => html("span", {}, sample(kind), words));
  return {
    node: html("p", { class: "legend" }, meaning, html("span", { class: "signs" }, ...signs)),
    show({ view }) {
      meaning.textContent = view === "backward"
        ? "On a line ∂L/∂w, in a unit δ = ∂L/∂z, under it ∂L/∂b."
        : "On a line weight w, in a unit weighted sum z, under it bias b.";
    },
  };
}

function render({ model, el }) {
  const release = prepare(el);
  const actions = createActions(model);
  const start = readModel(model);
  const { network } = computePass(start);
  const { sizes } = network;
  const { activation, output } = start;
  const diagram = createDiagram({ sizes, names: start.input_names, activation, output,
    withTarget: start.target !== null, select: actions.select });
  const legend = createLegend();
  const views = createViews(actions);
  const parts = [diagram, legend, views, createExample(start, actions), createSelection(start, actions), createDescent(actions)];
  const [, , , example, selection, descent] = parts;
  const state = createStateField(model, STATE, actions.paste);
  diagram.node.style.minWidth = `${(0.62 * diagram.box[0]) / 16}em`;
  const side = html("div", { class: "picture-side", style: `flex-basis: ${(0.72 * diagram.box[0]) / 16}em` },
    html("div", { class: "scroll" }, diagram.node), legend.node, example.node);
  el.replaceChildren(html("div", { class: "network-pass" }, side,
    html("div", { class: "panel" }, views.node, selection.node, descent.node, state.node)));
  const unfollow = follow(model, TRAITS, () => {
    const values = readModel(model);
    const pass = computePass(values);
    parts.forEach((part) => part.show(values, pass));
    state.show();
  });
  return () => { unfollow(); release(); };
}

export default { render };
