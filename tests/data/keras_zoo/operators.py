# SPDX-License-Identifier: MIT
"""Operators between layers: keras.ops of Keras 3, TensorFlow's functions (TFOpLambda) of Keras 2, with constants by place
and by name."""


def common(k):
    """Python's operators, which both have."""
    row, column, full = k.constant(6), k.constant(18, 1), k.constant(18, 6)
    one = lambda function: lambda: k.after(function)  # noqa: E731
    python = {
        "mul_number": lambda x: x * 2.0, "number_mul": lambda x: 0.5 * x, "add_number": lambda x: x + 1.5, "number_add": lambda x: 1.5 + x,
        "sub_number": lambda x: x - 0.3, "number_sub": lambda x: 1.0 - x, "div_number": lambda x: x / 3.0, "number_div": lambda x: 2.0 / (x * x + 1.0),
        "power": lambda x: x ** 2, "power3": lambda x: x ** 3, "negative": lambda x: -x, "absolute": abs, "floor_div": lambda x: x // 0.5, "modulo": lambda x: x % 0.7,
        "mul_row": lambda x: x * row, "add_row": lambda x: x + row, "mul_column": lambda x: x * column, "add_full": lambda x: x + full,
        "full_sub": lambda x: full - x if k.is3 else x - full, "mul_self": lambda x: x * x, "add_self": lambda x: x + x, "sub_self_row": lambda x: x - x[:, :1, :],
        "mul_integer": lambda x: x * 3, "chain": lambda x: (x * 2.0 - 1.0) / 4.0 + x * row, "div_self": lambda x: x / (abs(x) + 1.0),
        "matmul": lambda x: x @ k.constant(6, 4), "number_power": lambda x: 2.0 ** x, "greater_mul": lambda x: x * k.cast(x > 0.1, x),
        "slice": lambda x: x[:, 2:9], "slice_channels": lambda x: x[:, :, 1:4], "slice_reverse": lambda x: x[:, ::-1], "slice_both": lambda x: x[:, ::-1, ::-1],
        "slice_step": lambda x: x[:, 1::3], "slice_one": lambda x: x[:, 4], "slice_last": lambda x: x[:, -1], "slice_channel": lambda x: x[..., 2],
        "slice_ellipsis": lambda x: x[..., 1:3], "slice_negative": lambda x: x[:, -7:-2], "slice_new": lambda x: x[:, :, None], "slice_center": lambda x: x[:, 3:-3, :],
        "slice_one_channel": lambda x: x[:, :, -1:]}
    for name, function in python.items():
        yield f"python_{name}", one(function)


