# %% [markdown]
# # 06 Keras classification
# *How does a network choose a class, and how good is its choice?*
#
# By the end you can
# - train networks for two classes, for ten, and for texts
# - turn probabilities into decisions, and choose the threshold
# - read a confusion matrix; compute precision and recall
# - judge a classifier for a rare class
# - stop training before it overfits
# - say what a bag of words cannot see
#
# **Time** about 100 minutes · **Data** bundled, partly generated · **Builds on**
# [03 Backpropagation](03_backpropagation.ipynb), [05 Keras regression](05_keras_regression.ipynb)

# %%
from course_utils import check, data, explorables, plotting, results

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from scipy import sparse
from sklearn import datasets, metrics, model_selection

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D0-15", "D0-18"]
# ## Two classes. Is this tumour malignant?
# A doctor takes cells from a lump with a fine needle and photographs them under the microscope.
# From each photograph come 30 measurements of the cells' nuclei: radius, texture, smoothness and
# so on, each as mean, spread and worst. Is the lump **malignant** (cancer) or benign? These are
# 569 patients from Wisconsin, bundled with scikit-learn (Wolberg, Street and Mangasarian, 1995).
#
# This is **binary classification**: two classes. Use 1 for the **positive class**, the one that
# you look for, and 0 for the negative class. "Positive" does not mean good. scikit-learn has it
# the other way round, 0 for malignant, so we turn its labels.

# %%
table = datasets.load_breast_cancer()
patients = table.data.astype("float32")
malignant = 1 - table.target
data.require_table(patients)
data.require_labels(malignant, num_classes=2)
patients.shape, malignant[15:25], int(malignant.sum())

# %% [markdown]
# 212 of 569 are malignant. Whoever always says *benign* is right in 63 %: that is the accuracy to
# beat. We split three ways: 341 patients for training, 114 for validation (for every choice we
# make), 114 for the test, which we open once. `stratify` keeps the share of malignant lumps the
# same in all three. The measurements have very different sizes, so each column is normalised with
# mean and standard deviation *of the training set*.

# %%
x_train, x_rest, y_train, y_rest = model_selection.train_test_split(
    patients, malignant, test_size=0.4, stratify=malignant, random_state=0
)
x_validation, x_test, y_validation, y_test = model_selection.train_test_split(
    x_rest, y_rest, test_size=0.5, stratify=y_rest, random_state=0
)
mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
x_train, x_validation, x_test = ((x - mean) / deviation for x in (x_train, x_validation, x_test))
len(x_train), len(x_validation), len(x_test)

# %% [markdown] tags=["D0-15"]
# The network ends in **one unit with a sigmoid**. Its weighted sum $z$ can be any number; the
# sigmoid makes it a **probability from 0.0 to 1.0** that the example is positive:
#
# | $z$ | −4 | −1 | 0 | 1 | 4 |
# |---|---|---|---|---|---|
# | $1 / (1 + e^{-z})$ | 0.018 | 0.27 | 0.5 | 0.73 | 0.982 |
#
# The loss is `binary_crossentropy` from lesson 03: minus the logarithm of the probability that
# was given to the truth. The metric *accuracy* is for us; nothing is trained by it, since it does
# not change when a weight changes a little.

# %% tags=["D0-15", "D0-18"]
def build_binary_model(inputs):
    """Return a compiled network with one probability as its output."""
    model = keras.Sequential([
        keras.Input(shape=(inputs,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])
    optimizer = keras.optimizers.Adam(learning_rate=0.01)
    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    return model


tumour_model = build_binary_model(inputs=30)
history = tumour_model.fit(
    x_train, y_train, batch_size=32, epochs=20, verbose=0,
    validation_data=(x_validation, y_validation),
)
list(history.history)

# %% [markdown] tags=["D0-16"]
# `fit` returns a history: one number an epoch for each key. Older books write `acc`; today the key
# is `accuracy`, and `val_accuracy` for the validation set. **Predict.** What accuracy does the
# network have after the first epoch, and which of the two curves ends higher?

# %% tags=["D0-16"]
axes = plotting.plot_history(history, "accuracy")
axes.set(title="Most is learnt in the first epochs", ylim=(0.8, 1.01))
axes.legend(loc="lower right")
plotting.show(axes.figure, alt="Accuracy over 20 epochs: the training curve rises steeply at "
              "first and ends close to 100 %; the validation curve soon stays at about 95 %.")

# %% [markdown] tags=["D0-17"]
# ## Probability and class. Who decides?
# `predict` gives probabilities, one row an example and one column: the shape is (114, 1). The
# class is a decision that *we* add: 1 where the probability is above a **threshold**, usually 0.5.

# %% tags=["D0-17"]
probabilities = tumour_model.predict(x_validation, verbose=0)
predictions = (probabilities > 0.5).astype("int32")
probabilities.shape, probabilities[:4, 0].round(3), predictions[:4, 0], y_validation[:4]

# %% [markdown] tags=["D0-17", "D0-20"]
# ### Bug clinic: two that everybody meets
# Many books and answers on the web write `model.predict_classes(x)`. It **no longer exists**:

# %% tags=["D0-17", "D0-20"]
with check.expect_error(AttributeError, "predict_classes"):
    tumour_model.predict_classes(x_validation)

# %% [markdown]
# That bug says so. The next one is silent. Count how often prediction and label agree. **Predict**
# the first two numbers: are they the same?

# %%
table_of_all = predictions == y_validation
table_of_all.mean(), np.mean(predictions[:, 0] == y_validation), table_of_all.shape

# %% [markdown]
# The predictions have the shape (114, 1), the labels (114,). NumPy compares a column with a row:
# every prediction with every label, 114 × 114 times. The result looks like an accuracy and is
# none. Take the column, `[:, 0]`, and look at shapes before you believe a number.

# %% [markdown]
# ## Confusion matrix. Which errors does it make?
# Two errors are possible, and they do not cost the same. A **false positive** frightens a healthy
# patient; a **false negative** sends a sick one home. Count all four cases, here for ten lumps:
#
# | | predicted 0 | predicted 1 |
# |---|---|---|
# | **truly 0** (6 lumps) | 5 true negatives | 1 false positive |
# | **truly 1** (4 lumps) | 2 false negatives | 2 true positives |
#
# - **Accuracy**: what share is right? (5 + 2) / 10 = 0.7
# - **Precision**: of those we call positive, what share is? 2 / (2 + 1) = 0.67
# - **Recall**: of those that are positive, what share do we find? 2 / (2 + 2) = 0.5
#
# $$\text{precision} = \frac{TP}{TP + FP} \qquad \text{recall} = \frac{TP}{TP + FN}$$

# %% [markdown]
# ### Exercise 1: Count the confusions
# Write the matrix for labels and predictions of shape (n,): `counts[i, j]` says how many examples
# of the true class `i` were given the class `j`.
#
# <details><summary>Hint</summary>
#
# Start from `np.zeros((num_classes, num_classes), dtype=int)`. Walk through both vectors together,
# `for label, prediction in zip(labels, predictions)`, and add 1 to one field each time.
# </details>

# %% tags=["exercise"]
def confusion_matrix(labels, predictions, num_classes):
    """Return how often each class (row) was given each class (column), whole numbers."""
    ### BEGIN SOLUTION
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for label, prediction in zip(labels, predictions, strict=True):
        counts[label, prediction] += 1
    return counts
    ### END SOLUTION


# %% tags=["check"]
def count(labels, predictions, num_classes):
    """Return the same as a product of one-hot rows."""
    return np.eye(num_classes, dtype=int)[labels].T @ np.eye(num_classes, dtype=int)[predictions]


check.function(
    confusion_matrix,
    inputs=[
        (np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 0]), 2),
        (np.array([2, 2, 0, 1]), np.array([0, 2, 0, 2]), 3),
        (np.array([0, 1, 1, 0]), np.array([1, 1, 0, 1]), 4),
    ],
    expected=count,
    mistakes={
        "rows and columns are swapped": lambda y, p, n: count(p, y, n),
        "a field is set to 1, not raised by 1": lambda y, p, n: 1 * (count(y, p, n) > 0),
        "only what is right is counted": lambda y, p, n: count(y, p, n) * np.eye(n, dtype=int),
        "each number is divided by the number of examples": lambda y, p, n: count(y, p, n) / len(y),
    },
)

