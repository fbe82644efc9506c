// A window that slides over a picture: every product and sum of a convolution, or of pooling.

import { createButton, decode, follow, html, newId, prepare, setAttributes } from "./common.js";
import {
  appliedPlanes, apply, BOTH, CHANNELS, DEFAULTS, findProblem, isPooling, KERNELS, lookThrough, makeAxes, MODES,
  MOST_BIAS, MOST_DILATION, MOST_SIZE, MOST_STRIDE, multiply, readState, write, writeCall, writeFormula,
  writeState, writeSums, writtenPlanes,
} from "./convolution_engine.js";
import { createSource, createTable, createTarget, createWeight } from "./convolution_numbers.js";
import { createPhotos } from "./convolution_photo.js";

const OWN = "own";
const SECONDS = [0.25, 0.6]; // a step of playing, with many places and with few
const numbersTo = (most) => [...Array(most).keys()].map((index) => String(index + 1));

/** Return the pictures of a model, each with planes of numbers. */
function readPictures(model) {
  const pixels = model.get("pixels");
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return model.get("pictures").map(({ name, kind, rows, columns, channels, values, start }) => {
    const size = rows * columns;
    const source = values ?? bytes.subarray(start, start + size * channels);
    const planes = [...Array(channels).keys()].map((channel) => (
      Float64Array.from({ length: size }, (_, index) => source[index * channels + channel])));
    const [low, high] = planes.reduce(([least, most], plane) => plane.reduce(
      ([a, b], value) => [Math.min(a, value), Math.max(b, value)], [least, most]), [Infinity, -Infinity]);
    return { name, kind, rows, columns, channels, planes, low, high };
  });
}

/** What is shown now, and how it changes: settings, picture, axes, problem, result. */
function createSession(model) {
  const pictures = readPictures(model);
  const session = { pictures, own: null, before: { stride: 1, dilation: 1 }, say: () => {} };
  let [key, drawn] = ["", ""];
  session.load = () => {
    const settings = readState(model.get("state"), pictures);
    session.settings = settings;
    const kind = settings.view === "photo" ? "photo" : "image";
    const choices = pictures.filter((picture) => picture.kind === kind);
    session.picture = choices.find((picture) => picture.name === settings[kind]) ?? choices[0];
    if (typeof settings.kernel !== "string") session.own = settings.kernel;
    const [oldKey, oldDrawn] = [key, drawn];
    key = JSON.stringify({ ...settings, position: 0, place: 0, drawn: 0, picture: session.picture.name });
    drawn = settings.drawn;
    session.isNew = key !== oldKey;
    session.isRedrawn = session.isNew || drawn !== oldDrawn;
    if (!session.isNew) return;
    session.axes = makeAxes(session.picture, settings);
    session.problem = findProblem(session.picture, settings);
    session.result = session.problem ? null : apply(session.picture, settings);
  };
  session.set = (values, note = "") => {
    session.say(note);
    model.set("state", writeState({ ...session.settings, ...values }));
    model.save_changes();
  };
  session.paste = (line) => {
    const text = writeState(readState(line, pictures));
    model.set("state", text);
    model.save_changes();
  };
  session.line = () => model.get("state");
  return session;
}

/** A labelled drop-down of texts: { node, show(value, isOff) }; a value that it lacks is added. */
function createChoice(name, choices, onChange) {
  const id = newId();
  const option = (value) => html("option", { value }, value);
  const select = html("select", { id }, ...choices.map(option));
  select.addEventListener("change", () => onChange(select.value));
  const node = html("div", { class: "field" }, html("label", { for: id }, name), select);
  return { node, show };

  function show(value, isHidden = false) {
    const text = String(value);
    if (![...select.options].some((known) => known.value === text)) select.append(option(text));
    if (select.value !== text) select.value = text;
    node.hidden = isHidden;
  }
}

