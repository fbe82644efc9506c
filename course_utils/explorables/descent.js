// Gradient descent on a landscape: the path follows learning rate, momentum and start.

import {
  change, createButton, createSelect, createStateField, follow, html, newId, niceTicks, picture,
  prepare, setAttributes, svg,
} from "./common.js";

export const BOUND = 1000; // a path that passes it in any coordinate has diverged and ends there
export const MOST_STEPS = 500;
const STEPS_PER_RUN = 50;
const MILLISECONDS_PER_STEP = 80;
const SLOWEST = 0.001; // learning rates of the slider
const FASTEST = 10;
const STATE = ["landscape", "start", "learning_rate", "momentum", "steps"];

// Products, never powers: JavaScript and Python then round alike, also where paths are chaotic.
// The values on paper (formulas, minima, limits) are those of descent.py; a test compares them.
export const LANDSCAPES = {
  parabola: {
    value: ([w]) => w * w,
    gradient: ([w]) => [2 * w],
    formula: "L = w²",
    gradientFormulas: ["2 × w"],
    limits: [-5, 5],
    start: [-4],
    minima: [[0]],
    flatPoints: [],
  },
  "two valleys": {
    value: ([w]) => 0.15 * (w * w) * (w * w) - 0.1 * (w * w) * w - 1.2 * (w * w) + 1.2 * w + 4,
    gradient: ([w]) => [0.6 * (w + 2) * (w - 0.5) * (w - 2)],
    formula: "L = 0.15 w⁴ − 0.1 w³ − 1.2 w² + 1.2 w + 4",
    gradientFormulas: ["0.6 × (w + 2) × (w − 0.5) × (w − 2)"],
    limits: [-3.2, 3.2],
    start: [3],
    minima: [[-2], [2]],
    flatPoints: [["hilltop", [0.5]]],
  },
  bowl: {
    value: ([w1, w2]) => w1 * w1 + w2 * w2,
    gradient: ([w1, w2]) => [2 * w1, 2 * w2],
    formula: "L = w₁² + w₂²",
    gradientFormulas: ["2 × w₁", "2 × w₂"],
    limits: [-5, 5],
    start: [-4, 3],
    minima: [[0, 0]],
    flatPoints: [],
  },
  ravine: {
    value: ([w1, w2]) => 0.05 * (w1 * w1) + 2 * (w2 * w2),
    gradient: ([w1, w2]) => [0.1 * w1, 4 * w2],
    formula: "L = 0.05 w₁² + 2 w₂²",
    gradientFormulas: ["0.1 × w₁", "4 × w₂"],
    limits: [-5, 5],
    start: [-4.5, 2.5],
    minima: [[0, 0]],
    flatPoints: [],
  },
  saddle: {
    value([w1, w2]) {
      const height = w2 * w2 - 9;
      return w1 * w1 / 2 + height * height / 36;
    },
    gradient: ([w1, w2]) => [1 * w1, w2 * (w2 * w2 - 9) / 9],
    formula: "L = w₁² ÷ 2 + (w₂² − 9)² ÷ 36",
    gradientFormulas: ["1 × w₁", "w₂ × (w₂² − 9) ÷ 9"],
    limits: [-5, 5],
    start: [-4, 0],
    minima: [[0, 3], [0, -3]],
    flatPoints: [["saddle", [0, 0]]],
  },
  valleys: {
    value([w1, w2]) {
      const square = w1 * w1;
      const across = w2 - w1 / 3;
      const along = square * square / 48 - square * w1 / 36 - 3 * square / 8 + 3 * w1 / 4 + 51 / 16;
      return along + across * across / 4;
    },
    gradient([w1, w2]) {
      const across = w2 - w1 / 3;
      return [(w1 * w1 - 9) * (w1 - 1) / 12 - across / 6, across / 2];
    },
    formula: "L = w₁⁴ ÷ 48 − w₁³ ÷ 36 − 3 w₁² ÷ 8 + 3 w₁ ÷ 4 + 51 ÷ 16 + (w₂ − w₁ ÷ 3)² ÷ 4",
    gradientFormulas: ["(w₁² − 9) × (w₁ − 1) ÷ 12 − (w₂ − w₁ ÷ 3) ÷ 6", "(w₂ − w₁ ÷ 3) ÷ 2"],
    limits: [-5, 5],
    start: [4.5, -3],
    minima: [[-3, -1], [3, 1]],
    flatPoints: [["saddle", [1, 1 / 3]]],
  },
};

