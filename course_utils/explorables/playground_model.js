// The playground without its pixels: data sets, features, settings as one line of text, training.
// playground_model.py computes the same in NumPy, bit for bit.
//
// SETTINGS, an object; `DEFAULTS` holds what a field is unless said otherwise:
//   data          one of Object.keys(DATA_SETS): circle, xor, gaussians, spiral, moons (classes
//                 0 and 1), plane, hills (targets −1…1), own
//   problem       "classification" or "regression"; free for "own" only, else that of the data
//   noise         0…50 (per cent); examples 20…1000; testShare 10…50 (per cent); seed 0…9999
//   features      a list of FEATURES' names, at least one, in the order of FEATURES
//   hidden        units of each hidden layer: up to 6 numbers of 1…8; [] for none
//   activation    relu, tanh, sigmoid, linear; learningRate one of LEARNING_RATES; l1 and l2 each
//                 one of PENALTY_RATES; batchSize 1…1000
//   own           null, or { points: [[x1, x2], …], targets: […] } where data is "own"
//   steps, epoch, used, weights: where a run stands (below); leave them out to start anew
//
// STATE, one line such as "pg1;data=xor;hidden=4;seed=3;steps=1200;end": what differs from
// DEFAULTS, in ASCII without quotes, backslashes, spaces and angle brackets.
//   readState(text, own)     → settings; throws StateError, whose message tells a person what was
//                              expected, what came and what to do (plain text, never markup)
//   writeState(settings)     → text; throws StateError where a field is out of its range
//   `steps` mini-batches are trained again when a run is made from the settings. Where the run
//   followed its settings not all the way (see `replayable`) or is long, the line also holds the
//   weights (float32), `epoch` and `used`. Up to 200 own points are in the line; more stay in
//   Python, the line holds their number and checksum, and `own` must hand them over.
//
// OWN DATA: checkOwnData(points, targets, problem) → own, rounded to 1/300 (targets 1/2000);
//   throws StateError. roundOwnData(own) only rounds, for points that a hand puts down one by one.
//
// RUN: createRun(settings) → run, checked as writeState does; the network starts untrained, and
//   if settings.steps > 0 `run.catchUp(milliseconds)` trains up to there, in portions; it returns
//   whether it is done. Without portions: `while (!run.catchUp(12)) await nextFrame();`
//   run.settings             as given, filled up; changes only through `update`
//   run.network              engine.js' network; its first layer is the features
//   run.loss                 "crossentropy" or "mse"
//   run.train, run.test      { points: [[x1, x2], …], inputs: [Float64Array of features, …],
//                            targets: Float64Array }
//   run.steps, run.epoch, run.used    mini-batches so far, whole epochs, examples of this epoch
//   run.diverged             null, or { step, message }: then nothing trains any more
//   run.replayable           whether settings and steps alone lead to these weights
//   run.trainStep()          one mini-batch; returns whether it trained (no: diverged, no examples)
//   run.trainEpoch()         to the end of this epoch; returns the same
//   run.update(settings)     new learningRate, l1, l2, batchSize or activation, weights kept
//   run.setWeight(layer, from, to, value), run.setBias(layer, to, value)    by hand, ±1,000,000
//   run.evaluate()           { trainLoss, testLoss, penalty, trainAccuracy, testAccuracy }: losses
//                            without the penalty; null without examples; accuracies null in
//                            regression. Computed once per state of the weights
//   run.gradients()          fills the network's gradients with those of the mean loss over all
//                            training examples plus penalty; returns { weights, biases }
//   run.nextBatch()          indices into run.train of the mini-batch that trainStep takes next
//   run.deadUnits()          [[hidden layer from 1, unit from 1], …]: ReLU units that are 0 for all
//                            training examples
//   run.history              { epochs: [], train: [], test: [] }, at most 512 entries: where it
//                            is full every second one goes
//   run.predict(x1, x2)      the output there (probability of class 1, or value)
//   run.version              grows with each change of the weights
//   run.state()              the line for this moment
//
// LISTS for controls: DATA_SETS, PROBLEMS, FEATURES, LEARNING_RATES and PENALTY_RATES ({ text:
//   number }), RANGES ({ name: [low, high] }), DEFAULTS, REACH (6).
//
// PICTURES: createPictures(run, resolution) → pictures; pictures.update() computes all units on a
//   grid over −6…6 in one go; pictures.layers[layer][unit] is a Float32Array of resolution², rows
//   from x2 = 6 down, each from x1 = −6 on (layer 0: the features; the last: the output).

import {
  ACTIVATIONS, activate, computeGradients, createNetwork, createRandom, decay, forward, initialize,
  LARGEST_WEIGHT, outputLoss, penalty, sine, trainStep,
} from "./engine.js";

