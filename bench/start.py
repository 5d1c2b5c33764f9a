"""How long `./pep up` takes until it is ready: a first start with the demonstration, and the start after it.

.venv/bin/python -m bench.start
"""

import signal
import subprocess
import tempfile
from pathlib import Path

PEP = Path(__file__).parent.parent / "pep"
PORT = "18700"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pep-bench-") as folder:
        for what in ("first", "next"):
            print(f"{what:<6} {_ready(Path(folder) / 'data')}")


def _ready(data: Path) -> str:
    """The line that says how long it took; the service is stopped again."""
    command: list[str | Path] = [PEP, "up", "--data", data, "--port", PORT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None, "it is a pipe"  # noqa: S101
        ready = next((line for line in service.stdout if line.startswith("Ready after")), "It did not become ready.")
        service.send_signal(signal.SIGINT)
        service.communicate()
    return ready.strip()


if __name__ == "__main__":
    main()