def keras3(k):
    o, n = k.ops, k.ops.nn if hasattr(k.ops, "nn") else k.ops
    row = k.constant(6)
    second = lambda x: k.L.Dense(6, name="second")(x)  # noqa: E731
    functions = {
        "maximum": lambda x: o.maximum(x, 0.1), "maximum_left": lambda x: o.maximum(0.1, x), "minimum": lambda x: o.minimum(x, 0.5),
        "maximum_name": lambda x: o.maximum(x, x2=0.2), "maximum_names": lambda x: o.maximum(x1=x, x2=0.2), "multiply_name": lambda x: o.multiply(x, x2=3.0),
        "maximum_two": lambda x: o.maximum(x, second(x)), "minimum_two": lambda x: o.minimum(second(x), x), "subtract_two": lambda x: o.subtract(second(x), x),
        "subtract_names": lambda x: o.subtract(x2=second(x), x1=x), "divide": lambda x: o.divide(x, 4.0), "divide_two": lambda x: o.divide(x, 2.0 + o.square(second(x))),
        "true_divide": lambda x: o.true_divide(x, 3.0), "divide_no_nan": lambda x: o.divide_no_nan(x, 2.0), "power": lambda x: o.power(x, 2.0), "power_two": lambda x: o.power(o.abs(x) + 0.1, 0.5),
        "add": lambda x: o.add(x, 1.0), "add_row": lambda x: o.add(x, row), "multiply_row": lambda x: o.multiply(row, x), "subtract_left": lambda x: o.subtract(1.0, x),
        "average": lambda x: o.average(x, axis=1), "average_channels": lambda x: o.average(x, axis=-1), "average_weights": lambda x: o.average(x, axis=1, weights=k.constant(18)),
        "mean": lambda x: o.mean(x, axis=1), "mean_keep": lambda x: o.mean(x, axis=1, keepdims=True) * x, "mean_channels": lambda x: o.mean(x, axis=-1), "mean_both": lambda x: o.mean(x, axis=(1, 2), keepdims=True) + x,
        "mean_places": lambda x: o.mean(x, 1, True), "sum": lambda x: o.sum(x, axis=1), "sum_channels": lambda x: o.sum(x, axis=2), "sum_keep": lambda x: o.sum(x, axis=-1, keepdims=True), "max": lambda x: o.max(x, axis=1),
        "max_channels": lambda x: o.max(x, axis=-1, keepdims=True), "min": lambda x: o.min(x, axis=1), "amax": lambda x: o.amax(x, axis=1), "prod": lambda x: o.prod(x[:, :3], axis=1), "var": lambda x: o.var(x, axis=1), "std": lambda x: o.std(x, axis=2), "logsumexp": lambda x: o.logsumexp(x, axis=1),
        "logsumexp_channels": lambda x: o.logsumexp(x, axis=-1), "median": lambda x: o.median(x, axis=1), "exp": lambda x: o.exp(x), "expm1": lambda x: o.expm1(x), "log": lambda x: o.log(o.abs(x) + 0.5), "log1p": lambda x: o.log1p(o.square(x)), "log10": lambda x: o.log10(o.exp(x)), "log2": lambda x: o.log2(o.exp(x)),
        "sqrt": lambda x: o.sqrt(o.square(x) + 0.1), "rsqrt": lambda x: o.rsqrt(o.square(x) + 0.1), "abs": lambda x: o.abs(x), "absolute": lambda x: o.absolute(x), "square": lambda x: o.square(x), "tanh": lambda x: o.tanh(x), "sigmoid": lambda x: o.sigmoid(x), "reciprocal": lambda x: o.reciprocal(2.0 + o.square(x)), "sign": lambda x: o.sign(x) * x, "negative": lambda x: o.negative(x),
        "sin": lambda x: o.sin(x), "cos": lambda x: o.cos(x), "erf": lambda x: o.erf(x), "floor": lambda x: o.floor(x * 2.0), "round": lambda x: o.round(x), "relu": lambda x: o.relu(x), "nn_relu": lambda x: n.relu(x), "gelu": lambda x: o.gelu(x), "gelu_tanh": lambda x: o.gelu(x, approximate=True), "gelu_erf": lambda x: o.gelu(x, approximate=False), "silu": lambda x: o.silu(x), "swish": lambda x: o.swish(x),
        "elu": lambda x: o.elu(x), "elu_alpha": lambda x: o.elu(x, alpha=0.5), "selu": lambda x: o.selu(x), "celu": lambda x: o.celu(x, alpha=0.7), "leaky_relu": lambda x: o.leaky_relu(x), "leaky_slope": lambda x: o.leaky_relu(x, negative_slope=0.05), "relu6": lambda x: o.relu6(x * 4.0), "softplus": lambda x: o.softplus(x), "softsign": lambda x: o.softsign(x), "hard_sigmoid": lambda x: o.hard_sigmoid(x), "hard_silu": lambda x: o.hard_silu(x), "mish": lambda x: o.mish(x) if hasattr(o, "mish") else k.keras.activations.mish(x),
        "log_sigmoid": lambda x: o.log_sigmoid(x), "softmax": lambda x: o.softmax(x), "softmax_axis": lambda x: o.softmax(x, axis=1), "softmax_both": lambda x: o.softmax(x, axis=(1, 2)), "log_softmax": lambda x: o.log_softmax(x, axis=1), "log_softmax_last": lambda x: o.log_softmax(x), "clip": lambda x: o.clip(x, -0.5, 0.5), "clip_names": lambda x: o.clip(x, x_min=0.0, x_max=0.7), "normalize": lambda x: o.normalize(x, axis=-1), "norm": lambda x: o.norm(x, axis=-1),
        "glu": lambda x: o.glu(x), "reshape": lambda x: o.reshape(x, (-1, 9, 12)), "reshape_flat": lambda x: o.reshape(x, (-1, 108)), "reshape_open": lambda x: o.reshape(x, newshape=(-1, 36, 3)), "transpose": lambda x: o.transpose(x, (0, 2, 1)), "transpose_name": lambda x: o.transpose(x, axes=[0, 2, 1]), "swapaxes": lambda x: o.swapaxes(x, 1, 2), "moveaxis": lambda x: o.moveaxis(x, 1, 2), "expand": lambda x: o.expand_dims(x, -1), "expand_axis": lambda x: o.expand_dims(x, axis=1), "squeeze": lambda x: o.squeeze(x[:, :, :1], axis=-1), "squeeze_all": lambda x: o.squeeze(o.mean(x, axis=1, keepdims=True), 1),
        "concatenate": lambda x: o.concatenate([x, second(x)], axis=-1), "concatenate_positions": lambda x: o.concatenate([x, second(x)], axis=1), "concatenate_name": lambda x: o.concatenate(xs=[x, x], axis=2), "concatenate_default": lambda x: o.concatenate([x, x], -1), "stack": lambda x: o.stack([x, second(x)], axis=1), "stack_max": lambda x: o.max(o.stack([x, second(x)], axis=0), axis=0), "split": lambda x: o.split(x, 2, axis=1)[1], "split_sum": lambda x: o.add(*o.split(x, 2, axis=-1)), "flip": lambda x: o.flip(x, axis=1), "flip_both": lambda x: o.flip(x, axis=(1, 2)), "roll": lambda x: o.roll(x, 2, axis=1), "tile": lambda x: o.tile(x, (1, 2, 1)), "repeat": lambda x: o.repeat(x, 2, axis=1), "pad": lambda x: o.pad(x, ((0, 0), (1, 2), (0, 0))), "pad_value": lambda x: o.pad(x, ((0, 0), (1, 2), (0, 0)), constant_values=0.5), "pad_reflect": lambda x: o.pad(x, ((0, 0), (2, 2), (0, 0)), mode="reflect"), "pad_symmetric": lambda x: o.pad(x, ((0, 0), (2, 2), (0, 0)), mode="symmetric"),
        "matmul": lambda x: o.matmul(x, k.constant(6, 4)), "matmul_two": lambda x: o.matmul(o.transpose(x, (0, 2, 1)), second(x)), "dot": lambda x: o.dot(x, k.constant(6, 3)), "tensordot": lambda x: o.tensordot(x, k.constant(6, 3), axes=1), "einsum": lambda x: o.einsum("bij,bkj->bik", x, second(x)), "einsum_constant": lambda x: o.einsum("bij,jk->bik", x, k.constant(6, 3)), "where": lambda x: o.where(x > 0.0, x, 0.1 * x), "cumsum": lambda x: o.cumsum(x, axis=1), "sort": lambda x: o.sort(x, axis=1), "take": lambda x: o.take(x, [0, 3, 5], axis=1), "take_one": lambda x: o.take(x, 2, axis=-1), "top_k": lambda x: o.top_k(x, 3)[0], "argmax": lambda x: o.cast(o.argmax(x, axis=-1), "float32"), "cast": lambda x: o.cast(x, "float32") * 2.0, "cast_half": lambda x: o.cast(o.cast(x, "float16"), "float32"),
        "stop_gradient": lambda x: o.stop_gradient(x) * 2.0, "identity_add": lambda x: x + o.zeros_like(x), "ones_like": lambda x: o.ones_like(x) + x, "copy": lambda x: o.copy(x), "nan_to_num": lambda x: o.nan_to_num(x), "max_pool": lambda x: o.max_pool(x, 3), "average_pool": lambda x: o.average_pool(x, 2, strides=1, padding="same"), "conv": lambda x: o.conv(x, k.constant(3, 6, 4)), "conv_same": lambda x: o.conv(x, k.constant(3, 6, 4), padding="same", strides=2), "depthwise": lambda x: o.depthwise_conv(x, k.constant(3, 6, 2)), "separable": lambda x: o.separable_conv(x, k.constant(3, 6, 2), k.constant(1, 12, 3)), "conv_transpose": lambda x: o.conv_transpose(x, k.constant(3, 4, 6), strides=2), "moments": lambda x: o.moments(x, axes=[1])[1], "batch_normalization": lambda x: o.batch_normalization(x, k.constant(6), o.abs(k.constant(6)) + 1.0, axis=-1), "layer_normalization": lambda x: o.layer_normalization(x), "rms_normalization": lambda x: o.rms_normalization(x), "attention": lambda x: o.dot_product_attention(*[o.reshape(x, (-1, 18, 2, 3))] * 3),
        "equal": lambda x: o.cast(o.equal(x, x), "float32") + x, "greater": lambda x: o.cast(o.greater(x, 0.2), "float32"), "logical": lambda x: o.cast(o.logical_and(x > 0, x < 1), "float32"), "activation_function": lambda x: k.keras.activations.relu(x), "activation_arguments": lambda x: k.keras.activations.relu(x, negative_slope=0.1, max_value=0.8), "activation_threshold": lambda x: k.keras.activations.relu(x, threshold=0.3), "activation_softmax": lambda x: k.keras.activations.softmax(x, axis=1), "activation_elu": lambda x: k.keras.activations.elu(x, alpha=0.3), "activation_gelu": lambda x: k.keras.activations.gelu(x, approximate=True), "activation_leaky": lambda x: k.keras.activations.leaky_relu(x, negative_slope=0.02), "activation_sigmoid": lambda x: k.keras.activations.sigmoid(x)}
    for name, function in functions.items():
        yield f"ops_{name}", lambda f=function: k.after(f)

    def reverse_complement(join):
        dna = k.dna()
        conv = k.L.Conv1D(5, 4, name="both")
        return k.close(dna, join(conv(dna), o.flip(conv(o.flip(dna, axis=(1, 2))), axis=1)))
    yield "ops_rc_maximum", lambda: reverse_complement(o.maximum)
    yield "ops_rc_mean", lambda: reverse_complement(lambda a, b: (a + b) / 2)
    yield "ops_rc_slice", lambda: rc_slice(k)


