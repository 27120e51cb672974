# SPDX-License-Identifier: MIT
"""Makes the models of one Keras: network files, seqs.fa, and a manifest with what the framework predicts."""

import json
import traceback
import warnings
import zlib

import numpy as np

from keras_zoo import attention, calls, layers, models, operators, recurrent, windows
from keras_zoo.kit import Kit, one_hot, sequences, write_fasta

FAMILIES = [windows, layers, recurrent, attention, operators, calls, models]


def every_case(k):
    """(name, build, options): build() gives the model. Options: want ("equal" or "refuse"), args of `shoal predict`,
    tolerance, forms, policy, scale of the weights."""
    for family in FAMILIES:
        for case in family.cases(k):
            name, build = case[0], case[1]
            yield name, build, case[2] if len(case) > 2 else {}


def chosen_forms(k, options, name, all_forms):
    forms = [form for form in options.get("forms", k.forms()) if form in k.forms()]
    return forms if all_forms or len(forms) < 2 else [forms[zlib.crc32(name.encode()) % len(forms)]]


def row_of(k, folder, name, form, model, options, hot):
    files = k.save(model, folder, name, form)
    row = {
        "name": name,
        "form": form,
        "files": [file.name for file in files],
        "want": options.get("want", "equal"),
        "args": options.get("args", []),
        "tolerance": options.get("tolerance", 1e-5),
        "note": "",
    }
    if row["want"] == "refuse":
        return row
    original = k.predict(model, hot)
    row["expected"] = original.tolist()
    try:
        reloaded = k.predict(k.load(files), hot)
    except Exception as error:  # frameworks fail in every way
        row["note"] = f"not reloaded: {type(error).__name__}: {str(error).strip().splitlines()[0][:100]}"
        return row
    scale = np.abs(original).max()
    if reloaded.shape != original.shape or not np.abs(reloaded - original).max() <= row["tolerance"] * scale:
        row["note"] = "reloaded, it differs"
        row["reloaded"] = reloaded.tolist()
    spread = np.ptp(original, axis=0).max()
    if not np.isfinite(original).all() or not spread > 1e-3 * scale:
        row["note"] += " DEGENERATE"
    return row


def make(keras, tf, folder, all_forms, only="", every=1):
    warnings.simplefilter("ignore")
    k = Kit(keras, tf)
    folder.mkdir(parents=True, exist_ok=True)
    write_fasta(folder / "seqs.fa", sequences())
    hot = one_hot(sequences())
    rows, skipped, seen = [], [], set()
    manifest = open(folder / "manifest.jsonl", "w")
    for index, (name, build, options) in enumerate(every_case(k)):
        # Other versions make other cases.
        if only not in name or (index - k.version[1]) % every != 0:
            continue
        assert name not in seen, name
        seen.add(name)
        keras.utils.set_random_seed(5)
        try:
            model = made_with_policy(keras, build, options.get("policy"))
            k.randomise(model, name, options.get("scale", 0.5))
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            skipped.append(f"{name}\t{type(error).__name__}: {str(error).strip()[:150]!r} at {where.name}")
            continue
        for form in chosen_forms(k, options, name, all_forms):
            try:
                rows.append(row_of(k, folder, name, form, model, options, hot))
                print(json.dumps(rows[-1]), file=manifest, flush=True)
            except Exception as error:
                skipped.append(f"{name}.{form}\t{type(error).__name__}: {str(error).strip()[:150]!r}")
        if index % 50 == 0:
            keras.backend.clear_session()
    (folder / "skipped.tsv").write_text("\n".join(skipped) + "\n")
    manifest.close()
    print(
        f"Keras {keras.__version__}: {len(seen)} cases, {len(rows)} networks, {len(skipped)} not made by this Keras; "
        f"{sum('DEGENERATE' in row['note'] for row in rows)} degenerate"
    )


def made_with_policy(keras, build, policy):
    if policy is None:
        return build()
    dtype = keras.mixed_precision if hasattr(keras, "mixed_precision") else keras.config
    setter = getattr(dtype, "set_global_policy", None) or dtype.set_dtype_policy
    setter(policy)
    try:
        return build()
    finally:
        setter("float32")