export const REACH = 6; // coordinates go from −6 to 6
export const DATA_SETS = { // `spread`: how far noise of 100 % moves an example
  circle: { problem: "classification", spread: 2, place: placeInCircle },
  xor: { problem: "classification", spread: 2, place: placeInQuadrants },
  gaussians: { problem: "classification", spread: 4, place: placeInClouds },
  spiral: { problem: "classification", spread: 1, place: placeOnSpiral },
  moons: { problem: "classification", spread: 2, place: placeOnMoons },
  plane: { problem: "regression", spread: 4, place: placeOnPlane },
  hills: { problem: "regression", spread: 4, place: placeOnHills },
  own: { problem: null },
};
export const PROBLEMS = ["classification", "regression"];
export const FEATURES = {
  "x1": (x1) => x1,
  "x2": (x1, x2) => x2,
  "x1^2": (x1) => x1 * x1,
  "x2^2": (x1, x2) => x2 * x2,
  "x1x2": (x1, x2) => x1 * x2,
  "sin(x1)": (x1) => sine(x1),
  "sin(x2)": (x1, x2) => sine(x2),
};
export const LEARNING_RATES = {
  "0.00001": 0.00001, "0.0001": 0.0001, "0.001": 0.001, "0.003": 0.003, "0.01": 0.01,
  "0.03": 0.03, "0.1": 0.1, "0.3": 0.3, "1": 1, "3": 3, "10": 10,
};
export const PENALTY_RATES = {
  "0": 0, "0.001": 0.001, "0.003": 0.003, "0.01": 0.01, "0.03": 0.03, "0.1": 0.1, "0.3": 0.3,
  "1": 1, "3": 3, "10": 10,
};
export const DEFAULTS = {
  data: "circle", problem: "classification", noise: 0, examples: 500, testShare: 50, seed: 1,
  features: ["x1", "x2"], hidden: [4, 2], activation: "tanh", learningRate: 0.03, l1: 0, l2: 0,
  batchSize: 10, own: null, steps: 0, epoch: 0, used: 0, weights: null,
};
export const RANGES = {
  noise: [0, 50], examples: [20, 1000], testShare: [10, 50], seed: [0, 9999], units: [1, 8],
  hiddenLayers: [0, 6], batchSize: [1, 2000],
};
export const MOST_OWN_POINTS = 2000;
export const MOST_POINTS_IN_STATE = 200;
export const LONGEST_STATE = 5000;
// What a state may ask to be trained again; beyond it the line carries the weights.
const MOST_STEPS = 50000;
const MOST_WORK = 5e8; // steps × examples in a mini-batch × weights
const LARGEST_COUNT = 999999999;
const LONGEST_HISTORY = 512;
// Each of these draws from numbers of its own, so that more noise moves the same examples.
const STREAMS = { places: 0, noise: 1, split: 2, weights: 3, order: 4 };

/** A state or own data that cannot be taken; `message` is a sentence for the person. */
export class StateError extends Error {}

// --- Data -----------------------------------------------------------------------------------

function createStream(seed, name) {
  return createRandom(seed * 8 + STREAMS[name]);
}

/** Return { points, targets } of a data set: places and targets first, then noise moves them. */
export function createData(settings) {
  if (settings.data === "own") return settings.own ?? { points: [], targets: [] };
  const { place, spread } = DATA_SETS[settings.data];
  const places = createStream(settings.seed, "places");
  const noise = createStream(settings.seed, "noise");
  const deviation = (spread * settings.noise) / 100;
  const move = (value) => clamp(value + deviation * noise.normal(), -REACH, REACH);
  const points = [];
  const targets = [];
  for (let index = 0; index < settings.examples; index += 1) {
    const [x1, x2, target] = place(index, places);
    const [first, second] = [move(x1), move(x2)];
    points.push([first, second]);
    targets.push(target);
  }
  return { points, targets };
}

function clamp(value, low, high) {
  return value < low ? low : value > high ? high : value;
}

function polar(radius, angle) {
  return [radius * sine(angle), radius * sine(angle + Math.PI / 2)];
}

// Where example `index` stands without noise, and its target: [x1, x2, target].

function placeInCircle(index, random) {
  const inside = index % 2 === 0;
  const share = random.uniform();
  const radius = inside ? 2.5 * share : 3.5 + 1.5 * share;
  return [...polar(radius, 2 * Math.PI * random.uniform()), inside ? 1 : 0];
}

function placeInQuadrants(index, random) {
  const [right, up] = [index % 2 === 0, index % 4 < 2];
  const [x1, x2] = [0.3 + 4.7 * random.uniform(), 0.3 + 4.7 * random.uniform()];
  return [right ? x1 : -x1, up ? x2 : -x2, right === up ? 0 : 1];
}

function placeInClouds(index, random) {
  const middle = index % 2 === 0 ? 2 : -2;
  const [x1, x2] = [middle + 0.7 * random.normal(), middle + 0.7 * random.normal()];
  return [x1, x2, index % 2 === 0 ? 1 : 0];
}

