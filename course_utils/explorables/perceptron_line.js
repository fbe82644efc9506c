// A perceptron with two inputs: points to drag, the line on sliders, the learning rule by steps.

import {
  change, createButton, createSlider, createStateField, equals, follow, format, html, inBrackets,
  niceTicks, picture, prepare, setAttributes, svg,
} from "./common.js";

export const MOST_STEPS = 100;
const MILLISECONDS_PER_STEP = 80;
const SIDE = 336;
const [LEFT, RIGHT, TOP, BOTTOM] = [42, 328, 24, 310];
const STATE = ["points", "labels", "weights", "bias"];

/** Return the weighted sum of a point. */
export function score(weights, bias, point) {
  return weights[0] * point[0] + weights[1] * point[1] + bias;
}

/** Return the predicted class: 1 where the weighted sum is at least 0. */
export function predict(weights, bias, point) {
  return score(weights, bias, point) >= 0 ? 1 : 0;
}

/** Tell for each point whether it is on the wrong side. */
export function findErrors(points, labels, weights, bias) {
  return points.map((point, index) => predict(weights, bias, point) !== labels[index]);
}

/** Apply the rule w ← w + (y − ŷ)x to the next wrong example from `position` on; null if none. */
export function learningStep({ points, labels, weights, bias, position }) {
  const wrong = findErrors(points, labels, weights, bias);
  for (let offset = 0; offset < points.length; offset += 1) {
    const index = (position + offset) % points.length;
    if (!wrong[index]) continue;
    const difference = labels[index] - predict(weights, bias, points[index]);
    return {
      index,
      weights: weights.map((weight, axis) => weight + difference * points[index][axis]),
      bias: bias + difference,
      position: (index + 1) % points.length,
    };
  }
  return null;
}

/** Return the part of the square, a polygon, where the weighted sum is at least 0. */
export function positiveSide(weights, bias, [low, high]) {
  const corners = [[low, low], [high, low], [high, high], [low, high]];
  const polygon = [];
  corners.forEach((corner, index) => {
    const next = corners[(index + 1) % 4];
    const [here, there] = [score(weights, bias, corner), score(weights, bias, next)];
    if (here >= 0) polygon.push(corner);
    if ((here >= 0) !== (there >= 0)) polygon.push(between(corner, next, here / (here - there)));
  });
  return polygon;
}

/** Return the two ends of the line inside the square, or null where it does not cross it. */
export function lineEnds(weights, bias, [low, high]) {
  if (weights[0] === 0 && weights[1] === 0) return null;
  const corners = [[low, low], [high, low], [high, high], [low, high]];
  const ends = [];
  corners.forEach((corner, index) => {
    const next = corners[(index + 1) % 4];
    const [here, there] = [score(weights, bias, corner), score(weights, bias, next)];
    if ((here >= 0) !== (there >= 0)) ends.push(between(corner, next, here / (here - there)));
  });
  return ends.length === 2 ? ends : null;
}

function between(start, end, share) {
  return start.map((value, axis) => value + share * (end[axis] - value));
}

/** Write out what a learning step did, `last` being the state before it. */
export function describeStep({ point, label, weights, bias, index }) {
  const z = score(weights, bias, point);
  const guess = predict(weights, bias, point);
  const difference = format(label - guess).replace(".0", "");
  const factor = difference.startsWith("−") ? `(${difference})` : difference;
  const update = (name, old, input) => {
    const next = old + (label - guess) * input;
    const term = input === 1 && name === "b" ? factor : `${factor} × ${inBrackets(input)}`;
    return `${name} ← ${format(old)} + ${term} ${equals(next)} ${format(next)}`;
  };
  const terms = point.map((x, axis) => `${inBrackets(weights[axis])} × ${inBrackets(x)}`);
  return [
    `Example ${index + 1} is wrong: z = ${terms.join(" + ")} + ${inBrackets(bias)} `
      + `${equals(z)} ${format(z)}, so ŷ = ${guess}, but y = ${label}.`,
    `y − ŷ = ${difference}:`,
    update("w₁", weights[0], point[0]),
    update("w₂", weights[1], point[1]),
    update("b", bias, 1),
  ];
}

