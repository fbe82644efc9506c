// A threshold to move over the scores of two classes: confusion matrix, precision, recall, costs.

import {
  change, follow, html, newId, picture, prepare, setAttributes, svg,
} from "./common.js";

export const STEPS = 200; // the threshold is a whole multiple of 1 / STEPS
const BARS = 20;
const LEAST = 0.35; // where a logarithmic bar begins: a single example is seen
const [WIDTH, HEIGHT] = [480, 256];
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 470, 28, 206];
const MIDDLE = (TOP + BOTTOM) / 2;
const FIELDS = [["TN", "true negatives"], ["FP", "false positives: false alarms"],
  ["FN", "false negatives: missed"], ["TP", "true positives: found"]];

/** Return the threshold, in steps, that is nearest to a number. */
export function toStep(threshold) {
  return Math.min(STEPS, Math.max(0, Math.floor(threshold * STEPS + 0.5)));
}

/** Return how often each true class (row) is given each class (column). */
export function confusionMatrix(counts, threshold) {
  const step = toStep(threshold);
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  return counts.map((numbers) => [sum(numbers.slice(0, step + 1)), sum(numbers.slice(step + 1))]);
}

/** Write a whole number with commas: "5,937". */
export function writeCount(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Write an amount with commas, and with two decimals unless it is a whole number. */
export function writeAmount(amount) {
  const hundredths = Math.floor(amount * 100 + 0.5);
  const rest = hundredths % 100;
  return writeCount(Math.floor(hundredths / 100)) + (rest ? `.${String(rest).padStart(2, "0")}` : "");
}

/** Write a threshold without idle zeros: "0.5", "0.045". */
export function writeThreshold(threshold) {
  return String(Number(threshold.toFixed(3)));
}

/** Write part / (part + rest) with three decimals, with more where it would seem 0 or 1. */
export function writeShare(part, rest) {
  const share = part / (part + rest);
  let text = "";
  for (const digits of [3, 4, 5]) {
    text = (Math.floor(share * 10 ** digits + 0.5) / 10 ** digits).toFixed(digits);
    if (!part || !rest || ![0, 1].includes(Number(text))) break;
  }
  return text;
}

/** Write precision, recall and accuracy out, and the total cost where costs are given. */
export function writeLines([[rejected, falseAlarms], [missed, found]], costs) {
  const share = (name, part, rest) => `${name} = ${writeCount(part)} / `
    + `(${writeCount(part)} + ${writeCount(rest)}) = ${writeShare(part, rest)}`;
  const all = found + rejected + missed + falseAlarms;
  const lines = [
    found + falseAlarms ? share("precision", found, falseAlarms) : "no alarm: precision has no meaning",
    found + missed ? share("recall", found, missed) : "nobody to find: recall has no meaning",
    `accuracy = (${writeCount(found)} + ${writeCount(rejected)}) / ${writeCount(all)} = `
      + writeShare(found + rejected, missed + falseAlarms),
  ];
  if (costs.length) {
    const total = costs[0] * missed + costs[1] * falseAlarms;
    lines.push(`total cost = ${writeCount(missed)} × ${writeAmount(costs[0])} + `
      + `${writeCount(falseAlarms)} × ${writeAmount(costs[1])} = ${writeAmount(total)}`);
  }
  return lines;
}

/** Say in words what the threshold does. */
export function writeStanding([[, falseAlarms], [missed, found]]) {
  const alarms = found + falseAlarms;
  return `${writeCount(alarms)} ${alarms === 1 ? "alarm" : "alarms"}: ${writeCount(found)} right (TP), `
    + `${writeCount(falseAlarms)} false (FP). `
    + `${writeCount(missed)} of ${writeCount(found + missed)} missed (FN).`;
}

/** Return how many examples each bar of a class stands for; a bar takes in its upper edge. */
export function barCounts(numbers) {
  const bars = Array(BARS).fill(0);
  numbers.forEach((number, passed) => {
    bars[Math.max(0, Math.ceil((passed * BARS) / STEPS) - 1)] += number;
  });
  return bars;
}

/** Return the scale of counts: its ticks, and the share of the height that a count takes up.
 *
 * It is logarithmic where the highest bar would leave the lowest one hardly visible.
 */
export function countScale(bars) {
  const counted = bars.flat().filter((number) => number > 0);
  const most = Math.max(...counted);
  const logarithmic = most >= 20 * Math.min(...counted);
  const tens = [1, 10, 100, 1000, 10000].filter((tick) => tick <= most);
  const share = logarithmic
    ? (number) => (number ? Math.log(number / LEAST) / Math.log(most / LEAST) : 0)
    : (number) => number / most;
  return { logarithmic, share, ticks: logarithmic ? tens : [...new Set([Math.ceil(most / 2), most])] };
}

const toX = (threshold) => LEFT + threshold * (RIGHT - LEFT);

function label(x, y, text, anchor = "middle", kind = "") {
  return svg("text", { x, y, "text-anchor": anchor, class: kind }, text);
}

/** Draw the bars once, class 1 upwards, class 0 downwards; show() moves the threshold only. */
function createHistogram(counts, names, move) {
  const bars = counts.map(barCounts);
  const scale = countScale(bars);
  const [hatch, up, down] = [newId(), newId(), newId()];
  const node = picture("scores", WIDTH, HEIGHT, { role: "img" });
  const height = (number) => scale.share(number) * (MIDDLE - TOP - 4);
  const clips = [svg("rect", { y: 0, height: MIDDLE }), svg("rect", { y: MIDDLE, height: HEIGHT })];
  const line = svg("path", { class: "line" });
  const grip = svg("circle", { class: "grip", r: 8, cy: TOP });
  const value = label(0, 15, "", "middle", "number");

  function drawBars(row, kind, direction) {
    return svg("g", { class: kind }, ...bars[row].map((number, index) => {
      const long = height(number);
      return svg("rect", {
        x: toX(index / BARS), y: direction < 0 ? MIDDLE - long : MIDDLE,
        width: (RIGHT - LEFT) / BARS, height: long, visibility: number ? "visible" : "hidden",
      });
    }));
  }

  const wrong = (row, clip, direction) => setAttributes(
    svg("g", { fill: `url(#${hatch})` }, drawBars(row, "wrong", direction)),
    { "clip-path": `url(#${clip})` });
  node.append(
    svg("defs", {},
      svg("pattern", {
        id: hatch, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
      }, svg("path", { class: "hatch", d: "M3.5 0 V7" })),
      svg("clipPath", { id: up }, clips[0]), svg("clipPath", { id: down }, clips[1])),
    ...drawAxes(),
    drawBars(1, "bars class-1", -1), drawBars(0, "bars class-0", 1),
    wrong(1, up, -1), wrong(0, down, 1),
    svg("path", { class: "zero-line", d: `M${LEFT} ${MIDDLE} H${RIGHT}` }),
    line,
    label(LEFT + 8, TOP + 20, `↑ truly ${names[1]}`, "start", "halo"),
    label(RIGHT - 8, BOTTOM - 8, `↓ truly ${names[0]}`, "end", "halo"),
    grip, value);

  function drawAxes() {
    const marks = [0, 0.2, 0.4, 0.6, 0.8, 1];
    const sides = scale.ticks.flatMap((tick) => [[tick, -1], [tick, 1]]);
    const tickY = ([tick, side]) => MIDDLE + side * height(tick);
    return [
      svg("g", { class: "axes" },
        svg("path", { d: `M${LEFT} ${TOP} V${BOTTOM} H${RIGHT}` }),
        ...marks.map((mark) => svg("path", { d: `M${toX(mark)} ${BOTTOM} v5` })),
        ...sides.map((side) => svg("path", { d: `M${LEFT} ${tickY(side)} h-5` }))),
      ...marks.map((mark) => label(toX(mark), BOTTOM + 21, String(mark))),
      ...sides.map((side) => label(LEFT - 8, tickY(side) + 5.5, writeCount(side[0]), "end", "tick")),
      label((LEFT + RIGHT) / 2, HEIGHT - 6, `score: predicted probability of “${names[1]}”`),
    ];
  }

  /** Return the threshold under the pointer, also where a slide is scaled. */
  function thresholdAt(event) {
    const box = node.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    return toStep((x - LEFT) / (RIGHT - LEFT)) / STEPS;
  }
  node.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    node.setPointerCapture(event.pointerId);
    move(thresholdAt(event));
  });
  node.addEventListener("pointermove", (event) => {
    if (node.hasPointerCapture(event.pointerId)) move(thresholdAt(event));
  });

  return { node, logarithmic: scale.logarithmic, show };

  function show(threshold, standing) {
    const x = toX(threshold);
    setAttributes(clips[0], { x: 0, width: x });
    setAttributes(clips[1], { x, width: WIDTH - x });
    setAttributes(line, { d: `M${x} ${TOP} V${BOTTOM}` });
    setAttributes(grip, { cx: x });
    setAttributes(value, { x: Math.min(RIGHT - 52, Math.max(LEFT + 58, x)) });
    value.textContent = `threshold ${writeThreshold(threshold)}`;
    setAttributes(node, {
      "aria-label": `Histogram of the scores: truly ${names[1]} upwards, truly ${names[0]} downwards, `
        + `with a line at the threshold ${writeThreshold(threshold)}. ${standing}`,
    });
  }
}

