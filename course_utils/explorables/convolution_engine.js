// The mathematics of the convolution explorable: sizes, padding, sums and their words. No picture.

export const KERNELS = {
  "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
  "box blur": Array(3).fill(Array(3).fill(1 / 9)),
  "wide box blur": Array(5).fill(Array(5).fill(1 / 25)),
  "gaussian blur": [[1 / 16, 1 / 8, 1 / 16], [1 / 8, 1 / 4, 1 / 8], [1 / 16, 1 / 8, 1 / 16]],
  "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
  "sobel x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
  "sobel y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
  "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
  "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
};
export const CHANNELS = ["red", "green", "blue"];
export const MODES = ["convolution", "max pooling", "average pooling"];
export const [MOST_STRIDE, MOST_DILATION, MOST_SIZE] = [5, 3, 5];
export const [MOST_WEIGHT, MOST_BIAS] = [100, 10000];
const CHOICES = {
  view: ["numbers", "photo"], mode: MODES, padding: ["valid", "same"],
  drawn: ["auto", "brightness", "signs", "sizes"],
};
const WHOLE = {
  stride: [1, MOST_STRIDE], dilation: [1, MOST_DILATION], pool_size: [1, MOST_SIZE], position: [0, 100000],
};
// All that the controls say. `place` is [row, column] of the photo's output; null: the middle.
export const DEFAULTS = {
  view: "numbers", image: "", photo: "", mode: "convolution", kernel: "sobel x", flip: false, pool_size: 2,
  padding: "valid", stride: 1, dilation: 1, bias: 0, per_channel: false, position: 0, place: null, drawn: "auto",
};
export const BOTH = "Keras refuses stride > 1 together with dilation > 1";

export const isPooling = (settings) => settings.mode !== "convolution";

/** Return the settings of a state: the defaults, but for what the line of JSON says. */
export function readState(line, pictures = null, start = DEFAULTS) {
  let values = null;
  try { values = JSON.parse(line); } catch { /* told below */ }
  if (values === null || typeof values !== "object" || Array.isArray(values)) {
    throw new Error("expected a line of JSON in braces. Copy the whole line.");
  }
  const unknown = Object.keys(values).find((name) => !(name in start));
  if (unknown) throw new Error(`a state holds ${Object.keys(start).join(", ")}; got “${unknown}”.`);
  const settings = { ...start, ...values };
  for (const [name, choices] of Object.entries(CHOICES)) {
    if (!choices.includes(settings[name])) throw new Error(`${name} must be one of ${choices.join(", ")}.`);
  }
  for (const [name, [low, high]] of Object.entries(WHOLE)) requireWhole(settings[name], name, low, high);
  for (const name of ["flip", "per_channel"]) {
    if (typeof settings[name] !== "boolean") throw new Error(`${name} must be true or false.`);
  }
  if (!isNumber(settings.bias, MOST_BIAS)) throw new Error(`bias must be from −${MOST_BIAS} to ${MOST_BIAS}.`);
  if (settings.place !== null) {
    if (!Array.isArray(settings.place) || settings.place.length !== 2) {
      throw new Error("place must be a row and a column.");
    }
    settings.place.forEach((part) => requireWhole(part, "each part of place", 0, 100000));
  }
  requireKernel(settings.kernel);
  if (settings.dilation > 1 && isPooling(settings)) throw new Error("pooling has no dilation in Keras.");
  if (settings.dilation > 1 && settings.stride > 1) throw new Error(`${BOTH}: set one of them to 1.`);
  if (pictures) {
    for (const [kind, view] of [["image", "numbers"], ["photo", "photo"]]) {
      const known = pictures.filter((picture) => picture.kind === kind).map((picture) => picture.name);
      if (settings[kind] && !known.includes(settings[kind])) {
        throw new Error(`there is no picture “${settings[kind]}” here.`);
      }
      if (settings.view === view && !known.length) throw new Error(`there is no ${kind} to show here.`);
    }
  }
  return settings;
}

function requireWhole(value, name, low, high) {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new Error(`${name} must be a whole number from ${low} to ${high}.`);
  }
}

function isNumber(value, most) {
  return typeof value === "number" && Math.abs(value) <= most;
}

