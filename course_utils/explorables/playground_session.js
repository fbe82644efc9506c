// One run that all views of a playground share: its settings, its training loop, what is chosen.
// It knows nothing of elements; views are told to draw.

import { change } from "./common.js";
import {
  createPictures, createRun, DATA_SETS, MOST_POINTS_IN_STATE, readState, roundOwnData,
} from "./playground_model.js";

const BUDGET = 12; // milliseconds of training in each frame
const PATIENCE = 60; // milliseconds to train a pasted state again before the page goes on
const MILLISECONDS_PER_SYNC = 500;
const MILLISECONDS_PER_CALM_PICTURE = 600; // with "reduce motion"
const LONGEST_FRAME = 100; // milliseconds; a longer pause is not made up for
const STEPS_PER_LOOK = 8; // mini-batches between two looks at the clock
const FAR = 4; // a view that is asked to choose an example does so up to this distance
const KEPT = new Set(["learningRate", "l1", "l2", "batchSize"]); // these change without a new start
const COARSE = 64;
const DETAILED = 96;

/** Speeds by name, in mini-batches or epochs a second. */
export const SPEEDS = {
  steps: { text: "10 steps/s", steps: 10 },
  calm: { text: "5 epochs/s", epochs: 5 },
  slow: { text: "25 epochs/s", epochs: 25 },
  normal: { text: "250 epochs/s", epochs: 250 },
  full: { text: "full", epochs: Infinity },
};

const sessions = new WeakMap();

/** Return the name of the speed whose text a model carries. */
function readSpeed(model) {
  const text = model.get("speed");
  return Object.keys(SPEEDS).find((name) => SPEEDS[name].text === text) ?? "normal";
}

/** Return the session of a model; every view of it gets the same one. */
export function sessionOf(model) {
  const key = model.get("shared"); // an object that the views of one model have in common
  if (!sessions.has(key)) sessions.set(key, createSession(model));
  return sessions.get(key);
}

