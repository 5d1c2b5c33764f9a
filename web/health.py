"""Whether the process answers, and whether everything can work."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from web.api.shapes import LiveAnswer, ReadyAnswer
from web.dependencies import InOffice

router = APIRouter(tags=["health"])


@router.get("/ready", response_model=ReadyAnswer, responses={503: {"model": ReadyAnswer, "description": "Not yet"}})
async def ready(office: InOffice) -> JSONResponse:
    """The state of each part. 200 when all can work."""
    seen = await office.observer.look()
    status = HTTPStatus.OK if seen.ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"ready": seen.ready, "parts": seen.parts, "sentences": seen.sentences}, status)


@router.get("/live")
async def live() -> LiveAnswer:
    """This process answers; it says nothing about the others. Restart it when it does not."""
    return LiveAnswer()