/** Return the path of gradient descent with momentum, as Keras' SGD takes its steps. */
export function descend(landscape, start, learningRate, momentum, steps) {
  const path = { positions: [], losses: [], gradients: [], velocities: [], diverged: false };
  let position = start;
  let velocity = start.map(() => 0);
  for (let step = 0; ; step += 1) {
    const gradient = landscape.gradient(position);
    path.positions.push(position);
    path.losses.push(landscape.value(position));
    path.gradients.push(gradient);
    path.velocities.push(velocity);
    path.diverged = !position.every((value) => Math.abs(value) <= BOUND);
    if (path.diverged || step >= steps) return path;
    velocity = nextVelocity(velocity, gradient, learningRate, momentum);
    position = plus(position, velocity);
  }
}

function nextVelocity(velocity, gradient, learningRate, momentum) {
  return velocity.map((old, axis) => momentum * old - learningRate * gradient[axis]);
}

function plus(position, move) {
  return position.map((value, axis) => value + move[axis]);
}

/** Write a number with four digits: "0.5", "−1.638", "12340", "2.5 × 10⁻⁵". */
export function writeNumber(number) {
  if (!Number.isFinite(number)) return number > 0 ? "∞" : number < 0 ? "−∞" : "not a number";
  const size = Math.abs(number);
  const sign = number < 0 ? "−" : "";
  if (size === 0) return "0.0";
  const [digits, power] = Number(size.toPrecision(4)).toExponential().split("e").map(Number);
  if (power < -3 || power >= 6) return `${sign}${withDecimal(digits)} × 10${superscript(power)}`;
  const rounded = Number(size.toPrecision(4));
  return sign + (rounded >= 1000 ? String(rounded) : withDecimal(rounded));
}

function withDecimal(number) {
  return Number.isInteger(number) ? `${number}.0` : String(number);
}