# %% [markdown]
# Our network on the validation set, once with the matrix and once with the probabilities behind
# it. From here on scikit-learn counts: `metrics.confusion_matrix`.

# %%
counts = metrics.confusion_matrix(y_validation, predictions[:, 0])
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4), width_ratios=[2, 3])
names = ("benign", "malignant")
plotting.plot_confusion_matrix(counts, names, axes=left)
plotting.plot_scores(probabilities[:, 0], y_validation, names=names, axes=right)
plotting.show(figure, alt="Left: confusion matrix of 114 validation patients, nearly all on the "
              "diagonal. Right: predicted probabilities; most benign lumps lie near 0, most "
              "malignant ones near 1, few in between.")

# %% [markdown]
# Most probabilities lie near 0 or 1. Through the few in between we may move the threshold. (An
# error that the network is sure of, a malignant lump near 0, no threshold mends.) **Predict.** With
# a threshold of 0.1 instead of 0.5: does the recall rise or fall? And the precision? Then move
# the slider, or drag the line. (An *alarm* is an example that is called malignant, right or wrong.)

# %%
explorables.Threshold(probabilities[:, 0], y_validation, names=names)

# %% [markdown]
# A low threshold calls more lumps malignant. Recall can only rise, precision mostly falls. Which
# errors are worse, the network cannot know. In a first examination one accepts false alarms; they
# are cleared up by a second one. (At the threshold 1 there is no alarm left: precision is
# 0 / 0, which has no meaning.)

# %% [markdown]
# ### Exercise 2: Precision and recall
# Write both for labels and predictions of shape (n,), 0 or 1. Where nothing is predicted positive,
# or nothing is positive, the share has no meaning: return 0.0 for it, as Keras does.
#
# <details><summary>Hint</summary>
#
# True positives are `np.sum((labels == 1) & (predictions == 1))`. The denominators are the number
# of predicted and of true positives; `max(number, 1)` avoids a division by 0.
# </details>

# %% tags=["exercise"]
def precision_and_recall(labels, predictions):
    """Return the precision and the recall of class 1."""
    ### BEGIN SOLUTION
    true_positives = np.sum((labels == 1) & (predictions == 1))
    precision = true_positives / max(np.sum(predictions == 1), 1)
    recall = true_positives / max(np.sum(labels == 1), 1)
    return precision, recall
    ### END SOLUTION


# %% tags=["check"]
def share(part, whole):
    return np.sum(part & whole) / max(np.sum(whole), 1)


check.function(
    precision_and_recall,
    inputs=[
        (np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]), np.array([0, 0, 0, 0, 0, 1, 0, 0, 1, 1])),
        (np.array([1, 0, 1, 1, 0]), np.array([1, 1, 1, 0, 1])),
        (np.array([0, 1, 1]), np.array([0, 0, 0])), (np.array([0, 0, 0]), np.array([0, 1, 0])),
    ],
    expected=lambda y, p: (share(y == 1, p == 1), share(p == 1, y == 1)),
    mistakes={
        "the two are swapped": lambda y, p: (share(p == 1, y == 1), share(y == 1, p == 1)),
        "class 0 is called positive": lambda y, p: (share(y == 0, p == 0), share(p == 0, y == 0)),
        "both are divided by all examples": lambda y, p: (np.mean(y * p), np.mean(y * p)),
        "the accuracy stands in both places": lambda y, p: (np.mean(y == p), np.mean(y == p)),
    },
)

# %% [markdown]
# ### Is it luck?
# 114 patients are few: one of them is nearly a percentage point. Cross-validation uses everybody.
# The 569 patients are cut into five parts, the **folds**. Five networks are trained, each on four
# folds, and each is examined on the one it has not seen. We choose nothing by the result, so the
# fold that is left out is a fair test set. Mean and deviation come from the four folds only. (Not
# quite untouched: that ten epochs are enough we read off the curve above, of 114 of these patients.
# So coarse a choice gives hardly anything away. The 114 of the test set take part, too.)

# %%
folds = model_selection.StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
accuracies = []
for training, held_out in folds.split(patients, malignant):
    mean, deviation = patients[training].mean(axis=0), patients[training].std(axis=0)
    x_fold, x_held_out = ((patients[rows] - mean) / deviation for rows in (training, held_out))
    model = build_binary_model(inputs=30)
    model.fit(x_fold, malignant[training], batch_size=32, epochs=10, verbose=0)
    answers = np.array(model(x_held_out))[:, 0] > 0.5
    accuracies.append(np.mean(answers == malignant[held_out]))
tumour_accuracy = np.mean(accuracies)
low, high = results.band("06_keras_classification/tumour_accuracy")
assert low <= tumour_accuracy <= high and tumour_accuracy >= 0.97
np.round(accuracies, 3), tumour_accuracy