function createTick(name, title, onChange) {
  const id = newId();
  const box = html("input", { id, type: "checkbox" });
  box.addEventListener("change", () => onChange(box.checked));
  const node = html("div", { class: "tick", title }, box, html("label", { for: id }, name));
  return { node, show: (value, isHidden = false) => { box.checked = value; node.hidden = isHidden; } };
}

/** The row of controls above the pictures. */
function createBar(session) {
  const named = (kind) => session.pictures.filter((picture) => picture.kind === kind).map((picture) => picture.name);
  const [images, photos] = [named("image"), named("photo")];
  const now = () => session.settings;
  const sizeOf = () => {
    const rows = writtenPlanes(now(), 1)[0];
    return rows.length === rows[0].length ? String(rows.length) : `${rows.length}×${rows[0].length}`;
  };
  const views = { numbers: "numbers", photo: "whole picture" };
  const view = createChoice("view", Object.values(views), (text) => session.set(
    { view: Object.keys(views).find((name) => views[name] === text) }));
  const image = createChoice("picture", images, (name) => session.set({ image: name }));
  const photo = createChoice("picture", photos, (name) => session.set({ photo: name, place: null }));
  const mode = createChoice("mode", MODES, chooseMode);
  const kernel = createChoice("kernel", [...Object.keys(KERNELS), OWN], (name) => session.set({
    kernel: name === OWN ? session.own ?? KERNELS[now().kernel] : name,
  }));
  const size = createChoice("size", numbersTo(MOST_SIZE), chooseSize);
  const padding = createChoice("padding", ["valid", "same"], (text) => session.set({ padding: text }));
  const stride = createChoice("stride", numbersTo(MOST_STRIDE), (text) => chooseOne("stride", "dilation", Number(text)));
  const dilation = createChoice("dilation", numbersTo(MOST_DILATION),
    (text) => chooseOne("dilation", "stride", Number(text)));
  const bias = createWeight("bias", (number) => session.set({ bias: number }), session.say, MOST_BIAS);
  const biasField = html("div", { class: "field" }, html("label", { for: bias.node.id }, "bias"), bias.node);
  bias.node.removeAttribute("aria-label");
  const flip = createTick("kernel turned by 180°",
    "Off: cross-correlation, which deep learning calls convolution. On: the convolution of mathematics.",
    (value) => session.set({ flip: value }, value && isSymmetric()
      ? "This kernel is the same when it is turned by 180°: nothing changes." : ""));
  const apart = createTick("each channel by itself",
    "Off: the products of all channels are added, as a convolutional layer does. On: one result for each channel.",
    (value) => session.set({ per_channel: value }));
  apart.node.classList.add("per-channel");
  const drawings = { auto: "automatic", brightness: "brightness", signs: "signs", sizes: "sizes" };
  const drawn = createChoice("result drawn by", Object.values(drawings), (text) => session.set(
    { drawn: Object.keys(drawings).find((name) => drawings[name] === text) }));
  const node = html("div", { class: "settings" }, view.node, image.node, photo.node, mode.node, kernel.node, size.node,
    padding.node, stride.node, dilation.node, biasField, drawn.node,
    html("div", { class: "ticks" }, flip.node, apart.node));
  const kept = {}; // the larger kernel that a smaller size cuts out, to come back with its size
  return { node, show };

  function isSymmetric() {
    const turned = appliedPlanes({ ...now(), flip: true }, 1);
    return JSON.stringify(turned) === JSON.stringify(appliedPlanes({ ...now(), flip: false }, 1));
  }

  function chooseMode(name) {
    const wasPooling = isPooling(now());
    const pools = name !== "convolution";
    if (pools === wasPooling) return session.set({ mode: name });
    if (!pools) return session.set({ mode: name, ...session.before });
    session.before = { stride: now().stride, dilation: now().dilation };
    return session.set({ mode: name, dilation: 1, stride: now().pool_size },
      "Keras takes the window's size as the stride of pooling, unless told otherwise.");
  }

  function chooseOne(name, other, number) {
    const clash = number > 1 && now()[other] > 1;
    session.set({ [name]: number, ...(clash ? { [other]: 1 } : {}) },
      clash ? `${BOTH}: ${other} went back from ${now()[other]} to 1.` : "");
  }

  function chooseSize(text) {
    const number = Number(text);
    if (isPooling(now())) {
      const follows = now().stride === now().pool_size;
      session.set({ pool_size: number, ...(follows ? { stride: number } : {}) });
      return;
    }
    const { kernel: written } = now();
    const planes = typeof written === "string" ? [KERNELS[written]] : writtenPlanes(now(), 1);
    if (kept.result !== JSON.stringify(written)) kept.planes = planes.map(() => ({}));
    const resized = planes.map((rows, channel) => {
      const canvas = kept.planes[channel]; // by distance from the middle
      const middle = (length) => Math.floor((length - 1) / 2);
      rows.forEach((row, r) => row.forEach((weight, c) => {
        canvas[`${r - middle(rows.length)},${c - middle(row.length)}`] = weight;
      }));
      const range = [...Array(number).keys()];
      return range.map((r) => range.map((c) => canvas[`${r - middle(number)},${c - middle(number)}`] ?? 0));
    });
    const result = typeof written === "string" || !Array.isArray(written[0][0]) ? resized[0] : resized;
    kept.result = JSON.stringify(result);
    session.set({ kernel: result });
  }

  function show() {
    const settings = session.settings;
    const pools = isPooling(settings);
    const isPhoto = settings.view === "photo";
    view.show(views[settings.view], !images.length || !photos.length);
    image.show(settings.image || images[0] || "", isPhoto || images.length < 2);
    photo.show(settings.photo || photos[0] || "", !isPhoto || photos.length < 2);
    mode.show(settings.mode);
    kernel.show(typeof settings.kernel === "string" ? settings.kernel : OWN, pools);
    size.show(pools ? settings.pool_size : sizeOf());
    padding.show(settings.padding);
    stride.show(settings.stride);
    dilation.show(settings.dilation, pools);
    biasField.hidden = pools;
    bias.show(settings.bias);
    flip.show(settings.flip, pools);
    apart.show(settings.per_channel, pools || session.picture.channels === 1);
    drawn.show(drawings[settings.drawn], !isPhoto);
  }
}

