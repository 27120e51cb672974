# SPDX-License-Identifier: MIT
"""Layers that move a window: convolutions of one and two axes, transposed, pooling."""

from keras_zoo.kit import LENGTH


def named(prefix, options):
    parts = [f"{key}{''.join(str(value).split())}" for key, value in options.items()]
    return "_".join([prefix] + parts).translate(str.maketrans({c: "-" for c in "()[]{}<>,'/: "}))


def one_axis(k):
    L = k.L
    convolutions = [
        {},
        {"padding": "same"},
        {"padding": "causal"},
        {"strides": 2},
        {"strides": 3, "padding": "same"},
        {"strides": 2, "padding": "causal"},
        {"dilation_rate": 2},
        {"dilation_rate": 3, "padding": "same"},
        {"dilation_rate": 2, "padding": "causal"},
        {"groups": 2},
        {"groups": 3, "padding": "same"},
        {"groups": 6, "use_bias": False},
        {"use_bias": False},
        {"padding": "SAME"},
        {"activation": "relu", "use_bias": False},
        {"dilation_rate": (2,), "strides": (1,)},
        {"data_format": "channels_last"},
        {"kernel_regularizer": "l2", "activity_regularizer": "l1"},
        {"kernel_constraint": "max_norm", "bias_initializer": "ones"},
        {"trainable": False},
    ]
    for options in convolutions:
        yield named("conv1d", options), lambda o=options: k.after(L.Conv1D(6, 4, **o))
    for width in (1, 2, 5, 18):
        yield f"conv1d_width{width}", lambda w=width: k.stack(L.Conv1D(6, w))
    for options in convolutions[:6] + [{"dilation_rate": 2}, {"activation": "relu"}]:
        yield named("sequential_conv1d", options), lambda o=options: k.stack(L.Conv1D(5, 3, **o), stem=False)
    depthwise = [
        {},
        {"depth_multiplier": 2},
        {"padding": "same", "strides": 2},
        {"use_bias": False},
        {"dilation_rate": 2},
        {"activation": "tanh", "depth_multiplier": 3},
        {"padding": "causal"},
    ]
    for options in depthwise:
        yield named("depthwise1d", options), lambda o=options: k.after(L.DepthwiseConv1D(3, **o))
        yield named("separable1d", options), lambda o=options: k.after(L.SeparableConv1D(5, 3, **o))
    transposed = [
        {},
        {"strides": 2},
        {"strides": 2, "padding": "same"},
        {"strides": 3, "padding": "same"},
        {"strides": 2, "output_padding": 1},
        {"strides": 2, "output_padding": 0},
        {"strides": 2, "padding": "same", "output_padding": 1},
        {"dilation_rate": 2},
        {"dilation_rate": 2, "padding": "same"},
        {"use_bias": False},
        {"activation": "relu"},
    ]
    for options in transposed:
        for width in (2, 3, 4):
            yield named(f"transposed1d_{width}", options), lambda o=options, w=width: k.after(
                L.Conv1DTranspose(4, w, **o)
            )


def pools(k):
    L = k.L
    windows = [
        {"pool_size": 2},
        {"pool_size": 2, "padding": "same"},
        {"pool_size": 3, "strides": 1},
        {"pool_size": 4, "padding": "same"},
        {"pool_size": 5, "strides": 3, "padding": "same"},
        {"pool_size": (2,), "strides": (3,)},
    ]
    for options in windows:
        yield named("maxpool1d", options), lambda o=options: k.after(L.MaxPooling1D(**o))
        yield named("averagepool1d", options), lambda o=options: k.stack(L.AveragePooling1D(**o))
    yield "maxpool1d_default", lambda: k.after(L.MaxPooling1D())
    yield "maxpool1d_alias", lambda: k.after(L.MaxPool1D(3))
    for kind in ("Max", "Average"):
        layer = getattr(L, f"Global{kind}Pooling1D")
        yield f"global{kind}1d", lambda c=layer: k.after(c())
        yield f"global{kind}1d_keepdims", lambda c=layer: k.after(c(keepdims=True))
        yield f"global{kind}1d_first", lambda c=layer: k.after(c(data_format="channels_first"))
        pool = getattr(L, f"{kind}Pooling1D")
        yield f"{kind}pool1d_first", lambda c=pool: k.after(c(2, data_format="channels_first"))
        plane = getattr(L, f"Global{kind}Pooling2D")
        for options in ({}, {"keepdims": True}, {"data_format": "channels_first"}):
            yield named(f"global{kind}2d", options), lambda c=plane, o=options: plane_model(k, c(**o))
    if hasattr(L, "AdaptiveAveragePooling1D"):
        for kind in ("Average", "Max"):
            for size in (4, 6, 9):
                yield f"adaptive{kind}1d_{size}", lambda t=kind, s=size: k.after(getattr(L, f"Adaptive{t}Pooling1D")(s))