# %% [markdown]
# 97 to 98 %, and the folds differ by several patients. (A single sigmoid unit, which statisticians
# call logistic regression, is only one or two percentage points behind: with 569 examples and good
# measurements there is little left for a hidden layer. Try it: delete that layer.) Last, the test
# set, once, for the network of the pictures above:

# %%
test_loss, test_accuracy = tumour_model.evaluate(x_test, y_test, verbose=0)
assert test_accuracy > 0.9
test_accuracy

# %% [markdown]
# ## Rare classes. What is 99 % accuracy worth?
# Of a hundred card payments one is a fraud. Real payments are secret, so we **generate** them:
# four measurements, normal random numbers for honest payments; frauds are higher in the first, and
# either higher in the second or lower in the third. Training, validation and test set have
# 12,000, 6,000 and 6,000 payments.

# %%
def generate_payments(random, number, fraud_rate=0.01):
    """Return payments, shape (number, 4), and labels: 1 is a fraud."""
    labels = (random.uniform(size=number) < fraud_rate).astype("int32")
    payments = random.normal(size=(number, 4)).astype("float32")
    first_kind = random.uniform(size=number) < 0.5
    payments[:, 0] += 1.8 * labels
    payments[:, 1] += 2.5 * labels * first_kind
    payments[:, 2] -= 2.5 * labels * ~first_kind
    return payments, labels


random = np.random.default_rng(0)
x_payments, y_payments = generate_payments(random, 12_000)
x_validation_payments, y_validation_payments = generate_payments(random, 6_000)
x_test_payments, y_test_payments = generate_payments(random, 6_000)
never_fraud = np.mean(y_validation_payments == 0)
never_fraud

# %% [markdown]
# A program that says *no fraud* to everything has this accuracy: 99 %. Its recall is 0. **Where a
# class is rare, accuracy hides it**; look at the matrix, at precision and at recall. Now a network:

# %%
fraud_model = build_binary_model(inputs=4)
fraud_model.fit(x_payments, y_payments, batch_size=128, epochs=10, verbose=0)
scores = fraud_model.predict(x_validation_payments, verbose=0)[:, 0]
counts = metrics.confusion_matrix(y_validation_payments, scores > 0.5)
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), width_ratios=[2, 3])
plotting.plot_confusion_matrix(counts, names=("honest", "fraud"), axes=left)
plotting.plot_precision_recall(scores, y_validation_payments, marks=(0.05, 0.5), axes=right)
plotting.show(figure, alt="Left: confusion matrix of 6,000 payments; of 55 frauds the "
              "threshold 0.5 misses many. Right: precision mostly rises with the threshold, "
              "recall falls.")
accuracy = np.mean((scores > 0.5) == y_validation_payments)
assert accuracy > never_fraud - 0.002 and counts[1, 0] > 0
accuracy, f"{counts[1, 1]} frauds found, {counts[1, 0]} missed"

# %% [markdown]
# The accuracy is hardly better than that of saying *no fraud*, and still the network has learnt a
# lot: it finds frauds among a hundred times as many honest payments. The threshold 0.5 is what
# does not fit. It minimises the *number* of errors, as if a missed fraud and a false alarm cost
# the same. Say a missed fraud costs 100 and a false alarm, a call to the customer, costs 5.
#
# ### Two remedies
# 1. **Move the threshold**: choose the one with the smallest total cost, on the *validation* set.
# 2. **Weight the classes**: `class_weight={0: 1, 1: 20}` lets each fraud count 20 times in the
#    loss. The network then finds more frauds at 0.5, but its outputs are no probabilities any more:
#    it has learnt in a world where frauds are 20 times as frequent.
#
# If the probabilities are good, theory gives the threshold: raise the alarm where the expected loss
# $100\,p$ exceeds $5\,(1 - p)$, that is for $p > 5/105 \approx 0.048$, the dashed line below.
# **Predict.** Where will the cheapest threshold be in practice, and does it matter much to hit it?
# Look for it by hand, then see the whole curve.

# %%
explorables.Threshold(scores, y_validation_payments, names=("honest", "fraud"),
                      cost_of_miss=100, cost_of_alarm=5)

# %%
def total_cost(labels, scores, threshold, cost_of_miss=100, cost_of_alarm=5):
    """Return what misses and false alarms cost together at this threshold."""
    alarm = scores > threshold
    misses, false_alarms = np.sum((labels == 1) & ~alarm), np.sum((labels == 0) & alarm)
    return float(cost_of_miss * misses + cost_of_alarm * false_alarms)


thresholds = np.linspace(0.005, 0.995, 199)
costs = [total_cost(y_validation_payments, scores, threshold) for threshold in thresholds]
axes = plotting.plot_costs(thresholds, costs, mark=5 / 105)
plotting.show(axes.figure, alt="Total cost against the threshold: a steep fall from 0, a low "
              "valley below 0.2, then a slow rise to about twice that at 0.5 and beyond.")

# %% [markdown]
# ### Exercise 3: The cheapest threshold
# Write a function that finds it. `thresholds` is a vector of candidates; of equal costs take the
# first.
#
# <details><summary>Hint</summary>
#
# A list of `total_cost(...)`, one for each candidate, as above; `np.argmin` gives the *place* of
# the smallest.
# </details>

# %% tags=["exercise"]
def cheapest_threshold(labels, scores, thresholds, cost_of_miss, cost_of_alarm):
    """Return the one of `thresholds` with the smallest total cost."""
    ### BEGIN SOLUTION
    costs = [total_cost(labels, scores, t, cost_of_miss, cost_of_alarm) for t in thresholds]
    return thresholds[np.argmin(costs)]
    ### END SOLUTION


# %% tags=["check"]
def each_cost(y, s, candidates, miss, alarm):
    return np.array([total_cost(y, s, t, miss, alarm) for t in candidates])


some = (np.array([0, 0, 1, 0, 1, 0, 1]), np.array([0.1, 0.3, 0.2, 0.6, 0.5, 0.8, 0.9]))
many = np.array([0.05, 0.15, 0.4, 0.55, 0.8, 0.95])
check.function(
    cheapest_threshold,
    inputs=[
        (*some, many, 10, 1), (*some, many, 2, 3), (*some, many[2:], 10, 1),
        (*some, many[::-1], 3, 2), (1 - some[0], 1 - some[1], many, 10, 3),
    ],
    expected=lambda y, s, t, miss, alarm: t[each_cost(y, s, t, miss, alarm).argmin()],
    mistakes={
        "the costs are swapped": lambda y, s, t, m, a: t[each_cost(y, s, t, a, m).argmin()],
        "the costs stay 100 and 5": lambda y, s, t, m, a: t[each_cost(y, s, t, 100, 5).argmin()],
        "its cost is returned": lambda y, s, t, m, a: each_cost(y, s, t, m, a).min(),
        "its place is returned": lambda y, s, t, m, a: each_cost(y, s, t, m, a).argmin(),
        "both costs count the same": lambda y, s, t, m, a: t[each_cost(y, s, t, 1, 1).argmin()],
        "false alarms cost nothing": lambda y, s, t, m, a: t[each_cost(y, s, t, m, 0).argmin()],
    },
)