function placeOnSpiral(index, random) {
  const along = Math.sqrt(random.uniform());
  const start = index % 2 === 0 ? 0 : Math.PI;
  return [...polar(0.4 + 4.6 * along, 3.5 * Math.PI * along + start), index % 2 === 0 ? 1 : 0];
}

function placeOnMoons(index, random) {
  const [x, y] = polar(1, Math.PI * (random.uniform() - 0.5)); // half a circle, y at least 0
  return index % 2 === 0
    ? [3.2 * (x - 0.5), 3.2 * (y - 0.25), 0]
    : [3.2 * (0.5 - x), 3.2 * (0.25 - y), 1];
}

function placeOnPlane(index, random) {
  const [x1, x2] = [10 * random.uniform() - 5, 10 * random.uniform() - 5];
  return [x1, x2, (x1 + x2) / 10];
}

function placeOnHills(index, random) {
  const [x1, x2] = [10 * random.uniform() - 5, 10 * random.uniform() - 5];
  const hill = (a, b) => decay(((x1 - a) * (x1 - a) + (x2 - b) * (x2 - b)) / 4);
  const height = hill(0, 0) + hill(3.5, -3.5) + hill(-3.5, 3.5) - hill(3.5, 3.5)
    - hill(-3.5, -3.5);
  return [x1, x2, clamp(height, -1, 1)];
}

/** Return { train, test }, each { points, inputs, targets }: a random share is for the test. */
function splitData(settings) {
  const { points, targets } = createData(settings);
  const order = createStream(settings.seed, "split").shuffle([...points.keys()]);
  const tested = countTest(points.length, settings.testShare);
  const take = (indices) => ({
    points: indices.map((index) => points[index]),
    inputs: indices.map((index) => toInputs(settings.features, points[index])),
    targets: Float64Array.from(indices, (index) => targets[index]),
  });
  return { train: take(order.slice(tested)), test: take(order.slice(0, tested)) };
}

/** Return how many of `count` examples are for the test; one at least is for training. */
function countTest(count, share) {
  return Math.max(0, Math.min(Math.floor((count * share) / 100 + 0.5), count - 1));
}

/** Return the features of a point, as the network takes them. */
export function toInputs(features, [x1, x2]) {
  return Float64Array.from(features, (name) => FEATURES[name](x1, x2));
}

// --- Own data -------------------------------------------------------------------------------

/** Return own data, rounded, or say in a StateError what is wrong with them. */
export function checkOwnData(points, targets, problem = "classification") {
  const isPair = (point) => point?.length === 2 && typeof point !== "string";
  if (!points?.length || typeof points === "string" || ![...points].every(isPair)) {
    throw new StateError("Own points must be rows of two numbers, x1 and x2: shape (n, 2).");
  }
  if (points.length > MOST_OWN_POINTS) {
    throw new StateError(`The playground takes up to ${MOST_OWN_POINTS} own points, got `
      + `${points.length}. Take a random sample: chosen = np.random.default_rng(0).choice(`
      + `${points.length}, ${MOST_OWN_POINTS}, replace=False); points[chosen], labels[chosen].`);
  }
  if (targets?.length !== points.length || typeof targets === "string") {
    throw new StateError(`Expected ${points.length} labels, one for each point, got `
      + `${targets?.length === undefined ? "none" : targets.length}.`);
  }
  checkFinite(points.map((point) => [...point]), "points");
  checkFinite([...targets].map((target) => [target]), "labels");
  checkReach(points);
  checkTargets([...targets], problem);
  return roundOwnData({ points, targets });
}

function checkFinite(rows, name) {
  const isWrong = (row) => !row.every((value) => Number.isFinite(value));
  const wrong = rows.filter(isWrong).length;
  if (wrong === 0) return;
  throw new StateError(`${wrong} of ${rows.length} ${name} are missing or infinite (NaN, inf), the `
    + `first in row ${rows.findIndex(isWrong)}. Leave those rows out: `
    + "keep = np.isfinite(points).all(axis=1) & np.isfinite(labels).");
}

function checkReach(points) {
  const isOutside = (point) => [...point].some((value) => Math.abs(value) > REACH);
  const outside = points.filter(isOutside).length;
  if (outside === 0) return;
  throw new StateError(`${outside} of ${points.length} points lie outside −6…6, the first in row `
    + `${points.findIndex(isOutside)}. Scale each column: `
    + "points = 10 * (points - points.min(axis=0)) / np.ptp(points, axis=0) - 5.");
}

