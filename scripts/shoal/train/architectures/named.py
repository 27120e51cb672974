# SPDX-License-Identifier: MIT
"""Published architectures as tables of layers. `first` is the activation that is studied (--activation); all others are ReLU.

cnn-*, residualbind and basset: Koo and Ploenzke, Nature Machine Intelligence 2021. deepstarr: de Almeida et al., Nature
Genetics 2022. bpnet: after Avsec et al., Nature Genetics 2021, with fewer layers. attention: a small network of our own.
"""
import pathlib

from ..errors import USAGE, Refused
from .layer_table import parse_table, widened

CNN_SHALLOW = """
conv filters=32 width=19 activation=first dropout=0.1 pool={first} pool-padding=same
conv filters=124 width=5 dropout=0.1 pool={second}
flatten
dense units=512 dropout=0.5
"""
BPNET_DILATIONS = "\n".join(f"residual width=3 convolutions=1 dilation={2 ** power} norm=no bias=yes" for power in range(1, 7))

TABLES = {
    "cnn-2": CNN_SHALLOW.format(first=2, second=50),
    "cnn-50": CNN_SHALLOW.format(first=50, second=2),
    "cnn-deep": """
conv filters=32 width=19 activation=first dropout=0.1
conv filters=48 width=7 dropout=0.2 pool=4
conv filters=96 width=7 padding=valid dropout=0.3 pool=4
conv filters=128 width=3 padding=valid dropout=0.4 pool=3
flatten
dense units=512 dropout=0.5
""",
    "cnn-local": """
conv filters=24 width=19 activation=first dropout=0.1 pool=50
conv filters=48 width=3 dropout=0.2 pool=2
flatten
dense units=96 dropout=0.5
""",
    "cnn-dist": """
conv filters=24 width=19 activation=first dropout=0.1
conv filters=32 width=7 dropout=0.2 pool=4
conv filters=48 width=7 padding=valid dropout=0.3 pool=4
conv filters=64 width=3 padding=valid dropout=0.4 pool=3 pool-padding=same
flatten
dense units=96 dropout=0.5
""",
    "basset": """
conv filters=300 width=19 activation=first dropout=0.2 pool=3
conv filters=200 width=11 padding=valid dropout=0.2 pool=4
conv filters=200 width=7 padding=valid dropout=0.2 pool=4
flatten
dense units=1000 dropout=0.5
dense units=1000 dropout=0.5
""",
    "residualbind": """
conv filters=24 width=19 activation=first dropout=0.1
residual width=5 convolutions=2 dropout=0.2 pool=10
conv filters=48 width=7 dropout=0.3 pool=5
conv filters=64 width=3 padding=valid dropout=0.4 pool=4
flatten
dense units=96 dropout=0.5
""",
    "deepstarr": """
conv filters=256 width=7 activation=first bias=yes pool=2
conv filters=60 width=3 bias=yes pool=2
conv filters=60 width=5 bias=yes pool=2
conv filters=120 width=3 bias=yes pool=2
flatten
dense units=256 bias=yes dropout=0.4
dense units=256 bias=yes dropout=0.4
""",
    "evoaug-chip": """
conv filters=64 width=7 activation=first bias=yes dropout=0.2 pool=4
conv filters=96 width=5 bias=yes dropout=0.2 pool=4
conv filters=128 width=5 bias=yes dropout=0.2 pool=2
flatten
dense units=256 bias=yes dropout=0.5
""",
    "bpnet": f"""
conv filters=64 width=25 activation=first norm=no bias=yes
{BPNET_DILATIONS}
profile width=75
""",
    "attention": """
conv filters=48 width=15 activation=first dropout=0.1 pool=4
conv filters=64 width=5 dropout=0.1 pool=2
attention heads=4 key=16 units=128 dropout=0.1
global by=average
dense units=96 dropout=0.3
""",
}


def find_table(name, widen=1):
    """The layers of a named architecture, or of a file with a table. Errors: Refused."""
    if name in TABLES:
        layers = parse_table(TABLES[name], name)
    else:
        path = pathlib.Path(name)
        if not path.is_file():
            raise Refused(f"there is no architecture '{name}': name a file with a table, or one of {', '.join(TABLES)}", USAGE)
        layers = parse_table(path.read_text(encoding="utf-8", errors="replace"), name)
    return widened(layers, widen)
