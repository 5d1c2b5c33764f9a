"""What may be typed about mail. What it does stands in `commands/post.py`."""

import typer

from commands.import_options import Data
from commands.running import run

app = typer.Typer()


@app.command()
def bounce(data: Data = None) -> None:
    """Note a letter that came back: reads the report from standard input, as a mail server hands it over.

    Exit code 0 whatever the report says; 75 when it could not be noted now, so that the mail server tries it again.
    """
    from commands import post

    raise typer.Exit(run(post.bounce(data)))
