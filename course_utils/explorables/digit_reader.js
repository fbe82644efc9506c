// A pad to draw a digit on, the picture that a small network sees, and its ten probabilities.

import {
  change, createButton, follow, html, newId, prepare, setAttributes,
} from "./common.js";

export const SIDE = 28; // of an MNIST picture, in pixels
const BOX = 20; // its digit fills a box of this size
const CENTER = 14; // the pixel that holds its centre of mass
const CLASSES = 10;
const PAD = 280; // the pad's own resolution
const PEN = 22; // about as broad, for a digit that fills most of the pad, as MNIST's strokes

/** Prepare grey values (rows × columns, ink high) as data.center_digit does; null without ink. */
export function centerDigit(drawing, rows, columns) {
  const strongest = drawing.reduce((most, value) => Math.max(most, value), 0);
  if (strongest === 0) return null;
  const ink = Float64Array.from(drawing, (value) => Math.floor((255 * value) / strongest + 0.5));
  const box = boundingBox(ink, rows, columns);
  const longer = Math.max(box.height, box.width);
  const height = Math.max(1, Math.floor((BOX * box.height) / longer + 0.5));
  const width = Math.max(1, Math.floor((BOX * box.width) / longer + 0.5));
  const small = shrink(ink, columns, box, height, width);
  const [top, left] = firstPixels(small, height, width);
  const darkest = small.reduce((most, value) => Math.max(most, value), 0);
  const pixels = new Uint8Array(SIDE * SIDE);
  small.forEach((value, index) => {
    const place = (top + Math.floor(index / width)) * SIDE + left + (index % width);
    pixels[place] = Math.floor((255 * value) / darkest + 0.5);
  });
  return pixels;
}

