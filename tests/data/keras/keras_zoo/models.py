# SPDX-License-Identifier: MIT
"""Models inside models, Sequential models in every spelling, inputs and outputs, precision policies."""

from keras_zoo.kit import HALF, LENGTH


def inner(k, shape=(18, 6), kind="functional", name="inner", channels=6):
    """Values of one shape in and out, so that it can be chained."""
    L = k.L
    layers = [
        L.Conv1D(channels, 3, padding="same", activation="relu", name="first"),
        L.BatchNormalization(name="norm"),
        L.Dense(channels, name="second"),
    ]
    if kind == "functional":
        x = given = k.Input(shape, name="given")
        for layer in layers:
            x = layer(x)
        return k.Model(given, x, name=name)
    return k.Sequential(([k.Input(shape)] if kind == "sequential" else []) + layers, name=name)


def nested(k):
    L = k.L
    for kind in ("functional", "sequential", "open"):
        yield f"nested_{kind}", lambda t=kind: k.after(lambda x: inner(k, kind=t)(x))
        yield f"nested_twice_{kind}", lambda t=kind: k.after(
            lambda x: (lambda m: L.Add()([m(x), m(L.Dense(6)(x))]))(inner(k, kind=t))
        )
        yield f"nested_chained_{kind}", lambda t=kind: k.after(lambda x: (lambda m: m(m(x)))(inner(k, kind=t)))
        yield f"nested_thrice_{kind}", lambda t=kind: k.after(
            lambda x: (lambda m: L.Add()([m(m(x)), m(x)]))(inner(k, kind=t))
        )
        yield f"nested_two_{kind}", lambda t=kind: k.after(
            lambda x: inner(k, kind=t, name="b")(inner(k, kind=t, name="a")(x))
        )
        yield f"nested_deep_{kind}", lambda t=kind: k.after(
            lambda x: k.Sequential([k.Input((18, 6)), inner(k, kind=t), L.Dense(4)], name="outer")(x)
        )
        yield f"nested_sequential_{kind}", lambda t=kind: k.stack(inner(k, kind=t), inner(k, kind=t, name="again"))
        yield f"nested_first_{kind}", lambda t=kind: k.stack(inner(k, (LENGTH, 4), t), L.Conv1D(4, 3), stem=False)
        yield f"nested_first_no_input_{kind}", lambda t=kind: headless(k, inner(k, (LENGTH, 4), t))
        yield f"nested_siamese_{kind}", lambda t=kind: siamese(k, inner(k, (LENGTH, 4), t))
        yield f"nested_call_keyword_{kind}", lambda t=kind: k.after(lambda x: inner(k, kind=t)(inputs=x))

    def two_by_two():
        a, b = k.Input((18, 6), name="a"), k.Input((18, 6), name="b")
        both = k.Model([a, b], [L.Subtract()([a, L.Dense(6)(b)]), L.Dense(6)(a)], name="both")
        dna = k.dna()
        x, y = k.stem(dna), L.Dense(6)(k.stem(dna, name="stem2"))
        first, second = both([x, y])
        third, _ = both([second, first])
        return k.close(dna, L.Concatenate()([first, second, third]))

    yield "nested_two_by_two", two_by_two

    def by_name():
        a, b = k.Input((18, 6), name="a"), k.Input((18, 6), name="b")
        both = k.Model({"b": b, "a": a}, L.Subtract()([a, L.Dense(6)(b)]), name="both")
        dna = k.dna()
        return k.close(dna, both({"a": k.stem(dna), "b": k.stem(dna, name="stem2")}))

    yield "nested_dictionary", by_name

    def shared_inside():
        # A layer of the inner model is used outside too.
        model = inner(k)
        dna = k.dna()
        x = k.stem(dna)
        return k.close(dna, L.Add()([model(x), model.get_layer("second")(x)]))

    yield "nested_layer_shared", shared_inside

    def part():
        # A model cut out of another by its tensors: the layers keep other uses.
        whole = k.after(L.Conv1D(4, 3, name="cut"))
        return k.close(whole.inputs[0], whole.get_layer("cut").output)

    yield "cut_out", part

    def transferred():
        base = k.stack(L.Conv1D(4, 3))
        body = k.Model(base.inputs, base.layers[-2].output, name="body")
        dna = k.dna()
        return k.Model(dna, L.Dense(2, name="new")(body(dna)))

    yield "transferred", transferred


def siamese(k, model):
    dna = k.dna()
    turned = k.L.Permute((2, 1))(k.L.Permute((2, 1))(dna))
    return k.close(dna, k.L.Maximum()([model(dna), model(k.L.Dense(4, name="mixed")(turned))]))


def headless(k, model):
    made = k.Sequential([model, k.L.Conv1D(4, 3), k.L.Flatten(), k.L.Dense(3)])
    made(k.constant(1, LENGTH, 4))
    return made


