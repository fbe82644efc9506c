// The playground: a small network that learns before one's eyes, with every number to be read.
// The files beside it hold its parts: model (mathematics), session, controls, pictures, diagram,
// numbers. This one puts them on the page and keeps them true.

import { html, prepare, setAttributes } from "./common.js";
import { createBar, createDataPanel, createStateLine, createTick } from "./playground_controls.js";
import { createDiagram } from "./playground_diagram.js";
import { REACH } from "./playground_model.js";
import { createNumbers } from "./playground_numbers.js";
import { createCurves, createSurface, readPalette, writeNumber } from "./playground_pictures.js";
import { sessionOf } from "./playground_session.js";

const TEXTS = {
  x1: "x₁", x2: "x₂", "x1^2": "x₁²", "x2^2": "x₂²", x1x2: "x₁x₂",
  "sin(x1)": "sin x₁", "sin(x2)": "sin x₂",
};
const MILLISECONDS_PER_LOSS = 100; // how often texts and curves change while it trains
const MILLISECONDS_PER_NUMBERS = 250;
const UNITS_A_FRAME = 12; // small pictures that are painted in one frame, in turns
const KEY_STEP = 0.5;
const PEN_STEP = 0.35; // from one point to the next when a line is drawn
const ERASER = 0.6;

function render({ model, el }) {
  const release = prepare(el);
  const session = sessionOf(model);
  const hidden = new Set(model.get("hidden") ?? []);
  const view = createView(el, session, hidden);
  const seer = new IntersectionObserver((entries) => view.see(entries.at(-1).isIntersecting));
  seer.observe(el);
  const themes = new MutationObserver(() => view.repaint());
  const watched = { attributes: true, attributeFilter: ["class", "style", "data-jp-theme-light"] };
  for (const node of [document.documentElement, document.body]) themes.observe(node, watched);
  const detach = session.attach(view);
  model.on("change:state", session.takeOver); // each view its own: JupyterLab ends them by view
  model.on("change:speed", session.takeSpeed);
  return () => {
    model.off("change:state", session.takeOver);
    model.off("change:speed", session.takeSpeed);
    detach();
    seer.disconnect();
    themes.disconnect();
    release();
  };
}