/** Say where the rule stands after a run. */
export function describeRun(steps, errors) {
  if (errors === 0) return `Done after ${steps} steps in all: no errors left, nothing to correct.`;
  const noun = errors === 1 ? "1 error" : `${errors} errors`;
  return `Stopped after ${MOST_STEPS} more steps, still ${noun}. If no straight line separates the `
    + "classes (XOR), the rule goes on for ever.";
}

/** Write numbers of a formula: "0.5 x₁ − 1.0 x₂ + 0.25". */
export function describeLine(weights, bias) {
  const [first, second, last] = [...weights, bias].map(format);
  const add = (text) => (text.startsWith("−") ? ` − ${text.slice(1)}` : ` + ${text}`);
  return `z = ${first} x₁${add(second)} x₂${add(last)}`;
}

function readModel(model) {
  const names = [...STATE, "position", "steps", "limits", "last_step", "start", "message"];
  return Object.fromEntries(names.map((name) => [name, model.get(name)]));
}

/** Return the shape of a class: a circle for 0, a square for 1, as in the course's figures. */
function createMarker(label, size) {
  const shape = label === 1
    ? svg("rect", { x: -size, y: -size, width: 2 * size, height: 2 * size })
    : svg("circle", { r: size * 1.1 });
  return setAttributes(shape, { class: `marker class-${label}` });
}

