// A small network of dense layers: forward pass, loss, gradients, one step of gradient descent.
// It knows nothing of the screen; playground_model.py computes the same in NumPy.
//
// Every number that training depends on comes from +, −, ×, ÷, √ and comparisons, in a fixed
// order. Languages and browsers round these alike, but not Math.exp, Math.tanh or Math.sin; so
// e^−x and sin x are worked out here, and a run gives the same weights, bit for bit, everywhere.
//
//   const network = createNetwork({ sizes: [2, 3, 1], activation: "relu", output: "linear" });
//   initialize(network, createRandom(1));
//   forward(network, [1, 2]);                    // network.z[l], network.a[l]; a[0] is the input
//   clearGradients(network);
//   backward(network, [1, 2], 0.5, "mse");       // deltas[l], and adds to the gradients
//   trainStep(network, examples, targets, indices, { loss: "mse", learningRate: 0.1 });
//
// Layers count from 0, the input. weights[l] and biases[l] lead from layer l to layer l + 1, and
// weights[l][from * sizes[l + 1] + to] joins unit `from` to unit `to` (as Keras' kernels).

export const LARGEST_WEIGHT = 1e6; // beyond it a run counts as diverged
const STEP_OF_STATE = 0x6d2b79f5;

/**
 * Return a generator of random numbers (mulberry32, Tommy Ettinger 2017, public domain).
 *
 * Its state is a 32-bit counter that starts at `seed` and grows by 0x6d2b79f5 with each number;
 * the number is the counter, mixed. Only additions, multiplications and shifts of integers are
 * used, so that Python gives the same numbers bit for bit. `skip(count)` jumps over numbers.
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + STEP_OF_STATE) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    /** Return a number in [0, 1), a multiple of 2⁻³². */
    uniform: draw,
    /** Return a number of mean 0 and deviation 1: twelve uniform ones, added, less 6. */
    normal() {
      let sum = -6;
      for (let count = 0; count < 12; count += 1) sum += draw();
      return sum;
    },
    /** Return a whole number from 0 to n − 1. */
    integer: (n) => Math.floor(draw() * n),
    /** Bring an array into a random order, in place (Fisher and Yates, from the end). */
    shuffle(array) {
      for (let last = array.length - 1; last > 0; last -= 1) {
        const other = Math.floor(draw() * (last + 1));
        const kept = array[last];
        array[last] = array[other];
        array[other] = kept;
      }
      return array;
    },
    /** Go on as if `count` numbers had been drawn. */
    skip(count) { state = (state + Math.imul(STEP_OF_STATE, count % 4294967296)) | 0; },
  };
}

const LARGEST_EXPONENT = 700;
const EIGHTHS = 11.541560327111707; // 8 / ln 2
const EIGHTH_HIGH = 0.08664339756978734; // ln 2 / 8 is high + low; high has 38 digits, so that
const EIGHTH_LOW = 2.0582436978621353e-13; // its multiples below are exact
const POWERS = new Float64Array(8088); // 2^(−n/8)
POWERS.set([1, 0.9170040432046712, 0.8408964152537145, 0.7711054127039704, 0.7071067811865476,
  0.6484197773255048, 0.5946035575013605, 0.5452538663326288]);
for (let n = 8; n < POWERS.length; n += 1) POWERS[n] = POWERS[n - 8] / 2;

/** Return e^−x for x of at least 0, to about 2⁻⁵² of itself; beyond x = 700 it stays the same. */
export function decay(x) {
  const size = x > LARGEST_EXPONENT ? LARGEST_EXPONENT : x;
  const count = Math.floor(size * EIGHTHS + 0.5);
  const r = count * EIGHTH_HIGH - size + count * EIGHTH_LOW; // at most ln 2 / 16
  let series = 1 / 5040 + r * (1 / 40320); // of e^r
  series = 1 / 720 + r * series;
  series = 1 / 120 + r * series;
  series = 1 / 24 + r * series;
  series = 1 / 6 + r * series;
  series = 0.5 + r * series;
  return POWERS[count] * (1 + r * (1 + r * series));
}

const PI_HIGH = 3.141592653589214; // π is high + low
const PI_LOW = 5.792147943243964e-13;

