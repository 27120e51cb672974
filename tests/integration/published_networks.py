# SPDX-License-Identifier: MIT
"""Networks of the field as Keras models in their published shapes (two are smaller, which their functions say), with
Keras's own initial weights. NETWORKS: a function for each, by name."""
import keras
from keras import layers


def dilated(x, filters, depth):
    for i in range(1, depth + 1):
        y = layers.Conv1D(filters, 3, padding="same", dilation_rate=2**i, activation="relu")(x)
        x = layers.Add()([x, y])
    return x


def deepbind():
    dna = keras.Input((101, 4), name="dna")
    x = layers.Conv1D(16, 24, activation="relu")(dna)
    x = layers.Concatenate()([layers.GlobalMaxPooling1D()(x), layers.GlobalAveragePooling1D()(x)])
    return keras.Model(dna, layers.Dense(1, name="out")(layers.Dense(32, activation="relu")(x)))


def basset():
    """Kelley et al. 2016, as Conv2D over (length, 4, 1)."""
    dna = keras.Input((600, 4, 1), name="dna")
    x = dna
    for filters, size, pool in [(300, (19, 4), 3), (200, (11, 1), 4), (200, (7, 1), 4)]:
        x = layers.Conv2D(filters, size, padding="valid")(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPooling2D((pool, 1))(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(1000, activation="relu")(x)
    return keras.Model(dna, layers.Dense(164, activation="sigmoid", name="out")(x))


def deepstarr():
    dna = keras.Input((249, 4), name="dna")
    x = dna
    for filters, width in [(256, 7), (60, 3), (60, 5), (120, 3)]:
        x = layers.Conv1D(filters, width, padding="same")(x)
        x = layers.MaxPooling1D(2)(layers.ReLU()(layers.BatchNormalization()(x)))
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(0.4)(layers.ReLU()(layers.BatchNormalization()(layers.Dense(256)(x))))
    return keras.Model(dna, layers.Dense(2, name="out")(x))


def residualbind():
    dna = keras.Input((200, 4), name="dna")
    x = layers.ReLU()(layers.BatchNormalization()(layers.Conv1D(96, 11, padding="same")(dna)))
    y = x
    for rate in (1, 2, 4):
        y = layers.BatchNormalization()(layers.Conv1D(96, 3, padding="same", dilation_rate=rate)(y))
        y = y if rate == 4 else layers.ReLU()(y)
    x = layers.AveragePooling1D(10)(layers.ReLU()(layers.Add()([x, y])))
    x = layers.Dense(256, activation="relu")(layers.Flatten()(x))
    return keras.Model(dna, layers.Dense(1, name="out")(x))


def bpnet():
    """2,114 bases to 1,000 positions of two strands, control tracks beside both heads."""
    dna = keras.Input((2114, 4), name="dna")
    profile_bias, count_bias = keras.Input((1000, 2), name="profile_bias"), keras.Input((1,), name="count_bias")
    x = dilated(layers.Conv1D(64, 21, activation="relu", padding="same")(dna), 64, 8)
    y = layers.Cropping1D(557)(layers.Conv1D(2, 75, padding="same")(x))
    y = layers.Conv1D(2, 1, name="profile")(layers.Concatenate()([y, profile_bias]))
    counts = layers.Concatenate()([layers.GlobalAveragePooling1D()(x), count_bias])
    return keras.Model([dna, profile_bias, count_bias], [layers.Dense(1, name="counts")(counts), y])


def chrombpnet_part(name, filters, depth):
    dna = keras.Input((2114, 4), name=f"{name}_dna")
    x = layers.Conv1D(filters, 21, activation="relu")(dna)
    for i in range(1, depth + 1):
        y = layers.Conv1D(filters, 3, dilation_rate=2**i, activation="relu")(x)
        x = layers.Add()([layers.Cropping1D(2**i)(x), y])
    y = layers.Conv1D(1, 75)(x)
    y = layers.Flatten()(layers.Cropping1D((y.shape[1] - 1000) // 2)(y))
    return keras.Model(dna, [y, layers.Dense(1)(layers.GlobalAveragePooling1D()(x))], name=name)


def chrombpnet():
    """A bias model and a main model on the same sequence; counts meet by log of summed exponentials, a Lambda."""
    dna = keras.Input((2114, 4), name="dna")
    bias_profile, bias_counts = chrombpnet_part("bias", 128, 4)(dna)
    main_profile, main_counts = chrombpnet_part("main", 512, 8)(dna)
    both = layers.Concatenate()([main_counts, bias_counts])
    counts = layers.Lambda(lambda x: keras.ops.logsumexp(x, axis=-1, keepdims=True), output_shape=(1,), name="counts")(both)
    return keras.Model(dna, [counts, layers.Add(name="profile")([main_profile, bias_profile])])


def spliceai():
    """15,000 bases to 5,000 positions of three classes."""
    dna = keras.Input((15000, 4), name="dna")
    x = layers.Conv1D(32, 1)(dna)
    skip = layers.Conv1D(32, 1)(x)
    for width, rate in [(11, 1), (11, 4), (21, 10), (41, 25)]:
        for _ in range(4):
            y = x
            for _ in range(2):
                y = layers.Conv1D(32, width, padding="same", dilation_rate=rate)(layers.ReLU()(layers.BatchNormalization()(y)))
            x = layers.Add()([x, y])
        skip = layers.Add()([skip, layers.Conv1D(32, 1)(x)])
    return keras.Model(dna, layers.Conv1D(3, 1, activation="softmax", name="out")(layers.Cropping1D(5000)(skip)))


def legnet():
    dna = keras.Input((230, 4), name="dna")
    x = layers.Activation("silu")(layers.BatchNormalization()(layers.Conv1D(256, 7, padding="same")(dna)))
    for filters in (128, 128, 64, 64):
        y = layers.Activation("silu")(layers.BatchNormalization()(layers.Conv1D(4 * x.shape[-1], 1)(x)))
        y = layers.Activation("silu")(layers.BatchNormalization()(layers.DepthwiseConv1D(7, padding="same")(y)))
        gate = layers.Dense(y.shape[-1] // 16, activation="silu")(layers.GlobalAveragePooling1D()(y))
        gate = layers.Reshape((1, y.shape[-1]))(layers.Dense(y.shape[-1], activation="sigmoid")(gate))
        y = layers.Conv1D(x.shape[-1], 1)(layers.Multiply()([y, gate]))
        x = layers.Concatenate()([layers.BatchNormalization()(y), x])
        x = layers.Activation("silu")(layers.BatchNormalization()(layers.Conv1D(filters, 7, padding="same")(x)))
    x = layers.GlobalAveragePooling1D()(layers.Conv1D(256, 1)(x))
    return keras.Model(dna, layers.Dense(1, name="out")(x))


def basenji2():
    """32,768 bases instead of 131,072, 64 filters at most."""
    dna = keras.Input((32768, 4), name="dna")
    x = layers.MaxPooling1D(2)(layers.Conv1D(48, 15, padding="same")(layers.Activation("gelu")(dna)))
    for _ in range(6):
        x = layers.BatchNormalization()(layers.Conv1D(64, 5, padding="same")(layers.Activation("gelu")(x)))
        x = layers.MaxPooling1D(2)(x)
    for rate in (1, 2, 3, 5, 8, 11):
        y = layers.BatchNormalization()(layers.Conv1D(32, 3, padding="same", dilation_rate=rate)(layers.Activation("gelu")(x)))
        y = layers.BatchNormalization()(layers.Conv1D(64, 1)(layers.Activation("gelu")(y)))
        x = layers.Add()([x, y])
    x = layers.Activation("gelu")(layers.Conv1D(64, 1)(layers.Cropping1D(16)(x)))
    return keras.Model(dna, layers.Dense(20, activation="softplus", name="out")(x))


def enformer():
    """A stem, pooling to 128 positions, four blocks of attention of eight heads, tracks."""
    dna = keras.Input((4096, 4), name="dna")
    x = dna
    for filters in (64, 64, 96, 96, 128):
        x = layers.Conv1D(filters, 5, padding="same", activation="gelu")(layers.BatchNormalization()(x))
        x = layers.MaxPooling1D(2)(x)
    for _ in range(4):
        y = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.MultiHeadAttention(8, 16)(y, y)])
        y = layers.Dense(256, activation="relu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dense(128)(y)])
    return keras.Model(dna, layers.Dense(16, activation="softplus", name="out")(layers.Cropping1D(32)(x)))


def danq():
    dna = keras.Input((1000, 4), name="dna")
    x = layers.MaxPooling1D(13)(layers.Conv1D(320, 26, activation="relu")(dna))
    x = layers.Bidirectional(layers.LSTM(320, return_sequences=True))(layers.Dropout(0.2)(x))
    x = layers.Dense(925, activation="relu")(layers.Flatten()(x))
    return keras.Model(dna, layers.Dense(919, activation="sigmoid", name="out")(x))


NETWORKS = {each.__name__: each for each in (deepbind, basset, deepstarr, residualbind, bpnet, chrombpnet, spliceai, legnet,
                                             basenji2, enformer, danq)}
