# SPDX-License-Identifier: MIT
"""Attention: arguments by place and by name, masks, scales."""

import numpy as np

from keras_zoo.windows import named


def heads(k):
    L = k.L

    def three(call, **options):
        """call(layer, query, value, key), the three of different lengths and widths where that may be."""
        dna = k.dna()
        query, value = k.stem(dna), L.Conv1D(5, 5, name="values")(dna)
        key = L.Conv1D(7, 5, name="keys")(dna)
        layer = L.MultiHeadAttention(**{"num_heads": 2, "key_dim": 3, **options})
        made = call(layer, query, value, key)
        return k.close(dna, made[0] if isinstance(made, (list, tuple)) else made)

    calls = {
        "qv": lambda m, q, v, s: m(q, v),
        "qvk": lambda m, q, v, s: m(q, v, s),
        "self": lambda m, q, v, s: m(q, q),
        "q_value": lambda m, q, v, s: m(q, value=v),
        "all_names": lambda m, q, v, s: m(query=q, value=v, key=s),
        "names_turned": lambda m, q, v, s: m(key=s, value=v, query=q),
        "qv_key": lambda m, q, v, s: m(q, v, key=s),
        "q_key_value": lambda m, q, v, s: m(q, key=s, value=v),
        "q_kv_turned": lambda m, q, v, s: m(q, key=v, value=s),
        "key_none": lambda m, q, v, s: m(q, v, key=None),
        "training_false": lambda m, q, v, s: m(q, v, training=False),
        "mask_none": lambda m, q, v, s: m(q, v, attention_mask=None),
        "causal": lambda m, q, v, s: m(q, q, use_causal_mask=True),
        "causal_false": lambda m, q, v, s: m(q, q, use_causal_mask=False),
        "scores": lambda m, q, v, s: m(q, v, return_attention_scores=True),
        "scores_used": lambda m, q, v, s: m(q, v, return_attention_scores=True)[1],
    }
    for name, call in calls.items():
        yield f"mha_{name}", lambda c=call: three(c)
    band = np.abs(np.arange(18)[:, None] - np.arange(18)) < 4
    for name, mask in {
        "band": band[None],
        "lower": np.tril(np.ones((1, 18, 18), bool)),
        "all": np.ones((1, 18, 18), bool),
    }.items():
        yield f"mha_mask_{name}", lambda a=mask: three(lambda m, q, v, s: m(q, q, attention_mask=a))
    for options in (
        {"num_heads": 1},
        {"num_heads": 3, "key_dim": 4},
        {"value_dim": 5},
        {"use_bias": False},
        {"output_shape": 5},
        {"output_shape": (4,)},
        {"dropout": 0.3},
        {"attention_axes": (1,)},
        {"attention_axes": 1},
        {"value_dim": 2, "output_shape": 7, "use_bias": False},
        {"kernel_initializer": "he_normal"},
        {"flash_attention": False},
        {"seed": 4, "dropout": 0.1},
        {"attention_axes": (2,)},
    ):
        yield named("mha", options), lambda o=options: three(
            calls["self"] if o.get("attention_axes") == (2,) else calls["qvk"], **o
        )
    for position in range(3):
        yield f"mha_shared{position}", lambda p=position: three(
            lambda m, q, v, s: m(*[[q, q, q], [q, v, v], [q, s, s]][p])
        )
    yield "mha_twice", lambda: three(lambda m, q, v, s: L.Add()([m(q, q), m(q, L.Cropping1D(2)(q))]))
    yield "transformer", lambda: transformer(k)
    if hasattr(L, "GroupQueryAttention"):
        for options in ({}, {"use_bias": False}):
            yield named("gqa", options), lambda o=options: k.after(lambda x: L.GroupQueryAttention(4, 4, 2, **o)(x, x))


def transformer(k):
    L = k.L
    dna = k.dna()
    x = k.stem(dna, 8)
    for block in range(2):
        y = L.MultiHeadAttention(2, 4, name=f"heads{block}")(x, x)
        x = L.LayerNormalization(epsilon=1e-6, name=f"first{block}")(L.Add()([x, y]))
        y = L.Dense(8, name=f"down{block}")(L.Dense(12, activation="gelu", name=f"up{block}")(x))
        x = L.LayerNormalization(epsilon=1e-6, name=f"second{block}")(x + y)
    return k.close(dna, L.GlobalAveragePooling1D()(x))


def products(k):
    L = k.L

    def two(kind, call, **options):
        dna = k.dna()
        query, value = k.stem(dna), L.Conv1D(6, 5, name="values")(dna)
        key = L.Conv1D(6, 5, name="keys")(dna)
        made = call(getattr(L, kind)(**options), query, value, key)
        return k.close(dna, made[0] if isinstance(made, (list, tuple)) else made)

    calls = {
        "qv": lambda m, q, v, s: m([q, v]),
        "qvk": lambda m, q, v, s: m([q, v, s]),
        "inputs": lambda m, q, v, s: m(inputs=[q, v, s]),
        "causal": lambda m, q, v, s: m([q, q], use_causal_mask=True),
        "scores": lambda m, q, v, s: m([q, v], return_attention_scores=True),
        "training": lambda m, q, v, s: m([q, v], training=False),
        "mask_none": lambda m, q, v, s: m([q, v], mask=[None, None]),
    }
    for kind in ("Attention", "AdditiveAttention"):
        for name, call in calls.items():
            yield f"{kind}_{name}", lambda t=kind, c=call: two(t, c)
        yield f"{kind}_scale", lambda t=kind: two(t, calls["qvk"], use_scale=True)
        yield f"{kind}_unscaled", lambda t=kind: two(t, calls["qvk"], use_scale=False)
        yield f"{kind}_dropout", lambda t=kind: two(t, calls["qv"], dropout=0.2)
        keep = np.arange(16)[None] % 3 > 0
        yield f"{kind}_mask", lambda t=kind: two(
            t, lambda m, q, v, s: m([q, v], mask=[None, k.keras.ops.convert_to_tensor(keep) if k.is3 else keep])
        )
        yield f"{kind}_mask_query", lambda t=kind: two(
            t, lambda m, q, v, s: m([q, v], mask=[np.arange(18)[None] % 3 > 0, keep])
        )
    yield "Attention_concat", lambda: two("Attention", calls["qv"], score_mode="concat")
    yield "Attention_concat_scale", lambda: two("Attention", calls["qvk"], score_mode="concat", use_scale=True)


def cases(k):
    yield from heads(k)
    yield from products(k)