# %% [markdown]
# What does it come to on payments that chose nothing, the test set? And what do class weights do?

# %%
chosen = thresholds[np.argmin(costs)]
weighted_model = build_binary_model(inputs=4)
weighted_model.fit(
    x_payments, y_payments, batch_size=128, epochs=10, verbose=0, class_weight={0: 1, 1: 20}
)
test_scores = fraud_model.predict(x_test_payments, verbose=0)[:, 0]
weighted_scores = weighted_model.predict(x_test_payments, verbose=0)[:, 0]
test_costs = {
    "never an alarm": total_cost(y_test_payments, test_scores, 1),
    "threshold 0.5": total_cost(y_test_payments, test_scores, 0.5),
    f"threshold {chosen:.3f}": total_cost(y_test_payments, test_scores, chosen),
    "class weights, threshold 0.5": total_cost(y_test_payments, weighted_scores, 0.5),
}
assert max(list(test_costs.values())[2:]) < min(list(test_costs.values())[:2])
test_costs, float(test_scores.mean()), float(weighted_scores.mean())

# %% [markdown]
# Both remedies save a good part of what the threshold 0.5 costs. (The threshold was chosen by some
# 50 frauds, so with another seed it is another one, between about 0.01 and 0.08. It matters little:
# half or twice the best threshold costs somewhat more, 0.5 at least twice as much.) The last two
# numbers are the mean "probability" of a fraud, which should be near 0.01: the weighted network
# exaggerates several times. So if you need probabilities, move the threshold. And never make a
# *test* set balanced: its precision would be that of another world.

# %% [markdown] tags=["D3-03"]
# ## Digits. How do pixels become numbers for a network?
# From two classes to ten: handwritten digits, as in lesson 00. In the course are 5,000 of the
# 70,000 of MNIST: 3,500 for training, 500 for validation and 1,000 for the test.

# %% tags=["D3-03"]
(x_digits, y_digits), (x_test_digits, y_test_digits) = data.load_mnist()
x_digits.shape, y_digits, x_test_digits.shape, y_test_digits[:6]

# %% [markdown] tags=["D3-03", "D3-06"]
# With the full set you would see the shapes (60000, 28, 28) and (10000, 28, 28), the labels
# 5, 0, 4, …, 5, 6, 8 and for the test 7, 2, 1, …, 4, 5, 6; the last section reads them for you.
# (The **old slides** of this course had the full sets. Their numbers are quoted below.)
#
# A Dense layer takes a row of numbers, so 28 × 28 pixels become 784: with the full set the shape
# (60000, 784). And it learns best from small numbers: grey values from 0 to 255, `uint8`, become
# `float32` from 0 to 1, by division by 255.

# %% tags=["D3-06"]
def prepare(images):
    """Return pictures of shape (n, 28, 28), 0 to 255, as float32 rows (n, 784), 0 to 1."""
    images = images.astype("float32") / 255
    data.require_images(images)
    return images.reshape((len(images), 28 * 28))


x_train, x_validation = prepare(x_digits[:3500]), prepare(x_digits[3500:])
y_train, y_validation = y_digits[:3500], y_digits[3500:]
x_test, y_test = prepare(x_test_digits), y_test_digits
x_train.shape, x_train.dtype, float(x_train.min()), float(x_train.max())

# %% [markdown]
# Nothing stops you from dividing twice, or from a class 10 where there are ten classes, 0 to 9.
# Keras would train on the one and end in a page of messages on the other. `data.require_…` says it
# first:

# %%
with check.expect_error(ValueError, "divided by 255 twice"):
    prepare(x_digits[:10] / 255)
with check.expect_error(ValueError, "run from 0 to 9"):
    data.require_labels(y_digits + 1, num_classes=10)

# %% [markdown] tags=["D0-19", "D3-04"]
# ## Softmax. How does a network spread its trust over ten classes?
# The output layer has **one unit per class**. Their weighted sums, the **logits**, become
# probabilities by **softmax**: take $e$ to the power of each, then divide by the sum. For three
# classes with the logits 2, 1 and 0:
#
# | class | logit $z$ | $e^z$ | divided by 11.11 |
# |---|---|---|---|
# | 0 | 2 | 7.39 | 0.665 |
# | 1 | 1 | 2.72 | 0.245 |
# | 2 | 0 | 1.00 | 0.090 |
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# All are positive and **add up to 1.0**. With two classes, softmax of $(z, 0)$ is the sigmoid of
# $z$: nothing new.

# %% tags=["D0-19"]
logits = np.array([[2.0, 1.0, 0.0]])
by_hand = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
assert np.allclose(by_hand, keras.ops.softmax(logits)) and np.isclose(by_hand.sum(), 1)
by_hand.round(3)

# %% [markdown] tags=["D0-19"]
# ### Two ways to write labels
# A 7 can be written as the whole number 7, or **one-hot** as in lesson 05, as the row 0 0 0 0 0 0 0
# 1 0 0. Each way has its loss function: `sparse_categorical_crossentropy` for whole numbers,
# `categorical_crossentropy` for one-hot rows. Both are $-\ln$ of the probability that the true
# class was given: if it is class 0 of the table above, $-\ln 0.665 \approx 0.41$. Whole numbers are
# shorter to write. Everybody mixes the two up once, so read the message now. (*Rank* is the number
# of axes: the target has one, the output of the network two.)

# %% tags=["D0-19"]
sparse_loss = keras.losses.sparse_categorical_crossentropy(np.array([0]), by_hand)
one_hot_loss = keras.losses.categorical_crossentropy(np.array([[1.0, 0.0, 0.0]]), by_hand)
assert np.allclose([sparse_loss, one_hot_loss], -np.log(by_hand[0, 0]))
with check.expect_error(ValueError, "same rank"):
    keras.losses.categorical_crossentropy(np.array([0]), by_hand)

# %% [markdown]
# ### Exercise 4: Cross-entropy without one-hot rows
# Write the mean sparse categorical cross-entropy of n labels, shape (n,), and n rows of
# probabilities, shape (n, classes). The check compares it with Keras's `categorical_crossentropy`
# of the one-hot rows.
#
# <details><summary>Hint</summary>
#
# You need one number from each row: row 0 at place `labels[0]`, row 1 at place `labels[1]` and so
# on. `probabilities[np.arange(len(labels)), labels]` takes them. Then `np.log` and `np.mean`.
# </details>