function createThresholdSlider(move) {
  const id = newId();
  const input = html("input", { id, type: "range", min: 0, max: 1, step: 1 / STEPS });
  const shown = html("span", { class: "value", "aria-hidden": "true" });
  input.addEventListener("input", () => move(toStep(Number(input.value)) / STEPS));
  const node = html("div", { class: "control" }, html("label", { for: id }, "threshold"), input, shown);
  return { node, show };

  function show(threshold) {
    const text = writeThreshold(threshold);
    if (toStep(Number(input.value)) !== toStep(threshold)) input.value = threshold;
    setAttributes(input, { "aria-valuetext": text });
    shown.textContent = text;
  }
}

function createMatrix(names) {
  const cells = FIELDS.map(([short, long], index) => {
    const number = html("span", { class: "count" });
    const isError = index === 1 || index === 2;
    const cell = html("td", { class: isError ? "error" : "" },
      number, html("abbr", { title: long }, short));
    return { cell, number };
  });
  const head = (name, scope) => html("th", { scope }, name);
  const node = html("table", {},
    html("caption", {}, "predicted class"),
    html("thead", {}, html("tr", {}, html("td", { class: "corner" }, "truly"),
      ...names.map((name) => head(name, "col")))),
    html("tbody", {}, ...[0, 1].map((row) => html("tr", {}, head(names[row], "row"),
      cells[2 * row].cell, cells[2 * row + 1].cell))));
  return { node, show };

  function show(matrix) {
    matrix.flat().forEach((count, index) => {
      const total = matrix[Math.floor(index / 2)].reduce((sum, number) => sum + number, 0);
      cells[index].number.textContent = writeCount(count);
      const depth = total ? Math.round((40 * count) / total) : 0;
      cells[index].cell.style.setProperty("--depth", `${depth}%`);
    });
  }
}