/** Return the sine of x, to about 2⁻⁵² for small angles (up to some thousands). */
export function sine(x) {
  const turns = Math.floor(x / Math.PI + 0.5);
  const r = x - turns * PI_HIGH - turns * PI_LOW; // at most π / 2
  const square = r * r;
  let series = 1;
  for (let n = 22; n > 0; n -= 2) series = 1 - (series * square) / (n * (n + 1));
  return turns % 2 === 0 ? r * series : -(r * series);
}

/** Return 1 / (1 + e^−z); no z overflows. */
export function sigmoid(z) {
  if (z >= 0) return 1 / (1 + decay(z));
  const power = decay(-z);
  return power / (1 + power);
}

/** Return the hyperbolic tangent of z, to about 2⁻⁵². */
export function hyperbolicTangent(z) {
  const power = decay(z < 0 ? -2 * z : 2 * z);
  const size = (1 - power) / (1 + power);
  return z < 0 ? -size : size;
}

/** Activation functions: the value at z, and the slope there, given z and a = value(z). */
export const ACTIVATIONS = {
  linear: { value: (z) => z, slope: () => 1 },
  relu: { value: (z) => (z > 0 ? z : 0), slope: (z) => (z > 0 ? 1 : 0) },
  tanh: { value: hyperbolicTangent, slope: (z, a) => 1 - a * a },
  sigmoid: { value: sigmoid, slope: (z, a) => a * (1 - a) },
};

/** Return a network without weights: all are 0 until `initialize` or an assignment. */
export function createNetwork({ sizes, activation = "relu", output = "linear" }) {
  for (const name of [activation, output]) {
    if (!Object.hasOwn(ACTIVATIONS, name)) {
      throw new Error(`expected one of ${Object.keys(ACTIVATIONS).join(", ")}, got ${name}.`);
    }
  }
  const layers = sizes.slice(1);
  const perUnit = () => sizes.map((size) => new Float64Array(size));
  const perWeight = () => layers.map((size, index) => new Float64Array(sizes[index] * size));
  const perBias = () => layers.map((size) => new Float64Array(size));
  return {
    sizes: [...sizes],
    activation,
    output,
    weights: perWeight(),
    biases: perBias(),
    z: perUnit(), // z[0] is unused
    a: perUnit(),
    deltas: perUnit(), // dLoss/dz of the last example; deltas[0] is unused
    weightGradients: perWeight(),
    biasGradients: perBias(),
  };
}

/** Draw the weights evenly from ±√(6 / (inputs + units)) (Glorot and Bengio, 2010); biases 0. */
export function initialize(network, random) {
  network.weights.forEach((weights, layer) => {
    const limit = Math.sqrt(6 / (network.sizes[layer] + network.sizes[layer + 1]));
    for (let index = 0; index < weights.length; index += 1) {
      weights[index] = (2 * random.uniform() - 1) * limit;
    }
    network.biases[layer].fill(0);
  });
  return network;
}

/** Compute z and a of every unit for one example `x`; return the output layer's a. */
export function forward(network, x) {
  const { sizes, weights, biases, z, a } = network;
  const last = sizes.length - 1;
  const input = a[0];
  for (let index = 0; index < input.length; index += 1) input[index] = x[index];
  for (let layer = 0; layer < last; layer += 1) {
    addUp(a[layer], weights[layer], biases[layer], z[layer + 1]);
    activate(layer + 1 < last ? network.activation : network.output, z[layer + 1], a[layer + 1]);
  }
  return a[last];
}

/** Fill `sums` with the weighted sums of one layer. */
function addUp(inputs, weights, biases, sums) {
  const units = sums.length;
  for (let to = 0; to < units; to += 1) sums[to] = biases[to];
  let index = 0;
  for (let from = 0; from < inputs.length; from += 1) {
    const value = inputs[from];
    for (let to = 0; to < units; to += 1, index += 1) sums[to] += value * weights[index];
  }
}

