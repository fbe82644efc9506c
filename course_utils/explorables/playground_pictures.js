// Pictures of a network over the plane: heat maps, the line where the decision changes, the
// examples as markers, and the curves of the loss.

import { format, html, setAttributes, svg } from "./common.js";
import { REACH } from "./playground_model.js";

const SMALL = 32; // pixels of a unit's picture
const FINE = 480; // pixels of the picture with markers
const LINES = 384; // of that with line and hatching, which changes in every other frame
const CURVES = { width: 320, height: 100, left: 40, right: 312, top: 6, bottom: 80 };
const LONGEST_OUTSIDE = 5; // letters of a number beside the curves; a longer one goes inside

/** Return how to bring a unit's values to −1…1 for its picture. */
function scaleOf(activation, values) {
  if (activation === "tanh") return [1, 0];
  if (activation === "sigmoid") return [2, -1];
  let largest = 0;
  for (let index = 0; index < values.length; index += 1) {
    const size = Math.abs(values[index]);
    if (size > largest) largest = size;
  }
  return [1 / (largest || 1), 0];
}

/** Return the colours of a theme as numbers, read from the style sheet at `node`. */
export function readPalette(node) {
  const style = getComputedStyle(node);
  const brush = document.createElement("canvas").getContext("2d");
  const read = (name, fallback) => {
    brush.fillStyle = fallback;
    brush.fillStyle = style.getPropertyValue(name).trim() || fallback;
    return brush.fillStyle;
  };
  const names = {
    negative: ["--class-0", "#d55e00"], positive: ["--class-1", "#0072b2"],
    middle: ["--ground", "#ffffff"], ink: ["--ink", "#1a1a1a"],
  };
  const palette = {};
  for (const [name, source] of Object.entries(names)) palette[name] = read(...source);
  palette.ramp = createRamp(palette);
  return palette;
}

