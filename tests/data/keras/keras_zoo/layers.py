# SPDX-License-Identifier: MIT
"""Activations in every place that takes one, normalisations, layers that move values, joins."""

from keras_zoo.windows import named

ACTIVATIONS = [
    "linear",
    "relu",
    "sigmoid",
    "tanh",
    "softmax",
    "softplus",
    "softsign",
    "elu",
    "selu",
    "exponential",
    "gelu",
    "silu",
    "swish",
    "hard_sigmoid",
    "leaky_relu",
    "relu6",
    "mish",
    "hard_silu",
    "hard_swish",
    "log_softmax",
    "log_sigmoid",
    "celu",
    "glu",
    "hard_tanh",
    "hard_shrink",
    "soft_shrink",
    "tanh_shrink",
    "sparse_plus",
    "squareplus",
    "threshold",
    "sparsemax",
    "sparse_sigmoid",
]


def activations(k):
    L, act = k.L, k.keras.activations
    for name in ACTIVATIONS:
        yield f"conv_{name}", lambda n=name: k.after(L.Conv1D(6, 3, activation=n))
        yield f"activation_{name}", lambda n=name: k.stack(L.Activation(n))
        if hasattr(act, name):
            yield f"activation_function_{name}", lambda n=name: k.after(L.Activation(getattr(act, n)))
    for name in ("relu", "softmax", "hard_sigmoid", "selu", "gelu", "leaky_relu", "mish"):
        yield f"dense_{name}", lambda n=name: k.stack(L.Flatten(), L.Dense(5, activation=n))
        yield f"dense_positions_{name}", lambda n=name: k.stack(L.Dense(5, activation=n))
        yield f"separable_{name}", lambda n=name: k.after(L.SeparableConv1D(5, 3, activation=n))
    objects = {
        "leaky": lambda: L.LeakyReLU(),
        "leaky_slope": lambda: L.LeakyReLU(0.07),
        "elu": lambda: L.ELU(0.7),
        "prelu": lambda: L.PReLU(),
        "prelu_shared": lambda: L.PReLU(shared_axes=[1]),
        "relu": lambda: L.ReLU(),
        "relu_max": lambda: L.ReLU(max_value=0.8),
        "relu_slope": lambda: L.ReLU(negative_slope=0.1),
        "relu_threshold": lambda: L.ReLU(threshold=0.2),
        "relu_all": lambda: L.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.3),
        "relu_max_slope": lambda: L.ReLU(max_value=1.0, negative_slope=0.1),
        "softmax": lambda: L.Softmax(),
        "softmax_axis": lambda: L.Softmax(axis=1),
        "softmax_axis_-2": lambda: L.Softmax(axis=-2),
        "softmax_axes": lambda: L.Softmax(axis=[1, 2]),
        "activation": lambda: L.Activation("tanh"),
        "linear": lambda: L.Activation("linear"),
    }
    for name, layer in objects.items():
        yield f"layer_{name}", lambda c=layer: k.after(c())
        yield f"object_conv_{name}", lambda c=layer: k.after(L.Conv1D(6, 3, activation=c()))
        if name in ("leaky_slope", "relu_max", "elu", "softmax_axis", "prelu"):
            yield f"object_dense_{name}", lambda c=layer: k.stack(L.Dense(6, activation=c()))
            yield f"object_activation_{name}", lambda c=layer: k.stack(L.Activation(c()))
    yield "softmax_float16_mask", lambda: k.after(lambda x: L.Softmax()(L.Dense(4)(x)))