function superscript(power) {
  return [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("");
}

/** Write a number as part of a calculation: a sign or a power of ten needs brackets. */
export function writeInside(number) {
  const text = writeNumber(number);
  return /^−|×/.test(text) ? `(${text})` : text;
}

/** Return "= number", or "≈ number" where the four digits round it. */
function result(number) {
  const isExact = Math.abs(number - Number(number.toPrecision(4))) <= 1e-9 * Math.abs(number);
  return `${isExact ? "=" : "≈"} ${writeNumber(number)}`;
}

/** Return the name of a coordinate: w, or w₁ and w₂. */
function coordinateName(landscape, axis) {
  return landscape.start.length === 1 ? "w" : ["w₁", "w₂"][axis];
}

/** Return a formula with numbers in place of w, w₁ and w₂. */
export function putNumbers(formula, position) {
  return formula
    .replace(/w(₂)?₁?/g, (_, second) => writeInside(position[second ? 1 : 0]))
    .replace(/\(\((−[\d.]+)\) /g, "($1 "); // "((−1.5) + 2)": one pair of brackets is enough
}

/** Write a position out: "w₁ = −4.0, w₂ = 3.0". */
function writePosition(landscape, position) {
  return position
    .map((value, axis) => `${coordinateName(landscape, axis)} = ${writeNumber(value)}`).join(", ");
}

/** Write the next step out, a line for each calculation; nothing where the path has ended. */
export function writeNextStep(landscape, path, learningRate, momentum) {
  if (path.diverged) return [];
  const [position, velocity, gradient] = [path.positions, path.velocities, path.gradients]
    .map((rows) => rows.at(-1));
  const move = nextVelocity(velocity, gradient, learningRate, momentum);
  const next = plus(position, move);
  const rate = writeNumber(learningRate);
  const lines = gradient.map((slope, axis) => {
    const name = coordinateName(landscape, axis);
    const slopeName = position.length === 1 ? "dL/dw" : `∂L/∂${name}`;
    return `${slopeName} = ${putNumbers(landscape.gradientFormulas[axis], position)} ${result(slope)}`;
  });
  if (momentum > 0) {
    lines.push(...move.map((value, axis) => {
      const name = coordinateName(landscape, axis).replace("w", "v");
      return `${name} ← ${writeNumber(momentum)} × ${writeInside(velocity[axis])} − ${rate} × `
        + `${writeInside(gradient[axis])} ${result(value)}`;
    }));
  }
  lines.push(...next.map((value, axis) => {
    const by = momentum > 0 ? `+ ${writeInside(move[axis])}`
      : `− ${rate} × ${writeInside(gradient[axis])}`;
    return `${coordinateName(landscape, axis)} ← ${writeNumber(position[axis])} ${by} ${result(value)}`;
  }));
  return [...lines, writeLossChange(path.losses.at(-1), landscape.value(next))];
}

function writeLossChange(before, after) {
  const texts = [before, after].map(writeNumber);
  const verb = after < before ? "falls" : "rises";
  const change = after === before ? "stays" : texts[0] === texts[1] ? "hardly changes" : verb;
  return `loss L: ${texts.join(" → ")}, it ${change}`;
}

/** Say where the path stands. */
export function describePath(landscape, path, momentum) {
  const steps = path.losses.length - 1;
  const after = `after ${steps} ${steps === 1 ? "step" : "steps"}`;
  const loss = writeNumber(path.losses.at(-1));
  if (path.diverged) {
    const name = landscape.start.length === 1 ? "w" : "a coordinate";
    return `Diverged: ${after} ${name} passed ±${BOUND} and the loss is ${loss}. Take a smaller `
      + `learning rate${momentum > 0 ? " or less momentum" : ""}.`;
  }
  const where = `${writePosition(landscape, path.positions.at(-1))}, loss ${loss}.`;
  const verdict = judge(landscape, path);
  return `${steps === 0 ? "Start" : after.replace("a", "A")}: ${where}${verdict && ` ${verdict}`}`;
}

/** Name the minimum, saddle or hilltop where the path has come to rest, if it has. */
function judge(landscape, path) {
  const position = path.positions.at(-1);
  const isSmall = (values) => values.every((value) => Math.abs(value) < 0.05);
  const isNear = (point) => isSmall(point.map((value, axis) => value - position[axis]));
  if (isSmall(path.gradients.at(-1)) && isSmall(path.velocities.at(-1))) {
    const minimum = landscape.minima.find(isNear);
    if (minimum) return nameMinimum(landscape, minimum);
    const flat = landscape.flatPoints.find(([, point]) => isNear(point));
    if (flat) {
      return `The gradient is almost 0, but this is no minimum: it is stuck on a ${flat[0]}. `
        + "Move the start a little.";
    }
  }
  const [low, high] = landscape.limits;
  return position.every((value) => value >= low && value <= high) ? "" : "That is outside the picture.";
}

function nameMinimum(landscape, minimum) {
  const loss = landscape.value(minimum);
  const losses = landscape.minima.map(landscape.value);
  if (losses.length === 1) return "It has reached the minimum.";
  if (loss > losses[0] + 1e-6) {
    return "It has reached a local minimum; the global one, with loss 0.0, is elsewhere.";
  }
  if (losses.some((other) => other > loss + 1e-6)) return "It has reached the global minimum.";
  return "It has reached one of the two minima.";
}

/** Return the learning rates of the slider, from 0.001 to 10 in steps of about a twentieth. */
export function learningRates() {
  const range = (from, to, by) => Array.from(
    { length: Math.round((to - from) / by) }, (_, index) => from + index * by);
  const mantissas = [...range(10, 20, 1), ...range(20, 40, 2), ...range(40, 100, 5)];
  const rates = [1e4, 1e3, 100, 10].flatMap((scale) => mantissas.map((value) => value / scale));
  return [...rates.map((rate) => Number(rate.toPrecision(3))), FASTEST];
}

const RATES = learningRates();

/** Return the position on the slider that is nearest to a learning rate. */
function nearestRate(rate) {
  const distance = (index) => Math.abs(Math.log(RATES[index] / rate));
  return RATES.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0);
}

/** Return a state that was pasted, checked; say in an Error what is wrong with it. */
export function checkState(values) {
  const { landscape, start, learning_rate: rate, momentum, steps } = values ?? {};
  const isWithin = (value, low, high) => Number.isFinite(value) && value >= low && value <= high;
  if (typeof landscape !== "string" || !Object.hasOwn(LANDSCAPES, landscape)) {
    throw new Error(`landscape must be one of ${Object.keys(LANDSCAPES).join(", ")}`);
  }
  const { limits: [low, high], start: { length } } = LANDSCAPES[landscape];
  const fits = Array.isArray(start) && start.length === length
    && start.every((value) => isWithin(value, low, high));
  if (!fits) throw new Error(`start must be a list of ${length} from ${low} to ${high}`);
  if (!isWithin(rate, SLOWEST, FASTEST)) {
    throw new Error(`learning_rate must be from ${SLOWEST} to ${FASTEST}`);
  }
  if (!isWithin(momentum, 0, 0.99)) throw new Error("momentum must be from 0 to 0.99");
  if (!Number.isInteger(steps) || !isWithin(steps, 0, MOST_STEPS)) {
    throw new Error(`steps must be a whole number from 0 to ${MOST_STEPS}`);
  }
  return { landscape, start, learning_rate: rate, momentum, steps };
}

// --- The picture --------------------------------------------------------------------------------

const [WIDTH, HEIGHT] = [300, 286];
const [LEFT, RIGHT, TOP, BOTTOM] = [38, 292, 20, 262];
const MARGIN = 7; // a mark on the edge is drawn whole
const PIXELS = 126; // of the heat map, each way
const CELLS = 84; // of the contour lines, each way
const FAR = 1e5; // no picture element needs to lie further away

// Dark is low, light is high: nine colours of Matplotlib's cividis, safe for colour blindness.
const COLORS = [
  [0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115], [138, 134, 120],
  [165, 157, 117], [195, 179, 106], [225, 204, 85],
];

function colorOf(share) {
  const place = Math.min(0.9999, Math.max(0, share)) * (COLORS.length - 1);
  const [low, high] = [COLORS[Math.floor(place)], COLORS[Math.floor(place) + 1]];
  return low.map((value, channel) => value + (place % 1) * (high[channel] - value));
}

/** Return the highest loss in the picture of a landscape. */
export function highestLoss(landscape) {
  const [low, high] = landscape.limits;
  const ends = landscape.start.length === 1 ? [[low], [high]]
    : [[low, low], [low, high], [high, low], [high, high]];
  return Math.max(...ends.map(landscape.value));
}

/** Return the losses of the contour lines: dense in the valleys, and one through each pass. */
export function contourLevels(landscape) {
  const top = highestLoss(landscape);
  const levels = Array.from({ length: 11 }, (_, index) => top * ((index + 1) / 12) ** 2);
  const extra = landscape.flatPoints.flatMap(([, point]) => {
    const [pass, local] = [point, landscape.minima.at(-1)].map(landscape.value);
    return local > 1e-6 ? [pass, (pass + local) / 2] : [pass];
  });
  const isFree = (level) => extra.every((other) => Math.abs(level - other) > 0.1 * other);
  return [...levels.filter(isFree), ...extra].sort((one, other) => one - other);
}

/** Return the contour line of one loss as line segments, found cell by cell (marching squares). */
export function contourSegments(landscape, level) {
  const [low, high] = landscape.limits;
  const at = (index) => low + ((high - low) * index) / CELLS;
  const heights = Array.from({ length: CELLS + 1 }, (_, row) => Array.from(
    { length: CELLS + 1 }, (_, column) => landscape.value([at(column), at(row)]) - level));
  const segments = [];
  for (let row = 0; row < CELLS; row += 1) {
    for (let column = 0; column < CELLS; column += 1) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const crossings = corners.flatMap(([x, y], side) => {
        const [toX, toY] = corners[(side + 1) % 4];
        const [here, there] = [heights[y][x], heights[toY][toX]];
        if ((here > 0) === (there > 0)) return [];
        const share = here / (here - there);
        return [[at(x + share * (toX - x)), at(y + share * (toY - y))]];
      });
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        segments.push([crossings[pair], crossings[pair + 1]]);
      }
    }
  }
  return segments;
}