def shared(k):
    L = k.L
    yield "layer_twice", lambda: k.after(lambda x: (lambda d: L.Subtract()([d(x), d(d(x))]))(L.Dense(6)))
    yield "conv_twice", lambda: k.after(lambda x: (lambda c: L.Add()([c(x), c(c(x))]))(L.Conv1D(6, 3, padding="same")))
    yield "batch_norm_twice", lambda: k.after(lambda x: (lambda c: c(L.Dense(6)(c(x))))(L.BatchNormalization()))
    yield "lstm_twice", lambda: k.after(lambda x: (lambda c: c(L.Dense(6)(c(x))))(L.LSTM(6, return_sequences=True)))
    yield "residual", lambda: k.after(lambda x: residual(k, x))
    for name in ("conv1d", "conv1d_1", "dense/inner", "a b", "0"):
        yield "named_" + name.replace("/", "-").replace(" ", "-"), lambda n=name: k.stack(
            L.Conv1D(4, 3, name=n), L.Conv1D(4, 2)
        )
    yield "many_alike", lambda: k.stack(*[L.Conv1D(6, 3, padding="same") for _ in range(12)])
    yield "classes_mixed", lambda: k.stack(
        L.Conv1D(4, 3),
        L.Dense(4),
        L.Conv1D(5, 3),
        L.Dense(5),
        L.BatchNormalization(),
        L.Conv1D(3, 3),
        L.BatchNormalization(),
        L.SeparableConv1D(4, 2),
        L.DepthwiseConv1D(2),
        L.Conv1DTranspose(4, 2),
        L.SeparableConv1D(4, 2),
        L.PReLU(),
        L.PReLU(),
        L.LSTM(4, return_sequences=True),
        L.LSTM(4),
        L.LayerNormalization(),
    )
    yield "order_of_names", lambda: k.stack(
        L.Conv1D(6, 3, padding="same", name="z"),
        L.Conv1D(6, 3, padding="same", name="a"),
        L.Conv1D(6, 3, padding="same", name="m"),
    )


def residual(k, x):
    L = k.L
    for i in range(3):
        y = L.Conv1D(6, 3, padding="same", dilation_rate=2**i)(L.Activation("relu")(L.BatchNormalization()(x)))
        x = L.Add()([x, y])
    return x


def ends(k):
    L = k.L

    def two_outputs(way):
        dna = k.dna()
        x = L.GlobalMaxPooling1D()(k.stem(dna))
        a, b = L.Dense(2, name="a")(x), L.Dense(1, name="b", activation="sigmoid")(x)
        return k.Model(
            dna,
            {"list": [b, a], "dictionary": {"b": b, "a": a}, "tuple": (a, b), "names": {"second": a, "first": b}}[way],
        )

    for way in ("list", "dictionary", "tuple", "names"):
        yield f"outputs_{way}", lambda w=way: two_outputs(w)
    yield "input_dictionary", lambda: (lambda dna: k.Model({"dna": dna}, L.Dense(2)(L.Flatten()(k.stem(dna)))))(k.dna())
    yield "input_list", lambda: (lambda dna: k.Model([dna], [L.Dense(2)(L.Flatten()(k.stem(dna)))]))(k.dna())
    yield "input_batch", lambda: (lambda dna: k.close(dna, k.stem(dna)))(
        k.Input(batch_shape=(5, LENGTH, 4), name="dna")
    )
    yield "input_integer", lambda: (lambda dna: k.close(dna, k.stem(dna)))(
        k.Input((LENGTH, 4), dtype="int8", name="dna")
    )
    yield "input_float64", lambda: (lambda dna: k.close(dna, k.stem(dna)))(
        k.Input((LENGTH, 4), dtype="float64", name="dna")
    )
    yield "input_open", lambda: (lambda dna: k.close(dna, L.GlobalMaxPooling1D()(k.stem(dna))))(
        k.Input((None, 4), name="dna")
    ), {"args": ["--length", str(LENGTH)]}
    yield "input_open_mean", lambda: (
        lambda dna: k.close(dna, L.GlobalAveragePooling1D()(L.Conv1D(4, 5, padding="same")(k.stem(dna))))
    )(k.Input((None, 4), name="dna")), {"args": ["--length", str(LENGTH)]}
    yield "input_turned", lambda: (lambda dna: k.close(dna, k.stem(L.Permute((2, 1))(dna))))(
        k.Input((4, LENGTH), name="dna")
    )
    yield "sequential_input_shape", lambda: k.Sequential(
        [L.Conv1D(6, 3, input_shape=(LENGTH, 4)), L.Flatten(), L.Dense(3)]
    )
    yield "sequential_input_layer", lambda: k.Sequential(
        [L.InputLayer((LENGTH, 4)), L.Conv1D(6, 3), L.Flatten(), L.Dense(3)]
    )
    yield "sequential_unbuilt", lambda: (lambda m: (m(k.constant(1, LENGTH, 4)), m)[1])(
        k.Sequential([L.Conv1D(6, 3), L.Flatten(), L.Dense(3)])
    )
    yield "sequential_built", lambda: (lambda m: (m.build((None, LENGTH, 4)), m)[1])(
        k.Sequential([L.Conv1D(6, 3), L.Flatten(), L.Dense(3)])
    )
    yield "compiled", lambda: (lambda m: (m.compile("adam", "mse"), m)[1])(k.stack())

    def trained():
        model = k.stack(L.BatchNormalization(), L.Dropout(0.2))
        model.compile("adam", "mse")
        model.fit(k.constant(4, LENGTH, 4), k.constant(4, 3), verbose=0)
        return model

    yield "trained", trained


def policies(k):
    L = k.L
    kinds = {
        "conv": lambda: k.stack(L.Conv1D(4, 3, activation="relu"), L.BatchNormalization()),
        "lstm": lambda: k.stack(L.LSTM(4)),
        "functional": lambda: k.after(lambda x: L.LayerNormalization()(L.Add()([x, L.Dense(6)(x)]))),
    }
    for policy in list(HALF) + ["float64"]:
        for name, build in kinds.items():
            yield f"policy_{policy}_{name}", build, {"policy": policy, "tolerance": HALF.get(policy, 1e-5)}
        if policy != "float64":
            yield f"dtype_{policy}", lambda p=policy: k.stack(L.Conv1D(4, 3, dtype=p)), {"tolerance": HALF[policy]}
    yield "dtype_float64", lambda: k.stack(L.Conv1D(4, 3, dtype="float64"), L.Conv1D(4, 2, dtype="float32"))


def cases(k):
    yield from nested(k)
    yield from shared(k)
    yield from ends(k)
    yield from policies(k)
