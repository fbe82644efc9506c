// The playground's controls: native inputs with labels. A control only tells the session what is
// wished for; `show()` gives it the value that is true then.

import { createButton, html, newId, setAttributes, svg } from "./common.js";
import {
  createData, DEFAULTS, LEARNING_RATES, PENALTY_RATES, RANGES, StateError,
} from "./playground_model.js";
import { dataSetsFor, SPEEDS } from "./playground_session.js";

const TITLES = {
  circle: "circle", xor: "XOR", gaussians: "gaussians", spiral: "spiral", moons: "moons",
  plane: "plane", hills: "hills", own: "own points",
};
const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200];
const PENALTIES = { none: "none", l1: "L1", l2: "L2", both: "L1 and L2" };
const REGRESSION_PENS = [-1, -0.5, 0, 0.5, 1];

/** A labelled slider with its value: { node, show(value, text) }. */
function createRange({ name, low, high, step, unit = "", onInput }) {
  const id = newId();
  const input = html("input", { id, type: "range", min: low, max: high, step });
  const shown = html("span", { class: "value", "aria-hidden": "true" });
  input.addEventListener("input", () => onInput(Number(input.value)));
  const node = html("div", { class: "field" },
    html("div", { class: "field-head" }, html("label", { for: id }, name), shown), input);
  function show(value) {
    const text = `${value}${unit}`;
    if (Number(input.value) !== value) input.value = value;
    setAttributes(input, { "aria-valuetext": text });
    shown.textContent = text;
  }
  return { node, show };
}

/** A labelled drop-down of { value: text }; a value that it lacks is added when it is shown. */
function createChoice({ name, choices, onChange, kind = "" }) {
  const id = newId();
  const toOption = ([value, text]) => html("option", { value }, text);
  const select = html("select", { id }, ...choices.map(toOption));
  select.addEventListener("change", () => onChange(select.value));
  const node = html("div", { class: `field ${kind}` }, html("label", { for: id }, name), select);
  function show(value) {
    const text = String(value);
    if (![...select.options].some((option) => option.value === text)) select.append(toOption([text, text]));
    if (select.value !== text) select.value = text;
  }
  return { node, show, select };
}

/** A tick box with its name. */
export function createTick(name, onChange) {
  const id = newId();
  const box = html("input", { id, type: "checkbox" });
  box.addEventListener("change", () => onChange(box.checked));
  const node = html("span", { class: "tick" }, box, html("label", { for: id }, name));
  return { node, show: (value) => { box.checked = value; } };
}

/** Buttons and hyper-parameters above the pictures. */
export function createBar(session, hidden) {
  const play = createButton("", () => session.play(), { class: "play" });
  const step = createButton("One step", () => session.step(), { title: "Train on one mini-batch" });
  const epoch = createButton("One epoch", () => session.epoch(), { title: "Train on every example once" });
  const reset = createButton("Reset", () => session.reset(), {
    title: "Back to untrained weights of this seed",
  });
  const buttons = { play, step, epoch, reset };
  const shownButtons = Object.keys(buttons).filter((name) => !hidden.has(name)).map((name) => buttons[name]);
  const [epochs, steps] = [html("b"), html("b")];
  const counter = html("p", { class: "counter" },
    html("span", {}, "epoch"), epochs, html("span", {}, "step"), steps);
  const fields = createFields(session);
  const shownFields = Object.keys(fields).filter((name) => !hidden.has(name)).map((name) => fields[name]);
  const node = html("div", { class: "control-bar" },
    html("div", { class: "transport" }, ...shownButtons, counter),
    html("div", { class: "fields" }, ...shownFields.flatMap((field) => field.nodes)));
  return { node, show, count };

  function show() {
    play.replaceChildren(createSign(session.playing), session.playing ? "Pause" : "Play");
    for (const field of shownFields) field.show(session.run.settings);
    count();
  }

  function count() {
    epochs.textContent = session.run.epoch.toLocaleString("en");
    steps.textContent = session.run.steps.toLocaleString("en");
  }
}

function createSign(isPlaying) {
  const shape = isPlaying ? "M3 2h4v12H3zM9 2h4v12H9z" : "M4 1.5v13L14 8z";
  return svg("svg", { viewBox: "0 0 16 16", class: "sign", "aria-hidden": "true" }, svg("path", { d: shape }));
}

function createFields(session) {
  const learningRate = createChoice({
    name: "learning rate", kind: "wide", choices: sortedTexts(LEARNING_RATES),
    onChange: (text) => session.set({ learningRate: LEARNING_RATES[text] }),
  });
  const activation = createChoice({
    name: "activation", choices: ["relu", "tanh", "sigmoid", "linear"].map((name) => [name, name]),
    onChange: (name) => session.set({ activation: name }),
  });
  const speed = createChoice({
    name: "speed", kind: "widest",
    choices: Object.entries(SPEEDS).map(([key, { text }]) => [key, text]),
    onChange: (name) => session.updateView({ speed: name }),
  });
  return {
    learning_rate: {
      nodes: [learningRate.node],
      show: (settings) => learningRate.show(textOf(settings.learningRate, LEARNING_RATES)),
    },
    activation: { nodes: [activation.node], show: (settings) => activation.show(settings.activation) },
    regularisation: createPenaltyField(session),
    speed: { nodes: [speed.node], show: () => speed.show(session.speed) },
  };
}

