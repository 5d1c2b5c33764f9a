"""Every page of the console."""

from fastapi import APIRouter

from web.console import asking, audit, health, problem, problems, repairs

router = APIRouter()
for pages in (problems, problem, asking, repairs, health, audit):
    router.include_router(pages.router)