/** Paint the losses of a landscape with two parameters; return the picture's address. */
function paintHeat(landscape) {
  const canvas = html("canvas", { width: PIXELS, height: PIXELS });
  const context = canvas.getContext("2d");
  const image = context.createImageData(PIXELS, PIXELS);
  const [low, high] = landscape.limits;
  const top = highestLoss(landscape);
  const at = (index) => low + ((high - low) * (index + 0.5)) / PIXELS;
  for (let row = 0; row < PIXELS; row += 1) {
    for (let column = 0; column < PIXELS; column += 1) {
      const loss = landscape.value([at(column), at(PIXELS - 1 - row)]);
      image.data.set([...colorOf(Math.sqrt(loss / top)), 255], 4 * (row * PIXELS + column));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

function far(value) {
  return Math.min(FAR, Math.max(-FAR, value));
}

function text(x, y, content, anchor = "middle", kind = "") {
  return svg("text", { x, y, "text-anchor": anchor, class: kind }, content);
}

function tickText(number) {
  return String(number).replace("-", "−");
}

/** Return a rectangle outside of which nothing is drawn, and the attribute that asks for it. */
function createWindow(left, top, right, bottom) {
  const id = newId();
  const area = { x: left, y: top, width: right - left, height: bottom - top };
  return { node: svg("clipPath", { id }, svg("rect", area)), attribute: { "clip-path": `url(#${id})` } };
}

/** Draw the landscape, the path on it and the start; `move(start)` is told of a new start. */
function createPlot(move) {
  const node = picture("landscape", WIDTH, HEIGHT, { role: "group" });
  const exact = createWindow(LEFT, TOP, RIGHT, BOTTOM);
  const wide = createWindow(LEFT - MARGIN, TOP - MARGIN, RIGHT + MARGIN, BOTTOM + MARGIN);
  const ground = svg("g", exact.attribute);
  const axes = svg("g", { class: "axes" });
  const minima = svg("g", { class: "minima" });
  const trace = ["trace outline", "trace"].map((kind) => svg("path", { class: kind }));
  const dots = svg("g");
  const next = ["next outline", "next"].map((kind) => svg("path", { class: kind }));
  const current = svg("circle", { r: 6.5, class: "current" });
  const handle = svg("g", {
    class: "start", tabindex: 0, role: "button", "aria-roledescription": "movable start",
  }, svg("circle", { r: 17, class: "grip" }), svg("circle", { r: 10, class: "ring outline" }),
  svg("circle", { r: 10, class: "ring" }));
  const layers = svg("g", wide.attribute, minima, ...trace, dots, ...next, current);
  node.append(exact.node, wide.node, ground, axes, layers, handle);
  let landscape = null;
  let start = [];
  let grip = [0, 0]; // from the pointer to the middle of the start that it holds
  let highest = 1;
  listen();
  return { node, show };

  function isFlat() { return landscape.start.length === 2; }

  function toX(value) {
    const [low, high] = landscape.limits;
    return far(LEFT + ((value - low) / (high - low)) * (RIGHT - LEFT));
  }

  function toY(value) {
    const [low, high] = isFlat() ? landscape.limits : [0, highest];
    return far(BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP));
  }

  /** Return where a position is in the picture: in one dimension its loss is the height. */
  function place(position) {
    return [toX(position[0]), toY(isFlat() ? position[1] : landscape.value(position))];
  }

  function show(state, path, words) {
    if (landscape !== state.landscape) drawLandscape(state.landscape);
    start = path.positions[0];
    const places = path.positions.map(place);
    const d = `M${places.map((point) => point.join(" ")).join(" L")}`;
    trace.forEach((line) => setAttributes(line, { d }));
    dots.replaceChildren(...places.slice(-201, -1).map(
      ([cx, cy]) => svg("circle", { cx, cy, r: places.length > 80 ? 2.5 : 3.5, class: "dot" })));
    const [cx, cy] = places.at(-1);
    setAttributes(current, { cx, cy });
    drawNext(state, path);
    const [x, y] = place(start);
    setAttributes(handle, {
      transform: `translate(${x} ${y})`,
      "aria-label": `start at ${writePosition(landscape, start)}, loss ${writeNumber(path.losses[0])}`,
    });
    setAttributes(node, { "aria-label": words });
  }

  function drawLandscape(chosen) {
    landscape = chosen;
    highest = highestLoss(landscape);
    setAttributes(node, { class: `landscape ${isFlat() ? "flat" : "curve"}` });
    ground.replaceChildren(...(isFlat() ? drawHeat() : [drawCurve()]));
    drawAxes();
    minima.replaceChildren(...landscape.minima.map((point) => {
      const [x, y] = place(point);
      return svg("path", { class: "minimum", d: star(x, y, 8) });
    }));
  }

  function drawHeat() {
    const image = svg("image", {
      href: paintHeat(landscape), x: LEFT, y: TOP, width: RIGHT - LEFT, height: BOTTOM - TOP,
      preserveAspectRatio: "none",
    });
    const lines = contourLevels(landscape).map((level) => svg("path", {
      class: "contour",
      d: contourSegments(landscape, level).map(
        ([from, to]) => `M${toX(from[0]).toFixed(1)} ${toY(from[1]).toFixed(1)} `
          + `L${toX(to[0]).toFixed(1)} ${toY(to[1]).toFixed(1)}`).join(""),
    }));
    return [image, ...lines];
  }

  function drawCurve() {
    const [low, high] = landscape.limits;
    const points = Array.from({ length: 161 }, (_, index) => low + ((high - low) * index) / 160);
    return svg("path", {
      class: "function", d: `M${points.map((w) => place([w]).join(" ")).join(" L")}`,
    });
  }

  function drawAxes() {
    const [low, high] = landscape.limits;
    const ticks = niceTicks(low, high, 5);
    const ticksY = isFlat() ? ticks : niceTicks(0, highest, 5);
    axes.replaceChildren(
      svg("path", { d: `M${LEFT} ${TOP} V${BOTTOM} H${RIGHT}` }),
      ...ticks.map((tick) => svg("path", { d: `M${toX(tick)} ${BOTTOM} v5` })),
      ...ticksY.map((tick) => svg("path", { d: `M${LEFT} ${toY(tick)} h-5` })),
      ...ticks.map((tick) => text(toX(tick), BOTTOM + 20, tickText(tick))),
      ...ticksY.map((tick) => text(LEFT - 8, toY(tick) + 5, tickText(tick), "end")),
      text(RIGHT - 2, BOTTOM - 8, isFlat() ? "w₁" : "w", "end", "number halo"),
      text(LEFT - 5, TOP - 7, isFlat() ? "w₂" : "loss L", "start", "number"),
      ...(isFlat() ? [text(RIGHT, TOP - 7, "dark is low", "end")] : []),
    );
  }

  /** Draw where the next step leads; in one dimension along the axis, then to the curve. */
  function drawNext(state, path) {
    const move = nextVelocity(
      path.velocities.at(-1), path.gradients.at(-1), state.learningRate, state.momentum);
    const [x, y] = place(path.positions.at(-1));
    const [toEndX, toEndY] = place(plus(path.positions.at(-1), move));
    const isShort = Math.hypot(toEndX - x, toEndY - y) < 3;
    const d = isFlat() ? `M${x} ${y} L${toEndX} ${toEndY}` : `M${x} ${y} H${toEndX} V${toEndY}`;
    next.forEach((line) => setAttributes(line, {
      d, visibility: path.diverged || isShort ? "hidden" : "visible",
    }));
  }

  function listen() {
    handle.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 0.01 : 0.1;
      const direction = {
        ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
      }[event.key];
      if (!direction || (!isFlat() && direction[0] === 0)) return;
      event.preventDefault();
      tell(plus(start, direction), 0.01);
    });
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
      const pointer = pointAt(event);
      grip = start.map((value, axis) => value - pointer[axis]);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      tell(plus(pointAt(event), [...grip, 0]).slice(0, start.length), 0.1);
    });
    // A click anywhere else puts the start there.
    node.addEventListener("click", (event) => {
      const isOnHandle = handle.contains(event.target);
      const point = pointAt(event).slice(0, start.length);
      const [low, high] = landscape.limits;
      if (!isOnHandle && point.every((value) => value >= low && value <= high)) tell(point, 0.1);
    });
  }

  /** Return the coordinates under the pointer, also where a slide is scaled. */
  function pointAt(event) {
    const box = node.getBoundingClientRect();
    const [low, high] = landscape.limits;
    const x = (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (RIGHT - LEFT);
    const y = (BOTTOM - ((event.clientY - box.top) / box.height) * HEIGHT) / (BOTTOM - TOP);
    return [x, y].map((share) => low + share * (high - low));
  }

  function tell(point, grain) {
    const [low, high] = landscape.limits;
    move(point.map((value) => {
      const inside = Math.min(high, Math.max(low, value));
      return Number((Math.round(inside / grain) * grain).toFixed(2));
    }));
  }
}