/** A labelled slider for a place: { node, show(value, most, text) }. */
function createPlaceSlider(name, onInput) {
  const id = newId();
  const input = html("input", { id, type: "range", min: 0, max: 1, step: 1 });
  const shown = html("span", { class: "value", "aria-hidden": "true" });
  input.addEventListener("input", () => onInput(Number(input.value)));
  const node = html("div", { class: "control" }, html("label", { for: id }, name), input, shown);
  function show(value, most, text) {
    if (Number(input.max) !== most) setAttributes(input, { max: most });
    if (Number(input.value) !== value) input.value = value;
    setAttributes(input, { "aria-valuetext": text });
    shown.textContent = text;
  }
  return { node, show };
}

/** Back, step, play, reset and the slider: where the window is on the numbers. */
function createTransport(session, standing) {
  let timer = null;
  const last = () => session.axes[0].output * session.axes[1].output - 1;
  const place = () => Math.min(session.settings.position, last());
  const move = (position) => session.set({ position: Math.max(0, Math.min(last(), position)) });
  const stop = () => {
    clearTimeout(timer);
    timer = null;
    play.textContent = "Play";
    standing.removeAttribute("aria-live");
  };
  const go = () => {
    if (session.problem || place() >= last()) { stop(); return; }
    move(place() + 1);
    timer = setTimeout(go, 1000 * SECONDS[last() < 25 ? 1 : 0]);
  };
  const back = createButton("Back", () => { stop(); move(place() - 1); });
  const step = createButton("Step", () => { stop(); move(place() + 1); }, { class: "main" });
  const play = createButton("Play", () => {
    if (timer) { stop(); return; }
    if (place() >= last()) move(0);
    play.textContent = "Pause";
    standing.setAttribute("aria-live", "off"); // not every step is read out
    timer = setTimeout(go, 1000 * SECONDS[0]);
  });
  const reset = createButton("Reset", () => { stop(); move(0); });
  const slider = createPlaceSlider("position", (position) => { stop(); move(position); });
  const node = html("div", { class: "transport" },
    html("div", { class: "buttons" }, back, step, play, reset), slider.node);
  return { node, show, stop };

  function show() {
    node.hidden = Boolean(session.problem);
    if (session.problem) { stop(); return; }
    const position = place();
    const row = Math.floor(position / session.axes[1].output);
    slider.show(position, last(), `output[${row}, ${position % session.axes[1].output}], ${position + 1} of ${last() + 1}`);
    setAttributes(back, { "aria-disabled": position === 0 });
    setAttributes(step, { "aria-disabled": position === last() });
  }
}