/** Draw the square with line, side, arrow and points; `move(index, point)` is told of a drag. */
function createPlot(move) {
  const node = picture("plane", SIDE, SIDE, { role: "group" });
  const side = svg("polygon", { class: "side" });
  const line = svg("line", { class: "line" });
  const arrow = svg("path", { class: "arrow" });
  const arrowName = svg("text", { class: "number halo arrow-name" }, "w");
  const axes = svg("g", { class: "axes" });
  const points = svg("g");
  node.append(side, axes, line, arrow, points, arrowName);
  let limits = [0, 1];
  let marks = [];
  let active = 0;
  let grip = [0, 0]; // from the pointer to the middle of the point that it holds
  const toX = (value) => LEFT + ((value - limits[0]) / (limits[1] - limits[0])) * (RIGHT - LEFT);
  const toY = (value) => BOTTOM - ((value - limits[0]) / (limits[1] - limits[0])) * (BOTTOM - TOP);
  return { node, show };

  function show(state, wrong) {
    const isNew = state.limits.join() !== limits.join() || axes.childElementCount === 0;
    limits = state.limits;
    if (isNew) drawAxes();
    if (marks.map((mark) => mark.label).join() !== state.labels.join()) createMarks(state.labels);
    const corners = positiveSide(state.weights, state.bias, limits);
    setAttributes(side, { points: corners.map(([x, y]) => `${toX(x)},${toY(y)}`).join(" ") });
    drawLine(state);
    marks.forEach((mark, index) => drawMark(mark, index, state, wrong[index]));
    const errors = wrong.filter(Boolean).length;
    setAttributes(node, {
      "aria-label": `Plane of x₁ and x₂ with ${marks.length} examples, ${errors} on the wrong side `
        + `of the line ${describeLine(state.weights, state.bias)} = 0`,
    });
  }

  function drawAxes() {
    const ticks = niceTicks(limits[0], limits[1], 5);
    const text = (number) => String(number).replace("-", "−");
    const tickText = (x, y, anchor, value, kind = "") => svg(
      "text", { x, y, "text-anchor": anchor, class: kind }, value);
    axes.replaceChildren(
      svg("path", { d: `M${LEFT} ${TOP} V${BOTTOM} H${RIGHT}` }),
      svg("path", { class: "zero", d: zeroLines() }),
      ...ticks.map((tick) => svg("path", { d: `M${toX(tick)} ${BOTTOM} v5 M${LEFT} ${toY(tick)} h-5` })),
      ...ticks.map((tick) => tickText(toX(tick), BOTTOM + 20, "middle", text(tick))),
      ...ticks.map((tick) => tickText(LEFT - 8, toY(tick) + 5, "end", text(tick))),
      tickText(RIGHT + 4, BOTTOM - 6, "end", "x₁", "halo"), tickText(LEFT, TOP - 8, "middle", "x₂"),
    );
  }

  function zeroLines() {
    if (limits[0] >= 0 || limits[1] <= 0) return "";
    return `M${LEFT} ${toY(0)} H${RIGHT} M${toX(0)} ${TOP} V${BOTTOM}`;
  }

  function drawLine({ weights, bias }) {
    const ends = lineEnds(weights, bias, limits);
    for (const part of [line, arrow, arrowName]) {
      setAttributes(part, { visibility: ends ? "visible" : "hidden" });
    }
    if (!ends) return;
    const [[x1, y1], [x2, y2]] = ends;
    setAttributes(line, { x1: toX(x1), y1: toY(y1), x2: toX(x2), y2: toY(y2) });
    drawArrow(weights, (toX(x1) + toX(x2)) / 2, (toY(y1) + toY(y2)) / 2);
  }

  /** The arrow starts in the middle of the line; its length is |w| where that fits. */
  function drawArrow(weights, x, y) {
    const norm = Math.hypot(...weights);
    const unit = (RIGHT - LEFT) / (limits[1] - limits[0]);
    const length = Math.min(90, Math.max(24, norm * unit));
    const [dx, dy] = [weights[0] / norm, -weights[1] / norm];
    const tip = [x + length * dx, y + length * dy];
    const wing = (turn) => `${tip[0] - 13 * dx + turn * 7 * dy} ${tip[1] - 13 * dy - turn * 7 * dx}`;
    setAttributes(arrow, {
      d: `M${x} ${y} L${tip.join(" ")} M${wing(1)} L${tip.join(" ")} L${wing(-1)}`,
    });
    setAttributes(arrowName, {
      x: x + (length / 2) * dx - 14 * dy, y: y + (length / 2) * dy + 14 * dx + 5, "text-anchor": "middle",
    });
  }

  function createMarks(labels) {
    active = Math.min(active, labels.length - 1);
    marks = labels.map((label, index) => {
      const group = svg("g", { class: "example", role: "button", "aria-roledescription": "movable example" },
        svg("circle", { r: 17, class: "ring" }), createMarker(label, 8));
      listen(group, index);
      return { group, label, point: [0, 0] };
    });
    points.replaceChildren(...marks.map((mark) => mark.group));
  }

  function drawMark(mark, index, state, isWrong) {
    mark.point = state.points[index];
    const [x, y] = mark.point;
    const isLast = state.last_step?.index === index;
    setAttributes(mark.group, {
      class: `example${isWrong ? " wrong" : ""}${isLast ? " last" : ""}`,
      transform: `translate(${toX(x)} ${toY(y)})`, tabindex: index === active ? 0 : -1,
      "aria-label": `example ${index + 1}, class ${mark.label}, at ${format(x)}, ${format(y)}, `
        + `${isWrong ? "wrong side" : "right side"}`,
    });
  }

  /** One example can be reached by Tab; Page Up and Page Down go on to the others. */
  function select(index) {
    active = (index + marks.length) % marks.length;
    marks.forEach((mark, other) => setAttributes(mark.group, { tabindex: other === active ? 0 : -1 }));
  }

  function listen(group, index) {
    group.addEventListener("keydown", (event) => {
      const step = keyStep();
      const directions = {
        ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
      };
      const goTo = { PageDown: index + 1, PageUp: index - 1, Home: 0, End: marks.length - 1 }[event.key];
      if (goTo !== undefined) {
        select(goTo);
        marks[active].group.focus();
      } else if (directions[event.key]) {
        place(index, marks[index].point.map((value, axis) => value + directions[event.key][axis]));
      } else return;
      event.preventDefault();
    });
    group.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      select(index);
      group.focus({ preventScroll: true });
      group.setPointerCapture(event.pointerId);
      const pointer = pointAt(event);
      grip = marks[index].point.map((value, axis) => value - pointer[axis]);
    });
    group.addEventListener("pointermove", (event) => {
      if (!group.hasPointerCapture(event.pointerId)) return;
      place(index, pointAt(event).map((value, axis) => value + grip[axis]));
    });
  }

  /** Return the point under the pointer, also where a slide is scaled. */
  function pointAt(event) {
    const box = node.getBoundingClientRect();
    const scale = limits[1] - limits[0];
    return [
      limits[0] + ((((event.clientX - box.left) / box.width) * SIDE - LEFT) / (RIGHT - LEFT)) * scale,
      limits[0] + ((BOTTOM - ((event.clientY - box.top) / box.height) * SIDE) / (BOTTOM - TOP)) * scale,
    ];
  }

  function keyStep() {
    return niceTicks(limits[0], limits[1], 40)[1] - niceTicks(limits[0], limits[1], 40)[0];
  }

  function place(index, point) {
    const round = (value) => Math.round(clamp(value, limits[0], limits[1]) * 100) / 100;
    move(index, point.map(round));
  }
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** Draw the two shapes with their meaning. */
function createLegend() {
  const sample = (...shapes) => svg("svg", { viewBox: "-17 -17 34 34", class: "sample", "aria-hidden": "true" },
    ...shapes);
  const wrong = svg("g", { class: "example wrong" }, svg("circle", { r: 15, class: "ring" }));
  const positive = svg("rect", { class: "side", x: -17, y: -12, width: 34, height: 24 });
  return html("p", { class: "legend" },
    html("span", {}, sample(createMarker(1, 10)), "class 1"),
    html("span", {}, sample(createMarker(0, 10)), "class 0"),
    html("span", {}, sample(wrong), "wrong"),
    html("span", {}, sample(positive), "ŷ = 1"));
}