/** Return the outline of a star with five points. */
function star(x, y, size) {
  const points = Array.from({ length: 10 }, (_, index) => {
    const [angle, radius] = [(index * Math.PI) / 5, index % 2 ? size * 0.42 : size];
    return `${(x + radius * Math.sin(angle)).toFixed(1)} ${(y - radius * Math.cos(angle)).toFixed(1)}`;
  });
  return `M${points.join(" L")} Z`;
}

/** Return the height of the loss curve: twice the first loss at most, so that a jump stays a jump. */
export function curveHeight(losses) {
  const most = Math.max(...losses);
  return (losses[0] > 0 ? Math.min(most, 2 * losses[0]) : most) || 1;
}

/** Draw the loss over the steps; the returned function draws it anew. */
function createLossCurve() {
  const [left, right, top, bottom] = [LEFT, RIGHT - 8, 26, 82];
  const node = picture("losses", WIDTH, 104, { role: "img" });
  const opening = createWindow(left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN);
  const axes = svg("g", { class: "axes" });
  const line = svg("path", { class: "loss-line" });
  const point = svg("circle", { r: 5, class: "current" });
  node.append(opening.node, axes, svg("g", opening.attribute, line, point));
  let drawn = "";
  return { node, show };

  function show({ losses }, words) {
    const last = [20, 50, 100, 200, MOST_STEPS].find((count) => count >= losses.length - 1);
    const highest = curveHeight(losses);
    const toX = (step) => left + (step / last) * (right - left);
    const toY = (loss) => far(bottom - (loss / highest) * (bottom - top));
    if (drawn !== `${last} ${highest}`) drawAxes(last, highest, toX, toY);
    drawn = `${last} ${highest}`;
    setAttributes(line, { d: `M${losses.map((loss, step) => `${toX(step)} ${toY(loss)}`).join(" L")}` });
    setAttributes(point, { cx: toX(losses.length - 1), cy: toY(losses.at(-1)) });
    setAttributes(node, { "aria-label": `The loss over the steps, from ${writeNumber(losses[0])} to `
      + `${writeNumber(losses.at(-1))}. ${words}` });
  }

  function drawAxes(last, highest, toX, toY) {
    const ticks = niceTicks(0, last, 4);
    const ticksY = niceTicks(0, highest, 2);
    axes.replaceChildren(
      svg("path", { d: `M${left} ${top} V${bottom} H${right}` }),
      ...ticks.map((tick) => svg("path", { d: `M${toX(tick)} ${bottom} v5` })),
      ...ticksY.map((tick) => svg("path", { d: `M${left} ${toY(tick)} h-5` })),
      ...ticks.map((tick) => text(toX(tick), bottom + 19, tickText(tick))),
      ...ticksY.map((tick) => text(left - 8, toY(tick) + 5, shortTick(tick), "end")),
      text(left - 5, 13, "loss L after each step", "start", "number"),
    );
  }
}