def rc_slice(k):
    dna = k.dna()
    conv = k.L.Conv1D(5, 4, name="both")
    return k.close(dna, k.L.Maximum()([conv(dna), conv(dna[:, ::-1, ::-1])]))


def keras2(k):
    tf, K = k.tf, k.keras.backend
    row = k.constant(6)
    second = lambda x: k.L.Dense(6, name="second")(x)  # noqa: E731
    m, nn = tf.math, tf.nn
    functions = {
        "maximum": lambda x: tf.maximum(x, 0.1), "maximum_left": lambda x: tf.maximum(0.1, x), "minimum": lambda x: tf.minimum(x, 0.5), "maximum_names": lambda x: tf.maximum(x=x, y=0.2), "maximum_two": lambda x: tf.maximum(x, second(x)), "subtract_names": lambda x: tf.subtract(y=second(x), x=x),
        "multiply": lambda x: tf.multiply(x, 3.0), "multiply_row": lambda x: tf.multiply(x, row), "add": lambda x: tf.add(x, row), "add_n": lambda x: tf.add_n([x, x, second(x)]), "divide": lambda x: tf.divide(x, 4.0), "truediv": lambda x: m.truediv(x, 3.0), "divide_no_nan": lambda x: m.divide_no_nan(x, 2.0), "pow": lambda x: tf.pow(x, 2.0), "squared_difference": lambda x: m.squared_difference(x, second(x)),
        "exp": lambda x: tf.exp(x), "log": lambda x: m.log(tf.abs(x) + 0.5), "log1p": lambda x: m.log1p(tf.square(x)), "sqrt": lambda x: tf.sqrt(tf.square(x) + 0.1), "rsqrt": lambda x: m.rsqrt(tf.square(x) + 0.1), "abs": lambda x: tf.abs(x), "square": lambda x: tf.square(x), "tanh": lambda x: tf.tanh(x), "sigmoid": lambda x: tf.sigmoid(x), "negative": lambda x: tf.negative(x), "reciprocal": lambda x: m.reciprocal(2.0 + tf.square(x)), "sin": lambda x: tf.sin(x), "erf": lambda x: m.erf(x), "sign": lambda x: tf.sign(x) * x, "floor": lambda x: tf.floor(x * 2.0),
        "relu": lambda x: nn.relu(x), "relu6": lambda x: nn.relu6(x * 4.0), "elu": lambda x: nn.elu(x), "selu": lambda x: nn.selu(x), "gelu": lambda x: nn.gelu(x), "gelu_tanh": lambda x: nn.gelu(x, approximate=True), "silu": lambda x: nn.silu(x), "swish": lambda x: nn.swish(x), "leaky": lambda x: nn.leaky_relu(x), "leaky_alpha": lambda x: nn.leaky_relu(x, alpha=0.05), "softplus": lambda x: nn.softplus(x), "softsign": lambda x: nn.softsign(x), "softmax": lambda x: nn.softmax(x), "softmax_axis": lambda x: nn.softmax(x, axis=1), "log_softmax": lambda x: nn.log_softmax(x), "crelu": lambda x: nn.crelu(x),
        "mean": lambda x: tf.reduce_mean(x, axis=1), "mean_place": lambda x: tf.reduce_mean(x, 1), "mean_keep": lambda x: tf.reduce_mean(x, axis=1, keepdims=True) * x, "mean_channels": lambda x: tf.reduce_mean(x, axis=-1), "mean_list": lambda x: tf.reduce_mean(x, axis=[1, 2], keepdims=True) + x, "sum": lambda x: tf.reduce_sum(x, axis=1), "sum_keep": lambda x: tf.reduce_sum(x, axis=-1, keepdims=True), "max": lambda x: tf.reduce_max(x, axis=1), "min": lambda x: tf.reduce_min(x, axis=1), "prod": lambda x: tf.reduce_prod(x[:, :3], axis=1), "logsumexp": lambda x: tf.reduce_logsumexp(x, axis=1), "variance": lambda x: m.reduce_variance(x, axis=1), "std": lambda x: m.reduce_std(x, axis=1),
        "reshape": lambda x: tf.reshape(x, (-1, 9, 12)), "reshape_flat": lambda x: tf.reshape(x, [-1, 108]), "reshape_name": lambda x: tf.reshape(x, shape=(-1, 36, 3)), "transpose": lambda x: tf.transpose(x, (0, 2, 1)), "transpose_name": lambda x: tf.transpose(x, perm=[0, 2, 1]), "concat": lambda x: tf.concat([x, second(x)], axis=-1), "concat_place": lambda x: tf.concat([x, second(x)], 1), "stack": lambda x: tf.stack([x, second(x)], axis=1), "split": lambda x: tf.split(x, 2, axis=1)[1], "unstack": lambda x: tf.unstack(x, axis=2)[1], "reverse": lambda x: tf.reverse(x, axis=[1]), "reverse_both": lambda x: tf.reverse(x, [1, 2]), "roll": lambda x: tf.roll(x, 2, axis=1), "tile": lambda x: tf.tile(x, (1, 2, 1)), "repeat": lambda x: tf.repeat(x, 2, axis=1), "pad": lambda x: tf.pad(x, ((0, 0), (1, 2), (0, 0))), "pad_value": lambda x: tf.pad(x, ((0, 0), (1, 2), (0, 0)), constant_values=0.5), "pad_reflect": lambda x: tf.pad(x, ((0, 0), (2, 2), (0, 0)), mode="REFLECT"), "expand": lambda x: tf.expand_dims(x, -1), "expand_axis": lambda x: tf.expand_dims(x, axis=1), "squeeze": lambda x: tf.squeeze(x[:, :, :1], axis=-1), "squeeze_list": lambda x: tf.squeeze(tf.reduce_mean(x, 1, keepdims=True), [1]),
        "matmul": lambda x: tf.matmul(x, k.constant(6, 4)), "matmul_two": lambda x: tf.matmul(x, second(x), transpose_b=True), "matmul_turned": lambda x: tf.matmul(x, second(x), transpose_a=True), "einsum": lambda x: tf.einsum("bij,bkj->bik", x, second(x)), "tensordot": lambda x: tf.tensordot(x, k.constant(6, 3), axes=1), "clip": lambda x: tf.clip_by_value(x, -0.5, 0.5), "where": lambda x: tf.where(x > 0.0, x, 0.1 * x), "gather": lambda x: tf.gather(x, [0, 3, 5], axis=1), "cumsum": lambda x: tf.cumsum(x, axis=1), "sort": lambda x: tf.sort(x, axis=1), "top_k": lambda x: m.top_k(x, 3)[0], "cast": lambda x: tf.cast(x, tf.float32) * 2.0, "cast_mask": lambda x: tf.cast(x > 0.2, tf.float32), "identity": lambda x: tf.identity(x), "stop_gradient": lambda x: tf.stop_gradient(x) * 2.0, "l2_normalize": lambda x: nn.l2_normalize(x, axis=-1), "norm": lambda x: tf.norm(x, axis=-1), "slice": lambda x: tf.slice(x, [0, 2, 0], [-1, 5, -1]), "strided": lambda x: tf.strided_slice(x, [0, 1, 0], [5, 9, 6]),
        "max_pool": lambda x: nn.max_pool1d(x, 3, 3, "VALID"), "avg_pool": lambda x: nn.avg_pool1d(x, 2, 1, "SAME"), "conv": lambda x: nn.conv1d(x, k.constant(3, 6, 4), 1, "SAME"), "bias_add": lambda x: nn.bias_add(x, row), "dropout": lambda x: nn.dropout(x, 0.0), "batch_normalization": lambda x: nn.batch_normalization(x, row, tf.abs(row) + 1.0, None, None, 1e-3), "activation_relu": lambda x: k.keras.activations.relu(x), "activation_arguments": lambda x: k.keras.activations.relu(x, alpha=0.1, max_value=0.8), "activation_softmax": lambda x: k.keras.activations.softmax(x, axis=1), "activation_hard": lambda x: k.keras.activations.hard_sigmoid(x),
        "K_mean": lambda x: K.mean(x, axis=1), "K_sum": lambda x: K.sum(x, axis=1), "K_max": lambda x: K.max(x, axis=1), "K_reverse": lambda x: K.reverse(x, axes=1), "K_exp": lambda x: K.exp(x), "K_log": lambda x: K.log(K.abs(x) + 0.5), "K_square": lambda x: K.square(x), "K_concatenate": lambda x: K.concatenate([x, second(x)], axis=1), "K_permute": lambda x: K.permute_dimensions(x, (0, 2, 1)), "K_expand": lambda x: K.expand_dims(x, 1), "K_relu": lambda x: K.relu(x, alpha=0.1), "K_sigmoid": lambda x: K.sigmoid(x), "K_softmax": lambda x: K.softmax(x, axis=1), "K_clip": lambda x: K.clip(x, 0.0, 0.5), "K_dot": lambda x: K.dot(x, tf.constant(k.constant(6, 3))), "K_batch_dot": lambda x: K.batch_dot(x, second(x), axes=(2, 2)), "K_flatten": lambda x: K.batch_flatten(x), "K_repeat": lambda x: K.repeat_elements(x, 2, axis=1), "K_pow": lambda x: K.pow(x, 2), "K_hard": lambda x: K.hard_sigmoid(x), "K_l2": lambda x: K.l2_normalize(x, axis=-1), "K_padding": lambda x: K.temporal_padding(x, (1, 2)), "tensor_constant": lambda x: x * tf.constant(row), "tensor_sub": lambda x: tf.constant(row) - x}
    for name, function in functions.items():
        yield f"tf_{name}", lambda f=function: k.after(f)

    def reverse_complement(join):
        dna = k.dna()
        conv = k.L.Conv1D(5, 4, name="both")
        return k.close(dna, join(conv(dna), tf.reverse(conv(tf.reverse(dna, axis=[1, 2])), axis=[1])))
    yield "tf_rc_maximum", lambda: reverse_complement(tf.maximum)
    yield "tf_rc_mean", lambda: reverse_complement(lambda a, b: (a + b) / 2)
    yield "tf_rc_slice", lambda: rc_slice(k)


def cases(k):
    k.cast = (lambda value, like: k.ops.cast(value, "float32")) if k.is3 else (lambda value, like: k.tf.cast(value, "float32"))
    yield from common(k)
    yield from keras3(k) if k.is3 else keras2(k)