def normalisations(k):
    L = k.L
    for options in (
        {},
        {"axis": 2},
        {"axis": 1},
        {"axis": -2},
        {"epsilon": 0.3},
        {"scale": False},
        {"center": False},
        {"scale": False, "center": False},
        {"momentum": 0.5},
        {"axis": [2]},
        {"axis": -1, "epsilon": 1e-5},
        {"renorm": True},
        {"synchronized": True},
        {"virtual_batch_size": 2},
        {"fused": False},
    ):
        yield named("batch_norm", options), lambda o=options: k.after(L.BatchNormalization(**o))
    yield "batch_norm_flat", lambda: k.stack(L.Flatten(), L.BatchNormalization())
    for options in (
        {},
        {"axis": 2},
        {"axis": 1},
        {"axis": [1, 2]},
        {"axis": [-1]},
        {"epsilon": 0.2},
        {"scale": False},
        {"center": False},
        {"scale": False, "center": False},
        {"rms_scaling": True},
    ):
        yield named("layer_norm", options), lambda o=options: k.after(L.LayerNormalization(**o))
    yield "layer_norm_flat", lambda: k.stack(L.Flatten(), L.LayerNormalization())
    if hasattr(L, "GroupNormalization"):
        for options in (
            {"groups": 2},
            {"groups": 3},
            {"groups": 6},
            {"groups": 1},
            {"groups": -1},
            {"groups": 2, "epsilon": 0.1},
            {"groups": 2, "scale": False},
            {"groups": 2, "center": False},
            {"groups": 2, "axis": 1},
            {"groups": 3, "axis": 2},
        ):
            yield named("group_norm", options), lambda o=options: k.after(L.GroupNormalization(**o))
        yield "group_norm_flat", lambda: k.stack(L.GlobalAveragePooling1D(), L.GroupNormalization(2))
    for axis in (-1, 1, 2, [1, 2]):
        yield named("unit_norm", {"axis": axis}), lambda a=axis: k.after(L.UnitNormalization(axis=a))
    if hasattr(L, "RMSNormalization"):
        for options in ({}, {"axis": 1}, {"epsilon": 0.1}):
            yield named("rms_norm", options), lambda o=options: k.after(L.RMSNormalization(**o))
    if hasattr(L, "SpectralNormalization"):
        yield "spectral_conv", lambda: k.after(L.SpectralNormalization(L.Conv1D(5, 3, padding="same")))
        yield "spectral_dense", lambda: k.stack(
            L.Flatten(), L.SpectralNormalization(L.Dense(5, activation="relu"), power_iterations=2)
        )
    for options in ({"scale": 0.5}, {"scale": 2.0, "offset": -0.3}, {"scale": 1 / 255}):
        yield named("rescaling", options), lambda o=options: k.after(L.Rescaling(**o))
    yield "rescaling_vector", lambda: k.after(L.Rescaling([0.5, 1, 2, 1, 1, 3], offset=[1, 0, 0, 0, 2, 0]))
    yield "normalization", lambda: k.after(L.Normalization(mean=0.4, variance=2.0))
    yield "normalization_vector", lambda: k.after(
        L.Normalization(mean=[0.1, 0.2, 0, 0, 1, 0], variance=[1, 2, 1, 1, 3, 1])
    )
    yield "normalization_invert", lambda: k.after(L.Normalization(mean=0.4, variance=2.0, invert=True))
    yield "normalization_adapted", lambda: k.after(L.Normalization(axis=-1))