/** Row, column and channel of the window on a whole picture. */
function createPlaceControls(session, onChannel) {
  const now = () => session.placeNow();
  const row = createPlaceSlider("row", (value) => session.set({ place: [value, now()[1]] }));
  const column = createPlaceSlider("column", (value) => session.set({ place: [now()[0], value] }));
  const channel = createChoice("products of", CHANNELS, (name) => onChannel(CHANNELS.indexOf(name)));
  const node = html("div", { class: "transport" }, row.node, column.node, channel.node);
  return { node, show };

  function show(shownChannel) {
    node.hidden = Boolean(session.problem);
    if (session.problem) return;
    const [height, width] = session.axes;
    row.show(now()[0], height.output - 1, String(now()[0]));
    column.show(now()[1], width.output - 1, String(now()[1]));
    channel.show(CHANNELS[shownChannel], session.picture.channels === 1);
  }
}

/** The grids or photos, the tables of weights and the sums; built anew where a size changes. */
function createStage(session) {
  const node = html("div", { class: "stage" });
  const sums = html("div", { class: "sums" });
  let [built, parts] = ["", null];
  let channel = 0;
  const stage = { node, show, chooseChannel: (index) => { channel = index; show(true); }, channel: () => channel };
  return stage;

  function edit(of, r, c, weight) {
    const { settings, picture } = session;
    const written = settings.kernel;
    const isFlat = typeof written === "string" || !Array.isArray(written[0][0]);
    const alike = isFlat && (settings.view === "photo" || picture.channels === 1);
    const planes = writtenPlanes(settings, picture.channels).map((rows) => rows.map((row) => [...row]));
    const chosen = alike ? [planes[0]] : planes;
    const rows = chosen[alike ? 0 : of];
    const [y, x] = settings.flip ? [rows.length - 1 - r, rows[0].length - 1 - c] : [r, c];
    if (rows[y][x] === weight) return;
    rows[y][x] = weight;
    session.set({ kernel: alike ? rows : chosen });
  }

  function build() {
    const { settings, picture, axes, problem } = session;
    const pools = isPooling(settings);
    const isPhoto = settings.view === "photo";
    const isSplit = picture.channels > 1 && (pools || settings.per_channel);
    const choose = (row, column) => session.set(isPhoto
      ? { place: [row, column] } : { position: row * axes[1].output + column });
    const all = [...Array(picture.channels).keys()];
    const shape = `${picture.rows} × ${picture.columns}`;
    const title = (text, ...rest) => html("p", { class: "title" }, text, ...rest);
    const table = (index, name) => createTable({
      channel: index, name, axes, isPooled: pools, edit: (...values) => edit(...values), say: session.say,
    });
    // Long sums get the whole width.
    const isLong = picture.channels > 1 || axes.some((axis) => axis.size > 3);
    const below = isLong && !problem ? [html("div", { class: "column wide" }, sums)] : [];
    const warning = html("p", { class: "problem" }, problem);
    node.className = `stage ${isPhoto ? "photos" : picture.channels > 1 ? "colour" : "single"}`;
    if (isPhoto) {
      const photos = createPhotos(picture, axes, problem ? () => {} : choose);
      const tables = problem ? [] : [table(channel, "")];
      parts = { photos, tables, targets: [], sources: [] };
      node.replaceChildren(
        html("div", { class: "column" }, title(`${picture.name}, ${shape}`), photos.source),
        problem ? warning : html("div", { class: "column narrow" }, tables[0].node, ...(isLong ? [] : [sums])),
        ...(problem ? [] : [html("div", { class: "column" },
          title(`output, ${axes[0].output} × ${axes[1].output}`), photos.target)]), ...below);
      return;
    }
    const sources = all.map((index) => createSource(picture, index, axes, settings, problem ? () => {} : choose));
    const tables = problem ? [] : all.map((index) => table(index, picture.channels > 1 ? CHANNELS[index] : ""));
    const targets = problem ? [] : (isSplit ? all : [0]).map((index) => createTarget(
      index, isSplit, picture.channels > 1, axes, pools, choose));
    parts = { sources, tables, targets };
    const padded = axes.some((axis) => axis.total) ? " with padding" : "";
    const heading = (index) => (picture.channels > 1 ? `${CHANNELS[index]}, ${shape}${padded}` : `${picture.name}, ${shape}${padded}`);
    const result = (index) => [title(isSplit ? `output, ${CHANNELS[index]}` : `output, ${axes[0].output} × ${axes[1].output}`),
      targets[index].node];
    const columns = all.map((index) => html("div", { class: "column" }, title(heading(index)), sources[index].node,
      ...(problem || picture.channels === 1 ? [] : [tables[index].node]), ...(isSplit && !problem ? result(index) : [])));
    if (problem) columns.push(warning);
    else if (picture.channels === 1) {
      columns.push(html("div", { class: "column narrow" }, tables[0].node, ...(isLong ? [] : [sums])),
        html("div", { class: "column" }, ...result(0)));
    } else if (!isSplit) columns.push(html("div", { class: "column" }, ...result(0), sums));
    node.replaceChildren(...columns, ...(isSplit || picture.channels === 1 ? below : []));
  }

  function show(isForced = false) {
    const { settings, picture, axes, problem, result } = session;
    const isPhoto = settings.view === "photo";
    if (channel >= picture.channels) channel = 0;
    const key = JSON.stringify([settings.view, picture.name, axes, problem, settings.mode, settings.per_channel, channel]);
    const isBuilt = key !== built;
    built = key;
    if (isBuilt) build();
    if (problem) {
      if (isPhoto) parts.photos.source.querySelector("svg").replaceChildren();
      return "";
    }
    const position = Math.min(settings.position, axes[0].output * axes[1].output - 1);
    const [row, column] = isPhoto ? session.placeNow()
      : [Math.floor(position / axes[1].output), position % axes[1].output];
    const looked = lookThrough(picture, axes, row, column);
    const pools = isPooling(settings);
    const weights = pools ? null : appliedPlanes(settings, picture.channels);
    const products = pools ? null : multiply(looked, weights);
    const name = (index) => (picture.channels > 1 ? `${CHANNELS[index]}: ` : "");
    parts.tables.forEach((table, order) => {
      const index = isPhoto ? channel : order;
      table.show({
        looked: looked[index], weights: weights?.[index], products: products?.[index],
        title: name(index) + (pools ? "the window" : `window × ${settings.flip ? "turned kernel" : "kernel"}`),
        best: settings.mode === "max pooling" ? Math.max(...looked[index].flat().map((value) => value ?? -Infinity)) : null,
      });
    });
    parts.sources.forEach((source) => source.show(row, column));
    parts.targets.forEach((target, index) => target.show(result.planes[index], position));
    parts.photos?.show(result, settings, row, column, isBuilt || isForced || session.isRedrawn);
    const lines = writeSums(looked, settings, result, row, column);
    const isTotal = picture.channels === 1 || !(pools || settings.per_channel);
    sums.className = isTotal ? "sums total" : "sums";
    sums.replaceChildren(...lines.map((line) => html("p", {}, line)));
    return lines.filter((line) => line.includes("output")).join("; ");
  }
}