function requireKernel(kernel) {
  if (typeof kernel === "string") {
    if (!(kernel in KERNELS)) throw new Error(`kernel must be one of ${Object.keys(KERNELS).join(", ")}.`);
    return;
  }
  const planes = Array.isArray(kernel?.[0]?.[0]) ? kernel : [kernel];
  const sizes = (list) => Array.isArray(list) && list.length >= 1 && list.length <= MOST_SIZE;
  const fits = [1, 3].includes(planes.length) && planes.every((plane) => sizes(plane)
    && plane.length === planes[0].length && plane.every((row) => sizes(row)
      && row.length === planes[0][0].length && row.every((number) => isNumber(number, MOST_WEIGHT))));
  if (!fits) {
    throw new Error(`kernel must be 1 to ${MOST_SIZE} rows of 1 to ${MOST_SIZE} numbers from `
      + `−${MOST_WEIGHT} to ${MOST_WEIGHT}, or such rows for each of three channels.`);
  }
}

/** Return the line of JSON that says what differs from the defaults. */
export function writeState(settings, start = DEFAULTS) {
  const differs = ([name, value]) => JSON.stringify(value) !== JSON.stringify(start[name]);
  return JSON.stringify(Object.fromEntries(Object.entries(settings).filter(differs)));
}

/** Return the kernel as it is written, for each channel: [channel][row][column]. */
export function writtenPlanes({ kernel }, channels) {
  const rows = typeof kernel === "string" ? KERNELS[kernel] : kernel;
  return Array.isArray(rows[0][0]) ? rows : Array(channels).fill(rows);
}

/** Return the kernel as it is applied: turned by 180° for the convolution of the mathematicians. */
export function appliedPlanes(settings, channels) {
  const planes = writtenPlanes(settings, channels);
  if (!settings.flip) return planes;
  return planes.map((rows) => [...rows].reverse().map((row) => [...row].reverse()));
}

/** Return the window along one axis with Keras's padding: "same" gives ⌈cells / stride⌉ outputs. */
export function makeAxis(cells, size, { padding, stride, dilation }) {
  const span = dilation * (size - 1) + 1;
  const total = padding === "same"
    ? Math.max(0, (Math.ceil(cells / stride) - 1) * stride + span - cells) : 0;
  const before = Math.floor(total / 2);
  const room = cells + total - span;
  const output = room >= 0 ? Math.floor(room / stride) + 1 : 0;
  return { cells, size, stride, dilation, span, total, before, after: total - before, output };
}

/** Return the axes of height and width for a picture. */
export function makeAxes(picture, settings) {
  const plane = writtenPlanes(settings, 1)[0];
  const sizes = isPooling(settings)
    ? [settings.pool_size, settings.pool_size] : [plane.length, plane[0].length];
  return [makeAxis(picture.rows, sizes[0], settings), makeAxis(picture.columns, sizes[1], settings)];
}

/** Return why the window finds no place, or "". */
export function findProblem(picture, settings) {
  const channels = isPooling(settings) ? picture.channels : writtenPlanes(settings, picture.channels).length;
  if (channels !== picture.channels) {
    return `The kernel has ${channels} channels, the picture ${picture.channels}: a kernel has as many `
      + "channels as the picture it slides over. Choose another kernel.";
  }
  const [height, width] = makeAxes(picture, settings);
  if (height.output && width.output) return "";
  return `The window reaches over ${height.span} × ${width.span} cells, the picture has only `
    + `${height.cells} × ${width.cells}: there is no place for it. Choose padding “same”, or a smaller `
    + "window or dilation.";
}

/** Write the output's size out: "⌊(8 + 0 − 1·(3 − 1) − 1) / 1⌋ + 1 = 6". */
export function writeFormula(letter, { cells, size, stride, dilation, total, output }) {
  return `${letter} = ⌊(${cells} + ${total} − ${dilation}·(${size} − 1) − 1) / ${stride}⌋ + 1 = ${output}`;
}

/** Return the result for a picture: { rows, columns, planes }, each plane a Float64Array. */
export function apply(picture, settings) {
  const [height, width] = makeAxes(picture, settings);
  if (isPooling(settings)) {
    const pool = settings.mode === "max pooling" ? maxPool : averagePool;
    const planes = picture.planes.map((plane) => pool(plane, picture, height, width));
    return { rows: height.output, columns: width.output, planes };
  }
  const weights = appliedPlanes(settings, picture.channels);
  const create = () => new Float64Array(height.output * width.output);
  const planes = settings.per_channel ? weights.map(create) : [create()];
  weights.forEach((rows, channel) => {
    const target = planes[settings.per_channel ? channel : 0];
    rows.forEach((row, r) => row.forEach((weight, c) => {
      if (weight) addTap(target, picture, picture.planes[channel], weight, height, width, r, c);
    }));
  });
  if (settings.bias) planes.forEach((plane) => plane.forEach((_, index) => { plane[index] += settings.bias; }));
  return { rows: height.output, columns: width.output, planes };
}