def plane_model(k, *layers, shape=(LENGTH, 4, 1), first=(3, 4)):
    """A motif layer over the plane (length, bases, 1), then the layers."""
    dna = k.dna(*shape)
    x = k.L.Conv2D(6, first, name="stem")(dna)
    for layer in layers:
        x = layer(x)
    return k.close(dna, x)


def two_axes(k):
    L = k.L
    for options in (
        {},
        {"padding": "same"},
        {"strides": (2, 1)},
        {"dilation_rate": (2, 1)},
        {"groups": 2},
        {"use_bias": False, "activation": "elu"},
        {"strides": 2, "padding": "same"},
    ):
        width = (3, 1) if "padding" not in options else (3, 3)
        yield named("conv2d", options), lambda o=options, w=width: plane_model(k, L.Conv2D(6, w, **o))
    yield "conv2d_turned", lambda: plane_model(
        k, L.Conv2D(5, (1, 3), padding="same"), shape=(4, LENGTH, 1), first=(4, 3)
    )
    yield "conv2d_row", lambda: plane_model(k, L.Conv2D(5, (1, 3)), shape=(1, LENGTH, 4), first=(1, 3))
    yield "conv2d_column", lambda: plane_model(k, L.Conv2D(5, (3, 1)), shape=(LENGTH, 1, 4), first=(3, 1))
    yield "conv2d_two_long", lambda: plane_model(k, L.Conv2D(5, (3, 2)), first=(3, 2))
    yield "conv2d_same_motif", lambda: plane_model(k, first=(3, 4), shape=(LENGTH, 4, 1))
    yield "conv2d_first", lambda: plane_model(k, L.Conv2D(5, (1, 1), data_format="channels_first"))
    for options in ({}, {"depth_multiplier": 2}, {"padding": "same"}, {"use_bias": False}):
        width = (3, 1) if "padding" not in options else (3, 3)
        yield named("depthwise2d", options), lambda o=options, w=width: plane_model(k, L.DepthwiseConv2D(w, **o))
        yield named("separable2d", options), lambda o=options, w=width: plane_model(k, L.SeparableConv2D(4, w, **o))
    for options in (
        {},
        {"strides": (2, 1)},
        {"strides": (2, 1), "padding": "same"},
        {"strides": (2, 1), "output_padding": (1, 0)},
    ):
        yield named("transposed2d", options), lambda o=options: plane_model(k, L.Conv2DTranspose(4, (3, 1), **o))
    for kind in ("Max", "Average"):
        layer = getattr(L, f"{kind}Pooling2D")
        for options in (
            {"pool_size": (2, 1)},
            {"pool_size": (3, 1), "strides": (1, 1), "padding": "same"},
            {"pool_size": (3, 2), "padding": "same"},
        ):
            yield named(f"{kind}pool2d", options), lambda c=layer, o=options: plane_model(k, c(**o))
    yield "zero_padding2d", lambda: plane_model(k, L.ZeroPadding2D(((1, 2), (0, 0))))
    yield "zero_padding2d_both", lambda: plane_model(k, L.ZeroPadding2D(1))
    yield "cropping2d", lambda: plane_model(k, L.Cropping2D(((1, 2), (0, 0))))
    yield "up_sampling2d", lambda: plane_model(k, L.UpSampling2D((2, 1)))
    yield "up_sampling2d_bilinear", lambda: plane_model(k, L.UpSampling2D((2, 1), interpolation="bilinear"))
    yield "batch_norm2d", lambda: plane_model(k, L.BatchNormalization(), L.SpatialDropout2D(0.3))


def cases(k):
    yield from one_axis(k)
    yield from pools(k)
    yield from two_axes(k)