/** Take over a pasted state; say in an Error what is wrong with it. */
export function checkState(values) {
  const isNumber = (value) => Number.isFinite(value);
  const isPair = (value) => Array.isArray(value) && value.length === 2 && value.every(isNumber);
  const { points, labels, weights, bias } = values ?? {};
  if (!Array.isArray(points) || !points.length || !points.every(isPair)) {
    throw new Error("points must be pairs of numbers");
  }
  const areLabels = Array.isArray(labels) && labels.every((label) => label === 0 || label === 1);
  if (!areLabels || labels.length !== points.length) throw new Error("each point needs a label, 0 or 1");
  if (!isPair(weights) || !isNumber(bias)) throw new Error("two weights and one bias are needed");
  return { points, labels, weights, bias };
}

/** Return a square, low and high, that holds all points with a margin. */
export function squareAround(points) {
  const values = points.flat();
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(0.25 * (high - low), 0.5);
  return [Math.floor((low - margin) * 2) / 2, Math.ceil((high + margin) * 2) / 2];
}

function createActions(model) {
  let timer = null;
  const clear = { last_step: {}, message: "" };

  function step() {
    const state = readModel(model);
    const next = learningStep(state);
    if (!next) return false;
    const { index } = next;
    change(model, {
      last_step: {
        index, point: state.points[index], label: state.labels[index],
        weights: state.weights, bias: state.bias,
      },
      weights: next.weights, bias: next.bias, position: next.position, steps: state.steps + 1, message: "",
    });
    return true;
  }

  function finish() {
    stop();
    const { points, labels, weights, bias, steps } = readModel(model);
    const errors = findErrors(points, labels, weights, bias).filter(Boolean).length;
    change(model, { message: describeRun(steps, errors), last_step: {} });
  }

  function stop() {
    clearInterval(timer);
    timer = null;
  }

  function run(onEnd) {
    const last = model.get("steps") + MOST_STEPS;
    const next = () => model.get("steps") < last && step();
    const end = () => { finish(); onEnd(); };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (next());
      end();
    } else timer = setInterval(() => { if (!next()) end(); }, MILLISECONDS_PER_STEP);
  }

  return {
    step: () => step() || finish(),
    run,
    stop,
    isRunning: () => timer !== null,
    set: (values) => change(model, { ...values, ...clear }),
    reset() {
      stop();
      change(model, { ...model.get("start"), position: 0, steps: 0, ...clear });
    },
  };
}