/** Return rates as choices, smallest first: objects bring keys such as "1" to the front. */
function sortedTexts(rates) {
  return Object.keys(rates).sort((a, b) => rates[a] - rates[b]).map((text) => [text, text]);
}

function textOf(rate, rates) {
  return Object.keys(rates).find((text) => rates[text] === rate) ?? String(rate);
}

/** Kind and rate of the penalty; the rate that was chosen last is kept while there is none. */
function createPenaltyField(session) {
  let lastRate = 0.003;
  const { 0: none, ...rates } = PENALTY_RATES;
  const apply = (kind) => {
    const [l1, l2] = { none: [0, 0], l1: [lastRate, 0], l2: [0, lastRate], both: [lastRate, lastRate] }[kind];
    session.set({ l1, l2 });
  };
  const kind = createChoice({
    name: "regularisation", kind: "wide", choices: Object.entries(PENALTIES), onChange: apply,
  });
  const rate = createChoice({
    name: "its rate", choices: sortedTexts(rates),
    onChange: (text) => { lastRate = rates[text]; apply(kind.select.value); },
  });
  function show({ l1, l2 }) {
    const name = l1 && l2 ? "both" : l1 ? "l1" : l2 ? "l2" : "none";
    lastRate = l1 || l2 || lastRate;
    kind.show(name);
    rate.show(textOf(lastRate, rates));
    rate.select.disabled = name === "none";
  }
  return { nodes: [kind.node, rate.node], show };
}

/** Problem, data set, noise, numbers of examples, seed; the pen for own points. */
export function createDataPanel(session, hidden) {
  const problem = createChoice({
    name: "problem", choices: [["classification", "classification"], ["regression", "regression"]],
    onChange: (name) => session.set(changeProblem(session.run.settings, name)),
  });
  const data = createDataChoice(session);
  const pen = createPen(session);
  const range = (name, field, step, unit) => createRange({
    name, low: RANGES[field][0], high: RANGES[field][1], step, unit,
    onInput: (value) => session.set({ [field]: value }),
  });
  const ranges = {
    noise: range("noise", "noise", 5, " %"),
    examples: range("examples", "examples", 20, ""),
    test_share: range("test share", "testShare", 5, " %"),
  };
  const batch = createChoice({
    name: "batch size",
    choices: [...BATCH_SIZES.map((size) => [String(size), String(size)]), [String(RANGES.batchSize[1]), "all"]],
    onChange: (text) => session.set({ batchSize: Number(text) }),
  });
  const seed = createSeed(session);
  const isShown = (name) => !hidden.has(name);
  const main = [["problem", problem.node], ["data", data.node], ["drawing", pen.node],
    ["noise", ranges.noise.node], ["examples", ranges.examples.node], ["batch_size", batch.node]];
  const more = [["test_share", ranges.test_share.node], ["seed", seed.node]];
  const pick = (entries) => entries.filter(([name]) => isShown(name)).map(([, part]) => part);
  const advanced = html("details", { class: "more" },
    html("summary", {}, "Test share and seed"), ...pick(more));
  const node = html("div", { class: "data-panel" }, ...pick(main), ...(pick(more).length ? [advanced] : []));
  return { node, show, paint: data.paint };

  function show() {
    const { settings } = session.run;
    const isOwn = settings.data === "own";
    problem.show(settings.problem);
    data.show(settings);
    pen.show(settings);
    pen.node.hidden = !isOwn;
    ranges.noise.node.hidden = isOwn;
    ranges.examples.node.hidden = isOwn;
    ranges.noise.show(settings.noise);
    ranges.examples.show(settings.examples);
    ranges.test_share.show(settings.testShare);
    batch.show(settings.batchSize);
    seed.show(settings.seed);
  }
}

/** Change the problem; own points keep their places, and their sides as far as that goes. */
function changeProblem({ data, own }, problem) {
  if (data !== "own") return { problem, data: dataSetsFor(problem)[0] };
  const convert = problem === "regression" ? (target) => 2 * target - 1 : (target) => (target > 0 ? 1 : 0);
  return { problem, own: own && { points: own.points, targets: Array.from(own.targets, convert) } };
}

/** Radio buttons with a small picture of each data set. */
function createDataChoice(session) {
  const group = newId();
  const kinds = ["classification", "regression"].map((problem) => [problem, dataSetsFor(problem).map((name) => {
    const id = newId();
    const input = html("input", { type: "radio", id, name: `${group}-${problem}`, value: name });
    const canvas = html("canvas", { width: 56, height: 56, "aria-hidden": "true" });
    input.addEventListener("change", () => {
      session.set(name === "own" ? { data: name } : { data: name, problem, own: null });
    });
    const label = html("label", { class: "data-choice", for: id }, input, canvas, TITLES[name]);
    return { name, problem, input, canvas, node: label };
  })]);
  const choices = kinds.flatMap(([, list]) => list);
  const node = html("fieldset", { class: "data-sets" }, html("legend", {}, "data"),
    ...choices.map((choice) => choice.node));
  return {
    node,
    show({ data, problem }) {
      for (const choice of choices) {
        choice.node.hidden = choice.problem !== problem;
        choice.input.checked = choice.name === data && choice.problem === problem;
      }
    },
    paint(palette) { for (const choice of choices) paintPreview(choice, palette); },
  };
}