def moves(k):
    L = k.L
    single = {
        "flatten": lambda: L.Flatten(),
        "flatten_first": lambda: L.Flatten(data_format="channels_first"),
        "crop": lambda: L.Cropping1D(2),
        "crop_two": lambda: L.Cropping1D((1, 4)),
        "crop_zero": lambda: L.Cropping1D((0, 3)),
        "zero_pad": lambda: L.ZeroPadding1D(2),
        "zero_pad_two": lambda: L.ZeroPadding1D((1, 3)),
        "zero_pad_first": lambda: L.ZeroPadding1D(2, data_format="channels_first"),
        "reshape": lambda: L.Reshape((9, 12)),
        "reshape_open": lambda: L.Reshape((-1, 4)),
        "reshape_flat": lambda: L.Reshape((-1,)),
        "reshape_three": lambda: L.Reshape((3, 6, 6)),
        "permute": lambda: L.Permute((2, 1)),
        "permute_none": lambda: L.Permute((1, 2)),
        "up": lambda: L.UpSampling1D(2),
        "up3": lambda: L.UpSampling1D(size=3),
        "dropout": lambda: L.Dropout(0.4),
        "dropout_noise": lambda: L.Dropout(0.4, noise_shape=(None, 1, 6)),
        "spatial": lambda: L.SpatialDropout1D(0.4),
        "alpha": lambda: L.AlphaDropout(0.4),
        "gaussian": lambda: L.GaussianDropout(0.4),
        "noise": lambda: L.GaussianNoise(0.4),
        "regularised": lambda: L.ActivityRegularization(l1=0.1),
        "identity": lambda: L.Identity(),
        "masking": lambda: L.Masking(mask_value=7.5),
        "layer_dropout_seed": lambda: L.Dropout(0.4, seed=3),
    }
    for name, layer in single.items():
        yield f"move_{name}", lambda c=layer: k.after(c())
    for name in ("flatten", "reshape", "permute", "identity", "masking", "up"):
        yield f"sequential_{name}", lambda c=single[name]: k.stack(c(), k.L.Activation("tanh"))
    yield "repeat", lambda: k.stack(L.GlobalMaxPooling1D(), L.RepeatVector(4), L.Conv1D(3, 2))
    yield "permute_conv", lambda: k.stack(L.Permute((2, 1)), L.Conv1D(5, 2))
    yield "reshape_permute", lambda: k.stack(
        L.Reshape((3, 6, 6)), L.Permute((2, 1, 3)), L.Reshape((18, 6)), L.Conv1D(4, 3)
    )
    yield "reshape_permute_back", lambda: k.stack(L.Reshape((3, 6, 6)), L.Permute((3, 2, 1)))
    yield "reshape_dense", lambda: k.stack(L.Reshape((9, 2, 6)), L.Dense(4))
    yield "masking_conv", lambda: k.stack(L.Masking(0.0), L.Conv1D(5, 3, activation="relu"), stem=False)
    yield "einsum_dense", lambda: k.after(L.EinsumDense("abc,cd->abd", output_shape=(18, 5), bias_axes="d"))
    yield "discretization", lambda: k.after(L.Discretization([0.0, 0.5]))
    yield "locally_connected", lambda: k.after(L.LocallyConnected1D(4, 3))
    yield "dense_bias_free", lambda: k.stack(L.Dense(5, use_bias=False))
    if k.is3:
        yield "dense_lora", lambda: k.after(L.Dense(5, lora_rank=2))


def joins(k):
    L = k.L

    def two(join, right=None):
        dna = k.dna()
        a, b = k.stem(dna), k.L.Conv1D(6, 3, name="stem2")(dna)
        return k.close(dna, join([a, right(b) if right else b]))

    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
        layer = getattr(L, name)
        yield f"join_{name}", lambda c=layer: two(c())
        yield f"join_{name}_row", lambda c=layer: two(c(), lambda b: L.GlobalMaxPooling1D(keepdims=True)(b))
        yield f"join_{name}_flat", lambda c=layer: two(c(), lambda b: L.GlobalMaxPooling1D()(b)), {"tolerance": 1e-5}
        yield f"join_{name}_column", lambda c=layer: two(c(), lambda b: L.Dense(1)(b))
        yield f"join_{name}_function", lambda n=name: two(lambda v: getattr(L, n.lower())(v))
        if name != "Subtract":
            yield f"join_{name}_three", lambda c=layer: two(lambda v: c()([v[0], v[1], L.Dense(6)(v[0])]))
    for axis in (-1, 1, 2, -2):
        yield f"concatenate_{axis}", lambda a=axis: two(L.Concatenate(axis=a))
    yield "concatenate_function", lambda: two(lambda v: L.concatenate(v, axis=1))
    yield "concatenate_same", lambda: two(lambda v: L.Concatenate()([v[0], v[0], v[1]]))
    for axes, right in ((1, None), (2, None), ((1, 1), None), ((2, 2), None), ((2, 1), "turned"), (-1, None)):
        for normalize in (False, True):
            turned = (lambda b: L.Permute((2, 1))(b)) if right else None
            yield named("dot", {"axes": axes, "normalize": normalize}), lambda a=axes, n=normalize, t=turned: two(
                L.Dot(a, normalize=n), t
            )
    for normalize in (False, True):
        yield f"dot_flat_{normalize}", lambda n=normalize: two(
            lambda v: L.Dot(1, normalize=n)([L.Flatten()(v[0]), L.Flatten()(v[1])])
        )
    yield "dot_flat_matrix", lambda: two(lambda v: L.Dot((2, 1))([v[0], L.GlobalMaxPooling1D()(v[1])]))
    yield "dot_function", lambda: two(lambda v: L.dot(v, axes=(2, 2)))
    yield "add_thrice_same", lambda: two(lambda v: L.Add()([v[0], v[0], v[0]]))


def cases(k):
    yield from activations(k)
    yield from normalisations(k)
    yield from moves(k)
    yield from joins(k)
