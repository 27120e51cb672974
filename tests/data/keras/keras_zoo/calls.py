# SPDX-License-Identifier: MIT
"""How layers are called: masks and training given with the call, users' own layers, Lambda layers, lambdas as
activations. What no reader can know is to be refused."""

import numpy as np

REFUSE = {"want": "refuse"}
KEEP = np.arange(18)[None] % 4 > 0


def masks(k):
    L = k.L
    tensor = (lambda a: k.keras.ops.convert_to_tensor(a)) if k.is3 else (lambda a: k.tf.constant(a))
    layers = {
        "LSTM": lambda: L.LSTM(4),
        "GRU_sequences": lambda: L.GRU(4, return_sequences=True),
        "simple": lambda: L.SimpleRNN(4),
        "bi": lambda: L.Bidirectional(L.LSTM(3)),
        "mean": lambda: L.GlobalAveragePooling1D(),
        "distributed": lambda: L.TimeDistributed(L.Dense(4)),
        "batch_norm": lambda: L.BatchNormalization(),
    }
    for name, layer in layers.items():
        yield f"call_mask_array_{name}", lambda c=layer: k.after(lambda x: c()(x, mask=KEEP))
        yield f"call_mask_tensor_{name}", lambda c=layer: k.after(lambda x: c()(x, mask=tensor(KEEP)))
        yield f"call_mask_none_{name}", lambda c=layer: k.after(lambda x: c()(x, mask=None))
        yield f"call_mask_computed_{name}", lambda c=layer: k.after(lambda x: c()(x, mask=x[:, :, 0] > 0.2))
    full = np.repeat(KEEP[:, :, None], 6, 2)
    yield "call_mask_softmax", lambda: k.after(lambda x: L.Softmax(axis=1)(x, mask=full))
    yield "call_mask_softmax_last", lambda: k.after(lambda x: L.Softmax()(x, mask=np.arange(6)[None, None] % 2 > 0))
    yield "call_mask_softmax_keyword", lambda: k.after(lambda x: L.Softmax()(inputs=x, mask=tensor(full)))
    yield "call_mask_all", lambda: k.after(lambda x: L.LSTM(4)(x, mask=np.ones((1, 18), bool)))


def training(k):
    L = k.L
    layers = {
        "dropout": lambda: L.Dropout(0.4),
        "batch_norm": lambda: L.BatchNormalization(),
        "spatial": lambda: L.SpatialDropout1D(0.4),
        "noise": lambda: L.GaussianNoise(0.3),
        "gaussian": lambda: L.GaussianDropout(0.3),
        "alpha": lambda: L.AlphaDropout(0.3),
        "LSTM": lambda: L.LSTM(4, dropout=0.3),
        "bi": lambda: L.Bidirectional(L.LSTM(3, recurrent_dropout=0.2)),
        "distributed": lambda: L.TimeDistributed(L.Dropout(0.3)),
    }
    for name, layer in layers.items():
        yield f"training_true_{name}", lambda c=layer: k.after(lambda x: c()(x, training=True)), REFUSE
        yield f"training_false_{name}", lambda c=layer: k.after(lambda x: c()(x, training=False))
    yield "training_true_heads", lambda: k.after(
        lambda x: L.MultiHeadAttention(2, 3, dropout=0.2)(x, x, training=True)
    ), REFUSE

    def inner(flag):
        row = k.Input((18, 6))
        model = k.Model(row, L.Dropout(0.4)(L.BatchNormalization()(row)), name="inner")
        return k.after(lambda x: model(x, training=flag))

    yield "training_true_model", lambda: inner(True), REFUSE
    yield "training_false_model", lambda: inner(False)
    yield "layer_inputs_keyword", lambda: k.after(lambda x: L.Conv1D(4, 3)(inputs=x))
    yield "dropout_inputs_keyword", lambda: k.after(lambda x: L.Dropout(0.3)(inputs=x, training=False))