/** The size of the output, written out, and the layer of Keras. */
function createSizes(session) {
  const node = html("div", { class: "sizes" });
  return { node, show };

  function show() {
    const { axes: [height, width], settings, picture } = session;
    const lines = JSON.stringify(height) === JSON.stringify(width)
      ? [writeFormula("height = width", height)] : [writeFormula("height", height), writeFormula("width", width)];
    const sides = ({ before, after }, first, last) => `${before} ${first}, ${after} ${last}`;
    const padding = height.total || width.total
      ? `padding ${sides(height, "above", "below")}; ${sides(width, "left", "right")}` : "no padding";
    node.replaceChildren(
      html("p", { class: "label general" }, `size = ⌊(n + p − d·(k − 1) − 1) / s⌋ + 1 (${padding})`),
      ...lines.map((line) => html("p", { class: "line" }, line)),
      html("p", { class: "call" }, html("code", {}, writeCall(settings, session.axes, picture.channels))));
  }
}

/** A folded field that holds the state as one line to copy, and takes one that is pasted. */
function createStateLine(session) {
  const id = newId();
  const field = html("input", { id, type: "text", spellcheck: "false", autocomplete: "off" });
  const answer = html("span", { role: "status" });
  field.addEventListener("focus", () => field.select());
  field.addEventListener("change", () => {
    try {
      session.paste(field.value);
      answer.textContent = "taken over";
    } catch (error) {
      answer.textContent = `not a state of this picture: ${error.message}`;
    }
  });
  const node = html("details", { class: "state" }, html("summary", {}, "Copy or paste this state"),
    html("div", { class: "control" }, html("label", { for: id }, "State"), field), answer);
  const show = () => { if (node.open && !field.matches(":focus")) field.value = session.line(); };
  node.addEventListener("toggle", () => {
    if (field.matches(":focus")) return; // the event comes late: somebody may be typing already
    answer.textContent = "";
    show();
  });
  return { node, show };
}