# %% tags=["exercise"]
def sparse_cross_entropy(labels, probabilities):
    """Return the mean of minus the logarithm of what the true classes were given."""
    ### BEGIN SOLUTION
    return -np.mean(np.log(probabilities[np.arange(len(labels)), labels]))
    ### END SOLUTION


# %% tags=["check"]
def of_true(y, p):
    return p[np.arange(len(y)), y]


check.function(
    sparse_cross_entropy,
    inputs=[
        (np.array([0, 2]), np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]])),
        (np.array([1, 1, 3]), np.array([[0.1, 0.6, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1], [0.25] * 4])),
    ],
    expected=lambda y, p: np.mean(
        keras.losses.categorical_crossentropy(np.eye(p.shape[-1])[y], p)
    ),
    mistakes={
        "p[:, y] takes all labels from every row": lambda y, p: -np.mean(np.log(p[:, y])),
        "the minus sign is missing": lambda y, p: np.mean(np.log(of_true(y, p))),
        "the largest probability is taken": lambda y, p: -np.mean(np.log(p.max(axis=-1))),
        "the losses are added up, not averaged": lambda y, p: -np.sum(np.log(of_true(y, p))),
        "the mean is taken before the logarithm": lambda y, p: -np.log(np.mean(of_true(y, p))),
        "one-hot zeros are averaged, too": lambda y, p: -np.log(of_true(y, p)).sum() / p.size,
    },
)

# %% [markdown] tags=["D3-04", "D3-05"]
# ## The 512-unit network. How do pixels become probabilities?
# Our network is the one of Chollet's book: a layer of 512 units, then the ten of softmax. A layer
# is a **filter for data**: it lets through what is useful, in a form that is more useful for the
# next. Layer by layer the pixels are distilled into an answer, a **progressive data
# distillation**.
#
# `compile` needs three things:
# - an **optimizer**, which changes the weights;
# - a **loss function**, which says how wrong the network is: the sparse one, for labels 0 to 9;
# - **metrics** for us to watch.