def own_layers(k):
    """Layers of a user's own that bear a built-in's name: doubled, so that reading the built-in gives another number."""
    L, saving = k.L, k.keras.saving
    for name in (
        "Softmax",
        "Dropout",
        "Flatten",
        "ReLU",
        "Activation",
        "Identity",
        "Add",
        "GlobalMaxPooling1D",
        "Masking",
        "GaussianNoise",
    ):

        def build(name=name, package=None):
            def call(self, inputs):
                return inputs * 0.5 if name != "Add" else inputs[0] - inputs[1]

            own = type(
                name,
                (L.Layer,),
                {"call": call, "compute_output_shape": lambda self, shape: shape[0] if name == "Add" else shape},
            )
            if package:
                saving.register_keras_serializable(package=package)(own)
            k.custom = {} if package else {name: own}
            return k.after(lambda x: own()([x, L.Dense(6)(x)]) if name == "Add" else own()(x))

        # Nor one without options of its own.
        bare = not k.is3 and name in ("Add", "Identity")
        yield f"own_{name}", build, {**REFUSE, "forms": ["keras"]} if bare else REFUSE
        yield f"own_registered_{name}", lambda b=build, n=name: b(n, "mine"), REFUSE
    for name, arguments in {
        "Conv1D": (4, 3),
        "Dense": (4,),
        "BatchNormalization": (),
        "LayerNormalization": (),
        "LSTM": (4,),
        "MaxPooling1D": (2,),
    }.items():
        base = getattr(L, name)

        def build(name=name, base=base, arguments=arguments, package=None):
            def call(self, inputs):
                return base.call(self, inputs) * 2.0

            own = type(name, (base,), {"call": call})
            if package:
                saving.register_keras_serializable(package=package)(own)
            k.custom = {} if package else {name: own}
            return k.after(own(*arguments))

        # HDF5 and Keras 2's JSON write nothing that tells a derived class of the same name and options.
        forms = {"forms": ["keras", "pair"] if k.is3 else ["keras"]}
        yield f"derived_{name}", build, {**REFUSE, **forms}
        yield f"derived_registered_{name}", lambda b=build, n=name, s=base, a=arguments: b(n, s, a, "mine"), REFUSE

    def other_name():
        own = type("Halve", (L.Layer,), {"call": lambda self, x: x * 0.5})
        k.custom = {"Halve": own}
        return k.after(own())

    yield "own_other", other_name, REFUSE

    def own_function():
        # Keras writes the bare name of a function, so that one called relu could not be told from its own.
        def halve(x):
            return x * 0.5

        k.custom = {"halve": halve}
        return k.after(L.Conv1D(4, 3, activation=halve))

    yield "own_function", own_function, REFUSE

    def registered_function():
        def halve(x):
            return x * 0.5

        saving.register_keras_serializable(package="mine")(halve)
        return k.after(L.Activation(halve))

    yield "own_function_registered", registered_function, REFUSE

    def own_model():
        class Sequential(k.Sequential):
            def call(self, *a, **b):
                return super().call(*a, **b) * 2.0

        k.custom = {"Sequential": Sequential}
        return k.after(Sequential([k.Input((18, 6)), L.Dense(4)]))

    yield "derived_Sequential", own_model, {**REFUSE, "forms": ["keras", "pair"] if k.is3 else ["keras"]}


def lambdas(k):
    L = k.L
    yield "lambda", lambda: k.after(L.Lambda(lambda t: t * t)), REFUSE
    yield "lambda_named", lambda: k.after(L.Lambda(lambda t: t * t, name="python")), {
        "args": ["--layer", "python=square"]
    }
    yield "lambda_scale", lambda: k.after(L.Lambda(lambda t: t * 0.25, name="python")), {
        "args": ["--layer", "python=scale:0.25"]
    }
    yield "lambda_reverse", lambda: k.after(L.Lambda(lambda t: t[:, ::-1], name="python")), {
        "args": ["--layer", "python=reverse-positions"]
    }
    yield "lambda_identity", lambda: k.after(L.Lambda(lambda t: t, name="python")), {
        "args": ["--layer", "python=identity"]
    }
    yield "lambda_sequential", lambda: k.stack(L.Lambda(lambda t: t * t)), REFUSE
    yield "lambda_activation", lambda: k.after(L.Activation(lambda t: t * t)), REFUSE
    yield "lambda_conv", lambda: k.after(L.Conv1D(4, 3, activation=lambda t: t * t)), REFUSE
    yield "lambda_dense", lambda: k.stack(L.Dense(4, activation=lambda t: t * 0.5)), REFUSE
    yield "lambda_lstm", lambda: k.stack(L.LSTM(4, activation=lambda t: t * 0.5)), REFUSE
    yield "lambda_gate", lambda: k.stack(L.GRU(4, recurrent_activation=lambda t: t * 0.5)), REFUSE
    yield "lambda_bi", lambda: k.stack(L.Bidirectional(L.LSTM(3, activation=lambda t: t * 0.5))), REFUSE


def cases(k):
    yield from masks(k)
    yield from training(k)
    yield from own_layers(k)
    yield from lambdas(k)
