"""Log scalars with tensorboardX: `log_tensorboardx.py CALLS FOLDER`."""

import sys

from calls import print_result, time_calls
from tensorboardX import SummaryWriter


def main() -> None:
    """Time the calls of one writer."""
    n_calls, folder = int(sys.argv[1]), sys.argv[2]
    writer = SummaryWriter(folder)
    writer.add_scalar("warm-up", 0.0, 0)
    result = time_calls(lambda step, value: writer.add_scalar("loss", value, step), n_calls)
    writer.close()
    print_result(result)


if __name__ == "__main__":
    main()