/** Write a number beside an axis: there is room for four signs. */
function shortTick(number) {
  const isLong = number !== 0 && (Math.abs(number) >= 10000 || Math.abs(number) < 0.01);
  return isLong ? number.toExponential(0).replace("e-", "e−").replace("+", "") : tickText(number);
}

// --- Controls -----------------------------------------------------------------------------------

/** A labelled slider from 0 to `last`; `read` turns its position into a value, `find` back. */
function createSettingSlider({ name, last, read, find, onInput }) {
  const id = newId();
  const input = html("input", { id, type: "range", min: 0, max: last, step: 1 });
  const shown = html("span", { class: "value", "aria-hidden": "true" });
  input.addEventListener("input", () => onInput(read(Number(input.value))));
  const node = html("div", { class: "control" }, html("label", { for: id }, name), input, shown);
  return { node, show };

  function show(value) {
    const position = find(value);
    if (Number(input.value) !== position) input.value = position;
    setAttributes(input, { "aria-valuetext": writeNumber(value) });
    shown.textContent = writeNumber(value);
  }
}

function createActions(model) {
  let timer = null;

  function pathNow() {
    const state = readState(model);
    return descend(state.landscape, state.start, state.learningRate, state.momentum, state.steps);
  }

  /** Make one more step; false where the path has ended. */
  function step() {
    if (model.get("steps") >= MOST_STEPS || pathNow().diverged) return false;
    change(model, { steps: model.get("steps") + 1 });
    return true;
  }

  function stop() {
    clearInterval(timer);
    timer = null;
  }

  function run(onEnd) {
    const last = model.get("steps") + STEPS_PER_RUN;
    const next = () => model.get("steps") < last && step() && model.get("steps") < last;
    const end = () => { stop(); onEnd(); };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (next());
      end();
    } else timer = setInterval(() => { if (!next()) end(); }, MILLISECONDS_PER_STEP);
  }

  return {
    step, run, stop,
    isRunning: () => timer !== null,
    set: (values) => change(model, values),
    choose: (name) => change(model, { landscape: name, start: LANDSCAPES[name].start, steps: 0 }),
  };
}