function createView(el, session, hidden) {
  let palette = null;
  let isSeen = false;
  let frames = 0;
  let lastLoss = 0;
  let lastNumbers = 0;
  let drawnMarks = "";
  let paintedSteps = null;
  const bar = createBar(session, hidden);
  const data = createDataPanel(session, hidden);
  const numbers = createNumbers(session, TEXTS);
  const diagram = createDiagram({
    features: Object.entries(TEXTS), hidden, on: createWishes(session, numbers, hidden),
  });
  const surface = createSurface();
  const plane = createPlane(session, surface, hidden);
  const curves = createCurves();
  const losses = createLossTable();
  const ticks = {
    test_examples: createTick("test examples", (value) => session.updateView({ showsTest: value })),
    discretise: createTick("discretise", (value) => session.updateView({ discretises: value })),
  };
  const shownTicks = Object.keys(ticks).filter((name) => !hidden.has(name)).map((name) => ticks[name].node);
  const key = html("p", { class: "key" });
  const status = html("p", { class: "status", role: "status" });
  const state = createStateLine(session);
  el.replaceChildren(html("div", { class: "playground" },
    bar.node,
    html("div", { class: "columns" },
      data.node, html("div", { class: "middle" }, diagram.node, status),
      html("div", { class: "output-panel" }, plane, key,
        html("div", { class: "ticks" }, ...shownTicks), curves.node, losses.node)),
    html("div", { class: "foot" },
      ...(hidden.has("numbers") ? [] : [numbers.node]), ...(hidden.has("state") ? [] : [state.node]))));
  if (data.node.childElementCount === 0) data.node.remove();

  return { draw, drawFrame, isVisible, see, repaint };

  function isVisible() {
    return isSeen && el.isConnected && (el.checkVisibility?.({ visibilityProperty: true }) ?? true);
  }

  function see(isNowSeen) {
    isSeen = isNowSeen;
    if (isSeen) session.wake();
  }

  /** The theme may be another now. */
  function repaint() {
    palette = null;
    drawnMarks = "";
    draw();
  }

  /** Show everything as it is. */
  function draw() {
    if (!palette) {
      palette = readPalette(el);
      data.paint(palette);
      paintedSteps = null;
    }
    const { run } = session;
    setAttributes(el.firstChild, { class: `playground${session.playing ? " playing" : ""}` });
    bar.show();
    data.show();
    diagram.build(run.settings.features, run.settings.hidden);
    for (const [name, tick] of Object.entries(ticks)) {
      tick.show({ test_examples: session.showsTest, discretise: session.discretises }[name]);
    }
    drawPictures(1);
    drawMarks();
    drawTexts();
    numbers.show();
    state.show();
    showKey();
    sayStatus();
  }

  /** Show what training changed, as often as is needed for each part. */
  function drawFrame(now) {
    const { network } = session.run;
    const units = network.sizes.slice(1).reduce((sum, size) => sum + size, 0);
    frames += 1;
    drawPictures(Math.ceil(units / UNITS_A_FRAME), frames % 2 === 0);
    bar.count();
    if (now - lastLoss >= MILLISECONDS_PER_LOSS) {
      lastLoss = now;
      drawTexts();
    }
    if (now - lastNumbers >= MILLISECONDS_PER_NUMBERS) {
      lastNumbers = now;
      numbers.show();
      state.show();
    }
  }

  /** Paint every share-th unit; `isBrief` leaves the line of the decision for the next time. */
  function drawPictures(share, isBrief = false) {
    const { run } = session;
    const { side, values } = session.pictureValues();
    const isProbability = run.settings.problem === "classification";
    const steps = session.discretises;
    surface.paint({ values: values.at(-1)[0], side, isProbability, palette, steps, isBrief });
    diagram.paint({ values, side, network: run.network, palette, steps, share });
    if (paintedSteps !== steps) diagram.paintFeatures(palette, steps);
    paintedSteps = steps;
    diagram.showEdges(run.network, session.selected);
  }

  function drawMarks() {
    const { run } = session;
    const example = session.currentExample();
    const cursor = surface.node.matches(":focus-visible") ? session.cursor : null;
    const key = [run.settings, session.showsTest, session.example, cursor];
    if (drawnMarks && key.every((part, index) => part === drawnMarks[index])) return;
    drawnMarks = key;
    const sets = [{ ...run.train, isTest: false }];
    if (session.showsTest) sets.unshift({ ...run.test, isTest: true });
    const isProbability = run.settings.problem === "classification";
    surface.drawMarks({ sets, isProbability, chosen: example?.point, cursor, palette });
  }

  function drawTexts() {
    const { run } = session;
    const results = run.evaluate();
    losses.show(results);
    curves.show(run.history);
    const dead = new Set(run.deadUnits().map(([layer, unit]) => `${layer}/${unit - 1}`));
    diagram.mark(session.selected, dead);
    setAttributes(surface.marks, { "aria-label": describePlane(run, results) });
  }

  function showKey() {
    const isClasses = session.run.settings.problem === "classification";
    const text = isClasses ? "● class 0 (hatched) · ■ class 1"
      : "● below 0 (hatched) · ■ above 0";
    if (key.textContent !== text) key.textContent = text;
  }

  /** A live region that speaks when something was done, not while the network trains. */
  function sayStatus() {
    setAttributes(status, { "aria-live": session.playing ? "off" : "polite" });
    const text = session.message;
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle("warning", session.run.diverged !== null);
  }
}

function createWishes(session, numbers, hidden) {
  return {
    select(layer, unit, isWanted) {
      session.selectUnit(layer, unit);
      if (isWanted && !hidden.has("numbers")) numbers.open();
    },
    changeUnits(layer, units) {
      session.set({ hidden: session.run.settings.hidden.map((old, index) => (index === layer ? units : old)) });
    },
    changeLayers(count) {
      const { hidden: layers } = session.run.settings;
      session.set({ hidden: count < layers.length ? layers.slice(0, count) : [...layers, 2] });
    },
    changeFeature(name, isOn) {
      const { features } = session.run.settings;
      const wished = Object.keys(TEXTS).filter((other) => (other === name ? isOn : features.includes(other)));
      if (wished.length > 0) session.set({ features: wished });
      else session.updateView({ message: "The network needs at least one feature: tick another one first." });
    },
  };
}