function paintPreview({ name, problem, canvas }, palette) {
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.clearRect(0, 0, 56, 56);
  const { points, targets } = name === "own"
    ? { points: [[-3, 2], [-1, 3.4], [2.4, -1], [3.4, 1.4], [1, -3.4]], targets: [0, 0, 1, 1, 1] }
    : createData({ ...DEFAULTS, data: name, problem, examples: 140 });
  points.forEach(([x1, x2], index) => {
    const [x, y] = [28 + x1 * 4.4, 28 - x2 * 4.4];
    const share = problem === "regression" && name !== "own" ? targets[index] : 2 * targets[index] - 1;
    brush.globalAlpha = 0.35 + 0.65 * Math.min(1, Math.abs(share));
    brush.fillStyle = share > 0 ? palette.positive : palette.negative;
    const size = name === "own" ? 3.6 : 1.9;
    if (share > 0) brush.fillRect(x - size, y - size, 2 * size, 2 * size);
    else {
      brush.beginPath();
      brush.arc(x, y, size * 1.15, 0, 2 * Math.PI);
      brush.fill();
    }
  });
  brush.globalAlpha = 1;
}

/** What a click into the plane does with own points: put one of a class, remove, choose. */
function createPen(session) {
  const group = newId();
  const make = (pen, text, kind = "") => {
    const id = newId();
    const input = html("input", { type: "radio", id, name: group });
    input.addEventListener("change", () => session.choosePen(pen));
    return { pen, input, kind, node: html("label", { class: "pen", for: id }, input, html("span", {}, text)) };
  };
  const pens = [
    make(0, "● class 0", "classification"), make(1, "■ class 1", "classification"),
    ...REGRESSION_PENS.map((value) => make(value, String(value).replace("-", "−"), "regression")),
    make("remove", "remove"), make("choose", "choose example"),
  ];
  const clear = createButton("Clear points", () => session.clearPoints());
  const count = html("p", { class: "quiet" });
  const node = html("div", { class: "drawing" },
    html("fieldset", { class: "pens" }, html("legend", {}, "a click in the plane"),
      ...pens.map((pen) => pen.node)),
    html("div", { class: "buttons" }, clear), count);
  return {
    node,
    show({ problem, own }) {
      for (const pen of pens) {
        pen.node.hidden = pen.kind !== "" && pen.kind !== problem;
        pen.input.checked = pen.pen === session.pen && !pen.node.hidden;
      }
      const number = own?.points.length ?? 0;
      clear.disabled = number === 0;
      count.textContent = number === 0 ? "No points yet: draw some into the plane." : `${number} points`;
    },
  };
}

function createSeed(session) {
  const id = newId();
  const [low, high] = RANGES.seed;
  const input = html("input", { id, type: "number", min: low, max: high, step: 1 });
  input.addEventListener("change", () => {
    const value = Math.round(Number(input.value));
    if (input.value !== "" && value >= low && value <= high) session.set({ seed: value });
    else input.value = session.run.settings.seed;
  });
  const button = createButton("New seed", () => session.newSeed());
  const node = html("div", { class: "field seed" }, html("label", { for: id }, "seed"), input, button);
  function show(value) {
    if (Number(input.value) !== value || input.value === "") input.value = value;
  }
  return { node, show };
}

/** The state as one line, to copy and to paste. */
export function createStateLine(session) {
  const id = newId();
  const field = html("input", {
    id, type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off",
  });
  const answer = html("span", { role: "status", class: "answer" });
  field.addEventListener("focus", () => field.select());
  field.addEventListener("change", () => {
    try {
      session.load(field.value.trim());
      answer.textContent = "taken over";
      session.updateView({});
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      answer.textContent = error.message;
    }
  });
  const copy = createButton("Copy", () => copyText());
  const node = html("details", { class: "state-line" }, html("summary", {}, "Copy or paste the state"),
    html("div", { class: "state-row" }, html("label", { for: id }, "State"), field, copy), answer);
  node.addEventListener("toggle", () => {
    if (document.activeElement === field) return; // the event comes late: somebody may be typing
    answer.textContent = "";
    show();
  });
  return { node, show };

  function show() {
    if (!node.open || document.activeElement === field || session.isCatchingUp) return;
    field.value = session.run.state();
  }

  async function copyText() {
    field.value = session.run.state();
    try {
      await navigator.clipboard.writeText(field.value);
      answer.textContent = "copied";
    } catch {
      field.select();
      answer.textContent = "selected: copy it with Ctrl+C (⌘C)";
    }
  }
}