function checkTargets(targets, problem) {
  if (problem === "regression") {
    const row = targets.findIndex((target) => Math.abs(target) > 1);
    if (row < 0) return;
    throw new StateError(`Targets of a regression must lie in −1…1; row ${row} does not. Scale `
      + "them: targets = 2 * (targets - targets.min()) / np.ptp(targets) - 1.");
  }
  const row = targets.findIndex((target) => target !== 0 && target !== 1);
  if (row >= 0) {
    throw new StateError(`Labels must be 0 or 1; row ${row} has another value. For targets that `
      + 'are numbers take problem="regression".');
  }
  if (new Set(targets).size < 2) {
    throw new StateError(`All ${targets.length} labels are ${targets[0]}: there is only one class, `
      + "so nothing to tell apart. Add points of the other class.");
  }
}

/** Round own data to what a state can hold: coordinates to 1/300, targets to 1/2000. */
export function roundOwnData({ points, targets }) {
  const toCoordinate = (value) => (roundHalfUp(clamp(value, -REACH, REACH) * 300)) / 300;
  return {
    points: Array.from(points, (point) => [toCoordinate(point[0]), toCoordinate(point[1])]),
    targets: Array.from(targets, (target) => roundHalfUp(clamp(target, -1, 1) * 2000) / 2000),
  };
}

function roundHalfUp(value) {
  return Math.floor(value + 0.5);
}

// --- State ----------------------------------------------------------------------------------

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// One row for each key of a state, in the order in which they are written.
const FIELDS = [
  { key: "data", name: "data", read: readChoice(Object.keys(DATA_SETS)) },
  { key: "problem", name: "problem", read: readChoice(PROBLEMS) },
  { key: "noise", name: "noise", read: readWhole(...RANGES.noise) },
  { key: "examples", name: "examples", read: readWhole(...RANGES.examples) },
  { key: "test", name: "testShare", read: readWhole(...RANGES.testShare) },
  { key: "seed", name: "seed", read: readWhole(...RANGES.seed) },
  { key: "features", name: "features", read: readFeatures, write: (names) => names.join(",") },
  { key: "hidden", name: "hidden", read: readHidden, write: (units) => units.join(",") || "none" },
  { key: "activation", name: "activation", read: readChoice(Object.keys(ACTIVATIONS).sort()) },
  { key: "rate", name: "learningRate", ...rateField(LEARNING_RATES) },
  { key: "l1", name: "l1", ...rateField(PENALTY_RATES) },
  { key: "l2", name: "l2", ...rateField(PENALTY_RATES) },
  { key: "batch", name: "batchSize", read: readWhole(...RANGES.batchSize) },
  { key: "points", name: "own", read: readPoints, write: writePoints },
  { key: "steps", name: "steps", read: readWhole(0, LARGEST_COUNT) },
  { key: "epoch", name: "epoch", read: readWhole(0, LARGEST_COUNT) },
  { key: "used", name: "used", read: readWhole(0, MOST_OWN_POINTS) },
  { key: "weights", name: "weights", read: readWeights, write: writeWeights },
];

function readChoice(choices) {
  return (text, key) => {
    if (choices.includes(text)) return text;
    throw refuse(`${key} must be one of ${choices.join(", ")}; got ${quote(text)}.`);
  };
}

function readWhole(low, high) {
  return (text, key) => {
    const number = /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : NaN;
    if (number >= low && number <= high) return number;
    throw refuse(`${key} must be a whole number from ${low} to ${high}; got ${quote(text)}.`);
  };
}

function rateField(rates) {
  const choose = readChoice(Object.keys(rates).sort((one, other) => rates[one] - rates[other]));
  const write = (value) => Object.keys(rates).find((name) => rates[name] === value) ?? `${value}`;
  return { read: (text, key) => rates[choose(text, key)], write };
}

function readFeatures(text) {
  const known = Object.keys(FEATURES);
  const names = text.split(",");
  if (names.every((name) => known.includes(name)) && new Set(names).size === names.length) {
    return known.filter((name) => names.includes(name));
  }
  throw refuse(`features must be some of ${known.join(", ")}, each once; got ${quote(text)}.`);
}

function readHidden(text) {
  if (text === "none") return [];
  if (/^[1-8](,[1-8]){0,5}$/.test(text)) return text.split(",").map(Number);
  throw refuse('hidden must be "none" or the units of up to 6 layers, each from 1 to 8, such as '
    + `4,2; got ${quote(text)}.`);
}

/** Read own points: three numbers each, two letters a number. */
function readPoints(text) {
  const inPython = /^python\.([1-9][0-9]{0,3})\.([0-9a-f]{8})$/.exec(text);
  if (inPython) return { count: Number(inPython[1]), checksum: inPython[2] };
  const count = text.length / 6;
  if (!/^([A-Za-z0-9_-]{6})*$/.test(text) || count > MOST_POINTS_IN_STATE) {
    throw refuse(`points are damaged: expected 6 letters for each of up to ${MOST_POINTS_IN_STATE} `
      + `points; got ${quote(text)}.`);
  }
  const own = { points: [], targets: [] };
  for (let start = 0; start < text.length; start += 6) {
    const [x1, x2, target] = [0, 2, 4].map((offset) => (
      64 * LETTERS.indexOf(text[start + offset]) + LETTERS.indexOf(text[start + offset + 1])));
    if (x1 > 600 * REACH || x2 > 600 * REACH || target > 4000) {
      throw refuse(`points are damaged: point ${start / 6 + 1} lies outside −6…6, or its target `
        + "outside −1…1.");
    }
    own.points.push([(x1 - 300 * REACH) / 300, (x2 - 300 * REACH) / 300]);
    own.targets.push((target - 2000) / 2000);
  }
  return own;
}