function createControls(actions, model) {
  const landscape = createSelect({
    name: "landscape", options: Object.keys(LANDSCAPES),
    onChange: (name) => { halt(); actions.choose(name); },
  });
  const rate = createSettingSlider({
    name: "learning rate", last: RATES.length - 1, read: (index) => RATES[index], find: nearestRate,
    onInput: (value) => actions.set({ learning_rate: value }),
  });
  const momentum = createSettingSlider({
    name: "momentum", last: 99, read: (percent) => percent / 100,
    find: (value) => Math.round(100 * value), onInput: (value) => actions.set({ momentum: value }),
  });
  const once = createButton("One step", () => actions.step());
  const many = createButton("", () => {
    if (actions.isRunning()) actions.stop();
    else actions.run(nameButtons);
    nameButtons();
  });
  const back = createButton("Back to start", () => { halt(); actions.set({ steps: 0 }); });
  const reset = createButton("Reset", () => { halt(); actions.set(model.get("beginning")); });
  nameButtons();
  const sliders = html("div", {}, landscape.node, rate.node, momentum.node);
  return { node: html("div", {}, sliders, html("div", { class: "buttons" }, once, many, back, reset)), show };

  function halt() {
    actions.stop();
    nameButtons();
  }

  function nameButtons() {
    many.textContent = actions.isRunning() ? "Stop" : `Run ${STEPS_PER_RUN} steps`;
  }

  function show(values) {
    landscape.show(values.name);
    rate.show(values.learningRate);
    momentum.show(values.momentum);
  }
}