function boundingBox(ink, rows, columns) {
  let [top, bottom, left, right] = [rows, -1, columns, -1];
  ink.forEach((value, index) => {
    if (value === 0) return;
    const [row, column] = [Math.floor(index / columns), index % columns];
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    left = Math.min(left, column);
    right = Math.max(right, column);
  });
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/** Average areas: each new pixel takes the old ones with the lengths that they share. */
function shrink(ink, columns, box, height, width) {
  const halfway = new Float64Array(height * box.width);
  forShared(box.height, height, (row, old, length) => {
    const start = (box.top + old) * columns + box.left;
    for (let column = 0; column < box.width; column += 1) {
      halfway[row * box.width + column] += length * ink[start + column];
    }
  });
  const small = new Float64Array(height * width);
  forShared(box.width, width, (column, old, length) => {
    for (let row = 0; row < height; row += 1) {
      small[row * width + column] += length * halfway[row * box.width + old];
    }
  });
  return small;
}

/** Call visit(new cell, old cell, length) for cells of a line of length old × new that overlap. */
function forShared(old, next, visit) {
  for (let cell = 0; cell < next; cell += 1) {
    for (let from = Math.floor((cell * old) / next); from * next < (cell + 1) * old; from += 1) {
      const start = Math.max(cell * old, from * next);
      visit(cell, from, Math.min((cell + 1) * old, (from + 1) * next) - start);
    }
  }
}

/** Return the top row and left column that bring the centre of mass to the centre. */
function firstPixels(small, height, width) {
  let [mass, down, across] = [0, 0, 0];
  small.forEach((value, index) => {
    mass += value;
    down += value * Math.floor(index / width);
    across += value * (index % width);
  });
  const first = (moment, length) => Math.min(
    Math.max(CENTER - Math.floor(moment / mass + 0.5), 0), SIDE - length);
  return [first(down, height), first(across, width)];
}

/** Cut the bytes of float32 weights into those of Dense(units, relu) and Dense(10, softmax). */
export function readWeights(bytes) {
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const pixels = SIDE * SIDE;
  const units = (all.length - CLASSES) / (pixels + 1 + CLASSES);
  const ends = [pixels * units, units, units * CLASSES, CLASSES];
  let start = 0;
  const [hidden, hiddenBias, output, outputBias] = ends.map((length) => {
    start += length;
    return all.subarray(start - length, start);
  });
  return { units, hidden, hiddenBias, output, outputBias };
}

/** Return the ten probabilities for 28 × 28 pixels from 0 to 255. */
export function forward(pixels, { units, hidden, hiddenBias, output, outputBias }) {
  const sums = Float64Array.from(hiddenBias);
  pixels.forEach((pixel, index) => {
    if (pixel === 0) return;
    for (let unit = 0; unit < units; unit += 1) {
      sums[unit] += (pixel / 255) * hidden[index * units + unit];
    }
  });
  const logits = Float64Array.from(outputBias);
  sums.forEach((sum, unit) => {
    if (sum <= 0) return;
    for (let digit = 0; digit < CLASSES; digit += 1) {
      logits[digit] += sum * output[unit * CLASSES + digit];
    }
  });
  return softmax(logits);
}

/** Return exp(logits) divided by their sum, safe for large logits. */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** Draw 28 × 28 grey values as dark ink on white. */
function paintPixels(canvas, pixels) {
  const image = new ImageData(SIDE, SIDE);
  for (let index = 0; index < SIDE * SIDE; index += 1) {
    const grey = 255 - (pixels[index] ?? 0);
    image.data.set([grey, grey, grey, 255], index * 4);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function paintStrokes(context, strokes) {
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, PAD, PAD);
  Object.assign(context, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#000000" });
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(...stroke[0]);
    for (const point of stroke) context.lineTo(...point);
    if (stroke.length === 1) context.lineTo(stroke[0][0] + 0.1, stroke[0][1]); // a tap is a dot
    context.stroke();
  }
}

/** Return the ink of what stands on the pad, from 0 (white) to 255 (black). */
function readInk(context) {
  const { data } = context.getImageData(0, 0, PAD, PAD);
  return Uint8Array.from({ length: PAD * PAD }, (_, index) => 255 - data[index * 4]);
}

function asBytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function asView(bytes) {
  return new DataView(Uint8Array.from(bytes).buffer);
}

/** The pad: `draw(strokes, pixels, isFinished)` is told of each movement of the pen. */
function createPad(getStrokes, draw) {
  const canvas = html("canvas", {
    class: "pad", width: PAD, height: PAD, role: "img",
    "aria-label": "Pad: draw a digit with mouse, pen or finger",
  });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let pointer = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    event.preventDefault();
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    report([...getStrokes(), [pointAt(event)]], false);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    const points = (moves.length ? moves : [event]).map(pointAt);
    const strokes = getStrokes();
    report([...strokes.slice(0, -1), [...(strokes.at(-1) ?? []), ...points]], false);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(kind, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      report(getStrokes(), true);
    });
  }
  return { node: canvas, show };

  function report(strokes, isFinished) {
    paintStrokes(context, strokes);
    draw(strokes, centerDigit(readInk(context), PAD, PAD) ?? new Uint8Array(), isFinished);
  }

  function pointAt(event) {
    const box = canvas.getBoundingClientRect();
    const inside = (share) => Math.round(Math.min(1, Math.max(0, share)) * PAD);
    return [inside((event.clientX - box.left) / box.width), inside((event.clientY - box.top) / box.height)];
  }

  /** Show strokes, else the picture that was picked, else an invitation. */
  function show(strokes, pixels) {
    paintStrokes(context, strokes);
    if (strokes.length) return;
    if (pixels.length) {
      const small = html("canvas", { width: SIDE, height: SIDE });
      paintPixels(small, pixels);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, PAD, PAD);
    } else {
      Object.assign(context, { fillStyle: "#595959", font: "22px sans-serif", textAlign: "center" });
      context.fillText("draw a digit here", PAD / 2, PAD / 2);
    }
  }
}

