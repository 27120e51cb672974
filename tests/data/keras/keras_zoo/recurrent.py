# SPDX-License-Identifier: MIT
"""Recurrent layers, what wraps layers, and masks that a layer makes."""

from keras_zoo.windows import named

KINDS = ("LSTM", "GRU", "SimpleRNN")


def plain(k):
    L = k.L
    options = [
        {},
        {"return_sequences": True},
        {"go_backwards": True},
        {"go_backwards": True, "return_sequences": True},
        {"use_bias": False},
        {"activation": "relu"},
        {"activation": "hard_sigmoid"},
        {"dropout": 0.3, "recurrent_dropout": 0.2},
        {"unroll": True},
        {"stateful": False, "implementation": 1},
        {"activation": "softsign", "return_sequences": True},
        {"activation": "softmax"},
        {"activation": "elu"},
        {"activation": "selu"},
        {"kernel_regularizer": "l2"},
    ]
    for kind in KINDS:
        layer = getattr(L, kind)
        for each in options:
            yield named(kind, each), lambda c=layer, o=each: k.stack(c(4, **o)), {"scale": 0.3}
        if kind == "SimpleRNN":
            continue
        for gate in ("hard_sigmoid", "tanh", "relu", "linear"):
            yield f"{kind}_gate_{gate}", lambda c=layer, g=gate: k.after(c(4, recurrent_activation=g)), {
                "scale": 0.15,
                "tolerance": 1e-4,
            }
    for after in (True, False):
        yield f"GRU_after_{after}", lambda a=after: k.after(L.GRU(4, reset_after=a, return_sequences=True))
        yield f"GRU_after_{after}_unbiased", lambda a=after: k.after(L.GRU(4, reset_after=a, use_bias=False))
    yield "LSTM_no_forget", lambda: k.after(L.LSTM(4, unit_forget_bias=False))
    yield "LSTM_cudnn", lambda: k.stack(L.LSTM(4, use_cudnn=True)) if k.is3 else k.stack(L.LSTM(4, time_major=False))
    yield "LSTM_time_major", lambda: k.after(L.LSTM(4, time_major=True))
    yield "LSTM_stacked", lambda: k.stack(L.LSTM(4, return_sequences=True), L.LSTM(3))
    for kind in KINDS:
        cell = getattr(L, f"{kind}Cell")
        yield f"RNN_{kind}", lambda c=cell: k.after(L.RNN(c(4), return_sequences=True))
        yield f"RNN_{kind}_last", lambda c=cell: k.after(L.RNN(c(4)))
    yield "RNN_stacked", lambda: k.after(L.RNN([L.LSTMCell(4), L.LSTMCell(3)]))
    yield "conv_lstm1d", lambda: k.after(lambda x: L.ConvLSTM1D(3, 2)(L.Reshape((3, 6, 6))(x)))


def states(k):
    L = k.L

    def with_states(kind, way, **options):
        dna = k.dna()
        x = k.stem(dna)
        count = 2 if kind == "LSTM" else 1
        start = [L.Dense(4, name=f"start{i}")(L.GlobalMaxPooling1D()(x)) for i in range(count)]
        layer = getattr(L, kind)(4, **options)
        if way == "keyword":
            made = layer(x, initial_state=start if count > 1 else start[0])
        elif way == "list":
            made = layer(x, initial_state=start)
        else:
            made = layer([x] + start)
        return k.close(dna, L.Concatenate()(made) if isinstance(made, (list, tuple)) else made)

    for kind in KINDS:
        for way in ("keyword", "list", "together"):
            yield f"{kind}_state_{way}", lambda t=kind, w=way: with_states(t, w)
        yield f"{kind}_state_back", lambda t=kind: with_states(t, "list", go_backwards=True)

        def encoder(t=kind, all_states=False, **options):
            dna = k.dna()
            made = getattr(L, t)(4, return_state=True, name="encoder", **options)(k.stem(dna))
            if all_states:
                rest = [L.Flatten()(each) for each in made]
                return k.close(dna, L.Concatenate()(rest))
            first = getattr(L, t)(4, return_sequences=True, name="decoder")(
                k.stem(dna, name="stem2"), initial_state=list(made[1:])
            )
            return k.close(dna, first)

        yield f"{kind}_encoder_decoder", encoder
        yield f"{kind}_all_states", lambda e=encoder: e(all_states=True)
        yield f"{kind}_all_states_sequences", lambda e=encoder: e(all_states=True, return_sequences=True)
        yield f"{kind}_all_states_back", lambda e=encoder: e(all_states=True, go_backwards=True)


