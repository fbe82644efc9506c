// A whole picture and what the window makes of it, painted; a frame shows where the window is.

import { html, setAttributes, svg } from "./common.js";
import { appliedPlanes, isPooling, write } from "./convolution_engine.js";
import { followPointer } from "./convolution_numbers.js";

const WIDTH = 18.5; // em, of the original
const BLUE = [0, 114, 178];
const VERMILLION = [213, 94, 0];

/** Return how the numbers of a result become brightness: { kind, reach, words }. */
export function chooseDrawing(result, settings, channels) {
  const totals = appliedPlanes(settings, channels).map((rows) => rows.flat().reduce((sum, w) => sum + w, 0));
  const whole = totals.reduce((sum, total) => sum + total, 0) / (settings.per_channel ? totals.length : 1);
  const sum = isPooling(settings) ? 1 : whole;
  const kind = settings.drawn !== "auto" ? settings.drawn : sum > 1e-6 ? "brightness" : "signs";
  if (kind === "brightness") {
    const reach = 255 * (sum > 1e-6 ? sum : 1);
    let outside = 0;
    let count = 0;
    for (const plane of result.planes) {
      count += plane.length;
      for (let index = 0; index < plane.length; index += 1) {
        if (plane[index] < -0.5 || plane[index] > reach + 0.5) outside += 1;
      }
    }
    const percent = (100 * outside) / count;
    const share = percent && percent < 0.1 ? "less than 0.1" : String(Number(percent.toFixed(1)));
    return {
      kind, reach, scale: ["0 or less", `${write(reach)} or more`],
      words: outside ? `${share} % of the numbers lie outside and are cut off.` : "No number lies outside.",
    };
  }
  const reach = findReach(result.planes);
  const most = write(reach >= 10 ? Math.round(reach) : reach);
  if (kind === "sizes") {
    return {
      kind, reach, scale: ["0", `±${most} or more`], words: "Only the size is drawn, not the sign.",
    };
  }
  const isColour = result.planes.length > 1;
  return {
    kind, reach, scale: [`−${most} or less`, "0", `${most} or more`],
    words: isColour ? "In each channel, 0 is the middle." : "Orange is negative, blue positive.",
  };
}

/** Return the size that 99 % of the numbers do not exceed: a single peak must not hide the rest. */
function findReach(planes) {
  let most = 0;
  for (const plane of planes) {
    for (let index = 0; index < plane.length; index += 1) most = Math.max(most, Math.abs(plane[index]));
  }
  if (!most) return 1;
  const counts = new Uint32Array(513);
  let total = 0;
  for (const plane of planes) {
    total += plane.length;
    for (let index = 0; index < plane.length; index += 1) counts[Math.floor((512 * Math.abs(plane[index])) / most)] += 1;
  }
  let seen = 0;
  const bin = counts.findIndex((count) => { seen += count; return seen >= 0.99 * total; });
  return most * Math.max(Math.min(1, (bin + 1) / 512), 1 / 64);
}

/** Paint planes onto a canvas of their size, as a drawing says. */
export function paint(canvas, { rows, columns, planes }, { kind, reach }) {
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const brush = canvas.getContext("2d");
  const image = brush.createImageData(columns, rows);
  const bytes = image.data; // rounds and cuts off by itself
  const isColour = planes.length > 1;
  const factor = (kind === "signs" ? 127.5 : 255) / reach;
  const shift = kind === "signs" ? 127.5 : 0;
  const isAbsolute = kind === "sizes";
  const isDiverging = kind === "signs" && !isColour;
  for (let index = 0, target = 0; index < rows * columns; index += 1, target += 4) {
    if (isDiverging) {
      const share = planes[0][index] / reach;
      const end = share < 0 ? VERMILLION : BLUE;
      const strength = Math.min(1, Math.abs(share));
      for (let c = 0; c < 3; c += 1) bytes[target + c] = 255 + strength * (end[c] - 255);
    } else {
      for (let c = 0; c < 3; c += 1) {
        const value = planes[isColour ? c : 0][index] * factor + shift;
        bytes[target + c] = isAbsolute ? Math.abs(value) : value;
      }
    }
    bytes[target + 3] = 255;
  }
  brush.putImageData(image, 0, 0);
}

/** Return a canvas with a frame over it: { node, canvas, frame(row, column, rows, columns, height, width) }. */
function createCanvas(choose) {
  const canvas = html("canvas", { "aria-hidden": "true" });
  const outlines = ["halo", "window"].map((kind) => svg("rect", { class: kind }));
  const overlay = svg("svg", { role: "img", preserveAspectRatio: "none" }, ...outlines);
  const node = html("div", { class: "canvas" }, canvas, overlay);
  followPointer(overlay, (event) => {
    const box = overlay.getBoundingClientRect();
    const share = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
    choose(share.map((part) => Math.min(0.999999, Math.max(0, part))));
  });
  return { node, canvas, overlay, frame };

  function frame([top, left, tall, wide], rows, columns) {
    setAttributes(overlay, { viewBox: `0 0 ${columns} ${rows}` });
    const least = Math.max(rows, columns) / 28; // to be found at all
    const [height, width] = [Math.max(tall, least), Math.max(wide, least)];
    const place = { y: top - (height - tall) / 2, x: left - (width - wide) / 2, height, width };
    for (const outline of outlines) setAttributes(outline, place);
  }
}

/** Return the original and the result, to be shown by show(): { source, target, show }. */
export function createPhotos(picture, [height, width], choose) {
  const scale = WIDTH / Math.max(picture.columns, picture.rows);
  const source = createCanvas(([y, x]) => choose(
    place(y * picture.rows, height), place(x * picture.columns, width)));
  const target = createCanvas(([y, x]) => choose(
    Math.floor(y * height.output), Math.floor(x * width.output)));
  const legend = html("div", { class: "scale" });
  const words = html("p", { class: "quiet" });
  paint(source.canvas, picture, { kind: "brightness", reach: 255 });
  source.node.style.width = `${picture.columns * scale}em`;
  target.node.style.width = `${Math.max(1.5, scale * width.output)}em`;
  const targetNode = html("div", {}, target.node, legend, words);
  return { source: source.node, target: targetNode, show };

  function place(position, axis) {
    const index = Math.round((position + axis.before - axis.span / 2) / axis.stride);
    return Math.min(axis.output - 1, Math.max(0, index));
  }

  function show(result, settings, row, column, isNew) {
    const [top, left] = [row * height.stride - height.before, column * width.stride - width.before];
    source.frame([top, left, height.span, width.span], picture.rows, picture.columns);
    target.frame([row, column, 1, 1], height.output, width.output);
    setAttributes(source.overlay, {
      "aria-label": `The photo ${picture.name}, ${picture.rows} × ${picture.columns} pixels, with a frame round `
        + `the window at row ${top}, column ${left}.`,
    });
    if (isNew) {
      const drawing = chooseDrawing(result, settings, picture.channels);
      paint(target.canvas, result, drawing);
      legend.className = `scale ${drawing.kind}${result.planes.length > 1 ? " colour" : ""}`;
      legend.replaceChildren(html("span", { class: "ramp" }),
        html("span", { class: "ends" }, ...drawing.scale.map((text) => html("span", {}, text))));
      words.textContent = drawing.words;
    }
    setAttributes(target.overlay, {
      "aria-label": `The result, ${height.output} × ${width.output}; at row ${row}, column ${column} it is `
        + `${result.planes.map((plane) => write(plane[row * result.columns + column])).join(", ")}.`,
    });
  }
}
