# SPDX-License-Identifier: MIT
"""Every option of training, one row each: the INI file, its comments, --help, checks and the table of runs come from here."""
import dataclasses
import math

AUTO = "auto"


@dataclasses.dataclass(frozen=True)
class Option:
    """kind: text, choice, integer, real or flag. lists: an INI value may name several, separated by blanks; every combination
    is a run. least, most: bounds of numbers. auto: the value may be "auto", which a recipe or the data decide."""
    section: str
    name: str
    kind: str
    default: object
    help: str
    choices: tuple = ()
    least: float = -math.inf
    most: float = math.inf
    lists: bool = False
    auto: bool = False


def _choice(section, name, default, help, choices, **more):
    return Option(section, name, "choice", default, help, choices, **more)


def _integer(section, name, default, help, least=0, **more):
    return Option(section, name, "integer", default, help, least=least, **more)


def _real(section, name, default, help, least=0.0, most=math.inf, **more):
    return Option(section, name, "real", default, help, least=least, most=most, **more)


def _flag(section, name, help):
    return Option(section, name, "flag", False, help)


OPTIONS = (
    Option("data", "data", "text", "", "HDF5 file in the field's layout, X_train, Y_train, …; `shoal-train data` and `shoal-train synthetic` write it"),
    _integer("data", "training-rows", 0, "rows of the training split, drawn with `row-seed`; 0: all", lists=True),
    _integer("data", "row-seed", 0, "seed of the rows that training-rows draws: the same rows for all runs"),
    _flag("data", "balance", "as many training rows of label 1 as of 0, for one task"),
    _flag("data", "reverse-complements", "train on the reverse complement of every row, too"),
    _choice("data", "link", AUTO, "output: sigmoid with cross-entropy, or linear with squared errors; auto: sigmoid where all labels are 0 or 1",
            (AUTO, "sigmoid", "linear")),
    Option("network", "architecture", "text", "cnn-deep", "architectures by name, or files with a table of layers (docs/training.md)", lists=True),
    Option("network", "activation", "text", "exponential", "activation of the first layer", lists=True),
    _integer("network", "widen", 1, "factor of the numbers of filters and units", least=1, lists=True),
    _real("network", "dropout", 1.0, "factor of the architecture's dropout rates; 0: none", most=2, lists=True),
    _real("network", "l2", 1e-6, "penalty of the squares of all kernels", lists=True),
    Option("augmentation", "augmentation", "text", "none",
           "none, a preset (evoaug, evoaug-deepstarr, evoaug-chip, evoaug-basset), or augmentations such as "
           "deletion:0-30,insertion:0-20,rc:0.5;most=3;hard", lists=True),
    _choice("augmentation", "augmentation-form", "evoaug2", "evoaug2 keeps the length of sequences; evoaug lengthens them where "
            "insertion is in the list, and the network reads the longer ones", ("evoaug2", "evoaug")),
    _integer("augmentation", "fine-tune-epochs", 5, "epochs on unperturbed sequences after those on augmented ones; 0: no second stage"),
    _real("augmentation", "fine-tune-rate", 1e-4, "learning rate of the second stage"),
    _integer("augmentation", "fine-tune-patience", 0, "epochs without improvement that end the second stage; 0: never"),
    Option("regularisation", "regulariser", "text", "none", "none, mixup, manifold-mixup, noise, manifold-noise, spectral-norm, "
           "adversarial; several joined by +", lists=True),
    _real("regularisation", "mixup-alpha", 0.2, "mixup draws shares from Beta(alpha, alpha); also manifold-mixup", least=1e-6),
    _real("regularisation", "noise-deviation", 0.1, "standard deviation of noise on inputs, or on a block's values relative to theirs"),
    _real("regularisation", "spectral-limit", 1.0, "largest singular value that spectral-norm leaves a kernel", least=1e-6),
    _real("regularisation", "adversarial-bound", 0.05, "largest change of a one-hot number by the attack (PGD)"),
    _integer("regularisation", "adversarial-steps", 15, "steps of the attack", least=1),
    _real("regularisation", "adversarial-step", 0.005, "length of a step"),
    _integer("regularisation", "adversarial-clean-epochs", 10, "epochs before the first attack"),
    _integer("regularisation", "adversarial-mixed-epochs", 15, "epochs on clean and attacked sequences; afterwards attacked ones only"),
    _choice("training", "recipe", "plain", "what auto means: plain, as Koo and Ploenzke 2021; evoaug, as Lee et al. 2023", ("plain", "evoaug")),
    _real("training", "learning-rate", 1e-3, "of Adam", least=1e-9, lists=True),
    _integer("training", "batch", 100, "sequences per step", least=1),
    _integer("training", "epochs", 100, "at most", least=1),
    _choice("training", "monitor", AUTO, "what early stopping watches on the validation split; auto: aupr of several binary tasks, auroc "
            "of one, loss otherwise and with recipe evoaug", (AUTO, "loss", "auroc", "aupr", "pearson")),
    _integer("training", "patience", AUTO, "epochs without improvement that end training; auto: 20 (plain), 10 (evoaug)", least=1, auto=True),
    _integer("training", "drop-patience", 5, "epochs without improvement that lower the learning rate", least=1),
    _real("training", "drop-factor", AUTO, "by which it is multiplied; auto: 0.2 (plain), 0.1 (evoaug)", least=1e-6, most=1, auto=True),
    _real("training", "least-rate", 1e-7, "floor of the learning rate"),
    _choice("training", "keep", AUTO, "which epoch's weights are kept; auto: the last (plain), the best (evoaug)", (AUTO, "last", "best")),
    _real("training", "counts-weight", AUTO, "weight of the counts in the loss of profile networks; auto: half the mean counts (BPNet)", auto=True),
    _integer("training", "seed", 0, "of weights, order, augmentations and dropout; several make an ensemble", lists=True),
    _choice("run", "backend", "jax", "Keras's backend", ("jax", "torch", "tensorflow")),
    _choice("run", "device", AUTO, "auto: a GPU where the backend finds one", (AUTO, "cpu")),
    _integer("run", "threads", 1, "threads of a run on the CPU", least=1),
    _integer("run", "workers", 1, "runs at a time, each a process; under mpirun and in SLURM arrays every rank is one worker", least=1),
    Option("run", "output", "text", "zoo", "folder of the zoo: runs/NAME/network.keras, and networks.tsv for `shoal compare --networks`"),
)
BY_NAME = {option.name: option for option in OPTIONS}
# Options that change no number of a network: a run may be resumed with others.
NO_NUMBER = ("workers", "output", "threads", "device")
RECIPES = {"plain": {"patience": 20, "drop-factor": 0.2, "keep": "last"},
           "evoaug": {"patience": 10, "drop-factor": 0.1, "keep": "best", "monitor": "loss"}}