function createSession(model) {
  const views = new Set();
  const pictures = {};
  let frameHandle = null;
  let lastSync = 0;
  let lastPicture = 0;
  let lastTraining = 0;
  let due = 0; // mini-batches that the chosen speed asks for
  let written = null;
  const session = {
    run: null, playing: false, isCatchingUp: false, speed: readSpeed(model), message: "",
    selected: [1, 0], example: { set: "train", index: 0 }, pen: 1, cursor: [0, 0], lastBatch: null,
    showsTest: false, discretises: false,
    attach, takeOver, takeSpeed, wake, load, set, updateView, play, pause, step, epoch, reset, newSeed, setWeight,
    selectUnit, selectExample, nextExample, nextInBatch, placePoint, removePoint, clearPoints,
    pictureValues, currentExample, canTrain, choosePen,
  };
  begin(readState("pg1;end"));
  load(model.get("state"));
  return session;

  function ownData() {
    const own = model.get("own");
    return own?.points?.length ? own : null;
  }

  // --- Views -------------------------------------------------------------------------------

  /** Add a view, { isVisible(), draw(), drawFrame(now) }; return how to take it off again. */
  function attach(view) {
    views.add(view);
    view.draw();
    wake();
    return () => {
      views.delete(view);
      if (views.size === 0) sleep();
    };
  }

  function draw() {
    for (const view of views) view.draw();
  }

  /** Go on with the loop where there is something to do and somebody to see it. */
  function wake() {
    const isBusy = session.playing || session.isCatchingUp;
    if (frameHandle !== null || !isBusy || ![...views].some((view) => view.isVisible())) return;
    frameHandle = requestAnimationFrame(frame);
  }

  function sleep() {
    if (frameHandle !== null) cancelAnimationFrame(frameHandle);
    frameHandle = null;
  }

  function frame(now) {
    frameHandle = null;
    if (![...views].some((view) => view.isVisible())) return; // a view that appears wakes it
    if (session.isCatchingUp) catchUp(BUDGET);
    else train(now);
    if (session.run.diverged) stopDiverged();
    if (!session.playing && !session.isCatchingUp) return;
    const pause = matchMedia("(prefers-reduced-motion: reduce)").matches ? MILLISECONDS_PER_CALM_PICTURE : 0;
    if (now - lastPicture >= pause) {
      lastPicture = now;
      for (const view of views) if (view.isVisible()) view.drawFrame(now);
    }
    if (session.playing && now - lastSync >= MILLISECONDS_PER_SYNC) {
      lastSync = now;
      sync();
    }
    wake();
  }

  function train(now) {
    const { run } = session;
    const { steps, epochs } = SPEEDS[session.speed];
    const perEpoch = Math.ceil(run.train.points.length / run.settings.batchSize);
    const seconds = Math.max(0, Math.min(LONGEST_FRAME, now - lastTraining)) / 1000;
    lastTraining = now;
    due = epochs === Infinity ? Infinity
      : Math.min(due, perEpoch) + seconds * (steps ?? epochs * perEpoch);
    const end = performance.now() + BUDGET;
    while (due >= 1 && performance.now() < end) {
      for (let count = 0; due >= 1 && count < STEPS_PER_LOOK; count += 1) {
        if (!run.trainStep()) return;
        due -= 1;
      }
    }
  }

  function catchUp(milliseconds) {
    session.isCatchingUp = !session.run.catchUp(milliseconds) && !session.run.diverged;
    if (session.isCatchingUp) return;
    session.message = "";
    draw();
  }

  function stopDiverged() {
    session.playing = false;
    session.isCatchingUp = false;
    session.message = session.run.diverged.message;
    sync();
    draw();
  }

  // --- State -------------------------------------------------------------------------------

  /** Send the state to Python, and to other views of other models that follow it. */
  function sync() {
    if (session.isCatchingUp) return;
    written = session.run.state();
    if (model.get("state") !== written) change(model, { state: written });
  }

  /** Follow a state that was set in Python. */
  function takeOver() {
    const text = model.get("state");
    if (text === written) return;
    try {
      load(text);
    } catch (error) {
      session.message = error.message;
    }
    draw();
    wake();
  }

  function takeSpeed() {
    updateView({ speed: readSpeed(model) });
  }

  /** Begin where a line of text says; throws a StateError and changes nothing if it is none. */
  function load(text) {
    const settings = readState(text, ownData());
    begin(settings);
    if (settings.steps > 0 && !session.run.catchUp(PATIENCE)) {
      session.isCatchingUp = !session.run.diverged;
      session.message = `Training again, up to step ${settings.steps} …`;
    }
    if (session.run.diverged) session.message = session.run.diverged.message;
    written = text;
    if (model.get("state") !== text) change(model, { state: text });
    wake();
  }

  function begin(settings) {
    session.run = createRun(settings);
    session.playing = false;
    session.isCatchingUp = false;
    session.message = "";
    session.lastBatch = null;
    keepChoices();
  }

  /** What is chosen must exist in the new run. */
  function keepChoices() {
    const { sizes } = session.run.network;
    const [layer, unit] = session.selected;
    const nearest = Math.min(layer, sizes.length - 1);
    session.selected = [nearest, Math.min(unit, sizes[nearest] - 1)];
    const { set, index } = session.example;
    if (index >= session.run[set].points.length) session.example = { set: "train", index: 0 };
    const { problem } = session.run.settings;
    if (typeof session.pen === "number" && problem === "classification") session.pen = session.pen > 0 ? 1 : 0;
  }

  // --- What controls do --------------------------------------------------------------------

  /** Change settings: rates and batches go on with the same weights, others start anew. */
  function set(values) {
    const { run } = session;
    if (Object.keys(values).every((name) => KEPT.has(name)) && !session.isCatchingUp) {
      run.update(values);
      session.message = "";
    } else {
      const { steps, epoch, used, weights, ...settings } = { ...run.settings, ...values };
      begin(settings);
    }
    sync();
    draw();
  }

  /** Change what only the picture needs (not part of the state). */
  function updateView(values) {
    Object.assign(session, values);
    draw();
  }

  function canTrain() {
    const { train, settings } = session.run;
    const classes = new Set(train.targets);
    if (train.points.length === 0) {
      session.message = "There are no examples yet: put points into the plane, by mouse, pen or "
        + "finger, or with arrow keys and Enter.";
    } else if (settings.problem === "classification" && classes.size < 2) {
      session.message = `All training examples are of class ${[...classes][0]}: add some of the `
        + "other class.";
    } else if (session.run.diverged) {
      session.message = session.run.diverged.message;
    } else return true;
    return false;
  }

  function play() {
    if (session.playing) return pause();
    session.message = "";
    session.playing = canTrain();
    session.lastBatch = null;
    lastTraining = performance.now();
    due = 1;
    draw();
    wake();
    return undefined;
  }

  function pause() {
    session.playing = false;
    sleep();
    sync();
    draw();
    wake(); // a state that is being trained again goes on
  }

  function step() {
    once(() => {
      session.lastBatch = [...session.run.nextBatch()];
      session.run.trainStep();
      const count = session.lastBatch.length;
      return `Step ${session.run.steps}: one mini-batch of ${count} example${count === 1 ? "" : "s"}.`;
    });
  }

  function epoch() {
    once(() => {
      session.lastBatch = null;
      session.run.trainEpoch();
      return `Epoch ${session.run.epoch}: every training example was used once more.`;
    });
  }

  function once(action) {
    session.playing = false;
    if (session.isCatchingUp) return;
    sleep();
    if (canTrain()) session.message = action();
    if (session.run.diverged) session.message = session.run.diverged.message;
    sync();
    draw();
  }

  function reset() {
    set({ weights: null });
  }

  function newSeed() {
    set({ seed: (session.run.settings.seed + 1) % 10000 });
  }

  /** Type a weight over; `from` null means the bias. */
  function setWeight(layer, from, to, value) {
    if (from === null) session.run.setBias(layer, to, value);
    else session.run.setWeight(layer, from, to, value);
    session.message = "";
    sync();
    draw();
  }

  function selectUnit(layer, unit) {
    updateView({ selected: [layer, unit] });
  }

  // --- Examples ----------------------------------------------------------------------------

  function currentExample() {
    const { set: name, index } = session.example;
    const { points, inputs, targets } = session.run[name];
    if (index >= points.length) return null;
    return {
      set: name, index, count: points.length,
      point: points[index], inputs: inputs[index], target: targets[index],
    };
  }

  function nearest([x1, x2], sets) {
    let best = null;
    for (const name of sets) {
      session.run[name].points.forEach(([first, second], index) => {
        const distance = (first - x1) ** 2 + (second - x2) ** 2;
        if (!best || distance < best.distance) best = { set: name, index, distance };
      });
    }
    return best && best.distance <= FAR ** 2 ? { set: best.set, index: best.index } : null;
  }

  function selectExample(point) {
    const example = nearest(point, session.showsTest ? ["train", "test"] : ["train"]);
    if (example) updateView({ example });
  }

  function nextExample() {
    const { set: name, index } = session.example;
    const count = session.run[name].points.length;
    if (count > 0) updateView({ example: { set: name, index: (index + 1) % count } });
  }

  function nextInBatch() {
    const batch = session.run.nextBatch();
    if (batch.length > 0) updateView({ example: { set: "train", index: batch[0] } });
  }

  function choosePen(pen) {
    updateView({ pen });
  }

  /** Put a point of one's own where the pen is. */
  function placePoint(point, target) {
    const { own } = session.run.settings;
    const points = [...(own?.points ?? []), point];
    if (points.length > MOST_POINTS_IN_STATE) {
      const message = `There is room for ${MOST_POINTS_IN_STATE} points of your own; remove some first.`;
      updateView({ message });
      return;
    }
    set({ data: "own", own: roundOwnData({ points, targets: [...(own?.targets ?? []), target] }) });
  }

  function removePoint([x1, x2], reach) {
    const { own } = session.run.settings;
    const distances = (own?.points ?? []).map(([first, second]) => Math.hypot(first - x1, second - x2));
    const smallest = Math.min(...distances);
    if (!(smallest <= reach)) return;
    const gone = distances.indexOf(smallest);
    const keep = (_, index) => index !== gone;
    set({ own: { points: own.points.filter(keep), targets: Array.from(own.targets).filter(keep) } });
  }

  function clearPoints() {
    set({ own: null });
  }

  // --- Pictures ----------------------------------------------------------------------------

  /** Return the values of all units on a grid, coarse while training, and the grid's side. */
  function pictureValues() {
    const side = session.playing || session.isCatchingUp ? COARSE : DETAILED;
    const { run } = session;
    if (pictures[side]?.run !== run) {
      pictures[side] = { run, version: run.version, made: createPictures(run, side) };
    }
    const entry = pictures[side];
    if (entry.version !== run.version) entry.made.update();
    entry.version = run.version;
    return { side, values: entry.made.layers };
  }
}

/** Return the data sets that a problem offers. */
export function dataSetsFor(problem) {
  return Object.keys(DATA_SETS).filter((name) => name === "own" || DATA_SETS[name].problem === problem);
}
