# %% [markdown]
# # 18 Template
# *Which question does this lesson answer, in one line?*
#
# By the end you can
# - compute an error on paper and in NumPy
# - train a layer in Keras and compare it with what it should find
#
# **Time** about 10 minutes · **Data** 200 made-up temperatures · **Builds on**
# [01 The perceptron](01_perceptron.ipynb)

# %%
from course_utils import check, plotting

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

plt.style.use("course_utils.course")
keras.utils.set_random_seed(0)

# %% [markdown] tags=["D1-02"]
# ## A rule and its data. What is there to find?
#
# Copy this file, give it your number and topic, and replace everything, cell by cell. A section
# asks one question. Its text says why before the code, and what we saw after it; the tag of this
# cell is the id of the item that the section teaches, a row of `syllabus.csv`.
#
# Here, a network shall find out how Celsius becomes Fahrenheit: $f = 1.8\,c + 32$. Numbers first:
# 10 °C are $1.8 \cdot 10 + 32 = 50$ °F. Our thermometers are off by about half a degree.

# %%
generator = np.random.default_rng(0)
celsius = generator.uniform(-2, 2, size=200)
fahrenheit = 1.8 * celsius + 32 + generator.normal(0, 0.5, size=200)
x_train, x_validation, x_test = np.split(celsius.reshape(-1, 1), [120, 160])
y_train, y_validation, y_test = np.split(fahrenheit, [120, 160])

# %% [markdown]
# ### Exercise 1: Mean absolute error
#
# An exercise stands at the end of the section it belongs to. Write the mean of the absolute
# differences of two arrays.
#
# <details><summary>Hint</summary>
#
# From the inside out: the difference, `np.abs(...)` of it, `np.mean(...)` of that.
#
# </details>

# %% tags=["exercise"]
def mean_absolute_error(targets, predictions):
    """Return the mean of the absolute differences."""
    ### BEGIN SOLUTION
    return np.mean(np.abs(targets - predictions))
    ### END SOLUTION


# %% tags=["check"]
check.function(
    mean_absolute_error,
    inputs=[
        (np.array([10.0, 12.0, 9.0]), np.array([11.0, 10.0, 12.0])),
        (np.array([1.0, -2.0]), np.array([4.0, -3.0])),  # vary every argument
    ],
    expected=lambda y, p: np.mean(np.abs(y - p)),
    mistakes={
        "the absolute value is missing, so errors cancel": lambda y, p: np.mean(y - p),
        "the errors are added but not divided by their number": lambda y, p: np.sum(np.abs(y - p)),
        "the errors are squared": lambda y, p: np.mean((y - p) ** 2),
    },
)

# %% [markdown]
# ## A layer. Can it find the rule?
#
# One `Dense` unit computes $\hat{y} = w x + b$, so it has room for the two numbers. Build,
# compile, train: a cell does one thing.
#
# **Predict.** Which weight and which bias should come out?

# %%
model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.05), loss="mse", metrics=["mae"])

# %%
history = model.fit(
    x_train, y_train, epochs=15, batch_size=20, verbose=0,
    validation_data=(x_validation, y_validation),
)
weight, bias = (float(values.item()) for values in model.get_weights())
f"weight {weight:.2f}, bias {bias:.2f}"

# %%
epochs = np.arange(1, 16)
curves = {"training": history.history["mae"], "validation": history.history["val_mae"]}
axes = plotting.plot_curves(epochs, curves)
axes.set(xlabel="epoch", ylabel="mean absolute error in °F", title="The error falls to the noise")
plotting.show(
    axes.figure,
    alt="Mean absolute error over 15 epochs: training starts at about 25, validation at 17; both "
    "fall below one degree within seven epochs and stay there.",
)

# %% [markdown]
# The error falls until only the noise is left, which nobody can learn. (Validation starts lower,
# because it is measured at the end of an epoch, training on average during it.)
#
# Now the test set, once. A result that depends on training is compared with a band, never with a
# single number; where the band comes from many seeds, `results.band("NN_topic/name")` reads it.

# %%
loss, test_error = model.evaluate(x_test, y_test, verbose=0)
assert abs(weight - 1.8) < 0.2 and abs(bias - 32) < 0.2
assert test_error < 0.6
f"off by {test_error:.2f} °F on average"

# %% [markdown]
# ### Exercise 2: On paper
#
# What does the true rule say for 25 °C? The answer to a short question is a value.
#
# <details><summary>Hint</summary>
#
# Multiply first, then add.
#
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
degrees = 1.8 * 25 + 32
### END SOLUTION

# %% tags=["check"]
check.value(
    degrees,
    expected=77,
    mistakes={
        "the bias is forgotten": 45,
        "the bias is added first: multiply before you add": 1.8 * (25 + 32),
        "it is computed the other way round, from Fahrenheit": (25 - 32) / 1.8,
    },
)

# %% [markdown]
# ## Summary
#
# - Three to five bullets, each a sentence that stands for itself.
# - A `Dense` unit without activation is a straight line: $\hat{y} = w x + b$.
# - Training stops at the noise: no model gets below it, unless it learns the noise by heart.
#
# ## What can go wrong in practice
#
# - **Inputs of any size**: with temperatures up to 100 this learning rate would make the weights
#   explode. Scale inputs first.
# - **The question is easier than the tool**: a straight line needs no network.
#
# ## Read more
#
# - Author, *Title*, chapter: what one finds there.
#
# ## Next
#
# The lesson that follows, and why. A link to it only when it exists; until then its plain name.
