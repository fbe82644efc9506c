// Grids of numbers with a window, and the table of weights: value × weight = product in each cell.

import { html, newId, setAttributes, svg } from "./common.js";
import { CHANNELS, MOST_WEIGHT, readNumber, sign, write, writeWeight } from "./convolution_engine.js";

const MARGIN = 3; // for the outline of the window

/** Return a grid of `rows` × `columns` cells as a picture with a name, at most `room` units wide. */
function createGrid(rows, columns, room, most) {
  const side = Math.min(most, Math.floor(room / Math.max(rows, columns)));
  const [width, height] = [columns * side + 2 * MARGIN, rows * side + 2 * MARGIN];
  const node = svg("svg", {
    class: "grid", viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`, style: `width: ${width / 16}em`, role: "img",
  });
  const cells = [];
  for (let index = 0; index < rows * columns; index += 1) {
    const [y, x] = [Math.floor(index / columns) * side, (index % columns) * side];
    const rect = svg("rect", { class: "cell", x, y, width: side, height: side });
    const text = svg("text", { x: x + side / 2, y: y + side / 2, "aria-hidden": "true" });
    node.append(rect, text);
    cells.push({ rect, text });
  }
  const marks = svg("g", { class: "marks" });
  node.append(marks);
  const writeCell = (index, text) => {
    const cell = cells[index].text;
    if (cell.textContent !== text) cell.textContent = text;
  };
  /** Choose one size of the font for all cells: the longest of the texts fits. */
  const fit = (texts) => {
    const length = texts.reduce((most, text) => Math.max(most, text.length), 1);
    node.style.setProperty("--size", `${Math.min(0.54 * side, (1.32 * side) / length).toFixed(1)}px`);
  };
  /** Return the row and the column under the pointer, also where a slide is scaled. */
  const cellAt = (event) => {
    const box = node.getBoundingClientRect();
    const toUnits = width / box.width;
    return [(event.clientY - box.top) * toUnits - MARGIN, (event.clientX - box.left) * toUnits - MARGIN]
      .map((length) => length / side);
  };
  return { node, cells, side, marks, writeCell, fit, cellAt };
}

/** Return how wide a grid and its cells may be: three channels, or a large window, need room too. */
function roomFor(isColour, height, width) {
  if (isColour) return [216, 30];
  const cells = Math.max(height.cells + height.total, width.cells + width.total);
  return [Math.max(height.size, width.size) > 3 ? 300 : 330, cells > 7 ? 40 : cells > 5 ? 46 : 56];
}

/** Write a number for a small cell: as few decimals as it takes. */
function writeShort(number) {
  const size = Math.abs(number);
  const factor = size >= 99.95 ? 1 : size >= 9.995 ? 10 : 100;
  return write((Math.sign(number) * Math.floor(size * factor + 0.5)) / factor);
}

const clamp = (number, count) => Math.min(count - 1, Math.max(0, number));

/** Let a pointer choose a place, also while it is dragged. */
export function followPointer(node, choose) {
  node.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    node.setPointerCapture(event.pointerId);
    choose(event);
  });
  node.addEventListener("pointermove", (event) => {
    if (node.hasPointerCapture(event.pointerId)) choose(event);
  });
}

/** Return one channel of the picture with its padding: { node, show(row, column) }. */
export function createSource(picture, channel, [height, width], settings, choose) {
  const isColour = picture.channels > 1;
  const [rows, columns] = [height.cells + height.total, width.cells + width.total];
  const grid = createGrid(rows, columns, ...roomFor(isColour, height, width));
  const plane = picture.planes[channel];
  const low = Math.min(0, picture.low);
  const reach = picture.high - low || 1;
  const isPadded = (r, c) => r < 0 || c < 0 || r >= height.cells || c >= width.cells;
  const emptyCell = settings.mode === "convolution" ? "0" : "–";
  for (let index = 0; index < rows * columns; index += 1) {
    const [r, c] = [Math.floor(index / columns) - height.before, (index % columns) - width.before];
    const { rect } = grid.cells[index];
    if (isPadded(r, c)) {
      rect.setAttribute("class", "cell padded");
      grid.cells[index].text.setAttribute("class", "padded");
      grid.writeCell(index, emptyCell);
    } else {
      const value = plane[r * width.cells + c];
      rect.style.setProperty("--share", `${Math.round((40 * (value - low)) / reach)}%`);
      grid.writeCell(index, write(value));
    }
  }
  grid.fit([...plane].map(write));
  grid.node.classList.add("source", isColour ? CHANNELS[channel] : "grey");
  followPointer(grid.node, (event) => {
    const [y, x] = grid.cellAt(event);
    choose(clamp(Math.round((y - height.span / 2) / height.stride), height.output),
      clamp(Math.round((x - width.span / 2) / width.stride), width.output));
  });
  const frame = ([y, x, tall, wide], kind) => {
    const place = {
      x: x * grid.side, y: y * grid.side, width: wide * grid.side, height: tall * grid.side,
    };
    return [svg("rect", { class: "halo", ...place }), svg("rect", { class: kind, ...place })];
  };
  let marked = [];
  return { node: grid.node, show };

  function show(row, column) {
    for (const index of marked) grid.cells[index].text.classList.remove("in-window");
    marked = [];
    const [top, left] = [row * height.stride, column * width.stride];
    const taps = [];
    for (let r = 0; r < height.size; r += 1) {
      for (let c = 0; c < width.size; c += 1) {
        const [y, x] = [top + r * height.dilation, left + c * width.dilation];
        marked.push(y * columns + x);
        taps.push([y, x, 1, 1]);
      }
    }
    for (const index of marked) grid.cells[index].text.classList.add("in-window");
    const hasGaps = settings.dilation > 1 && taps.length > 1;
    const all = [top, left, height.span, width.span];
    grid.marks.replaceChildren(...(hasGaps
      ? [...frame(all, "reach"), ...taps.flatMap((tap) => frame(tap, "tap"))] : frame(all, "window")));
    const name = isColour ? `, ${CHANNELS[channel]} channel` : "";
    const part = (start, axis) => `${start - axis.before} to ${start - axis.before + axis.span - 1}`;
    setAttributes(grid.node, {
      "aria-label": `Numbers of the picture${name}, ${height.cells} × ${width.cells}`
        + `${height.total || width.total ? ", with padding round it" : ""}. The window is on rows `
        + `${part(top, height)} and columns ${part(left, width)}${hasGaps ? ", with gaps" : ""}.`,
    });
  }
}

/** Return a channel of the result, which fills up to the current place: { node, show(result, index) }. */
export function createTarget(channel, isSplit, isColour, [height, width], isPooled, choose) {
  const [rows, columns] = [height.output, width.output];
  const [room, most] = roomFor(isColour, height, width);
  const grid = createGrid(rows, columns, room, Math.max(most, 40));
  grid.node.classList.add("target", isPooled ? (isSplit ? CHANNELS[channel] : "grey") : "signed");
  const mark = svg("rect", { class: "window", width: grid.side, height: grid.side });
  const halo = svg("rect", { class: "halo", width: grid.side, height: grid.side });
  grid.marks.append(halo, mark);
  followPointer(grid.node, (event) => {
    const [y, x] = grid.cellAt(event);
    choose(clamp(Math.floor(y), rows), clamp(Math.floor(x), columns));
  });
  let shown = null; // the plane and the position that the cells show
  return { node: grid.node, show };

  function show(plane, position) {
    const isNew = shown?.plane !== plane;
    if (isNew) grid.fit([...plane].map(writeShort));
    const most = isNew ? plane.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1 : shown.most;
    const [from, to] = isNew ? [0, plane.length - 1] : [shown.position, position].sort((a, b) => a - b);
    for (let index = from; index <= to; index += 1) {
      const isFilled = index <= position;
      const value = plane[index];
      const { rect } = grid.cells[index];
      rect.setAttribute("class", isFilled ? `cell ${value < 0 ? "negative" : "positive"}` : "cell empty");
      if (isFilled) rect.style.setProperty("--share", `${Math.round((40 * Math.abs(value)) / most)}%`);
      grid.writeCell(index, isFilled ? writeShort(value) : "");
    }
    shown = { plane, position, most };
    const [y, x] = [Math.floor(position / columns) * grid.side, (position % columns) * grid.side];
    for (const rect of [halo, mark]) setAttributes(rect, { x, y });
    const name = isSplit ? `, ${CHANNELS[channel]} channel` : "";
    setAttributes(grid.node, {
      "aria-label": `Output${name}, ${rows} × ${columns}, filled up to [${Math.floor(position / columns)}, `
        + `${position % columns}], which is ${write(plane[position])}.`,
    });
  }
}

/**
 * Return the table of one channel: what lies under the window, the weights to edit, the products.
 *
 * `edit(channel, row, column, weight)` takes a new weight over, `say(text)` tells what is wrong.
 */
export function createTable({ channel, name, axes: [height, width], isPooled, edit, say }) {
  const cells = [];
  const describe = name ? `, ${name}` : "";
  const body = html("tbody");
  for (let r = 0; r < height.size; r += 1) {
    const line = html("tr");
    for (let c = 0; c < width.size; c += 1) {
      const value = html("span", { class: "value" });
      const product = html("span", { class: "product" });
      const cell = html("td", {}, value);
      let input = null;
      if (!isPooled) {
        input = createWeight(`weight in row ${r}, column ${c}${describe}`, (weight) => edit(channel, r, c, weight), say);
        cell.append(html("span", { class: "weight" }, html("span", {}, "×"), input.node), product);
      }
      cells.push({ cell, value, product, input });
      line.append(cell);
    }
    body.append(line);
  }
  const caption = html("caption");
  const node = html("table", {
    class: `weights${isPooled ? " pooled" : ""}${Math.max(height.size, width.size) > 3 ? " large" : ""}`,
  }, caption, body);
  return { node, show };

  function show({ looked, weights, products, title, best }) {
    caption.textContent = title;
    cells.forEach(({ cell, value, product, input }, index) => {
      const [r, c] = [Math.floor(index / width.size), index % width.size];
      const number = looked[r][c];
      cell.classList.toggle("padded", number === null);
      if (isPooled) {
        value.textContent = number === null ? "–" : write(number);
        cell.classList.toggle("best", number !== null && number === best);
        return;
      }
      value.textContent = write(number ?? 0);
      input.show(weights[r][c]);
      product.textContent = `${sign(products[r][c])} ${write(products[r][c])}`;
    });
  }
}

/** Return a field for one number; what cannot be read stays there, and is explained. */
export function createWeight(name, take, say, most = MOST_WEIGHT) {
  const node = html("input", {
    id: newId(), type: "text", "aria-label": name, autocomplete: "off", spellcheck: "false",
    title: "type 2, −0.5 or 1/9; ↑ and ↓ change it by 1",
  });
  let shown = null;
  const accept = (text) => {
    try {
      const number = readNumber(text, most);
      node.removeAttribute("aria-invalid");
      shown = null;
      say("");
      take(number);
      if (shown === null) show(number); // it was this number before
    } catch (error) {
      node.setAttribute("aria-invalid", "true");
      say(`${name}: ${error.message}. It keeps ${writeWeight(shown)}.`);
    }
  };
  node.addEventListener("change", () => accept(node.value));
  node.addEventListener("focus", () => node.select());
  node.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    try {
      const number = readNumber(node.value, most) + step;
      if (Math.abs(number) <= most) accept(String(Number(number.toPrecision(12))));
    } catch { /* what is wrong is told when it is taken over */ }
  });
  return { node, show };

  function show(number) {
    if (number === shown) return; // nor is text that cannot be read replaced
    shown = number;
    node.value = writeWeight(number);
    node.removeAttribute("aria-invalid");
  }
}
