#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns a PyTorch network into an ONNX file that Shoal reads, and checks it.

  scripts/export_onnx.py --module NETWORK.py:make --checkpoint WEIGHTS.pt --length 2114 --output NETWORK.onnx
  scripts/export_onnx.py --module package.models:BPNet --arguments '{"n_filters": 64}' --checkpoint W.pt ...
  scripts/export_onnx.py --checkpoint WHOLE_MODEL.pt --trust-checkpoint --length 600 --output NETWORK.onnx

--module names a class or function that makes the network (a file or an importable module, then a colon and a name);
--arguments its keyword arguments as JSON. --checkpoint holds a state dictionary, plain or under "state_dict" or "model".
A checkpoint that pickles the module itself runs its code when it is loaded: only with --trust-checkpoint.

The network is exported for one length and any number of sequences, in inference mode. Checks: onnxruntime, if it is
installed, must give what PyTorch gives for random sequences (1e-4 of the largest value), at batch sizes 1 and 3; and
every output must depend on the sequence. Needs torch, onnx and, for its exporter, onnxscript.
"""
import argparse
import importlib
import importlib.util
import json
import logging
import pathlib
import pickle
import re
import sys


def die(text):
    sys.exit(f"export_onnx.py: {text}")


def find_maker(name):
    """FILE.py:NAME or MODULE:NAME → the object of that name."""
    module_name, separator, attribute = name.rpartition(":")
    if not separator:
        die(f"--module {name}: expected FILE.py:NAME or MODULE:NAME")
    if module_name.endswith(".py"):
        path = pathlib.Path(module_name)
        if not path.is_file():
            die(f"--module {name}: there is no file {path}")
        sys.path.insert(0, str(path.parent.resolve()))
        specification = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
    else:
        module = importlib.import_module(module_name)
    if not hasattr(module, attribute):
        die(f"--module {name}: {module_name} has no {attribute}")
    return getattr(module, attribute)


def read_checkpoint(torch, options):
    try:
        return torch.load(options.checkpoint, map_location="cpu", weights_only=not options.trust_checkpoint)
    except FileNotFoundError:
        die(f"--checkpoint: there is no file {options.checkpoint}")
    except pickle.UnpicklingError as error:
        reason = re.search(r"WeightsUnpickler error: (.*?)( was not an allowed|\n|$)", str(error))
        die(f"{options.checkpoint} holds more than weights ({reason.group(1) if reason else 'or is damaged'}); with "
            "--trust-checkpoint it may run code of its own when it is loaded")


def weights_for(network, state):
    """The state dictionary that fits the network, from the contents of a checkpoint."""
    for key in ["state_dict", "model_state_dict", "model"]:
        if isinstance(state, dict) and isinstance(state.get(key), dict):
            state = state[key]
            break
    # Lightning and DataParallel put words before every name, and a wrapper's own may be one of them.
    names = set(network.state_dict())
    for prefix in ["", "module.", "model.", "module.model.", "model.module.", "_orig_mod."]:
        found = {name[len(prefix):]: value for name, value in state.items() if name.startswith(prefix)}
        if names <= set(found):
            return {name: found[name] for name in names}
    missing = sorted(names - set(state))
    die(f"the checkpoint lacks {len(missing)} of the network's {len(names)} weights, {', '.join(missing[:4])} among "
        f"them; it has {', '.join(sorted(map(str, state))[:4])} ...")


def load_network(torch, options):
    state = read_checkpoint(torch, options) if options.checkpoint else None
    if isinstance(state, torch.nn.Module):
        return state.eval()
    if not options.module:
        die("--module is needed: " + ("the checkpoint holds weights only" if options.checkpoint else "no --checkpoint"))
    network = find_maker(options.module)(**json.loads(options.arguments))
    if state is not None:
        try:
            network.load_state_dict(weights_for(network, state))
        except RuntimeError as error:  # another shape
            lines = [line.strip() for line in str(error).splitlines()]
            die(f"the checkpoint is of another network (see --arguments): {lines[1] if len(lines) > 1 else lines[0]}")
    return network.eval()


def sequences(torch, count, options):
    codes = torch.randint(0, 4, (count, options.length), generator=torch.Generator().manual_seed(1))
    hot = torch.nn.functional.one_hot(codes, 4).float()
    hot = hot if options.layout == "NLC" else hot.transpose(1, 2)
    return hot.contiguous().unsqueeze(2) if options.layout == "NC1L" else hot.contiguous()


def flatten(outputs):
    if isinstance(outputs, dict):
        return list(outputs.values())
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def export(torch, network, options):
    example = sequences(torch, 2, options)
    with torch.no_grad():
        outputs = flatten(network(example))
    names = options.outputs.split(",") if options.outputs else [f"output{i}" for i in range(len(outputs))]
    if len(names) != len(outputs):
        die(f"--outputs names {len(names)} outputs, and the network has {len(outputs)}")
    arguments = dict(input_names=["sequence"], output_names=names, opset_version=options.opset)
    if options.legacy:
        axes = {name: {0: "N"} for name in ["sequence", *names]}
        torch.onnx.export(network, (example,), options.output, dynamo=False, dynamic_axes=axes, **arguments)
    else:
        # One shape for each parameter of forward(): the sequence is the only one given.
        shapes = ({0: torch.export.Dim("N")},)
        torch.onnx.export(network, (example,), options.output, dynamo=True, dynamic_shapes=shapes,
                          external_data=options.external_data, verbose=False, **arguments)
    return names


def check(torch, network, names, options):
    import onnx

    model = onnx.load(options.output, load_external_data=False)
    opset = [each.version for each in model.opset_import if each.domain in ("", "ai.onnx")]
    print(f"{options.output}: operator set {opset[0]}, {len(model.graph.node)} nodes, outputs {', '.join(names)}")
    try:
        import onnxruntime
    except ImportError:
        print("onnxruntime is not installed: the predictions were not compared")
        return
    session = onnxruntime.InferenceSession(options.output, providers=["CPUExecutionProvider"])
    for count in [1, 3]:
        inputs = sequences(torch, count, options)
        with torch.no_grad():
            wanted = flatten(network(inputs))
        for name, want, found in zip(names, wanted, session.run(names, {"sequence": inputs.numpy()})):
            found = torch.from_numpy(found)
            if want.shape != found.shape:
                die(f"{name} has shape {tuple(found.shape)} in ONNX and {tuple(want.shape)} in PyTorch")
            scale, worst = want.abs().max().item(), (want - found).abs().max().item()
            if not worst <= 1e-4 * max(scale, 1e-6):
                die(f"{name} differs between ONNX and PyTorch by {worst:g} (largest value {scale:g})")
            if count > 1 and torch.equal(want[0], want[1]):
                die(f"{name} is the same for different sequences")
        print(f"onnxruntime agrees with PyTorch for {count} random sequence{'s' if count > 1 else ''}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--module", help="FILE.py:NAME or MODULE:NAME")
    parser.add_argument("--arguments", default="{}", help="keyword arguments of NAME, JSON")
    parser.add_argument("--checkpoint", help="state dictionary or, with --trust-checkpoint, a whole module")
    parser.add_argument("--trust-checkpoint", action="store_true", help="let the checkpoint run code")
    parser.add_argument("--length", type=int, required=True, help="bases that the network reads")
    parser.add_argument("--layout", choices=["NCL", "NLC", "NC1L"], default="NCL",
                        help="axes of the input: batch, four bases, length (default), or another order")
    parser.add_argument("--outputs", help="names of the outputs, separated by commas")
    parser.add_argument("--opset", type=int, default=18)
    parser.add_argument("--legacy", action="store_true", help="the TorchScript exporter, for networks that the new one refuses")
    parser.add_argument("--external-data", action="store_true", help="weights in a file beside the model (over 2 GB)")
    parser.add_argument("--output", required=True, help="the ONNX file to write")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        die("torch is not installed here")
    logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)  # operators of torchvision
    network = load_network(torch, options)
    check(torch, network, export(torch, network, options), options)


if __name__ == "__main__":
    main()