/** Explain colour, direction and hatching. */
function createLegend(histogram, names) {
  const id = newId();
  const sample = (kind, hatched) => svg(
    "svg", { class: "sample", viewBox: "0 0 20 20", "aria-hidden": "true" },
    svg("g", { class: `bars ${kind}` }, svg("rect", { x: 2, y: 2, width: 16, height: 16 })),
    hatched ? svg("rect", { x: 2, y: 2, width: 16, height: 16, fill: `url(#${id})` }) : "");
  const hatch = svg("svg", { width: 0, height: 0, "aria-hidden": "true" }, svg("pattern", {
    id, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
  }, svg("path", { class: "hatch", d: "M3.5 0 V7" })));
  return html("div", { class: "legend" },
    html("span", {}, sample("class-1"), `${names[1]}, up`),
    html("span", {}, sample("class-0"), `${names[0]}, down`),
    html("span", {}, sample("class-1", true), sample("class-0", true), "hatched: errors"),
    html("span", {}, `height: number of examples${histogram.logarithmic ? ", logarithmic" : ""}`), hatch);
}

function render({ model, el }) {
  const release = prepare(el);
  const move = (threshold) => change(model, { threshold });
  const [counts, names, costs] = ["counts", "names", "costs"].map((name) => model.get(name));
  const histogram = createHistogram(counts, names, move);
  const slider = createThresholdSlider(move);
  const matrix = createMatrix(names);
  const standing = html("p", { class: "standing", role: "status" });
  const lines = html("div", { class: costs.length ? "lines" : "lines short" });
  el.replaceChildren(html("div", { class: "threshold" },
    html("div", { class: "picture-side" }, histogram.node, slider.node),
    html("div", { class: "matrix-side" }, matrix.node),
    createLegend(histogram, names), standing, lines));
  const unfollow = follow(model, ["threshold"], () => {
    const threshold = model.get("threshold");
    const confusions = confusionMatrix(counts, threshold);
    const words = writeStanding(confusions);
    histogram.show(threshold, words);
    slider.show(threshold);
    matrix.show(confusions);
    standing.textContent = words;
    lines.replaceChildren(...writeLines(confusions, costs).map((text) => html("p", {}, text)));
  });
  return () => { unfollow(); release(); };
}

export default { render };