/** Fill `values` with the activations of `sums`; written out for each function, for speed. */
export function activate(name, sums, values) {
  const units = sums.length;
  if (name === "relu") {
    for (let unit = 0; unit < units; unit += 1) values[unit] = sums[unit] > 0 ? sums[unit] : 0;
  } else if (name === "tanh") {
    for (let unit = 0; unit < units; unit += 1) values[unit] = hyperbolicTangent(sums[unit]);
  } else if (name === "sigmoid") {
    for (let unit = 0; unit < units; unit += 1) values[unit] = sigmoid(sums[unit]);
  } else {
    for (let unit = 0; unit < units; unit += 1) values[unit] = sums[unit];
  }
}

/** Set all gradients to 0. */
export function clearGradients(network) {
  for (const gradients of network.weightGradients) gradients.fill(0);
  for (const gradients of network.biasGradients) gradients.fill(0);
}

/**
 * Compute one example forward and backward; return its loss.
 *
 * Fills z, a and deltas and ADDS to weightGradients and biasGradients. `target` is a number, or
 * an array for several output units, over which the loss is the mean. `loss` is "mse" or, for a
 * sigmoid output and targets from 0 to 1, "crossentropy".
 */
export function backward(network, x, target, loss) {
  forward(network, x);
  return propagateBack(network, target, loss);
}

/** As `backward`, for the example that went forward last. */
function propagateBack(network, target, loss) {
  const { weights, a, z, deltas, weightGradients, biasGradients } = network;
  const value = compareOutput(network, target, loss);
  for (let layer = weights.length - 1; layer >= 0; layer -= 1) {
    const delta = deltas[layer + 1];
    const sums = biasGradients[layer];
    for (let to = 0; to < delta.length; to += 1) sums[to] += delta[to];
    addGradients(a[layer], delta, weightGradients[layer]);
    if (layer > 0) {
      passBack(weights[layer], delta, deltas[layer]);
      multiplySlopes(network.activation, z[layer], a[layer], deltas[layer]);
    }
  }
  return value;
}

/** Add the gradient of each weight: what comes in at its start times the delta at its end. */
function addGradients(inputs, delta, gradients) {
  const units = delta.length;
  let index = 0;
  for (let from = 0; from < inputs.length; from += 1) {
    const value = inputs[from];
    for (let to = 0; to < units; to += 1, index += 1) gradients[index] += value * delta[to];
  }
}

/** Fill `before` with dLoss/da of the layer before: its deltas, but for the slopes. */
function passBack(weights, delta, before) {
  const units = delta.length;
  let index = 0;
  for (let from = 0; from < before.length; from += 1) {
    let sum = 0;
    for (let to = 0; to < units; to += 1, index += 1) sum += weights[index] * delta[to];
    before[from] = sum;
  }
}

/** Multiply `delta` by the slope of the activation function of each unit. */
function multiplySlopes(name, sums, values, delta) {
  const units = delta.length;
  if (name === "relu") {
    for (let unit = 0; unit < units; unit += 1) if (!(sums[unit] > 0)) delta[unit] = 0;
  } else if (name === "tanh") {
    for (let unit = 0; unit < units; unit += 1) delta[unit] *= 1 - values[unit] * values[unit];
  } else if (name === "sigmoid") {
    for (let unit = 0; unit < units; unit += 1) delta[unit] *= values[unit] * (1 - values[unit]);
  }
}

/** Fill the deltas of the output layer and return the loss. */
function compareOutput(network, target, loss) {
  const last = network.sizes.length - 1;
  const values = network.a[last];
  const delta = network.deltas[last];
  const units = values.length;
  if (loss === "mse") {
    for (let unit = 0; unit < units; unit += 1) {
      const error = values[unit] - (typeof target === "number" ? target : target[unit]);
      delta[unit] = (2 * error) / units;
    }
    multiplySlopes(network.output, network.z[last], values, delta);
  } else {
    for (let unit = 0; unit < units; unit += 1) {
      delta[unit] = (values[unit] - (typeof target === "number" ? target : target[unit])) / units;
    }
  }
  return outputLoss(network, target, loss);
}

