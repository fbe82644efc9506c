"""Lesson 09: its maps, blocks and transfer do what it says; its ResNets have known sizes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils import data, deck


@pytest.fixture(scope="module")
def take():
    """Return a function that takes things from lesson 09 by name."""
    space = {"keras": keras, "layers": keras.layers, "ops": keras.ops, "np": np, "tf": tf}
    space |= {"data": data, "deck": deck}
    lesson = deck.Lesson("09_convolutional_networks", space)
    lesson.take("OneCycle", "prepare", "build_cnn", "conv_norm", "block", "build_resnet")
    return lesson.take


def noise(*shape, seed=0):
    return np.random.default_rng(seed).uniform(size=shape).astype("float32")


def test_the_contenders_have_the_sizes_that_the_lesson_tells(take):
    dense, pooled = take("build_dense", "build_pooled")
    assert dense().count_params() == 407_050 and pooled(254).count_params() == 405_876
    assert [layer.count_params() for layer in pooled().layers if layer.count_params()] == [
        160,
        4_640,
        100_416,
        650,
    ]


def test_augmentation_without_strength_changes_nothing(take):
    (augment,) = take("augment")
    pictures = noise(3, 28, 28, 1)
    same = augment(pictures, turn=0, slant=0, stretch=0, shift=0)
    np.testing.assert_allclose(same, pictures, atol=1e-5)


def test_augmentation_turns_about_the_middle(take):
    (augment,) = take("augment")
    dot = np.zeros((50, 28, 28, 1), dtype="float32")
    dot[:, 13:15, 13:15] = 1
    turned = np.array(augment(dot, turn=3, slant=0.25, stretch=0.15, shift=0))
    assert np.all(turned[:, 12:16, 12:16].sum(axis=(1, 2, 3)) > 0.9 * turned.sum(axis=(1, 2, 3)))


def test_augmentation_shifts_by_at_most_so_many_pixels(take):
    (augment,) = take("augment")
    dot = np.zeros((200, 28, 28, 1), dtype="float32")
    dot[:, 14, 14] = 1
    moved = np.array(augment(dot, turn=0, slant=0, stretch=0, shift=2))[..., 0]
    weights = moved / moved.sum(axis=(1, 2), keepdims=True)
    rows = (weights.sum(axis=2) * np.arange(28)).sum(axis=1)
    assert 11.9 < rows.min() < 13 and 15 < rows.max() < 16.1


def test_augmented_pictures_differ_from_epoch_to_epoch(take):
    (augment,) = take("augment")
    batches = tf.data.Dataset.from_tensor_slices(noise(8, 28, 28, 1)).batch(8).map(augment)
    first, second = (next(iter(batches)).numpy() for _ in range(2))
    assert np.abs(first - second).max() > 0.1


def test_occlusion_finds_the_only_place_that_counts(take):
    (occlusion_map,) = take("occlusion_map")
    picture = np.ones((28, 28, 1), dtype="float32")
    drops = occlusion_map(lambda x: np.stack([x[:, 6, 22, 0], 1 - x[:, 6, 22, 0]], -1), picture, 0)
    erased = [[1, 5], [1, 6], [2, 5], [2, 6]]  # squares over row 6 and column 22
    assert np.argwhere(drops == 1).tolist() == erased and drops.sum() == 4
    assert np.all(picture == 1)


def test_grad_cam_equals_finite_differences(take):
    build_cnn, grad_cam = take("build_cnn", "grad_cam")
    keras.utils.set_random_seed(3)
    model, picture, label, step = build_cnn(), noise(28, 28, 1), 4, 0.01
    maps = np.array(keras.Sequential(model.layers[:6])(picture[None]))
    after = model.layers[6:]

    def logit(values):
        for layer in after[:-1]:
            values = layer(values)
        return float((values @ after[-1].kernel + after[-1].bias)[0, label])

    slopes = []
    for channel in range(maps.shape[-1]):
        change = np.zeros_like(maps)
        change[..., channel] = step
        slopes.append((logit(maps + change) - logit(maps - change)) / (2 * step * 49))
    expected = np.maximum((maps[0] * slopes).sum(axis=-1), 0)
    np.testing.assert_allclose(grad_cam(model, picture, label), expected, atol=2e-3)


@pytest.mark.parametrize(("filters", "strides"), [(4, 1), (4, 2), (6, 1), (8, 2)])
def test_a_block_adds_its_input(take, filters, strides):
    (block,) = take("block")
    x = keras.Input((8, 8, 4))
    added = keras.Model(x, block(x, filters, strides))
    plain = keras.Model(x, block(x, filters, strides, shortcut=False))
    fits = filters == 4 and strides == 1
    kinds = [type(layer).__name__ for layer in added.layers]
    assert kinds.count("Add") == 1 and kinds.count("Conv2D") == (2 if fits else 3)
    assert added.output.shape == plain.output.shape == (None, 8 // strides, 8 // strides, filters)
    assert not any(isinstance(layer, keras.layers.Add) for layer in plain.layers)


def test_a_block_without_a_residual_lets_pass_what_is_positive(take):
    (block,) = take("block")
    x = keras.Input((7, 7, 4))
    model = keras.Model(x, block(x, 4))
    norms = [la for la in model.layers if isinstance(la, keras.layers.BatchNormalization)]
    norms[-1].gamma.assign(np.zeros(4))
    some = noise(2, 7, 7, 4) - 0.5
    np.testing.assert_allclose(model(some), np.maximum(some, 0))


def test_resnet_18_has_its_published_size_too(take):
    (build_resnet,) = take("build_resnet")
    stages = [(64, 2), (128, 2), (256, 2), (512, 2)]
    model = build_resnet(stages, (224, 224, 3), num_classes=1000, stem=(7, 2))
    assert sum(int(np.prod(w.shape)) for w in model.trainable_weights) == 11_689_512
    assert model.layers[-3].output.shape == (None, 7, 7, 512)


def test_unfreezing_goes_from_the_top_and_spares_the_normalisations(take):
    build_cnn, unfreeze = take("build_cnn", "unfreeze")
    model = build_cnn()
    for number, trained in ((1, 2), (2, 3), (4, 5)):
        unfreeze(model, number)
        assert len(model.trainable_weights) == trained


def test_transfer_begins_with_what_the_nine_classes_taught(take):
    build_cnn, build_transferred = take("build_cnn", "build_transferred")
    ten, nine = build_transferred(), build_cnn(num_classes=9)
    nine.load_weights(data.load_checkpoint("nine_digits"))
    pictures = noise(4, 28, 28, 1) / 10
    known = np.array(ten(pictures))[:, :9]
    known /= known.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(known, nine(pictures), atol=1e-4)


def test_frozen_normalisations_keep_their_averages(take):
    build_cnn, unfreeze, _, fit_one_cycle = take(
        "build_cnn", "unfreeze", "augment", "fit_one_cycle"
    )
    model = build_cnn()
    unfreeze(model, 2)
    before = [weight.numpy() for weight in model.weights]
    fit_one_cycle(model, noise(20, 28, 28, 1), np.arange(20) % 10, epochs=1, batch_size=10)
    pairs = zip(model.weights, before, strict=True)
    changed = {weight.path for weight, old in pairs if np.any(weight.numpy() != old)}
    assert changed == {weight.path for weight in model.trainable_weights} and len(changed) == 3