function createControls(actions, model) {
  const slider = (name, onInput) => createSlider({ name, limit: 5, step: 0.05, onInput });
  const weight = (index) => slider(index ? "weight w₂" : "weight w₁", (value) => {
    actions.set({ weights: model.get("weights").map((old, axis) => (axis === index ? value : old)) });
  });
  const sliders = [weight(0), weight(1), slider("bias b", (value) => actions.set({ bias: value }))];
  const once = createButton("One learning step", () => actions.step());
  const many = createButton("", () => {
    if (actions.isRunning()) actions.stop();
    else actions.run(nameButtons);
    nameButtons();
  });
  const reset = createButton("Reset", () => { actions.reset(); nameButtons(); });
  nameButtons();
  const node = html("div", {}, ...sliders.map((control) => control.node),
    html("div", { class: "buttons" }, once, many, reset));
  return { node, show };

  function nameButtons() {
    many.textContent = actions.isRunning() ? "Stop" : `Run ${MOST_STEPS} steps`;
  }

  function show({ weights, bias }) {
    [...weights, bias].forEach((value, index) => sliders[index].show(value));
  }
}

function describeState(state) {
  if (state.message) return [state.message];
  if (state.last_step?.point) return describeStep(state.last_step);
  return ["Move a slider, drag an example (or Tab to it: arrow keys move it, Page Down goes to the "
    + "next one), or let the perceptron learn."];
}

function render({ model, el }) {
  const release = prepare(el);
  const actions = createActions(model);
  const plot = createPlot((index, point) => actions.set({
    points: model.get("points").map((old, other) => (other === index ? point : old)),
  }));
  const controls = createControls(actions, model);
  const formula = html("p", { class: "formula" });
  const count = html("p", { class: "errors" });
  const message = html("div", { class: "message", role: "status" });
  const state = createStateField(model, STATE, (values) => {
    const checked = checkState(values);
    actions.set({ ...checked, limits: squareAround(checked.points), position: 0, steps: 0 });
  });
  el.replaceChildren(html("div", { class: "perceptron" },
    html("div", { class: "plane-side" }, plot.node, createLegend()),
    html("div", { class: "control-side" }, formula, controls.node, count, message, state.node)));
  let said = "";
  const unfollow = follow(model, [...STATE, "limits", "last_step", "message", "steps"], () => {
    const values = readModel(model);
    if (values.points.length !== values.labels.length) return; // the other half is on its way
    const wrong = findErrors(values.points, values.labels, values.weights, values.bias);
    plot.show(values, wrong);
    controls.show(values);
    formula.textContent = describeLine(values.weights, values.bias);
    count.textContent = `Errors: ${wrong.filter(Boolean).length} of ${wrong.length}`
      + `  ·  learning steps: ${values.steps}`;
    setAttributes(message, { "aria-live": actions.isRunning() ? "off" : "polite" });
    const words = describeState(values);
    if (said !== words.join()) message.replaceChildren(...words.map((text) => html("p", {}, text)));
    said = words.join();
    state.show();
  });
  return () => { actions.stop(); unfollow(); release(); };
}

export default { render };