/** Return the loss of the example that went forward last. */
export function outputLoss(network, target, loss) {
  const last = network.sizes.length - 1;
  const values = network.a[last];
  const units = values.length;
  let sum = 0;
  if (loss === "mse") {
    for (let unit = 0; unit < units; unit += 1) {
      const error = values[unit] - (typeof target === "number" ? target : target[unit]);
      sum += error * error;
    }
  } else if (loss === "crossentropy" && network.output === "sigmoid") {
    const logits = network.z[last];
    for (let unit = 0; unit < units; unit += 1) {
      const y = typeof target === "number" ? target : target[unit];
      const z = logits[unit];
      // −y ln ŷ − (1 − y) ln(1 − ŷ) with ŷ = sigmoid(z), without a logarithm of 0.
      sum += (z > 0 ? z : 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));
    }
  } else {
    throw new Error(`expected "mse", or "crossentropy" with a sigmoid output, got ${loss}.`);
  }
  return sum / units;
}

/** Return the mean loss over examples (rows) and their targets, without penalties. */
export function meanLoss(network, examples, targets, loss) {
  let sum = 0;
  for (let index = 0; index < examples.length; index += 1) {
    forward(network, examples[index]);
    sum += outputLoss(network, targets[index], loss);
  }
  return sum / examples.length;
}

/** Return l1 Σ|w| + l2 Σw² over all weights; biases are free, as with Keras' regularizers. */
export function penalty(network, l1, l2) {
  let [sum, squares] = [0, 0];
  for (const weights of network.weights) {
    for (let index = 0; index < weights.length; index += 1) {
      sum += Math.abs(weights[index]);
      squares += weights[index] * weights[index];
    }
  }
  return l1 * sum + l2 * squares;
}

/**
 * Fill the gradients with those of the mean loss over examples[i] and targets[i], i in `indices`
 * from place `start` up to `end` (all without them), plus those of the penalties (of l1 |w| it is
 * l1 sign(w), 0 at 0). Return the mean loss without penalties.
 */
export function computeGradients(network, examples, targets, indices, options) {
  const { loss, l1 = 0, l2 = 0, start = 0, end = indices.length } = options;
  const { weights, biases, weightGradients, biasGradients } = network;
  clearGradients(network);
  let sum = 0;
  for (let place = start; place < end; place += 1) {
    forward(network, examples[indices[place]]);
    sum += propagateBack(network, targets[indices[place]], loss);
  }
  for (let layer = 0; layer < weights.length; layer += 1) {
    finishGradients(weights[layer], weightGradients[layer], end - start, l1, 2 * l2);
    finishGradients(biases[layer], biasGradients[layer], end - start, 0, 0);
  }
  return sum / (end - start);
}

/** Make means of sums and add the gradients of the penalties. */
function finishGradients(values, gradients, count, l1, l2) {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    gradients[index] = gradients[index] / count + l1 * Math.sign(value) + l2 * value;
  }
}

/**
 * Take one step of gradient descent on a mini-batch (as `computeGradients`, with learningRate).
 *
 * Return the mean loss before the step and leave its gradients. Where a weight would leave
 * ±1,000,000, nothing is changed and the return value is NaN: the run has diverged.
 */
export function trainStep(network, examples, targets, indices, options) {
  const { learningRate } = options;
  const { weights, biases, weightGradients, biasGradients } = network;
  const loss = computeGradients(network, examples, targets, indices, options);
  for (let layer = 0; layer < weights.length; layer += 1) {
    if (!staysInReach(weights[layer], weightGradients[layer], learningRate)) return NaN;
    if (!staysInReach(biases[layer], biasGradients[layer], learningRate)) return NaN;
  }
  for (let layer = 0; layer < weights.length; layer += 1) {
    descend(weights[layer], weightGradients[layer], learningRate);
    descend(biases[layer], biasGradients[layer], learningRate);
  }
  return loss;
}

function staysInReach(values, gradients, learningRate) {
  for (let index = 0; index < values.length; index += 1) {
    const next = values[index] - learningRate * gradients[index];
    if (!(Math.abs(next) <= LARGEST_WEIGHT)) return false; // nor is NaN
  }
  return true;
}

function descend(values, gradients, learningRate) {
  for (let index = 0; index < values.length; index += 1) {
    values[index] -= learningRate * gradients[index];
  }
}
