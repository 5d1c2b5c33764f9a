"""Every page of finance. The fixed addresses come before the one that takes a payment's key."""

from fastapi import APIRouter

from web.payments import lists, making, payment, runs, statements

router = APIRouter()
for pages in (lists, making, runs, statements, payment):
    router.include_router(pages.router)
