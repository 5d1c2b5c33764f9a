"""Every address at which somebody takes something away."""

from fastapi import APIRouter

from web.epep.take_away import calendar_routes, list_routes, plan_routes

router = APIRouter()
router.include_router(plan_routes.router)
router.include_router(list_routes.router)
router.include_router(calendar_routes.router)