def wrapped(k):
    L = k.L
    for kind in KINDS:
        layer = getattr(L, kind)
        for merge in ("concat", "sum", "mul", "ave"):
            yield f"bi_{kind}_{merge}", lambda c=layer, m=merge: k.after(
                L.Bidirectional(c(3, return_sequences=True), merge_mode=m)
            )
            yield f"bi_{kind}_{merge}_last", lambda c=layer, m=merge: k.stack(L.Bidirectional(c(3), merge_mode=m))
        yield f"bi_{kind}_none", lambda c=layer: k.after(
            lambda x: L.Concatenate()(L.Bidirectional(c(3), merge_mode=None)(x))
        )
        yield f"bi_{kind}_state", lambda c=layer: k.after(
            lambda x: L.Concatenate()(list(L.Bidirectional(c(3, return_state=True))(x)))
        )
        yield f"bi_{kind}_back", lambda c=layer: k.after(
            L.Bidirectional(c(3, return_sequences=True, go_backwards=True))
        )
        yield f"bi_{kind}_unbiased", lambda c=layer: k.after(
            L.Bidirectional(c(3, use_bias=False, return_sequences=True))
        )
    yield "bi_two", lambda: k.after(
        L.Bidirectional(
            L.LSTM(3, return_sequences=True),
            backward_layer=L.LSTM(3, return_sequences=True, go_backwards=True, activation="relu"),
        )
    )
    yield "bi_two_kinds", lambda: k.after(
        L.Bidirectional(
            L.LSTM(3, return_sequences=True), backward_layer=L.GRU(3, return_sequences=True, go_backwards=True)
        )
    )
    yield "bi_initial", lambda: k.after(
        lambda x: L.Bidirectional(L.GRU(3))(
            x, initial_state=[L.Dense(3)(L.GlobalMaxPooling1D()(x)), L.Dense(3)(L.GlobalAveragePooling1D()(x))]
        )
    )
    yield "bi_rnn", lambda: k.after(L.Bidirectional(L.RNN(L.GRUCell(3), return_sequences=True)))
    spread = {
        "dense": lambda: L.Dense(5, activation="relu"),
        "activation": lambda: L.Activation("tanh"),
        "batch_norm": lambda: L.BatchNormalization(),
        "layer_norm": lambda: L.LayerNormalization(),
        "dropout": lambda: L.Dropout(0.4),
        "relu": lambda: L.ReLU(),
        "leaky": lambda: L.LeakyReLU(0.1),
        "softmax": lambda: L.Softmax(),
        "prelu": lambda: L.PReLU(),
        "lambda": lambda: L.Lambda(lambda t: t * 2.0),
        "softmax_axis": lambda: L.Softmax(axis=1),
        "rescaling": lambda: L.Rescaling(0.5),
        "identity": lambda: L.Identity(),
    }
    for name, layer in spread.items():
        options = {"want": "refuse"} if name == "lambda" else {}
        yield f"distributed_{name}", lambda c=layer: k.after(L.TimeDistributed(c())), options
    planes = {
        "conv": lambda: L.Conv1D(4, 2),
        "flatten": lambda: L.Flatten(),
        "pool": lambda: L.GlobalMaxPooling1D(),
        "maxpool": lambda: L.MaxPooling1D(2),
        "lstm": lambda: L.LSTM(3),
        "dense": lambda: L.Dense(3),
        "softmax_axis": lambda: L.Softmax(axis=1),
        "batch_norm": lambda: L.BatchNormalization(axis=1),
    }
    for name, layer in planes.items():
        yield f"distributed_plane_{name}", lambda c=layer: k.after(
            lambda x: L.TimeDistributed(c())(L.Reshape((3, 6, 6))(x))
        )
    yield "distributed_model", lambda: k.after(
        lambda x: L.TimeDistributed(k.Sequential([k.Input((6,)), L.Dense(5, activation="relu"), L.Dense(4)]))(x)
    )
    yield "distributed_functional", lambda: k.after(lambda x: L.TimeDistributed(inner_dense(k))(x))
    yield "distributed_twice", lambda: k.after(
        lambda x: L.TimeDistributed(L.TimeDistributed(L.Dense(3)))(L.Reshape((3, 6, 6))(x))
    )
    yield "distributed_sequential", lambda: k.stack(
        L.TimeDistributed(L.Dense(4)), L.TimeDistributed(L.Dense(3, use_bias=False))
    )


def inner_dense(k):
    row = k.Input((6,))
    return k.Model(row, k.L.Dense(4)(k.L.Dense(5, activation="tanh")(row)))


def masks(k):
    """Masking that finds masked positions: the N of a sequence, or positions of zeros after a ReLU."""
    L = k.L
    behind = {
        "LSTM": lambda: L.LSTM(4),
        "GRU_sequences": lambda: L.GRU(4, return_sequences=True),
        "simple": lambda: L.SimpleRNN(4),
        "bi": lambda: L.Bidirectional(L.LSTM(3)),
        "mean": lambda: L.GlobalAveragePooling1D(),
        "top": lambda: L.GlobalMaxPooling1D(),
        "dense": lambda: L.Dense(4),
        "conv": lambda: L.Conv1D(4, 3),
        "softmax": lambda: L.Softmax(axis=1),
        "distributed": lambda: L.TimeDistributed(L.Dense(4)),
        "layer_norm": lambda: L.LayerNormalization(),
        "batch_norm": lambda: L.BatchNormalization(),
    }
    for name, layer in behind.items():
        yield f"masked_{name}", lambda c=layer: k.stack(L.Masking(0.0), c(), stem=False)
        yield f"masked_through_{name}", lambda c=layer: k.stack(
            L.Masking(0.0), L.Dropout(0.2), L.Activation("linear"), c(), stem=False
        )
        yield f"masked_unmet_{name}", lambda c=layer: k.stack(L.Masking(-5.0), c(), stem=False)
    yield "masked_attention", lambda: masked(k, lambda x: L.Attention()([x, x]))
    yield "masked_heads", lambda: masked(k, lambda x: L.MultiHeadAttention(2, 3)(x, x))
    yield "masked_add", lambda: masked(k, lambda x: L.LSTM(3)(L.Add()([x, x])))
    yield "masked_concatenate", lambda: masked(k, lambda x: L.GlobalAveragePooling1D()(L.Concatenate()([x, x])))


def masked(k, function):
    dna = k.dna()
    return k.close(dna, function(k.L.Masking(0.0)(dna)))


def cases(k):
    yield from plain(k)
    yield from states(k)
    yield from wrapped(k)
    yield from masks(k)