/** Return the first place, and the one past the last, at which a cell of the window is on the picture. */
function inside(axis, tap) {
  const offset = tap * axis.dilation - axis.before;
  const first = Math.max(0, Math.ceil(-offset / axis.stride));
  const end = Math.min(axis.output, Math.floor((axis.cells - 1 - offset) / axis.stride) + 1);
  return [first, Math.max(first, end), offset];
}

function addTap(target, picture, plane, weight, height, width, r, c) {
  const [top, bottom, rowOffset] = inside(height, r);
  const [left, right, columnOffset] = inside(width, c);
  for (let row = top; row < bottom; row += 1) {
    let source = (row * height.stride + rowOffset) * picture.columns + left * width.stride + columnOffset;
    let index = row * width.output + left;
    for (let column = left; column < right; column += 1, index += 1, source += width.stride) {
      target[index] += weight * plane[source];
    }
  }
}

function forEachTap(plane, picture, height, width, act) {
  for (let r = 0; r < height.size; r += 1) {
    for (let c = 0; c < width.size; c += 1) {
      const [top, bottom, rowOffset] = inside(height, r);
      const [left, right, columnOffset] = inside(width, c);
      for (let row = top; row < bottom; row += 1) {
        let source = (row * height.stride + rowOffset) * picture.columns + left * width.stride + columnOffset;
        for (let column = left; column < right; column += 1, source += width.stride) {
          act(row * width.output + column, plane[source]);
        }
      }
    }
  }
}

function maxPool(plane, picture, height, width) {
  const result = new Float64Array(height.output * width.output).fill(-Infinity);
  forEachTap(plane, picture, height, width, (index, value) => {
    if (value > result[index]) result[index] = value;
  });
  return result;
}

function averagePool(plane, picture, height, width) {
  const sums = new Float64Array(height.output * width.output);
  const counts = new Float64Array(sums.length); // padded cells are not counted
  forEachTap(plane, picture, height, width, (index, value) => {
    sums[index] += value;
    counts[index] += 1;
  });
  return sums.map((sum, index) => sum / counts[index]);
}

/** Return what lies under the window at a place, for each channel: [channel][row][column], null: padded. */
export function lookThrough(picture, [height, width], row, column) {
  const read = (plane, r, c) => {
    const y = row * height.stride + r * height.dilation - height.before;
    const x = column * width.stride + c * width.dilation - width.before;
    const isOutside = y < 0 || x < 0 || y >= picture.rows || x >= picture.columns;
    return isOutside ? null : plane[y * picture.columns + x];
  };
  const range = (size) => [...Array(size).keys()];
  return picture.planes.map((plane) => range(height.size).map((r) => (
    range(width.size).map((c) => read(plane, r, c)))));
}

// --- Words ---------------------------------------------------------------------------------------

/** Write a number with at most two decimals, no idle zeros and a real minus sign: "−0.5". */
export function write(number) {
  const hundredths = Math.floor(Math.abs(number) * 100 + 0.5);
  return (number < 0 && hundredths ? "−" : "") + String(Number((hundredths / 100).toFixed(2)));
}

/** Write a number as part of a sum or a product: a negative one stands in brackets. */
export function inSum(number) {
  const text = write(number);
  return text.startsWith("−") ? `(${text})` : text;
}

/** Return "=" where two decimals show every one of the numbers as it is, "≈" where they round one. */
export function sign(...numbers) {
  const isExact = (number) => Math.abs(number * 100 - Math.round(number * 100)) < 1e-7;
  return numbers.every(isExact) ? "=" : "≈";
}