/** Ten bars with their numbers. */
function createBars() {
  const bars = Array.from({ length: CLASSES }, (_, digit) => {
    const length = html("div", { class: "length" });
    const percent = html("span", { class: "percent" });
    const node = html("div", { class: "bar", role: "listitem" },
      html("span", { class: "digit" }, String(digit)), html("div", { class: "track" }, length), percent);
    return { node, length, percent };
  });
  const node = html("div", { class: "bars", role: "list", "aria-label": "Probability of each digit" },
    ...bars.map((bar) => bar.node));
  return { node, show };

  function show(probabilities) {
    const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    bars.forEach((bar, digit) => {
      const probability = probabilities ? probabilities[digit] : 0;
      setAttributes(bar.node, { class: digit === best ? "bar best" : "bar" });
      bar.length.style.width = `${100 * probability}%`;
      bar.percent.textContent = probabilities ? formatPercent(probability) : "–";
    });
  }
}

/** Write a probability in percent with one decimal: "93.1 %". */
export function formatPercent(probability) {
  return `${(100 * probability).toFixed(1)} %`;
}

/** Say what the network reads. */
export function describeReading(probabilities) {
  if (!probabilities) return "Nothing drawn yet.";
  const best = probabilities.indexOf(Math.max(...probabilities));
  const article = best === 8 ? "an" : "a";
  return `The network reads ${article} ${best}, with a probability of ${formatPercent(probabilities[best])}.`;
}

/** Test digits to pick: native radio buttons, so that arrow keys go through them. */
function createChoices(examples, pick) {
  if (examples.length === 0) return { node: "", show() {} };
  const group = newId();
  const inputs = examples.map((pixels, index) => {
    const input = html("input", { type: "radio", name: group, "aria-label": `test digit ${index + 1}` });
    input.addEventListener("change", () => pick(index));
    const canvas = html("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    paintPixels(canvas, pixels);
    return { input, node: html("span", { class: "choice" }, input, canvas) };
  });
  const node = html("fieldset", {}, html("legend", {}, "Or pick a digit of the test set"),
    ...inputs.map((choice) => choice.node));
  const show = (example) => inputs.forEach(({ input }, index) => { input.checked = index === example; });
  return { node, show };
}

function cutExamples(bytes) {
  const all = asBytes(bytes);
  const size = SIDE * SIDE;
  return Array.from({ length: all.length / size }, (_, index) => all.subarray(index * size, (index + 1) * size));
}

function render({ model, el }) {
  const release = prepare(el);
  const examples = cutExamples(model.get("example_pixels"));
  let weights = readWeights(model.get("parameters"));
  const status = html("span", { class: "unseen", role: "status" });
  const pad = createPad(() => model.get("strokes"), (strokes, pixels, isFinished) => {
    model.set("example", -1);
    model.set("strokes", strokes);
    model.set("pixels", asView(pixels));
    if (isFinished) finish();
  });
  const choices = createChoices(examples, (index) => {
    change(model, { example: index, strokes: [], pixels: asView(examples[index]) });
    finish();
  });
  const clear = createButton("Clear", () => {
    change(model, { example: -1, strokes: [], pixels: asView([]) });
    finish();
  });
  const seen = html("canvas", {
    class: "seen", width: SIDE, height: SIDE, role: "img", "aria-label": "Picture that the network sees",
  });
  const bars = createBars();
  const verdict = html("p", { class: "verdict" });
  const titled = (title, ...nodes) => html("div", {}, html("p", { class: "title" }, title), ...nodes);
  el.replaceChildren(html("div", { class: "reader" },
    titled("Your digit", pad.node),
    titled(`What it sees: ${SIDE} × ${SIDE}`, seen, html("div", { class: "buttons" }, clear)),
    titled("Probability of each digit", bars.node),
    verdict, choices.node, status));
  const unfollow = follow(model, ["pixels", "strokes", "example"], show);
  const unload = follow(model, ["parameters"], () => {
    weights = readWeights(model.get("parameters"));
    show();
  });
  return () => { unfollow(); unload(); release(); };

  function show() {
    const pixels = asBytes(model.get("pixels"));
    const probabilities = pixels.length ? forward(pixels, weights) : null;
    pad.show(model.get("strokes"), pixels);
    paintPixels(seen, pixels);
    bars.show(probabilities);
    verdict.textContent = describeReading(probabilities);
    choices.show(model.get("example"));
  }

  /** Speak at the end of a stroke, not during it. */
  function finish() {
    model.save_changes();
    status.textContent = verdict.textContent;
  }
}

export default { render };