# %% tags=["D3-04", "D3-05"]
def build_digit_model():
    """Return the compiled network: 784 pixels, 512 units, ten probabilities."""
    model = keras.Sequential([
        keras.Input(shape=(784,)),
        layers.Dense(512, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


digit_model = build_digit_model()
digit_model.count_params(), (784 + 1) * 512 + (512 + 1) * 10

# %% [markdown] tags=["D3-10"]
# How the parts work together: the layers, with their weights, turn the input into predictions; the
# loss function compares these with the labels; the optimizer changes the weights so that the loss
# becomes smaller.

# %% tags=["D3-10"]
axes = plotting.plot_training_parts()
plotting.show(axes.figure, alt="Input leads to the layers, these to predictions. Predictions and "
              "labels lead to the loss, this to the optimizer, which changes the weights of the "
              "layers.")

# %% [markdown] tags=["D3-07"]
# **Predict.** The log counts steps, not examples: how many mini-batches of 32 make one epoch of
# 3,500? And how many of 128 make one of 60,000?

# %% tags=["D3-07"]
history = digit_model.fit(
    x_train, y_train, batch_size=32, epochs=10, verbose=2,
    validation_data=(x_validation, y_validation),
)
np.ceil([3500 / 32, 60_000 / 128])

# %% [markdown] tags=["D3-07"]
# 110/110 steps, and 469/469 with the full set: the last mini-batch has only the digits that are
# left, 12 and 96. (Logs in old books say 60000/60000.) On the full set, the old slides report after
# `fit(epochs=5, batch_size=128)` a training accuracy of about 0.989. Ours comes close to 1.0 after
# ten epochs: 3,500 digits are easily learnt by heart by 407,050 parameters.

# %% [markdown] tags=["D0-20", "D3-08"]
# ### From probabilities to a digit
# `predict` gives a row of ten probabilities for each digit. The class is the **place** of the
# largest, `argmax` along the last axis. (`predict_classes` did this; it no longer exists here
# either.)

# %% tags=["D0-20", "D3-08"]
probabilities = digit_model.predict(x_validation, verbose=0)
predictions = np.argmax(probabilities, axis=-1)
probabilities[0].round(4), int(predictions[0]), int(y_validation[0])

# %% [markdown] tags=["D3-08", "D0-21"]
# The network of the old slides, trained on the full set, gives its first test digit at index 7 the
# probability 0.99999106, and the label is 7 (its weights, its number: yours will differ). Such a
# number is not a promise. Which digits are taken for which, and how sure is the network then?

# %% tags=["D0-21"]
counts = metrics.confusion_matrix(y_validation, predictions)
axes = plotting.plot_confusion_matrix(counts)
plotting.show(axes.figure, alt="Ten by ten confusion matrix of 500 validation digits: about 40 to "
              "50 on each field of the diagonal, some 30 confusions scattered off it.")

# %% [markdown]
# Now the fields off the diagonal with the largest numbers, each with its pictures and the
# probability that the network gave to its wrong answer. **Predict** from the matrix which pair
# comes first, and how sure the network was.

# %%
confusions = counts * (1 - np.eye(10, dtype=int))
top = np.argsort(-confusions, axis=None, kind="stable")[:4]
fields = 10 * y_validation.astype(int) + predictions
shown = np.concatenate([np.flatnonzero(fields == place)[:3] for place in top])
titles = [f"{y_validation[i]} → {predictions[i]}\n{probabilities[i].max():.0%}" for i in shown]
axes = plotting.plot_images(x_digits[3500:][shown], titles=titles, columns=6)
plotting.show(axes[0].figure, alt="Digits of the four most frequent confusions; above each the "
              "true and the predicted class and the probability of the latter, some near 100 %.")

# %% [markdown] tags=["D3-09"]
# ### The test, once

# %% tags=["D3-09", "D0-21"]
training_accuracy = digit_model.evaluate(x_train, y_train, verbose=0)[1]
test_loss, digit_accuracy = digit_model.evaluate(x_test, y_test, verbose=0)
low, high = results.band("06_keras_classification/digit_accuracy")
assert low <= digit_accuracy <= high
training_accuracy, digit_accuracy

# %% [markdown] tags=["D3-09"]
# Nearly everything right in training, 93 to 94 % on new digits: the gap is **overfitting**. With
# 60,000 digits it is small, a **slight overfitting**: the old slides have 0.989 in training and
# 0.9785 in the test. More examples are the best remedy; lesson 07 has others.
#
# Now your own digit. **Draw**, and compare with lesson 00: that network has seen each digit moved
# about, this one has not.

# %%
explorables.DigitReader(weights=digit_model.get_weights(), examples=x_test_digits[:20])

# %% [markdown] tags=["D3-11"]
# ## Reviews. How does a text become a row of numbers?
# Is a film review positive or negative? The classic set is **IMDB**: 50,000 reviews of the
# Internet Movie Database, 25,000 for training and 25,000 for the test, 50 % positive in each. The
# last section trains on it where it has been fetched. Ours are **generated** by a small program, so
# that we know what there is to learn: 6,000 for training, 2,000 for validation, 2,000 for the test.
# In a share of them, the `negation_rate`, a negation turns the verdict round.

# %% tags=["D3-11"]
(train_texts, train_labels), (test_texts, test_labels) = data.load_reviews(negation_rate=0.3)
for text, label in zip(train_texts[:3], train_labels[:3], strict=True):
    print(label, text.replace(". ", ".\n  "))

# %% [markdown] tags=["D3-11"]
# IMDB comes as lists of whole numbers, and we make the same of our texts. Each word has a number,
# the more frequent the smaller. 0 is left for padding, 1 starts every review, 2 stands for an
# unknown word, 3 is unused. So **all words are shifted by 3**: the most frequent word has the
# number 4. `keras.datasets.imdb.load_data(num_words=10000)` keeps numbers below 10,000; rarer words
# become a 2. Its `train_data[0]` is [1, 14, 22, 16, …, 178, 32], with the label 1.

# %% tags=["D3-11"]
def split_words(text):
    """Return the words of a review in lower case, without full stops and commas."""
    return text.lower().replace(".", "").replace(",", "").split()


all_words, frequencies = np.unique(
    [word for text in train_texts for word in split_words(text)], return_counts=True
)
ranked_words = all_words[np.argsort(-frequencies, kind="stable")].tolist()
word_numbers = {word: rank + 4 for rank, word in enumerate(ranked_words)}


def number_words(texts):
    """Return a list of word numbers for each text: 1 first, 2 for a word that is not known."""
    return [[1, *(word_numbers.get(word, 2) for word in split_words(text))] for text in texts]


train_data, test_data = number_words(train_texts), number_words(test_texts)
print(train_data[0])
int(train_labels[0]), len(ranked_words)

# %% [markdown]
# ### Exercise 5: Back to words
# Write the way back: the text of a list of numbers. Leave out numbers 0 to 3, which are no words.
# `ranked_words[0]` is the most frequent word.
#
# <details><summary>Hint</summary>
#
# The most frequent word has the number 4 and the place 0. `" ".join(...)` puts spaces between the
# words of a list; `if number > 3` inside it leaves the marks out.
# </details>

# %% tags=["exercise"]
def decode(numbers, ranked_words):
    """Return the words of a list of word numbers as one text."""
    ### BEGIN SOLUTION
    return " ".join(ranked_words[number - 4] for number in numbers if number > 3)
    ### END SOLUTION


# %% tags=["check"]
def decode_wrongly(shift, first=4):
    return lambda numbers, words: " ".join(
        words[number - shift] for number in numbers if number >= first
    )


few_words = "the was film it a not boring great plot never cast and in of to she".split()
check.function(
    decode,
    inputs=[
        ([1, 4, 6, 5, 9, 11], few_words), ([1, 7, 5, 2, 4, 3, 12, 0, 0], few_words),
        ([4, 5], few_words[::-1]),
    ],
    expected=decode_wrongly(shift=4),
    mistakes={
        "the shift is forgotten: fluent, and the wrong words": decode_wrongly(0),
        "the shift and the marks 0 to 3 are forgotten": decode_wrongly(0, first=0),
        "the shift is 3: the list of words begins at 0, the ranks at 1": decode_wrongly(3),
        "the marks 0 to 3 are read as words": decode_wrongly(4, first=0),
        "the words are not joined": lambda numbers, words: [words[n - 4] for n in numbers if n > 3],
    },
)

# %% [markdown] tags=["D3-12"]
# ### Multi-hot vectors
# Reviews differ in length, and Dense wants rows of equal length. **Multi-hot**: a row with a place
# for every word of the vocabulary, 1 where the word occurs and 0 elsewhere. With 10,000 words,
# [8, 5] becomes a 10,000-dimensional vector, all 0 except for places 8 and 5.

# %% tags=["D3-12"]
def vectorize_sequences(sequences, dimension=10_000, dtype="float32"):
    """Return multi-hot rows, shape (sequences, dimension)."""
    rows = np.zeros((len(sequences), dimension), dtype)
    for row, sequence in zip(rows, sequences, strict=True):
        row[sequence] = 1
    return rows


assert np.flatnonzero(vectorize_sequences([[8, 5]])[0]).tolist() == [5, 8]
dimension = len(ranked_words) + 4
x_reviews = vectorize_sequences(train_data, dimension)
x_test = vectorize_sequences(test_data, dimension)
y_reviews, y_test = train_labels.astype("float32"), test_labels.astype("float32")
x_reviews.shape, x_reviews[0, :12]

# %% [markdown] tags=["D3-12"]
# Place 0 is 0 (nothing is padded), place 1 is 1 (every review starts). In the old slides'
# [0, 1, 1, …, 0, 0, 0] place 2 is 1, too: IMDB's first review has words that are too rare. The
# labels become `float32`, since the loss computes with them. Note what is lost: how often a word
# occurs, and in which **order** the words stand. Such a row is a **bag of words**.

# %% [markdown] tags=["D3-13", "D3-18"]
# ## The 16-16-1 net. How many layers, and how many units in each?
# Vectors in, a 0 or 1 out: a plain stack of Dense layers does that well. The **two architecture
# decisions** are **how many layers**, and **how many units in each**. More of both can represent
# more, and memorise more. Chollet's choice for IMDB: two layers of 16 units, then one. (How to
# find out such a thing is lesson 07.)
#
# The hidden layers have **relu**, which makes negative sums 0: without a bend, three layers would
# be one (lesson 02). The output has **sigmoid**, which squashes any number into 0 to 1.

# %% tags=["D3-13"]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
plotting.plot_activation(lambda z: np.maximum(z, 0), name="relu", axes=left)
plotting.plot_activation(lambda z: 1 / (1 + np.exp(-z)), name="sigmoid", axes=right)
right.set(ylim=(-0.2, 1.4))
plotting.show(figure, alt="Left: relu, 0 up to z = 0, then a rising line. Right: sigmoid, an S "
              "from 0 to 1 through 0.5 at z = 0.")

# %% tags=["D3-13", "D3-18"]
def build_review_model(dimension):
    """Return the compiled 16-16-1 network for multi-hot rows."""
    model = keras.Sequential([
        keras.Input(shape=(dimension,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


review_model = build_review_model(dimension)
review_model.count_params(), build_review_model(10_000).count_params()

# %% [markdown] tags=["D3-14"]
# ## Overfitting. When should training stop?
# We set the first 2,000 of the 8,000 reviews apart for validation and train on 6,000 for 20 epochs.
# (The old slides, with IMDB: the first 10,000 of 25,000 apart, 20 epochs, mini-batches of 512. Ours
# are smaller, 64, as there are fewer reviews.) **Predict.** Four curves: loss and accuracy,
# training and validation. Which of them go on improving to the end?

# %% tags=["D3-14"]
x_validation, x_train = x_reviews[:2000], x_reviews[2000:]
y_validation, y_train = y_reviews[:2000], y_reviews[2000:]
history = review_model.fit(
    x_train, y_train, batch_size=64, epochs=20, verbose=0,
    validation_data=(x_validation, y_validation),
)
history_dict = history.history
sorted(history_dict.keys())

# %% tags=["D3-15"]
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
plotting.plot_history(history, "loss", axes=left).legend(loc="lower left")
plotting.plot_history(history, "accuracy", axes=right).legend(loc="upper left")
plotting.show(figure, alt="Left: the training loss falls through all 20 epochs, the validation "
              "loss turns up after five or so. Right: training accuracy rises on, validation "
              "accuracy soon stays at about two thirds.")

# %% [markdown] tags=["D3-15", "D3-16"]
# (The old slides draw training as blue dots, `"bo"`, and validation as a blue line, `"b"`: one can
# tell them apart without colours, as here solid from dotted.) The training loss falls to the end;
# the **validation loss turns up after a few epochs**. From there on the net learns single training
# reviews by heart, and is wrong with ever more certainty. With IMDB **it overfits after epoch 4**.
#
# ### Early stopping
# The old slides read the best epoch off the curve and train a new network for so many epochs. Today
# Keras watches for us: `EarlyStopping` ends the training when the validation loss has not improved
# for `patience` epochs, and brings the best weights back.

# %% tags=["D3-16"]
best_epoch = int(np.argmin(history_dict["val_loss"])) + 1
stopping = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
review_model = build_review_model(dimension)
short_history = review_model.fit(
    x_train, y_train, batch_size=64, epochs=20, verbose=0, callbacks=[stopping],
    validation_data=(x_validation, y_validation),
)
best_epoch, len(short_history.history["loss"])

# %% tags=["D3-16", "D3-17"]
review_loss, review_accuracy = review_model.evaluate(x_test, y_test, verbose=0)
low, high = results.band("06_keras_classification/review_accuracy")
assert low <= review_accuracy <= high
assert history_dict["val_loss"][-1] > min(short_history.history["val_loss"])
[review_loss, review_accuracy], review_model.predict(x_test[:6], verbose=0).round(3)

# %% [markdown] tags=["D3-16", "D3-17"]
# Early stopping ended the training three epochs after the lowest validation loss, and brought the
# weights of that epoch back. (This net started from other weights than the first, so its best epoch
# may be another one.) Then comes the test, once.
#
# With IMDB the old slides' net, retrained for 4 epochs, gets [0.2929, 0.8833]: loss and test
# accuracy. Its predictions are 0.980, 0.9976, 0.99976, …, 0.8217, 0.0289, 0.6537: of some reviews
# it is sure, of others it is not. Ours is right in about two of three, and seldom sure. Too few
# epochs? Too few units? It is something else.

# %% [markdown]
# ## Word order. What can no bag of words see?
# Here are two reviews. **Predict** what our network says of each.

# %%
pairs = data.generate_review_pairs(1000)
print("\n\n".join(pairs[0]).replace(". ", ".\n"))
first, second = (vectorize_sequences(number_words(texts), dimension) for texts in pairs.T)
assert np.array_equal(first, second)
first_scores, second_scores = (np.array(review_model(rows))[:, 0] for rows in (first, second))
assert np.array_equal(first_scores, second_scores)
first_scores[0], second_scores[0]

# %% [markdown]
# One praises the film and the other does not. They have the same words; the negation merely
# stands elsewhere. So they have **the same row, bit for bit, and every network on earth gives both
# the same answer**. No number of layers, units or epochs helps: the information is gone before the
# first layer. In 1,000 such pairs exactly one of two is right.
#
# In our reviews a negation turns round 30 %. Whoever sees only the bag does best to believe the
# opinion words, and is right in 70 %. At a rate $r$ the ceiling is $\max(r, 1 - r)$. **Predict.**
# We train the same net at the rates 0, 25, 50, 75 and 100 %, on 8,000 reviews each, for six epochs,
# about where the validation loss was lowest above (nothing else is chosen, so there is no
# validation set), and test it on 2,000 others. Which rate is the worst for it? And what happens at
# 100 %, where *every* review is negated?

# %%
def measure_at(rate):
    """Return the test accuracy of a new 16-16-1 net at this negation rate, after six epochs."""
    (texts, labels), (new_texts, new_labels) = data.load_reviews(negation_rate=rate)
    model = build_review_model(dimension)
    x = vectorize_sequences(number_words(texts), dimension)
    model.fit(x, labels, batch_size=64, epochs=6, verbose=0)
    x_new = vectorize_sequences(number_words(new_texts), dimension)
    return model.evaluate(x_new, new_labels, verbose=0)[1]


rates = np.array([0, 0.25, 0.5, 0.75, 1])
accuracies, ceilings = [measure_at(rate) for rate in rates], np.maximum(rates, 1 - rates)
assert np.all(accuracies < ceilings + 0.03) and min(accuracies[0], accuracies[-1]) > 0.95
np.round(accuracies, 3), ceilings

# %%
axes = plotting.plot_accuracy_ceiling(rates, accuracies)
plotting.show(axes.figure, alt="Accuracy against negation rate: close to 100 % at rates 0 and "
              "100 %, about 50 % at rate 50 %, nowhere clearly above the dashed ceiling, a V.")

# %% [markdown]
# The net comes close to the ceiling and never passes it (but for the luck of 2,000 examples). At
# 50 % it can only guess. At 100 % it is nearly perfect: it learns that "great" is bad news. Real
# reviews are kinder: people who dislike a film also use other words, so on IMDB a bag of words
# reaches 88 %. Lesson 11 trains a network that reads the words in order, on these same reviews.

# %% [markdown] tags=["D3-12"]
# ## Memory. Why do multi-hot vectors need so much?
# NumPy's zeros are `float64`, 8 bytes each, unless you say otherwise. In the old slides,
# `vectorize_sequences` does not: 25,000 reviews × 10,000 words × 8 bytes = **2.0 GB**, and the same
# again for the test set. A **sparse matrix** keeps only what is not 0, and its place. We measure
# 1,000 reviews with 10,000 places and multiply by 25. **Predict** how many times smaller the sparse
# matrix is.

# %% tags=["D3-12"]
def vectorize_sparse(sequences, dimension=10_000):
    """Return multi-hot rows as a sparse matrix, made of 1,000 rows at a time."""
    parts = [sequences[start : start + 1000] for start in range(0, len(sequences), 1000)]
    return sparse.vstack([sparse.csr_matrix(vectorize_sequences(p, dimension)) for p in parts])


dense, tight = vectorize_sequences(train_data[:1000]), vectorize_sparse(train_data[:1000])
megabytes = {
    "float64": dense.astype("float64").nbytes / 1e6,
    "float32": dense.nbytes / 1e6,
    "sparse": (tight.data.nbytes + tight.indices.nbytes + tight.indptr.nbytes) / 1e6,
}
assert 25 * megabytes["float64"] == 2000 and np.array_equal(tight.toarray(), dense)
{name: f"{25 * size:,.0f} MB for 25,000" for name, size in megabytes.items()}

# %% [markdown]
# `float32` halves it at no cost: Keras computes in `float32` anyway. A sparse matrix needs a small
# part of it: two numbers, 8 bytes, for each word of a review. (IMDB's reviews have over 100
# different words each, ours about 25: there it is some 30 MB.) `fit`, `evaluate` and `predict`
# take it as it is, and with the same seed the network learns the same.

# %% [markdown] tags=["D3-03", "D3-07", "D3-09", "D3-11", "D3-16"]
# ## The full sets. What do 60,000 digits and 25,000 reviews give?
# Once, with a network, in a cell of your own: `data.load_mnist(full=True)` (11 MB) and
# `data.load_imdb(full=True)` (19 MB). From then on these cells repeat what the old slides
# show (the digits with Adam, as above); else they say that they are skipped.
#
# **Digits**: 60,000 for training, 10,000 for the test. Nothing is chosen here, so there is no
# validation set. A few seconds an epoch on two cores.

# %% tags=["D3-03", "D3-07", "D3-08", "D3-09"]
def repeat_digits():
    """Show what the old slides print of the full MNIST set; return the test loss and accuracy."""
    (images, labels), (new_images, new_labels) = data.load_mnist(full=True)
    print(images.shape, labels, new_images.shape, new_labels)
    model = build_digit_model()
    model.fit(prepare(images), labels, epochs=5, batch_size=128, verbose=2)
    print(np.array(model(prepare(new_images[:1]))), new_labels[0])
    return model.evaluate(prepare(new_images), new_labels, verbose=0)


skipped = "Skipped: the full set is not on this machine."
repeat_digits() if data.is_available("mnist") else skipped

# %% [markdown] tags=["D3-11", "D3-16"]
# **Reviews**: 15,000 for training, 10,000 for validation, which chooses the number of epochs; then
# a new net, trained for so many on all 25,000, and 25,000 for the test. All as sparse matrices.
# That takes about half a minute.

# %% tags=["D3-11", "D3-14", "D3-16", "D3-17"]
def repeat_reviews(num_words=10_000):
    """Show what the old slides print of IMDB; return the test loss and accuracy."""
    (reviews, labels), (new_reviews, new_labels) = data.load_imdb(full=True, num_words=num_words)
    print(reviews[0], labels[0], data.decode_imdb(reviews[0]), sep="\n")
    x, apart = vectorize_sparse(reviews, num_words), len(reviews) * 2 // 5
    model = build_review_model(num_words)
    curves = model.fit(x[apart:], labels[apart:], epochs=20, batch_size=512, verbose=0,
                       validation_data=(x[:apart], labels[:apart])).history
    best = int(np.argmin(curves["val_loss"])) + 1
    plotting.show(plotting.plot_history(curves).figure,
                  alt=f"Loss over {len(curves['loss'])} epochs, lowest in validation after {best}.")
    model = build_review_model(num_words)
    model.fit(x, labels, epochs=best, batch_size=512, verbose=2)
    x = vectorize_sparse(new_reviews, num_words)
    print(model.predict(x, verbose=0))
    return model.evaluate(x, new_labels, verbose=0)


repeat_reviews() if data.is_available("imdb") else skipped

# %% [markdown]
# ## Summary
# - Two classes: one sigmoid unit and `binary_crossentropy`. Several: one softmax unit each and
#   `sparse_categorical_crossentropy`.
# - The network gives probabilities. The class is our decision: `(p > threshold).astype("int32")`
#   or `np.argmax(p, axis=-1)`.
# - Accuracy hides a rare class. Count the confusions, compute precision and recall, and choose the
#   threshold by what errors cost, on the validation set.
# - Stop when the validation loss turns up. Open the test set once.
# - What the input does not contain, no network can learn: a bag of words has no order.
#
# ## What can go wrong in practice
# - **Shapes (n, 1) and (n,)** compared with each other give an n × n table and a meaningless mean.
# - **Labels that do not start at 0**, or a last layer with one unit too few.
# - **Sigmoid for ten exclusive classes**, or softmax with a single unit, whose output is always 1.
# - **Test examples scaled differently** from the training ones: 0 to 255 instead of 0 to 1.
# - **A threshold chosen on the test set**, or a test set that was balanced by hand.
# - **A probability taken for certainty**: ten classes know no "none of these".
#
# ## Read more
# - F. Chollet, *Deep Learning with Python*, 2nd edition, Manning, 2021, chapters 2 and 4: the
#   digits and the reviews.
# - T. Saito and M. Rehmsmeier,
#   [The precision-recall plot is more informative than the ROC plot](https://doi.org/10.1371/journal.pone.0118432),
#   *PLoS ONE* 10, 2015: on rare classes.
# - C. Guo, G. Pleiss, Y. Sun and K. Weinberger,
#   [On calibration of modern neural networks](https://arxiv.org/abs/1706.04599), 2017: when
#   probabilities promise too much.
# - A. Maas and others,
#   [Learning word vectors for sentiment analysis](https://aclanthology.org/P11-1015/), 2011: where
#   the IMDB reviews come from.
#
# ## Next
# [07 Training better](07_training_better.ipynb): more accuracy from the same digits.