/** The plane that takes mouse, pen, finger and keys. */
function createPlane(session, surface, hidden) {
  const { node } = surface;
  let lastPoint = null;
  setAttributes(node, {
    tabindex: 0, role: "application", "aria-roledescription": "plane",
    "aria-label": "Plane of x₁ and x₂: arrow keys move a cursor, Enter chooses the nearest "
      + "example; with own points, Enter puts one down, 0 and 1 choose its class, Delete removes one",
  });
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    node.focus({ focusVisible: false, preventScroll: true });
    node.setPointerCapture(event.pointerId);
    lastPoint = null;
    use(pointAt(event));
  });
  node.addEventListener("pointermove", (event) => {
    if (!node.hasPointerCapture(event.pointerId)) return;
    const point = pointAt(event);
    const isFar = !lastPoint || Math.hypot(point[0] - lastPoint[0], point[1] - lastPoint[1]) >= PEN_STEP;
    if (isFar && isDrawing() && session.pen !== "choose") use(point);
  });
  node.addEventListener("keydown", (event) => {
    if (event.target !== node) return;
    const size = event.shiftKey ? KEY_STEP / 5 : KEY_STEP;
    const move = {
      ArrowLeft: [-size, 0], ArrowRight: [size, 0], ArrowUp: [0, size], ArrowDown: [0, -size],
    }[event.key];
    if (move) session.updateView({ cursor: session.cursor.map((value, axis) => inPlane(value + move[axis])) });
    else if (event.key === "Enter" || event.key === " ") use(session.cursor);
    else if (isDrawing() && (event.key === "Delete" || event.key === "Backspace")) {
      session.removePoint(session.cursor, 2 * ERASER);
    } else if (isDrawing() && (event.key === "0" || event.key === "1")) session.choosePen(Number(event.key));
    else return;
    event.preventDefault();
  });
  for (const name of ["focus", "blur"]) node.addEventListener(name, () => session.updateView({}));
  return node;

  function isDrawing() {
    return session.run.settings.data === "own" && !hidden.has("drawing");
  }

  function use(point) {
    lastPoint = point;
    if (!isDrawing() || session.pen === "choose") session.selectExample(point);
    else if (session.pen === "remove") session.removePoint(point, ERASER);
    else session.placePoint(point, session.pen);
  }

  /** Return the point under the pointer, also where a slide is scaled. */
  function pointAt(event) {
    const box = node.getBoundingClientRect();
    const share = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return [inPlane((2 * share[0] - 1) * REACH), inPlane((1 - 2 * share[1]) * REACH)];
  }
}

function inPlane(value) {
  return Math.round(Math.max(-REACH, Math.min(REACH, value)) * 100) / 100;
}

/** Loss and accuracy of training and test, and the penalty where there is one. */
function createLossTable() {
  const cells = {};
  const row = (name, kind) => {
    cells[kind] = [html("td"), html("td")];
    return html("tr", {}, html("th", { scope: "row", class: `sampled ${kind}` }, name), ...cells[kind]);
  };
  const accuracy = html("th", { scope: "col" }, "accuracy");
  const penalty = row("penalty", "penalty");
  const node = html("table", { class: "losses" },
    html("thead", {}, html("tr", {}, html("td"), html("th", { scope: "col" }, "loss"), accuracy)),
    html("tbody", {}, row("training", "train"), row("test", "test"), penalty));
  return {
    node,
    show({ trainLoss, testLoss, penalty: extra, trainAccuracy, testAccuracy }) {
      const percent = (share) => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);
      accuracy.hidden = trainAccuracy === null;
      penalty.hidden = !(extra > 0);
      const rows = {
        train: [trainLoss, trainAccuracy], test: [testLoss, testAccuracy], penalty: [extra, null],
      };
      for (const [kind, [loss, share]] of Object.entries(rows)) {
        cells[kind][0].textContent = writeNumber(loss);
        cells[kind][1].textContent = kind === "penalty" ? "" : percent(share);
        cells[kind][1].hidden = trainAccuracy === null;
      }
    },
  };
}

function describePlane(run, { trainLoss, trainAccuracy }) {
  const { problem, data } = run.settings;
  const count = run.train.points.length;
  const quality = trainAccuracy === null ? `training loss ${writeNumber(trainLoss)}`
    : `${(100 * trainAccuracy).toFixed(0)} % of the training examples on the right side`;
  return `The network's output over the plane of x₁ and x₂ with ${count} training examples `
    + `(${data}, ${problem}): ${count ? quality : "none yet"}.`;
}

export default { render };
