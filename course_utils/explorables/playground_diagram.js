// The network as a diagram: every unit a small picture of what it answers over the plane, every
// weight an edge with width, colour and dashes. Units and edges are made once and then reused, so
// that a button keeps the keyboard's focus while the network changes under it.

import { createButton, html, newId, setAttributes, svg } from "./common.js";
import { FEATURES } from "./playground_model.js";
import { createSmallMap, paintUnit, smallGrid, writeNumber } from "./playground_pictures.js";

const MOST_LAYERS = 6;
const MOST_UNITS = 8;
const FIRST = 20; // where the columns of units begin and end, in percent of the width
const LAST = 95;
const NEAR_ZERO = 0.02; // a smaller weight is drawn as none, a faint dotted line
const ROW = 2.7; // em from one unit to the next
const FEWEST_ROWS = 3;
const MOST_LAYERS_WITH_NUMBERS = 3; // with more, the numbers on the edges would overlap

/**
 * Draw features, layers and output; tell `on` of what is wished for.
 *
 * `on` has select(layer, unit, isWanted), changeUnits(layer, units), changeLayers(count) and
 * changeFeature(name, isOn); `features` are pairs of a name and its text.
 */
export function createDiagram({ features, hidden, on }) {
  const edges = svg("svg", {
    class: "edges", preserveAspectRatio: "none", "aria-hidden": "true",
  });
  const numbers = html("div", { class: "edge-numbers", "aria-hidden": "true" });
  const field = html("div", {
    class: "units", role: "group",
    "aria-label": "Units: arrow keys go from one to the next, Enter shows the numbers of one",
  }, edges);
  const featureHead = html("div", { class: "head", style: `left: ${FIRST}%` },
    html("span", { class: "unit-count" }, "features"));
  const heads = html("div", { class: "heads" }, featureHead);
  const layerCount = html("output", {});
  const layerButtons = createStepper("hidden layer", "Remove a hidden layer", "Add a hidden layer",
    (step) => on.changeLayers(shape.hidden.length + step));
  const layers = html("div", { class: "layer-count" }, layerCount, layerButtons.node);
  const node = html("div", { class: "diagram" }, layers, html("div", { class: "network" }, heads, field));

  const inputs = features.map(([name, text], index) => createInput(name, text, index));
  const columns = Array.from({ length: MOST_LAYERS + 1 }, (_, index) => createColumn(index));
  field.append(numbers);
  const paths = [];
  let shape = { features: [], hidden: [], key: "" };
  let focus = [1, 0]; // the unit that Tab reaches
  let height = 0; // of the units, in em
  let turn = 0;
  return { node, build, paint, paintFeatures, showEdges, mark };

  function createStepper(name, less, more, step) {
    const minus = createButton("−", () => isAllowed(minus) && step(-1), { "aria-label": less, title: less });
    const plus = createButton("+", () => isAllowed(plus) && step(1), { "aria-label": more, title: more });
    return { node: html("span", { class: "stepper" }, minus, plus), minus, plus };
  }

  function createUnit(label) {
    const map = createSmallMap();
    const button = html("button", {
      type: "button", class: "unit", "aria-label": label, "aria-pressed": "false",
    }, map.node);
    return { button, map };
  }

  function createInput(name, text, index) {
    const id = newId();
    const unit = createUnit(`feature ${text}`);
    const box = html("input", { type: "checkbox", id });
    box.addEventListener("change", () => {
      on.changeFeature(name, box.checked);
      box.checked = shape.features.includes(name); // the last one stays
    });
    const label = hidden.has("features")
      ? html("span", { class: "feature" }, text)
      : html("label", { class: "feature", for: id }, box, text);
    listen(unit.button, () => [0, shape.features.indexOf(name)]);
    unit.button.tabIndex = -1;
    field.append(label, unit.button);
    return { name, text, label, box, index, ...unit };
  }

  function createColumn(index) {
    const count = html("span", { class: "unit-count" });
    const stepper = createStepper("unit", `Remove a unit from layer ${index + 1}`,
      `Add a unit to layer ${index + 1}`, (step) => on.changeUnits(index, shape.hidden[index] + step));
    const head = html("div", { class: "head" }, count);
    if (!hidden.has("layers")) head.append(stepper.node);
    heads.append(head);
    const units = Array.from({ length: MOST_UNITS }, (_, unit) => {
      const made = createUnit("");
      listen(made.button, () => [index + 1, unit]);
      field.append(made.button);
      return made;
    });
    return { head, count, stepper, units };
  }

  /** Lay out features (names that are on) and hidden layers (units of each). */
  function build(features, hiddenLayers) {
    const key = `${features}/${hiddenLayers}`;
    if (key === shape.key) return;
    shape = { features, hidden: hiddenLayers, key };
    const depth = hiddenLayers.length;
    setHeight();
    layerCount.textContent = depth === 1 ? "1 hidden layer" : `${depth} hidden layers`;
    layerButtons.node.hidden = hidden.has("layers");
    allow(layerButtons.minus, depth > 0);
    allow(layerButtons.plus, depth < MOST_LAYERS);
    layInputs();
    columns.forEach((column, index) => layColumn(column, index, depth));
    connect();
    if (!unitAt(...focus)) focus = [1, 0];
    moveFocus(...focus);
  }

  /** Keep room for what can be added, so that nothing jumps; where nothing can, take less. */
  function setHeight() {
    const isFixed = hidden.has("features") && hidden.has("layers");
    const rows = isFixed ? Math.max(FEWEST_ROWS, shape.features.length, ...shape.hidden) : MOST_UNITS;
    height = rows * ROW;
    field.style.height = `${height}em`;
    edges.style.height = `${height}em`;
    setAttributes(edges, { viewBox: `0 0 100 ${10 * height}` });
  }

  function layInputs() {
    const shown = hidden.has("features") ? inputs.filter(({ name }) => shape.features.includes(name)) : inputs;
    for (const input of inputs) {
      const isOn = shape.features.includes(input.name);
      const row = shown.indexOf(input);
      input.label.hidden = row < 0;
      input.button.hidden = row < 0;
      input.box.checked = isOn;
      input.button.classList.toggle("off", !isOn);
      input.button.disabled = !isOn;
      input.height = rowHeight(row, shown.length);
      place(input.button, FIRST, input.height);
      input.label.style.top = `${(100 * input.height) / height}%`;
    }
  }

  function layColumn(column, index, depth) {
    const isOutput = index === depth;
    const count = isOutput ? 1 : shape.hidden[index] ?? 0;
    column.head.hidden = count === 0;
    column.head.style.left = `${columnX(index + 1)}%`;
    column.count.textContent = isOutput ? "output" : depth > MOST_LAYERS_WITH_NUMBERS + 1 ? count
      : count === 1 ? "1 unit" : `${count} units`;
    column.stepper.node.hidden = isOutput;
    allow(column.stepper.minus, count > 1);
    allow(column.stepper.plus, count < MOST_UNITS);
    column.units.forEach((unit, row) => {
      unit.button.hidden = row >= count;
      if (row >= count) return;
      unit.height = rowHeight(row, count);
      unit.name = isOutput ? "output" : `layer ${index + 1}, unit ${row + 1}`;
      unit.button.classList.toggle("output", isOutput);
      place(unit.button, columnX(index + 1), unit.height);
    });
  }

  function columnX(layer) {
    return FIRST + ((LAST - FIRST) * layer) / (shape.hidden.length + 1);
  }

  function rowHeight(row, count) {
    return height / 2 + (row - (count - 1) / 2) * ROW;
  }

  function place(button, x, y) {
    button.style.left = `${x}%`;
    button.style.top = `${(100 * y) / height}%`;
  }

  /** Return the parts of a unit of a layer of the network; layer 0 holds the features. */
  function unitAt(layer, unit) {
    if (layer === 0) return inputs.find(({ name }) => name === shape.features[unit]);
    const count = layer === shape.hidden.length + 1 ? 1 : shape.hidden[layer - 1] ?? 0;
    return unit < count ? columns[layer - 1].units[unit] : undefined;
  }

  function sizeOf(layer) {
    if (layer === 0) return shape.features.length;
    return layer > shape.hidden.length ? 1 : shape.hidden[layer - 1];
  }

  function connect() {
    let used = 0;
    for (let layer = 0; layer <= shape.hidden.length; layer += 1) {
      const [x1, x2] = [columnX(layer), columnX(layer + 1)];
      for (let from = 0; from < sizeOf(layer); from += 1) {
        for (let to = 0; to < sizeOf(layer + 1); to += 1, used += 1) {
          const edge = paths[used] ??= { node: edges.appendChild(svg("path")), look: "" };
          const [y1, y2] = [unitAt(layer, from).height * 10, unitAt(layer + 1, to).height * 10];
          const bend = 0.45 * (x2 - x1);
          setAttributes(edge.node, { d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` });
        }
      }
    }
    for (const edge of paths.splice(used)) edge.node.remove();
  }

  /** Give every edge the look of its weight; write the numbers at those that lead to `selected`. */
  function showEdges(network, selected) {
    let index = 0;
    const [chosenLayer, chosenUnit] = selected ?? [];
    network.weights.forEach((weights, layer) => {
      const units = network.sizes[layer + 1];
      weights.forEach((weight, place) => {
        const isChosen = layer + 1 === chosenLayer && place % units === chosenUnit;
        const edge = paths[index];
        index += 1;
        const width = Math.min(7, 0.6 + 1.7 * Math.abs(weight)).toFixed(1);
        const sign = Math.abs(weight) < NEAR_ZERO ? "zero" : weight > 0 ? "positive" : "negative";
        const look = `${width} ${sign} ${isChosen}`;
        if (!edge || edge.look === look) return;
        edge.look = look;
        setAttributes(edge.node, { class: `edge ${sign}${isChosen ? " chosen" : ""}`, "stroke-width": width });
      });
    });
    showNumbers(network, selected);
  }

  function showNumbers(network, selected) {
    const [layer, unit] = selected ?? [];
    const isRoomy = layer > 0 && shape.hidden.length <= MOST_LAYERS_WITH_NUMBERS;
    const count = isRoomy ? sizeOf(layer - 1) : 0;
    while (numbers.childElementCount > count) numbers.lastChild.remove();
    while (numbers.childElementCount < count) numbers.append(html("span"));
    for (let from = 0; from < count; from += 1) {
      const label = numbers.children[from];
      const weight = network.weights[layer - 1][from * network.sizes[layer] + unit];
      const text = shortNumber(weight);
      if (label.textContent !== text) label.textContent = text;
      place(label, columnX(layer - 1), unitAt(layer - 1, from).height);
    }
  }

  /** Mark the selected unit and dead ones ("layer/unit", of hidden layers). */
  function mark(selected, dead) {
    const all = [[0, inputs.filter(({ name }) => shape.features.includes(name))],
      ...columns.slice(0, shape.hidden.length + 1).map(({ units }, index) => [
        index + 1, units.slice(0, sizeOf(index + 1))])];
    for (const [layer, units] of all) {
      units.forEach((unit, row) => {
        const isChosen = selected !== null && layer === selected[0] && unit === unitAt(...selected);
        const isDead = dead.has(`${layer}/${row}`);
        const name = layer === 0 ? `feature ${unit.text}` : unit.name;
        const look = `${name} ${isChosen} ${isDead}`;
        if (unit.look === look) return;
        unit.look = look;
        setAttributes(unit.button, {
          "aria-pressed": String(isChosen),
          "aria-label": `${name}${isDead ? ", dead: 0 for every example" : ""}`,
        });
        unit.button.classList.toggle("dead", isDead);
      });
    }
    if (selected && String(selected) !== String(focus) && unitAt(...selected)) moveFocus(...selected);
  }

  /** Paint the pictures of hidden units and output, or, with `share` > 1, of every share-th in turns. */
  function paint({ values, side, network, palette, steps, share = 1 }) {
    turn += 1;
    let count = 0;
    values.forEach((units, layer) => {
      if (layer === 0) return; // features do not change
      const kind = layer + 1 === values.length ? network.output : network.activation;
      units.forEach((picture, unit) => {
        count += 1;
        if ((count + turn) % share === 0) {
          paintUnit(unitAt(layer, unit).map, picture, side, kind, palette.ramp, steps);
        }
      });
    });
  }

  /** Paint the pictures of the features, also of those that are switched off. */
  function paintFeatures(palette, steps) {
    const { side, points } = smallGrid();
    for (const { name, map } of inputs) {
      const values = points.map(([x1, x2]) => FEATURES[name](x1, x2));
      paintUnit(map, values, side, "linear", palette.ramp, steps);
    }
  }

  function listen(button, place) {
    button.addEventListener("click", () => on.select(...place(), true));
    button.addEventListener("keydown", (event) => {
      const [layer, unit] = place();
      const next = {
        ArrowUp: [layer, unit - 1], ArrowDown: [layer, unit + 1],
        ArrowLeft: [layer - 1, unit], ArrowRight: [layer + 1, unit],
      }[event.key];
      if (!next) return;
      event.preventDefault();
      if (next[0] < 0 || next[0] > shape.hidden.length + 1) return;
      next[1] = Math.min(Math.max(next[1], 0), sizeOf(next[0]) - 1);
      moveFocus(...next);
      unitAt(...next).button.focus();
      on.select(...next, false);
    });
  }

  function moveFocus(layer, unit) {
    for (const { button } of [...inputs, ...columns.flatMap(({ units }) => units)]) button.tabIndex = -1;
    focus = [layer, unit];
    const found = unitAt(layer, unit);
    if (found) found.button.tabIndex = 0;
  }
}

/** A button that must keep the focus is never disabled, only said to be. */
function allow(button, isPossible) {
  setAttributes(button, { "aria-disabled": String(!isPossible) });
}

function isAllowed(button) {
  return button.getAttribute("aria-disabled") !== "true";
}

function shortNumber(number) {
  const size = Math.abs(number);
  if (size >= 100 || (size > 0 && size < 0.005)) return writeNumber(number);
  return `${number < 0 ? "−" : ""}${size.toFixed(2)}`;
}