function readState(model) {
  const [name, start, learningRate, momentum, steps] = STATE.map((key) => model.get(key));
  return { name, landscape: LANDSCAPES[name], start, learningRate, momentum, steps };
}

/** Explain the signs of the picture. */
function createLegend() {
  const sample = (shape) => svg("svg", { viewBox: "-12 -12 24 24", class: "sample", "aria-hidden": "true" },
    shape);
  return html("p", { class: "legend" },
    html("span", {}, sample(svg("circle", { r: 8, class: "ring" })), "start"),
    html("span", {}, sample(svg("circle", { r: 7, class: "current" })), "now"),
    html("span", {}, sample(svg("path", { class: "next", d: "M-12 0 H12" })), "next"),
    html("span", {}, sample(svg("path", { class: "minimum", d: star(0, 0, 11) })), "minimum"));
}

const HINT = " Drag the ring to start elsewhere, or Tab to it and press arrow keys (Shift: finely).";

function render({ model, el }) {
  const release = prepare(el);
  const actions = createActions(model);
  const plot = createPlot((start) => actions.set({ start }));
  const curve = createLossCurve();
  const controls = createControls(actions, model);
  const formula = html("p", { class: "formula" });
  const status = html("p", { class: "standing", role: "status" });
  const steps = html("div", { class: "next-step" });
  const field = createStateField(model, STATE, (values) => {
    const checked = checkState(values);
    actions.stop();
    actions.set(checked);
  });
  el.replaceChildren(html("div", { class: "descent" },
    html("div", { class: "plane-side" }, plot.node, createLegend(), curve.node),
    html("div", { class: "control-side" }, controls.node, formula, status, steps, field.node)));
  const unfollow = follow(model, STATE, () => {
    const state = readState(model);
    const { landscape, learningRate, momentum } = state;
    if (landscape?.start.length !== state.start.length) return; // the other half is on its way
    const path = descend(landscape, state.start, learningRate, momentum, state.steps);
    const words = describePath(landscape, path, momentum);
    plot.show(state, path, `Landscape "${state.name}" with the path of gradient descent. ${words}`);
    curve.show(path, words);
    controls.show(state);
    formula.textContent = landscape.formula;
    setAttributes(status, { "aria-live": actions.isRunning() ? "off" : "polite" });
    status.textContent = words + (path.losses.length === 1 ? HINT : "");
    const lines = writeNextStep(landscape, path, learningRate, momentum);
    steps.replaceChildren(...(lines.length ? ["The next step:", ...lines] : []).map(
      (line) => html("p", {}, line)));
    field.show();
  });
  return () => { actions.stop(); unfollow(); release(); };
}

export default { render };