/** Return 256 colours from negative over the ground to positive, as a canvas keeps them. */
function createRamp({ negative, middle, positive }) {
  const [low, zero, high] = [negative, middle, positive].map((text) => (
    [1, 3, 5].map((start) => parseInt(text.slice(start, start + 2), 16))));
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let index = 0; index < 256; index += 1) {
    const share = (index - 127.5) / 127.5;
    const end = share < 0 ? low : high;
    const strength = 0.02 + 0.64 * Math.abs(share);
    for (let channel = 0; channel < 3; channel += 1) {
      bytes[4 * index + channel] = zero[channel] + strength * (end[channel] - zero[channel]);
    }
    bytes[4 * index + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}

/** Return a canvas for heat maps of `side` × `side` pixels. */
export function createHeatMap(side, attributes = {}) {
  const node = html("canvas", { width: side, height: side, ...attributes });
  return { node, side, brush: node.getContext("2d", { willReadFrequently: true }), image: null };
}

/**
 * Paint values of a grid, `side` × `side`, onto a heat map, whose side divides that of the grid.
 *
 * `factor` and `shift` bring a value to −1…1; with `steps`, only its sign is shown.
 */
export function paintHeatMap(map, values, side, [factor, shift], ramp, steps = false) {
  const stride = side / map.side;
  map.image ??= map.brush.createImageData(map.side, map.side);
  map.pixels ??= new Uint32Array(map.image.data.buffer);
  const offset = (stride - 1) >> 1;
  let target = 0;
  for (let row = 0; row < map.side; row += 1) {
    let index = (row * stride + offset) * side + offset;
    for (let column = 0; column < map.side; column += 1, index += stride, target += 1) {
      let value = values[index] * factor + shift;
      if (steps) value = value >= 0 ? 0.75 : -0.75;
      const place = value * 127.5 + 128;
      map.pixels[target] = ramp[place > 255 ? 255 : place < 0 ? 0 : place | 0];
    }
  }
  map.brush.putImageData(map.image, 0, 0);
}

/** Paint the small picture of a unit. */
export function paintUnit(map, values, side, activation, ramp, steps) {
  paintHeatMap(map, values, side, scaleOf(activation, values), ramp, steps);
}

/** Return a canvas for a unit's picture. */
export function createSmallMap() {
  return createHeatMap(SMALL, { "aria-hidden": "true" });
}

/** Return the places of the pixels of a small picture, row by row from the upper left. */
export function smallGrid() {
  const place = (index) => REACH * ((2 * index + 1) / SMALL - 1);
  const points = Array.from({ length: SMALL * SMALL }, (_, index) => (
    [place(index % SMALL), -place(Math.floor(index / SMALL))]));
  return { side: SMALL, points };
}

/** Return the line where `values` − `level` changes its sign: x1, y1, x2, y2, … in grid cells. */
export function traceLine(values, side, level) {
  const segments = [];
  const share = (here, there) => (level - here) / (there - here);
  for (let row = 0; row + 1 < side; row += 1) {
    for (let column = 0; column + 1 < side; column += 1) {
      const index = row * side + column;
      const corners = [values[index], values[index + 1], values[index + side + 1], values[index + side]];
      const above = corners.map((value) => value >= level);
      if (above[0] === above[1] && above[1] === above[2] && above[2] === above[3]) continue;
      const ends = [];
      const cross = (first, second, x, y, dx, dy) => {
        if (above[first] === above[second]) return;
        const part = share(corners[first], corners[second]);
        ends.push(column + x + part * dx, row + y + part * dy);
      };
      cross(0, 1, 0, 0, 1, 0);
      cross(1, 2, 1, 0, 0, 1);
      cross(3, 2, 0, 1, 1, 0);
      cross(0, 3, 0, 0, 0, 1);
      for (let end = 0; end + 3 < ends.length; end += 4) segments.push(ends.slice(end, end + 4));
    }
  }
  return segments;
}

/** The large picture of the output: heat map, line, examples, cursor; it fills its parent. */
export function createSurface() {
  const quiet = { "aria-hidden": "true" };
  const maps = { 64: createHeatMap(64, quiet), 96: createHeatMap(96, quiet) };
  const lines = html("canvas", { width: LINES, height: LINES, "aria-hidden": "true" });
  const marks = html("canvas", { width: FINE, height: FINE, role: "img" });
  const mask = html("canvas", {});
  const names = [["x₁", "right"], ["x₂", "top"], [`−${REACH}`, "low"], [REACH, "high"]];
  const node = html("div", { class: "surface" }, maps[64].node, maps[96].node, lines, marks,
    ...names.map(([text, place]) => html("span", { class: `axis ${place}`, "aria-hidden": "true" }, text)));
  const brush = lines.getContext("2d", { willReadFrequently: true });
  const pen = marks.getContext("2d", { willReadFrequently: true });
  return { node, marks, paint, drawMarks };

  /**
   * Paint the output's values; `side` (64 or 96) chooses between fast and fine. `isBrief`: line
   * and hatching stay as they were, for the next time.
   */
  function paint({ values, side, isProbability, palette, steps, isBrief = false }) {
    for (const [size, map] of Object.entries(maps)) map.node.hidden = Number(size) !== side;
    const scale = isProbability ? [2, -1] : [1, 0];
    paintHeatMap(maps[side], values, side, scale, palette.ramp, steps);
    if (isBrief) return;
    brush.clearRect(0, 0, LINES, LINES);
    drawHatching(values, side, isProbability ? 0.5 : 0, palette);
    drawLine(traceLine(values, side, isProbability ? 0.5 : 0), side, palette);
  }

  /** Hatch the side of class 0 (or of negative values): it must be told without colours. */
  function drawHatching(values, side, level, palette) {
    mask.width = side;
    mask.height = side;
    const cover = mask.getContext("2d", { willReadFrequently: true });
    const image = cover.createImageData(side, side);
    for (let index = 0; index < values.length; index += 1) {
      image.data[4 * index + 3] = values[index] < level ? 255 : 0;
    }
    cover.putImageData(image, 0, 0);
    brush.globalCompositeOperation = "source-over";
    brush.drawImage(mask, 0, 0, LINES, LINES);
    brush.globalCompositeOperation = "source-in";
    brush.fillStyle = hatching(palette);
    brush.fillRect(0, 0, LINES, LINES);
    brush.globalCompositeOperation = "source-over";
  }

  function hatching(palette) {
    if (palette.hatching) return palette.hatching;
    const tile = html("canvas", { width: 12, height: 12 });
    const stroke = tile.getContext("2d");
    stroke.strokeStyle = palette.ink;
    stroke.globalAlpha = 0.16;
    stroke.lineWidth = 1.4;
    stroke.beginPath();
    for (const shift of [-12, 0, 12]) {
      stroke.moveTo(shift - 2, 14);
      stroke.lineTo(shift + 14, -2);
    }
    stroke.stroke();
    palette.hatching = brush.createPattern(tile, "repeat");
    return palette.hatching;
  }

  function drawLine(segments, side, palette) {
    const scale = LINES / side;
    brush.beginPath();
    for (const [x1, y1, x2, y2] of segments) {
      brush.moveTo((x1 + 0.5) * scale, (y1 + 0.5) * scale);
      brush.lineTo((x2 + 0.5) * scale, (y2 + 0.5) * scale);
    }
    brush.lineCap = "round";
    brush.strokeStyle = palette.middle;
    brush.lineWidth = 5;
    brush.stroke();
    brush.strokeStyle = palette.ink;
    brush.lineWidth = 2.4;
    brush.stroke();
  }

  /** Draw the examples: sets of { points, targets, isTest }, and a ring around the chosen one. */
  function drawMarks({ sets, isProbability, chosen, cursor, palette }) {
    pen.clearRect(0, 0, FINE, FINE);
    drawZeroLines(palette);
    const count = sets.reduce((sum, set) => sum + set.points.length, 0);
    const size = count > 600 ? 5 : count > 120 ? 6.5 : 8;
    for (const set of sets) {
      set.points.forEach((point, index) => {
        drawExample(point, set.targets[index], set.isTest, size, isProbability, palette);
      });
    }
    if (chosen) drawRing(chosen, palette);
    if (cursor) drawCursor(cursor, palette);
  }

  function drawZeroLines(palette) {
    pen.globalAlpha = 0.35;
    pen.strokeStyle = palette.ink;
    pen.lineWidth = 1;
    pen.setLineDash([3, 7]);
    pen.beginPath();
    pen.moveTo(FINE / 2, 0);
    pen.lineTo(FINE / 2, FINE);
    pen.moveTo(0, FINE / 2);
    pen.lineTo(FINE, FINE / 2);
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  function drawExample([x1, x2], target, isTest, size, isProbability, palette) {
    const [x, y] = toPixels(x1, x2);
    const share = isProbability ? 2 * target - 1 : Math.max(-1, Math.min(1, target));
    pen.beginPath();
    if (share > 0) pen.rect(x - size, y - size, 2 * size, 2 * size);
    else pen.arc(x, y, size * 1.13, 0, 2 * Math.PI);
    pen.fillStyle = isTest ? palette.middle : rampColor(palette, share);
    pen.fill();
    pen.lineWidth = isTest ? 3.5 : 1.8;
    pen.strokeStyle = isTest ? (share > 0 ? palette.positive : palette.negative) : palette.ink;
    pen.stroke();
  }

  function drawRing([x1, x2], palette) {
    const [x, y] = toPixels(x1, x2);
    for (const [width, color] of [[8, palette.middle], [4, palette.ink]]) {
      pen.beginPath();
      pen.arc(x, y, 15, 0, 2 * Math.PI);
      pen.lineWidth = width;
      pen.strokeStyle = color;
      pen.stroke();
    }
  }

  function drawCursor([x1, x2], palette) {
    const [x, y] = toPixels(x1, x2);
    for (const [width, color] of [[7, palette.middle], [3, palette.ink]]) {
      pen.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        pen.moveTo(x + 7 * dx, y + 7 * dy);
        pen.lineTo(x + 24 * dx, y + 24 * dy);
      }
      pen.lineWidth = width;
      pen.strokeStyle = color;
      pen.stroke();
    }
  }
}

function toPixels(x1, x2) {
  return [((x1 / REACH + 1) / 2) * FINE, ((1 - x2 / REACH) / 2) * FINE];
}

/** Return the colour of a value from −1 to 1 as CSS writes it, fully saturated at the ends. */
function rampColor(palette, share) {
  if (share >= 1) return palette.positive;
  if (share <= -1) return palette.negative;
  const pixel = palette.ramp[Math.round(share * 127 + 128)];
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}

/** The two curves of the loss over the epochs. */
export function createCurves() {
  const { width, height, left, right, top, bottom } = CURVES;
  const axes = svg("g", { class: "axes" });
  const testCurve = svg("path", { class: "curve test" });
  const trainCurve = svg("path", { class: "curve train" });
  const node = svg("svg", { class: "curves", viewBox: `0 0 ${width} ${height}`, role: "img" },
    axes, testCurve, trainCurve);
  let drawn = "";
  return { node, show };

  /** Draw a history, { epochs, train, test }, and say in words where it stands. */
  function show({ epochs, train, test }) {
    const losses = [...train, ...test].filter(Number.isFinite);
    const highest = niceCeiling(losses.length ? Math.max(1e-6, ...losses) : 1);
    const longest = niceCeiling(Math.max(epochs.at(-1) ?? 0, 1));
    drawAxes(highest, longest);
    setAttributes(trainCurve, { d: curve(epochs, train, longest, highest) });
    setAttributes(testCurve, { d: curve(epochs, test, longest, highest) });
    setAttributes(node, { "aria-label": describeHistory(epochs, train, test) });
  }

  function curve(epochs, losses, longest, highest) {
    let text = "";
    losses.forEach((loss, index) => {
      if (loss === null || !Number.isFinite(loss)) return;
      const x = left + (epochs[index] / longest) * (right - left);
      const y = bottom - Math.min(1, loss / highest) * (bottom - top);
      text += `${text ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    return text;
  }

  function drawAxes(highest, longest) {
    if (drawn === `${highest}/${longest}`) return;
    drawn = `${highest}/${longest}`;
    const label = (x, y, anchor, text) => svg("text", { x, y, "text-anchor": anchor }, text);
    const text = plainNumber(highest);
    const ceiling = text.length > LONGEST_OUTSIDE ? label(left + 6, top + 10, "start", text)
      : label(left - 6, top + 10, "end", text);
    axes.replaceChildren(
      svg("path", { d: `M${left} ${top} V${bottom} H${right}` }),
      ceiling, label(left - 6, bottom, "end", "0"),
      label(left, bottom + 18, "middle", "0"), label(right, bottom + 18, "end", plainNumber(longest)),
      label((left + right) / 2, bottom + 18, "middle", "epochs"),
    );
  }
}

function niceCeiling(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return Number(([1, 1.5, 2, 3, 5, 7, 10].find((factor) => factor * power >= number * 0.9999) * power)
    .toPrecision(6));
}

function plainNumber(number) {
  if (number >= 1e5) return writeNumber(number).replace(".0", ""); // beside the curves is little room
  return number >= 1000 ? number.toLocaleString("en") : String(number);
}

function describeHistory(epochs, train, test) {
  if (epochs.length < 2) return "Loss over the epochs: no epoch yet.";
  const compare = (losses) => `from ${writeNumber(losses[0])} to ${writeNumber(losses.at(-1))}`;
  return `Loss over the epochs, 0 to ${Math.round(epochs.at(-1))}: training ${compare(train)}, `
    + `test ${compare(test)}.`;
}

/** Write a number with three decimals, a whole one with none, very small and large ones with a power of ten. */
export function writeNumber(number) {
  if (number === null || number === undefined) return "–";
  if (!Number.isFinite(number)) return format(number);
  const size = Math.abs(number);
  const sign = number < 0 ? "−" : "";
  if (Number.isInteger(number) && size < 1e4) return sign + size;
  if (size >= 1e-3 && size < 1e4) return sign + size.toFixed(size >= 100 ? 1 : 3);
  const [digits, power] = size.toExponential(1).split("e");
  const raised = [...String(Math.abs(power))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
  return `${sign}${digits}·10${power < 0 ? "⁻" : ""}${raised}`;
}