/** Write a weight: with two decimals where they suffice, as a fraction "1/9" where that is one. */
export function writeWeight(weight) {
  const tenThousandths = weight * 10000;
  if (Math.abs(weight * 100 - Math.round(weight * 100)) < 1e-9) return write(weight);
  for (let bottom = 3; bottom <= 256; bottom += 1) {
    const top = weight * bottom;
    if (Math.abs(top - Math.round(top)) < 1e-10) {
      return `${top < 0 ? "−" : ""}${Math.abs(Math.round(top))}/${bottom}`;
    }
  }
  const text = String(Number((Math.round(Math.abs(tenThousandths)) / 10000).toFixed(4)));
  return (weight < 0 && text !== "0" ? "−" : "") + text;
}

/** Return the number that somebody typed ("0.5", "−1", "1/9"), or throw an Error that says what is wrong. */
export function readNumber(text, most) {
  const plain = text.trim().replace(/[−–]/g, "-");
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:\s*\/\s*(\d+\.?\d*))?$/.exec(plain);
  if (!found) {
    const hint = plain.includes(",") ? "write 0.5 with a point" : "write 2, −0.5 or 1/9";
    throw new Error(`${plain ? `“${text.trim()}” is no number` : "there is no number"}: ${hint}`);
  }
  const number = Number(found[1]) / (found[2] === undefined ? 1 : Number(found[2]));
  if (!Number.isFinite(number)) throw new Error(`“${text.trim()}” divides by zero`);
  if (Math.abs(number) > most) throw new Error(`${write(number)} is too large: at most ${most}, at least −${most}`);
  return number;
}

/** Write out how the result at a place comes about: one line for each channel, then their sum. */
export function writeSums(looked, settings, result, row, column) {
  const index = row * result.columns + column;
  const isAlone = looked.length === 1;
  const name = (channel) => (isAlone ? "" : `${CHANNELS[channel]}: `);
  const place = (channel) => `output[${row}, ${column}${isAlone ? "" : `, ${channel}`}]`;
  if (isPooling(settings)) {
    return looked.map((rows, channel) => {
      const values = rows.flat().filter((value) => value !== null);
      const value = result.planes[channel][index];
      const text = settings.mode === "max pooling" ? `max(${values.map(write).join(", ")})`
        : `(${values.map(inSum).join(" + ")}) / ${values.length}`;
      return `${place(channel)} = ${text} ${sign(...values, value)} ${write(value)}`;
    });
  }
  const products = multiply(looked, appliedPlanes(settings, looked.length)).map((rows) => rows.flat());
  const sums = products.map((numbers) => numbers.reduce((sum, number) => sum + number, 0));
  const bias = `${settings.bias < 0 ? "−" : "+"} bias ${write(Math.abs(settings.bias))}`;
  const lines = products.map((numbers, channel) => {
    const terms = numbers.map((number, term) => (term ? inSum(number) : write(number))).join(" + ");
    const head = isAlone ? "sum of the products: " : name(channel);
    const line = `${head}${terms} ${sign(...numbers)} ${write(sums[channel])}`;
    if (!settings.per_channel || isAlone) return line;
    const value = result.planes[channel][index];
    return `${line}; ${bias}: ${place(channel)} ${sign(value)} ${write(value)}`;
  });
  if (settings.per_channel && !isAlone) return lines;
  const total = sums.map((sum, channel) => (channel ? inSum(sum) : write(sum))).join(" + ");
  const value = result.planes[0][index];
  return [...lines, `output[${row}, ${column}] = ${total} ${bias} ${sign(...sums, settings.bias)} ${write(value)}`];
}

/** Return the products of what lies under the window with the weights; a padded cell counts as 0. */
export function multiply(looked, weights) {
  return looked.map((rows, channel) => rows.map((values, r) => (
    values.map((value, c) => (value ?? 0) * weights[channel][r][c]))));
}

/** Return the layer of Keras that computes this, as a line of code. */
export function writeCall(settings, [height, width], channels) {
  const size = height.size === width.size ? String(height.size) : `(${height.size}, ${width.size})`;
  const rest = `padding="${settings.padding}"`;
  if (isPooling(settings)) {
    const name = settings.mode === "max pooling" ? "MaxPooling2D" : "AveragePooling2D";
    return `keras.layers.${name}(${settings.pool_size}, strides=${settings.stride}, ${rest})`;
  }
  const name = settings.per_channel && channels > 1 ? `DepthwiseConv2D(${size}` : `Conv2D(1, ${size}`;
  const more = settings.dilation > 1 ? `, dilation_rate=${settings.dilation}` : "";
  return `keras.layers.${name}, strides=${settings.stride}, ${rest}${more})`;
}