function render({ model, el }) {
  const release = prepare(el);
  const session = createSession(model);
  session.placeNow = () => session.axes.map((axis, index) => Math.max(0, Math.min(
    axis.output - 1, session.settings.place?.[index] ?? Math.floor(axis.output / 2))));
  const note = html("p", { class: "note", role: "status" });
  const standing = html("p", { class: "unseen", role: "status" });
  session.say = (text) => { note.textContent = text; };
  const bar = createBar(session);
  const stage = createStage(session);
  const transport = createTransport(session, standing);
  const places = createPlaceControls(session, (index) => { stage.chooseChannel(index); places.show(index); });
  const sizes = createSizes(session);
  const state = createStateLine(session);
  el.replaceChildren(html("div", { class: "convolution" }, bar.node, note, stage.node, transport.node, places.node,
    sizes.node, standing, state.node));
  const unfollow = follow(model, ["state"], () => {
    session.load();
    const isPhoto = session.settings.view === "photo";
    bar.show();
    standing.textContent = stage.show();
    transport.show();
    places.show(stage.channel());
    transport.node.hidden ||= isPhoto;
    places.node.hidden ||= !isPhoto;
    if (session.isNew) sizes.show();
    state.show();
  });
  return () => { transport.stop(); unfollow(); release(); };
}

export default { render };