function writePoints(own) {
  const text = encodePoints(own);
  const count = own.points.length;
  return count > MOST_POINTS_IN_STATE ? `python.${count}.${findChecksum(text)}` : text;
}

function encodePoints({ points, targets }) {
  const pair = (number) => LETTERS[Math.floor(number / 64)] + LETTERS[number % 64];
  const coordinate = (value) => pair(roundHalfUp(value * 300) + 300 * REACH);
  return points.map(([x1, x2], index) => coordinate(x1) + coordinate(x2)
    + pair(roundHalfUp(targets[index] * 2000) + 2000)).join("");
}

/** Return eight hexadecimal digits that differ where texts differ (FNV-1a, 32 bits). */
function findChecksum(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Read numbers of 32 bits, the lowest byte first, as base64 for addresses without filling. */
function readWeights(text) {
  const damaged = "weights are damaged: expected whole numbers of 32 bits in base64";
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) {
    throw refuse(`${damaged}; got ${quote(text)}.`);
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  if (bytes.length % 4 !== 0) throw refuse(`${damaged}; got ${quote(text)}.`);
  const view = new DataView(bytes.buffer);
  const weights = Array.from({ length: bytes.length / 4 }, (_, n) => view.getFloat32(4 * n, true));
  if (!weights.every((weight) => Math.abs(weight) <= LARGEST_WEIGHT)) {
    throw refuse("weights are damaged: one of them is beyond ±1000000 or no number.");
  }
  if (writeWeights(weights) !== text) throw refuse(`${damaged}; got ${quote(text)}.`);
  return weights;
}

function writeWeights(weights) {
  const view = new DataView(new ArrayBuffer(4 * weights.length));
  weights.forEach((weight, index) => view.setFloat32(4 * index, weight, true));
  const binary = String.fromCharCode(...new Uint8Array(view.buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function refuse(problem) {
  return new StateError(`This state cannot be read: ${problem} Copy the whole line again.`);
}

/** Return the start of a text in quotes, in printable ASCII, to show it in a message. */
function quote(text) {
  const letters = Array.from(text.slice(0, 100));
  const shown = letters.slice(0, 30).map((letter) => (/^[ -~]$/.test(letter) ? letter : "?"));
  return `“${shown.join("")}${letters.length > 30 ? "…" : ""}”`;
}

/** Return the settings that a state holds, or say in a StateError why it cannot be read. */
export function readState(text, own = null) {
  const settings = { ...DEFAULTS };
  const seen = new Set();
  for (const part of splitState(text)) {
    const [key, ...rest] = part.split("=");
    const field = FIELDS.find((other) => other.key === key);
    if (rest.length !== 1) {
      throw refuse(`expected key=value between two semicolons, got ${quote(part)}.`);
    }
    if (!field) {
      throw refuse(`${quote(key)} is not a key; known are `
        + `${FIELDS.map((other) => other.key).join(", ")}.`);
    }
    if (seen.has(key)) throw refuse(`${key} is there twice.`);
    seen.add(key);
    settings[field.name] = field.read(rest[0], key);
  }
  checkProblem(settings, seen);
  settings.own = settings.data === "own" ? findOwn(settings, own) : null;
  checkProgress(settings, seen);
  return settings;
}

/** Return the key=value parts of a state, without the marks of its begin and end. */
function splitState(text) {
  const expected = "expected a line that begins with pg1; and ends with ;end";
  if (typeof text !== "string") throw refuse(`${expected}, got something that is not text.`);
  const whole = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  if (whole === "") throw refuse(`${expected}, got nothing.`);
  const version = /^(pg[1-9][0-9]{0,5})(;|$)/.exec(whole)?.[1];
  if (version && version !== "pg1") {
    throw new StateError(`This state cannot be read: it begins with ${version}, so a newer `
      + "playground wrote it, and this one reads pg1. Update the course, then try again.");
  }
  if (!whole.startsWith("pg1;") && !"pg1;".startsWith(whole)) {
    throw refuse(`${expected}, got ${quote(whole)}.`);
  }
  const strange = /[^A-Za-z0-9;=,.^()_-]/u.exec(whole);
  if (strange) {
    const code = strange[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw refuse(`a state has no such character as U+${code} (place ${strange.index + 1}).`);
  }
  if (whole.length > LONGEST_STATE) {
    throw refuse(`it is longer than ${LONGEST_STATE} characters.`);
  }
  if (!whole.endsWith(";end")) {
    throw refuse(`it is cut off: expected ;end at its end, got ${quote(whole.slice(-12))}.`);
  }
  return whole === "pg1;end" ? [] : whole.slice(4, -4).split(";");
}

function checkProblem(settings, seen) {
  const { problem } = DATA_SETS[settings.data];
  if (problem && seen.has("problem") && settings.problem !== problem) {
    throw refuse(`data=${settings.data} is for ${problem}, not for ${settings.problem}.`);
  }
  settings.problem = problem ?? settings.problem;
  if (problem && seen.has("points")) throw refuse("points go with data=own only.");
}

/** Return the own data of a state: those in it, or those that it says are in Python. */
function findOwn(settings, given) {
  const own = settings.own ?? { points: [], targets: [] };
  if (own.checksum) {
    const needs = `its ${own.count} own points are not in the line but in Python`;
    if (own.count > MOST_OWN_POINTS || own.count <= MOST_POINTS_IN_STATE) {
      throw refuse(`points are damaged: expected 201 to 2000 points in Python, got ${own.count}.`);
    }
    if (!given) {
      throw new StateError(`This state cannot be read here: ${needs}. Hand the same points and `
        + "labels over with it.");
    }
    if (writePoints(given) !== `python.${own.count}.${own.checksum}`) {
      throw new StateError(`This state cannot be read here: ${needs}, and the points given are `
        + "others. Hand the same points and labels over with it.");
    }
    return given;
  }
  if (settings.problem === "classification" && !own.targets.every((y) => y === 0 || y === 1)) {
    throw refuse("points are damaged: a label is neither 0 nor 1.");
  }
  return own;
}

/** Check what a state says about training: weights that fit, or steps that can be repeated. */
function checkProgress(settings, seen) {
  const examples = countTraining(settings);
  if (!settings.weights) {
    if (seen.has("epoch") || seen.has("used")) throw refuse("epoch and used go with weights only.");
    if (!isRepeatable(settings)) {
      throw refuse(`steps=${settings.steps} are too many to train again without weights.`);
    }
    return;
  }
  const expected = countWeights(settings);
  if (settings.weights.length !== expected) {
    throw refuse(`expected ${expected} weights for this network, got ${settings.weights.length}.`);
  }
  if (settings.used > 0 && settings.used >= examples) {
    throw refuse(`used=${settings.used} must be less than the ${examples} training examples.`);
  }
}

function countTraining({ data, own, examples, testShare }) {
  const count = data === "own" ? own.points.length : examples;
  return count - countTest(count, testShare);
}

function findSizes({ features, hidden }) {
  return [features.length, ...hidden, 1];
}

function countWeights(settings) {
  const sizes = findSizes(settings);
  return sizes.slice(1).reduce((sum, size, layer) => sum + size * (sizes[layer] + 1), 0);
}

/** Tell whether `steps` are few enough to be trained again when a state is read. */
function isRepeatable(settings) {
  const batch = Math.min(settings.batchSize, countTraining(settings));
  return settings.steps <= MOST_STEPS
    && settings.steps * batch * countWeights(settings) <= MOST_WORK;
}

/** Return settings as a state: one line with what differs from DEFAULTS. */
export function writeState(settings) {
  const all = { ...DEFAULTS, ...settings };
  const isOwn = all.data === "own";
  const parts = FIELDS.filter(({ key }) => isOwn || (key !== "points" && key !== "problem"))
    .filter(({ name }) => all[name] !== null && !(name === "own" && all.own.points.length === 0))
    .map(({ key, name, write = String }) => [key, write(all[name]),
      DEFAULTS[name] === null ? "" : write(DEFAULTS[name])])
    .filter(([, value, usual]) => value !== usual)
    .map(([key, value]) => `${key}=${value}`);
  const text = ["pg1", ...parts, "end"].join(";");
  readState(text, all.own);
  return text;
}

/** Return settings, filled up from DEFAULTS, or say in a StateError what is wrong. */
export function completeSettings(settings) {
  const all = { ...DEFAULTS, ...settings };
  return readState(writeState(all), all.data === "own" ? all.own : null);
}

// --- Training -------------------------------------------------------------------------------

/** Return a run: data, network and all that happens to them (see the top of this file). */
export function createRun(settings) {
  return new Run(completeSettings(settings));
}

class Run {
  constructor(settings) {
    this.settings = settings;
    this.loss = settings.problem === "regression" ? "mse" : "crossentropy";
    Object.assign(this, splitData(settings)); // train and test
    this.network = createNetwork({
      sizes: findSizes(settings),
      activation: settings.activation,
      output: settings.problem === "regression" ? "linear" : "sigmoid",
    });
    initialize(this.network, createStream(settings.seed, "weights"));
    this.steps = 0;
    this.epoch = 0;
    this.used = 0;
    this.version = 0;
    this.diverged = null;
    this.replayable = true;
    this.evaluated = null;
    this.history = { epochs: [], train: [], test: [] };
    this.interval = 1; // epochs from one entry of the history to the next
    this.shuffler = createStream(settings.seed, "order");
    this.order = new Int32Array(this.train.inputs.length);
    this.everyExample = Int32Array.from(this.order, (_, index) => index);
    if (settings.weights) this.takeWeights();
    this.orderExamples();
    this.record();
  }

  /** Start from the weights of a state. */
  takeWeights() {
    const { weights, steps, epoch, used } = this.settings;
    let start = 0;
    for (const array of this.parameters()) {
      array.set(weights.slice(start, start + array.length));
      start += array.length;
    }
    Object.assign(this, { steps, epoch, used, replayable: false });
    this.shuffler.skip(epoch * Math.max(0, this.order.length - 1));
  }

  /** Return the arrays of weights and biases, layer by layer. */
  parameters() {
    const { weights, biases } = this.network;
    return weights.flatMap((layer, index) => [layer, biases[index]]);
  }

  /** Bring the training examples into the order of this epoch. */
  orderExamples() {
    this.order.set(this.everyExample);
    this.shuffler.shuffle(this.order);
  }

  /**
   * Train to where the settings say, for some milliseconds; return whether it is there. The state
   * of a diverged run names the last step that was done: a look ahead finds it diverged again.
   */
  catchUp(milliseconds = Infinity) {
    const end = performance.now() + milliseconds;
    while (this.steps < this.settings.steps && this.trainStep()) {
      if (performance.now() > end) break;
    }
    const isThere = this.diverged !== null || this.order.length === 0
      || this.steps >= this.settings.steps;
    if (isThere && this.settings.steps > 0) this.lookAhead();
    return isThere;
  }

  /** Note where the next step would take a weight out of its range, without taking it. */
  lookAhead() {
    if (this.diverged || this.order.length === 0) return;
    const { network, train, order, used, loss, settings: { learningRate, l1, l2, batchSize } } = this;
    const end = Math.min(used + batchSize, order.length);
    computeGradients(network, train.inputs, train.targets, order, { loss, l1, l2, start: used, end });
    const gradients = network.weightGradients.flatMap((layer, index) => [layer, network.biasGradients[index]]);
    const stays = this.parameters().every((values, index) => values.every((value, place) => (
      Math.abs(value - learningRate * gradients[index][place]) <= LARGEST_WEIGHT)));
    if (!stays) this.stop();
  }

  trainStep() {
    if (this.diverged || this.order.length === 0) return false;
    const { settings, train, order, used } = this;
    const end = Math.min(used + settings.batchSize, order.length);
    const loss = trainStep(this.network, train.inputs, train.targets, order, {
      loss: this.loss, learningRate: settings.learningRate, l1: settings.l1, l2: settings.l2,
      start: used, end,
    });
    if (Number.isNaN(loss)) return this.stop();
    this.steps += 1;
    this.version += 1;
    this.used = end;
    if (end === order.length) this.finishEpoch();
    return true;
  }

  trainEpoch() {
    const { epoch } = this;
    while (this.epoch === epoch) if (!this.trainStep()) return false;
    return true;
  }

  /** Note that the weights would grow without end; those before that step stay. */
  stop() {
    const step = this.steps + 1;
    this.diverged = {
      step,
      message: `The training diverged at step ${step}: a weight would have grown beyond 1,000,000. `
        + `The learning rate ${this.settings.learningRate} is too large here. Start again with a `
        + "smaller one.",
    };
    return false;
  }

  finishEpoch() {
    this.epoch += 1;
    this.used = 0;
    this.orderExamples();
    if (this.epoch % this.interval === 0) this.record();
  }

  /** Add the losses to the history; where it is full, keep every second entry. */
  record() {
    const { epochs, train, test } = this.history;
    const { trainLoss, testLoss } = this.evaluate();
    epochs.push(this.epoch);
    train.push(trainLoss);
    test.push(testLoss);
    if (epochs.length <= LONGEST_HISTORY) return;
    this.interval *= 2;
    const kept = [...epochs.keys()].filter((index) => epochs[index] % this.interval === 0);
    for (const column of [epochs, train, test]) {
      kept.forEach((index, place) => { column[place] = column[index]; });
      column.length = kept.length;
    }
  }

  update(changes) {
    const names = ["learningRate", "l1", "l2", "batchSize", "activation"];
    const unknown = Object.keys(changes).find((name) => !names.includes(name));
    if (unknown) throw new Error(`only ${names.join(", ")} can change in a run, not ${unknown}.`);
    const { weights, steps, epoch, used } = this.settings;
    const start = { steps: 0, epoch: 0, used: 0, weights: null };
    const next = completeSettings({ ...this.settings, ...start, ...changes });
    if (names.every((name) => next[name] === this.settings[name])) return;
    if (this.steps > 0) this.replayable = false;
    this.settings = { ...next, weights, steps, epoch, used };
    this.network.activation = next.activation;
    this.touch();
  }

  setWeight(layer, from, to, value) {
    const units = this.network.sizes[layer + 1];
    this.setParameter(this.network.weights[layer], from * units + to, value);
  }

  setBias(layer, to, value) {
    this.setParameter(this.network.biases[layer], to, value);
  }

  setParameter(array, index, value) {
    if (!(Math.abs(value) <= LARGEST_WEIGHT) || !(index in array)) {
      throw new Error(`expected a number within ±${LARGEST_WEIGHT} for a weight that there is.`);
    }
    array[index] = value;
    this.replayable = false;
    this.touch();
  }

  /** Note that the weights, or what is made of them, changed other than by training. */
  touch() {
    this.version += 1;
    this.evaluated = null;
    this.diverged = null;
  }

  evaluate() {
    if (this.evaluated?.version === this.version) return this.evaluated;
    const [trainLoss, trainAccuracy] = this.measure(this.train);
    const [testLoss, testAccuracy] = this.measure(this.test);
    this.evaluated = {
      version: this.version, trainLoss, testLoss, trainAccuracy, testAccuracy,
      penalty: penalty(this.network, this.settings.l1, this.settings.l2),
    };
    return this.evaluated;
  }

  /** Return mean loss and accuracy over examples; null where there is none. */
  measure({ inputs, targets }) {
    const count = inputs.length;
    if (count === 0) return [null, null];
    let [loss, right] = [0, 0];
    for (let index = 0; index < count; index += 1) {
      const predicted = forward(this.network, inputs[index])[0] > 0.5 ? 1 : 0;
      loss += outputLoss(this.network, targets[index], this.loss);
      if (predicted === targets[index]) right += 1;
    }
    return [loss / count, this.loss === "mse" ? null : right / count];
  }

  gradients() {
    const { network, train, loss, settings: { l1, l2 } } = this;
    computeGradients(network, train.inputs, train.targets, this.everyExample, { loss, l1, l2 });
    return { weights: network.weightGradients, biases: network.biasGradients };
  }

  nextBatch() {
    return [...this.order.slice(this.used, this.used + this.settings.batchSize)];
  }

  deadUnits() {
    const { network, train: { inputs }, settings: { hidden, activation } } = this;
    if (activation !== "relu" || inputs.length === 0) return [];
    const isDead = hidden.map((units) => Array(units).fill(true));
    for (const input of inputs) {
      forward(network, input);
      isDead.forEach((layer, index) => layer.forEach((_, unit) => {
        if (network.a[index + 1][unit] > 0) layer[unit] = false;
      }));
    }
    return isDead.flatMap((layer, index) => layer.flatMap((dead, unit) => (
      dead ? [[index + 1, unit + 1]] : [])));
  }

  predict(x1, x2) {
    return forward(this.network, toInputs(this.settings.features, [x1, x2]))[0];
  }

  state() {
    const { settings, steps, epoch, used } = this;
    const now = { ...settings, steps, epoch: 0, used: 0, weights: null };
    if (this.replayable && isRepeatable(now)) return writeState(now);
    const weights = this.parameters().flatMap((array) => [...array]);
    return writeState({ ...now, epoch, used, weights });
  }
}

// --- Pictures -------------------------------------------------------------------------------

/** Return { layers, resolution, update }: what each unit makes of every place in −6…6. */
export function createPictures(run, resolution) {
  const { network, settings } = run;
  const cells = resolution * resolution;
  const sums = new Float64Array(cells);
  const layers = network.sizes.map((units) => (
    Array.from({ length: units }, () => new Float32Array(cells))));
  const toPlace = (index) => REACH * ((2 * index + 1) / resolution - 1);
  settings.features.forEach((name, feature) => {
    const compute = FEATURES[name];
    for (let cell = 0; cell < cells; cell += 1) {
      const column = cell % resolution;
      layers[0][feature][cell] = compute(toPlace(column), -toPlace((cell - column) / resolution));
    }
  });
  function update() {
    for (let layer = 1; layer < layers.length; layer += 1) {
      const isLast = layer === layers.length - 1;
      const units = layers[layer].length;
      for (let to = 0; to < units; to += 1) {
        sums.fill(network.biases[layer - 1][to]);
        layers[layer - 1].forEach((values, from) => (
          addMultiple(sums, network.weights[layer - 1][from * units + to], values)));
        activate(isLast ? network.output : network.activation, sums, layers[layer][to]);
      }
    }
  }
  update();
  return { layers, resolution, update };
}

function addMultiple(sums, factor, values) {
  for (let index = 0; index < sums.length; index += 1) sums[index] += factor * values[index];
}
